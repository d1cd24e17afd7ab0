"""Streaming prosody: how loud, how high and how voiced the voice is, one row for each model step of 400 samples.

The pitch is the lag at which the low part of the sound repeats: the normalised cross-correlation of the newest 32 ms
with what came so long before (Talkin 1995, "A robust algorithm for pitch tracking (RAPT)", in Speech Coding and
Synthesis), at 6 kHz. Of its peaks the first that is nearly as high as the highest is taken, as multiples of the period
repeat as well (McLeod & Wyvill 2005, "A smarter way to find pitch", ICMC). No tracking over time: a row depends on
the last 50 ms alone.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.timing import BLOCK, SAMPLE_RATE

LEVEL, F0, VOICING = 0, 1, 2
"""Columns of a row."""
WIDTH: Final = 3
FLOOR_DBFS: Final = -100.0
LOWEST: Final = 60.0
HIGHEST: Final = 500.0

_DECIMATION: Final = 4
_LOW_RATE: Final = SAMPLE_RATE // _DECIMATION
_LOW_BLOCK: Final = BLOCK // _DECIMATION
_TAPS: Final = 64
_CUTOFF: Final = 1_100.0  # Hz: the first harmonics, below what friction and most noise have
_WINDOW: Final = 192  # samples at 6 kHz: two periods of 60 Hz
_SHORTEST: Final = int(_LOW_RATE / HIGHEST)
_LONGEST: Final = int(_LOW_RATE / LOWEST)
_NEARLY: Final = 0.9  # McLeod & Wyvill take 0.8 to 1
_VOICED: Final = 0.55  # correlation from which on there is a pitch
_FAINT: Final = 1e-7 * _WINDOW  # energy of -70 dBFS: what is softer counts as hardly voiced
_FRICTION: Final = 0.1  # share of the power that friction, loud above the low band, may have in it


class ProsodyState(NamedTuple):
    """What the next row still reaches back to.

    Attributes:
        tail: float32[`REACH`], the last samples at 24 kHz.
        low: float32[193], the last samples at 6 kHz.
    """

    tail: NDArray[np.float32]
    low: NDArray[np.float32]


@lru_cache(maxsize=1)
def _low_pass() -> NDArray[np.float32]:
    """A Hann-windowed sinc, float32[_TAPS], sum 1."""
    offset = np.arange(_TAPS) - (_TAPS - 1) / 2
    taps = np.sinc(2 * _CUTOFF / SAMPLE_RATE * offset) * (0.5 + 0.5 * np.cos(2 * np.pi * offset / _TAPS))
    taps = np.ascontiguousarray(taps / taps.sum(), np.float32)
    taps.setflags(write=False)
    return taps


REACH: Final = _TAPS - _DECIMATION
"""Samples before a block that its row reaches back to, besides those that are kept at 6 kHz."""
_LOW_KEPT: Final = _WINDOW + _LONGEST + 1 - _LOW_BLOCK


# Reassociation lets the dot products use vector registers. The order is fixed when this one function is compiled, all
# of it together: were `_pitch` compiled apart, it would depend on what was compiled before, and so on the process.
@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _rows(
    source: NDArray[np.float32], low: NDArray[np.float32], taps: NDArray[np.float32], out: NDArray[np.float32]
) -> None:
    """Fill `low` behind its first `_LOW_KEPT` samples, and the rows `out`."""
    frame = np.empty(_WINDOW + _LONGEST + 1, np.float32)
    match = np.empty(_LONGEST + 2, np.float32)
    for row in range(out.shape[0]):
        first = REACH + row * BLOCK
        total = np.float32(0.0)
        for i in range(BLOCK):
            total += source[first + i]
        mean = total / np.float32(BLOCK)
        power = np.float32(0.0)
        for i in range(BLOCK):
            power += (source[first + i] - mean) * (source[first + i] - mean)
        out[row, 0] = max(10.0 * np.log10(power / BLOCK + 1e-30), FLOOR_DBFS)

        for i in range(_LOW_BLOCK):
            start = row * BLOCK + i * _DECIMATION
            total = np.float32(0.0)
            for k in range(_TAPS):
                total += taps[k] * source[start + k]
            low[_LOW_KEPT + row * _LOW_BLOCK + i] = total
        total = np.float32(0.0)
        for i in range(frame.shape[0]):
            total += low[row * _LOW_BLOCK + i]
        mean = total / np.float32(frame.shape[0])
        for i in range(frame.shape[0]):
            frame[i] = low[row * _LOW_BLOCK + i] - mean
        out[row, 1], out[row, 2] = _pitch(frame, match, float(_FAINT + _FRICTION * power / BLOCK * _WINDOW))


@numba.njit(inline="always")
def _pitch(frame: NDArray[np.float32], match: NDArray[np.float32], faint: float) -> tuple[float, float]:
    """Pitch in Hz, 0 if there is none, and how well the sound repeats at it, 0 to 1.

    Energy of about `faint` and below counts as little: it is what hiss and friction leave in the low band.
    """
    base = _LONGEST + 1
    energy = 0.0
    for i in range(_WINDOW):
        energy += frame[base + i] * frame[base + i]
    earlier = energy
    highest = 0.0
    for lag in range(1, _LONGEST + 2):
        joined, leaving = frame[base - lag], frame[base - lag + _WINDOW]
        earlier += joined * joined - leaving * leaving
        if lag >= _SHORTEST - 1:
            total = np.float32(0.0)
            for i in range(_WINDOW):
                total += frame[base + i] * frame[base - lag + i]
            match[lag] = total / (np.sqrt(energy * max(earlier, 0.0)) + faint)
    for lag in range(_SHORTEST, _LONGEST + 1):
        if match[lag] > highest and match[lag] >= match[lag - 1] and match[lag] >= match[lag + 1]:
            highest = match[lag]
    for lag in range(_SHORTEST, _LONGEST + 1):
        here = match[lag]
        if here > 0.0 and here >= _NEARLY * highest and here >= match[lag - 1] and here >= match[lag + 1]:
            voicing = min(float(here), 1.0)
            if voicing < _VOICED:
                return 0.0, voicing
            bend = match[lag - 1] - 2.0 * here + match[lag + 1]
            shift = 0.5 * (match[lag - 1] - match[lag + 1]) / bend if bend < 0.0 else 0.0
            return min(_LOW_RATE / (lag + shift), HIGHEST), voicing
    return 0.0, 0.0


@dataclass(frozen=True, slots=True)
class Prosody:
    """Level, pitch and voicing of each block: float32[k, 3].

    Columns: `LEVEL`, RMS in dBFS without the block's mean, -100 at the least; `F0`, Hz from 60 to 500, 0 where
    unvoiced; `VOICING`, 0 to 1. Pitch and voicing are of the 50 ms up to the block's end, so about 25 ms old.
    """

    def start(self) -> ProsodyState:
        """State before the first sample: silence came before it."""
        return ProsodyState(np.zeros(REACH, np.float32), np.zeros(_LOW_KEPT, np.float32))

    def step(self, state: ProsodyState, samples: NDArray[np.float32]) -> tuple[ProsodyState, NDArray[np.float32]]:
        """Take whole blocks; return one row a block, the same however the blocks are grouped.

        Args:
            state: what `start` or the last `step` returned; it is not changed.
            samples: float32[400 * k] at 24 kHz.

        Returns:
            The next state, and float32[k, 3]; row i sees no sample after block i.

        Raises:
            ValueError: the number of samples is no multiple of 400.
        """
        if len(samples) % BLOCK:
            raise ValueError(f"{len(samples)} samples are no whole number of blocks of {BLOCK}")
        source = np.concatenate((state.tail, samples))
        low, rows = self.rows(source, state.low)
        return ProsodyState(source[len(samples) :].copy(), low), rows

    @staticmethod
    def rows(source: NDArray[np.float32], low: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the rows of whole blocks, as of `step`, and the next `low`.

        Args:
            source: float32[`REACH` + 400 * k] at 24 kHz, what was before the blocks first.
            low: as of `ProsodyState`; it is not changed.
        """
        count = len(source) // BLOCK
        lower = np.empty(_LOW_KEPT + count * _LOW_BLOCK, np.float32)
        lower[:_LOW_KEPT] = low
        rows = np.empty((count, WIDTH), np.float32)
        _rows(source, lower, _low_pass(), rows)
        return lower[count * _LOW_BLOCK :].copy(), rows
