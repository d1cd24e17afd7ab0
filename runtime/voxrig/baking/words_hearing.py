"""What the word finder hears: four broad bands of the sound, a hundred times a second, free of the clip's loudness.

Broad bands tell vowels, murmur, friction and closures apart, which is all that letters say for certain, and cost a
thousandth of real time at any sample rate.
"""

from functools import lru_cache
from math import cos, pi, sin, sqrt
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

FRAMES: Final = 100
"""Frames a second; frame f is of the samples from f * rate // 100 on."""
BANDS: Final = 4
WIDTH: Final = 2 * BANDS
"""Columns: the level of each band in dB below the clip's loud parts, then how each rises within 40 ms."""
FLOOR_DB: Final = -45.0
"""What is softer than this below the loud parts is silence in every game recording."""

_EDGES: Final = (450.0, 1_300.0, 3_400.0)  # Hz: voice bar | open vowels | front vowels | friction
_NEEDED: Final = 16_000  # Hz that are enough to hear friction; faster sound is averaged down to this or a little more
_LOUD: Final = 0.95
_SOFT: Final = 0.05
_NOISE: Final = 1.5  # times the power of the softest frames is taken for noise
_SLOPE: Final = 2  # frames to each side


@lru_cache(maxsize=8)
def _low_passes(rate: float) -> NDArray[np.float64]:
    """Butterworth low-passes of second order at the band edges, float64[3, 5]: b0, b1, b2, a1, a2."""
    rows = []
    for edge in _EDGES:
        turn = 2.0 * pi * min(edge, 0.45 * rate) / rate
        width = sin(turn) / sqrt(2.0)
        gain = (1.0 - cos(turn)) / 2.0
        rows.append([gain, 2 * gain, gain, -2.0 * cos(turn), 1.0 - width])
        rows[-1] = [value / (1.0 + width) for value in rows[-1]]
    return np.array(rows)


@numba.njit(cache=True, nogil=True)
def _powers(
    samples: NDArray[np.float32], rate: int, skip: int, low: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    """Fill out[F, 4] with the mean power of each band in each frame, 1e-12 at the least."""
    z = np.zeros((3, 2))
    y = np.zeros(3)
    at, frames = 0, out.shape[0]
    for frame in range(frames):
        until = (frame + 1) * rate // FRAMES
        p0 = p1 = p2 = p3 = 1e-12
        count = 0
        while at < until and at + skip <= samples.shape[0]:
            x = 0.0
            for k in range(skip):
                x += samples[at + k]
            x /= skip
            at += skip
            count += 1
            for i in range(3):
                y[i] = low[i, 0] * x + z[i, 0]
                z[i, 0] = low[i, 1] * x - low[i, 3] * y[i] + z[i, 1]
                z[i, 1] = low[i, 2] * x - low[i, 4] * y[i]
            p0 += y[0] * y[0]
            p1 += (y[1] - y[0]) * (y[1] - y[0])
            p2 += (y[2] - y[1]) * (y[2] - y[1])
            p3 += (x - y[2]) * (x - y[2])
        count = max(count, 1)
        out[frame, 0], out[frame, 1], out[frame, 2], out[frame, 3] = p0 / count, p1 / count, p2 / count, p3 / count


def hear(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Return the rows of a mono clip float32[n] at `rate` Hz: float32[F, WIDTH], F = n * 100 // rate.

    A steady noise is taken out, and all of it is relative to the clip's loud parts, so that gain changes nothing.
    """
    count = len(samples) * FRAMES // rate
    rows = np.empty((count, WIDTH), np.float32)
    if count == 0:
        return rows
    skip = max(rate // _NEEDED, 1)
    powers = np.empty((count, BANDS))
    _powers(samples, rate, skip, _low_passes(rate / skip), powers)
    soft = np.partition(powers, int(_SOFT * (count - 1)), axis=0)[int(_SOFT * (count - 1))]
    total = powers.sum(axis=1)
    loud = np.partition(total, int(_LOUD * (count - 1)))[int(_LOUD * (count - 1))]
    floor = max(loud, 1e-9) * 10.0 ** (FLOOR_DB / 10.0)
    levels = 10.0 * np.log10(np.maximum(powers - _NOISE * soft, floor) / max(loud, 1e-9))
    rows[:, :BANDS] = levels
    padded = np.concatenate((levels[:1].repeat(_SLOPE, 0), levels, levels[-1:].repeat(_SLOPE, 0)))
    rows[:, BANDS:] = padded[2 * _SLOPE :] - padded[: -2 * _SLOPE]
    return rows
