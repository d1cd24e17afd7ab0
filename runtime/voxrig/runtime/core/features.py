"""Streaming log-mel spectrogram: two frames (120 Hz) for each model step of 400 samples.

The bands follow the HTK mel scale (Young et al., The HTK Book, 2006: 2595 log10(1 + f / 700)) and end at 7.5 kHz, as
most speech is recorded at 16 kHz. The Fourier transform is our own radix-2 so that a frame costs microseconds and is
the same to the bit whatever else is computed in the same call.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.timing import BLOCK, SAMPLE_RATE

FRAMES_PER_STEP: Final = 2
HOP: Final = BLOCK // FRAMES_PER_STEP
WINDOW: Final = 512
REACH: Final = WINDOW - HOP
"""Samples before a block that its row reaches back to."""


class MelState(NamedTuple):
    """The samples that the next window still reaches back to: float32[REACH]."""

    tail: NDArray[np.float32]


class _Tables(NamedTuple):
    """What every frame needs, made once for a set of bands."""

    window: NDArray[np.float32]
    reverse: NDArray[np.int64]
    twiddle: NDArray[np.complex64]
    unpack: NDArray[np.complex64]
    start: NDArray[np.int64]
    length: NDArray[np.int64]
    weights: NDArray[np.float32]


def _mel(hertz: NDArray[np.float64] | float) -> NDArray[np.float64]:
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(hertz) / 700.0))


def _edges(bands: int, fmin: float, fmax: float) -> NDArray[np.float64]:
    """Hertz at which the triangles begin, peak and end: band n from edge n over n + 1 to n + 2."""
    edges: NDArray[np.float64] = 700.0 * (10.0 ** (np.linspace(_mel(fmin), _mel(fmax), bands + 2) / 2595.0) - 1.0)
    return edges


@lru_cache(maxsize=8)
def _tables(bands: int, fmin: float, fmax: float) -> _Tables:
    half = WINDOW // 2
    bits = half.bit_length() - 1
    reverse = np.array([int(f"{i:0{bits}b}"[::-1], 2) for i in range(half)], np.int64)
    twiddle = np.exp(-2j * np.pi * np.arange(half // 2) / half).astype(np.complex64)
    unpack = np.exp(-2j * np.pi * np.arange(half + 1) / WINDOW).astype(np.complex64)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    window /= window.sum()  # a full-scale sine gives power 0.25 whatever the window's length

    edges = _edges(bands, fmin, fmax)
    # A triangle can be narrower than a bin: average it over the bin's width, so that no band is empty.
    fine = 32
    bin_width = SAMPLE_RATE / WINDOW
    frequency = (np.arange((half + 1) * fine) + 0.5) * bin_width / fine - bin_width / 2
    triangles = np.zeros((bands, half + 1))
    for band in range(bands):
        low, middle, high = edges[band : band + 3]
        height = np.clip(np.minimum((frequency - low) / (middle - low), (high - frequency) / (high - middle)), 0, None)
        triangles[band] = height.reshape(half + 1, fine).mean(axis=1)
    used = triangles > 0
    start = used.argmax(axis=1).astype(np.int64)
    length = used.sum(axis=1).astype(np.int64)
    weights = np.zeros((bands, int(length.max())), np.float32)
    for band in range(bands):
        weights[band, : length[band]] = triangles[band, start[band] : start[band] + length[band]]
    return _Tables(window.astype(np.float32), reverse, twiddle, unpack, start, length, weights)


@numba.njit(cache=True, nogil=True)
def _log_mel(samples: NDArray[np.float32], floor: np.float32, t: _Tables, out: NDArray[np.float32]) -> None:
    half = t.reverse.shape[0]
    bands = out.shape[1]
    spectrum = np.empty(half, np.complex64)
    power = np.empty(half + 1, np.float32)
    for frame in range(out.shape[0]):
        at = frame * HOP
        # The real window of 2 * half samples goes through one complex transform of half its length.
        for i in range(half):
            j = 2 * t.reverse[i]
            spectrum[i] = complex(samples[at + j] * t.window[j], samples[at + j + 1] * t.window[j + 1])
        size = 2
        while size <= half:
            arm, stride = size // 2, half // size
            for block in range(0, half, size):
                for k in range(arm):
                    turned = spectrum[block + k + arm] * t.twiddle[k * stride]
                    upper = spectrum[block + k]
                    spectrum[block + k] = upper + turned
                    spectrum[block + k + arm] = upper - turned
            size *= 2
        for k in range(half + 1):
            a, b = spectrum[k % half], spectrum[(half - k) % half].conjugate()
            odd = (a - b) * t.unpack[k]
            value = np.complex64(0.5) * complex(a.real + b.real + odd.imag, a.imag + b.imag - odd.real)
            power[k] = value.real * value.real + value.imag * value.imag
        for band in range(bands):
            total = floor
            for i in range(t.length[band]):
                total += t.weights[band, i] * power[t.start[band] + i]
            out[frame, band] = np.log(total)


@dataclass(frozen=True, slots=True)
class LogMel:
    """Natural log of `bands` mel-band powers from `fmin` to `fmax` Hz, never below log(`floor`).

    Raises:
        ValueError: a band layout that cannot be.
    """

    bands: int = 64
    fmin: float = 60.0
    fmax: float = 7_500.0
    floor: float = 1e-8
    _tables: _Tables = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 1 <= self.bands <= WINDOW // 2 or not 0 <= self.fmin < self.fmax <= SAMPLE_RATE / 2 or self.floor <= 0:
            raise ValueError(f"no mel filter bank has {self.bands} bands from {self.fmin} to {self.fmax} Hz")
        object.__setattr__(self, "_tables", _tables(self.bands, self.fmin, self.fmax))

    @property
    def width(self) -> int:
        """Values of one row: `2 * bands`."""
        return FRAMES_PER_STEP * self.bands

    @property
    def centres(self) -> NDArray[np.float64]:
        """Hertz at which each band peaks: float64[bands]."""
        return _edges(self.bands, self.fmin, self.fmax)[1:-1]

    def start(self) -> MelState:
        """State before the first sample: silence came before it."""
        return MelState(np.zeros(REACH, np.float32))

    def step(self, state: MelState, samples: NDArray[np.float32]) -> tuple[MelState, NDArray[np.float32]]:
        """Take whole blocks; return one row a block.

        Args:
            state: what `start` or the last `step` returned; it is not changed.
            samples: float32[400 * k] at 24 kHz.

        Returns:
            The next state, and float32[k, 2 * bands], the earlier mel frame first; row i sees no sample after block i.

        Raises:
            ValueError: the number of samples is no multiple of 400.
        """
        if len(samples) % BLOCK:
            raise ValueError(f"{len(samples)} samples are no whole number of blocks of {BLOCK}")
        source = np.concatenate((state.tail, samples))
        return MelState(source[len(samples) :].copy()), self.rows(source)

    def rows(self, source: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the rows of whole blocks, as of `step`: of float32[`REACH` + 400 * k], what was before them first."""
        count = len(source) // BLOCK
        frames = np.empty((FRAMES_PER_STEP * count, self.bands), np.float32)
        _log_mel(source, np.float32(self.floor), self._tables, frames)
        return frames.reshape(count, self.width)
