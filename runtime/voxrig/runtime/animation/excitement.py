"""How excited a voice sounds, against its own normal: louder, higher, wider in pitch, with more effort."""

import math
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.melody import weigh
from voxrig.runtime.core.timing import STEP_RATE

Excitement = tuple[float, float, float, float, float, float, float, float]
"""tilt: dB, normal alpha ratio (see `effort`); tilts: steps it was taken from; range: semitones, normal; then of the
last 1.5 s of voiced sound: alpha, level, pitch, its distance from that; arousal: as in `Voice`."""

UNHEARD: Final[Excitement] = (-16.0, 60.0, 2.0, -16.0, 0.0, 0.0, 2.0, 0.0)
"""Before the first sound: an ordinary voice."""

_RECENT: Final = 1.0 - math.exp(-1.0 / (0.9 * STEP_RATE))
_CALMING: Final = math.exp(-1.0 / (3.0 * STEP_RATE))
_EASE: Final = 1.0 - math.exp(-1.0 / (0.5 * STEP_RATE))
_WIDER: Final = 0.2  # a mean over little is of wider range than one over much
_OPEN: Final = 0.15  # voices sink towards the end of what they say
_LOW: Final = 1.6  # a sad voice is nearer to a neutral one than an angry voice is
_DECIBELS: Final = 10.0 / math.log(10.0)


@numba.njit(cache=True)
def alpha(row: NDArray[np.float32], floor: float, bands: int, low: int, middle: int, high: int) -> float:
    """Return the level of 1 to 5 kHz over that of 50 Hz to 1 kHz, in dB, of one row float32[2 * bands]."""
    below, above = 1e-12, 1e-12
    for start in range(0, len(row), bands):
        for band in range(low, middle):
            below += max(math.exp(row[start + band]) - floor, 0.0)
        for band in range(middle, high):
            above += max(math.exp(row[start + band]) - floor, 0.0)
    return _DECIBELS * math.log(above / below)


@numba.njit(cache=True)
def excite(state: Excitement, level: float, pitch: float, ratio: float) -> Excitement:
    """Hear one voiced step: level and pitch above normal, and the alpha ratio."""
    tilt, tilts, spread, recent, loud, high, wide, arousal = state
    tilts += 1.0 if tilts < 120.0 else 0.0
    share = weigh(tilts)
    tilt += share * (ratio - tilt)
    spread += share * (abs(pitch - high) - spread)
    recent += _RECENT * (ratio - recent)
    loud += _RECENT * (level - loud)
    high += _RECENT * (pitch - high)
    wide += _RECENT * (abs(pitch - high) - wide)
    ranged = math.log(max(wide, 0.5) / max(spread, 0.5)) - _WIDER
    drive = _OPEN + 0.09 * (recent - tilt) + 0.02 * loud + 0.17 * high + 0.2 * ranged
    arousal += _EASE * (math.tanh(drive if drive > 0.0 else _LOW * drive) - arousal)
    return tilt, tilts, spread, recent, loud, high, wide, arousal


@numba.njit(cache=True)
def calm(state: Excitement) -> Excitement:
    """Let one step of silence pass: excitement fades."""
    tilt, tilts, spread, recent, loud, high, wide, arousal = state
    return tilt, tilts, spread, recent, loud, high, wide, arousal * _CALMING
