"""Streaming resampling of any rate to the internal 24 kHz, chunk-invariant to the bit.

A windowed-sinc interpolator (Smith & Gossett, "A flexible sampling-rate conversion method", ICASSP 1984): each output
sample is one dot product of a Kaiser-windowed sinc with the input around it, at an exact rational position. Every
output is computed by the same instructions in the same order whatever the chunks were, which is why it is not a library
call: the streaming resamplers at hand keep their state inside C and cannot hand it out as a value.
"""

import math
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.timing import SAMPLE_RATE

MIN_RATE: Final = 8_000
MAX_RATE: Final = 192_000

_CROSSINGS: Final = 16  # zero crossings on either side: 2 ms at 8 kHz, 1 ms at 16 kHz, 0.7 ms from 24 kHz up
_ROLLOFF: Final = 0.94  # -6 dB point, as a share of the lower Nyquist frequency
_KAISER_BETA: Final = 7.0
_MAX_PHASES: Final = 4096  # odd rates (up to 24,000 phases) use the nearest one: timing error < 1/8192 sample


class SampleRateError(ValueError):
    """A sample rate outside 8 to 192 kHz."""


class ResampleState(NamedTuple):
    """Where a resampler stands: the input it still needs, and how much it has taken and given."""

    history: NDArray[np.float32]
    received: int
    produced: int


@lru_cache(maxsize=16)
def _kernel(rate: int) -> NDArray[np.float32]:
    """Return the filter, one row a phase: float32[phases, 2 * half]."""
    up = SAMPLE_RATE // math.gcd(rate, SAMPLE_RATE)
    phases = min(up, _MAX_PHASES)
    half = _half_length(rate)
    cutoff = min(1.0, SAMPLE_RATE / rate) * _ROLLOFF
    # Tap i of phase p lies (i - half + 1) - p / phases input samples from the output's position.
    offset = np.arange(2 * half)[None, :] - half + 1 - np.arange(phases)[:, None] / phases
    window = np.i0(_KAISER_BETA * np.sqrt(np.clip(1 - (offset / half) ** 2, 0, None))) / np.i0(_KAISER_BETA)
    taps = np.sinc(cutoff * offset) * window
    taps /= taps.sum(axis=1, keepdims=True)  # a constant stays that constant at every phase
    kernel = np.ascontiguousarray(taps, dtype=np.float32)
    kernel.setflags(write=False)
    return kernel


def _half_length(rate: int) -> int:
    """Input samples on either side of an output sample."""
    return -(-_CROSSINGS * max(rate, SAMPLE_RATE) // SAMPLE_RATE)


# Reassociation lets the dot product use vector registers; the order is fixed at compile time, so the same every time.
@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _interpolate(
    source: NDArray[np.float32],
    first: int,
    phase: int,
    up: int,
    down: int,
    kernel: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    phases, taps = kernel.shape
    for m in range(out.shape[0]):
        row = phase * phases // up
        total = np.float32(0.0)
        for i in range(taps):
            total += kernel[row, i] * source[first + i]
        out[m] = total
        phase += down
        first += phase // up
        phase %= up


@dataclass(frozen=True, slots=True)
class Resampler:
    """Turns samples at `rate` Hz into samples at 24 kHz; output m shows exactly the time m / 24,000 s.

    Raises:
        SampleRateError: `rate` is outside 8,000 to 192,000 Hz.
    """

    rate: int
    _kernel: NDArray[np.float32] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not MIN_RATE <= self.rate <= MAX_RATE:
            raise SampleRateError(f"sample rate {self.rate} Hz is outside {MIN_RATE} to {MAX_RATE} Hz; resample first")
        object.__setattr__(self, "_kernel", _kernel(self.rate))

    @property
    def look_ahead(self) -> Fraction:
        """Seconds of later input that an output sample needs."""
        return Fraction(0) if self.rate == SAMPLE_RATE else Fraction(_half_length(self.rate), self.rate)

    def start(self) -> ResampleState:
        """State before the first sample: silence came before it."""
        return ResampleState(np.zeros(_half_length(self.rate) - 1, np.float32), 0, 0)

    def step(self, state: ResampleState, samples: NDArray[np.float32]) -> tuple[ResampleState, NDArray[np.float32]]:
        """Take any number of input samples; return the new state and every output sample they complete.

        Args:
            state: what `start` or the last `step` returned; it is not changed.
            samples: float32[n], mono, at `rate` Hz.

        Returns:
            The next state, and float32[m] at 24 kHz.
        """
        received = state.received + len(samples)
        if self.rate == SAMPLE_RATE:
            return ResampleState(state.history, received, received), samples
        divisor = math.gcd(self.rate, SAMPLE_RATE)
        up, down = SAMPLE_RATE // divisor, self.rate // divisor
        half = _half_length(self.rate)
        source = np.concatenate((state.history, samples))
        base = received - len(source)  # input index of source[0]
        # Output m needs the input up to floor(m * down / up) + half.
        produced = max(state.produced, -(-(received - half) * up // down))
        out = np.empty(produced - state.produced, np.float32)
        position = state.produced * down
        _interpolate(source, position // up - half + 1 - base, position % up, up, down, self._kernel, out)
        keep = produced * down // up - half + 1 - base
        return ResampleState(source[min(keep, len(source)) :].copy(), received, produced), out
