"""How far a recorded face and an animated one are apart in time: one constant offset, by how open the mouth is."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.style import SHORT_NAMES

Doubles = NDArray[np.float64]

REACH: Final = 0.5
"""Seconds that the two may be apart, either way."""

_JAW: Final = SHORT_NAMES.index("jawOpen")
_CLOSING: Final = [SHORT_NAMES.index(f"mouthLipsTogether{end}") for end in ("UL", "UR", "DL", "DR")]
_BARING: Final = [SHORT_NAMES.index(f"{stem}{side}") for stem in ("mouthLowerLipDepress", "mouthUpperLipRaise")
                  for side in "LR"]  # fmt: skip


class Offset(NamedTuple):
    """The recording runs `seconds` behind the animation; shifted so, their mouths correlate with `correlation`."""

    seconds: float
    correlation: float


def openness(native: Doubles) -> Doubles:
    """Return about how far the lips are apart, in units of the jaw's opening: float64[F] of native [F, 251]."""
    closed = native[:, _CLOSING].mean(axis=1)
    opening: Doubles = native[:, _JAW] * (1.0 - closed) + 0.45 * native[:, _BARING].mean(axis=1)
    return opening


def find_offset(recorded: Doubles, animated: Doubles, rate: float) -> Offset:
    """Find how far `recorded` float64[F] lags behind `animated` float64[G], both at `rate` a second.

    The offset within `REACH` at which Pearson's correlation of what overlaps is largest, to a fraction of a frame by a
    parabola through the three highest points.
    """
    most = round(REACH * rate)
    found = np.array([_correlation_at(recorded, animated, lag) for lag in range(-most, most + 1)])
    best = int(found.argmax())
    shift = 0.0
    if 0 < best < len(found) - 1:
        before, top, after = found[best - 1 : best + 2]
        bend = before - 2.0 * top + after
        shift = 0.5 * (before - after) / bend if bend < 0.0 else 0.0
    return Offset((best - most + shift) / rate, float(found[best]))


def correlation(left: Doubles, right: Doubles) -> float:
    """Pearson's r of two float64[F]; 0 where one of them does not move."""
    left, right = left - left.mean(), right - right.mean()
    scale = float(np.sqrt((left @ left) * (right @ right)))
    return float(left @ right) / scale if scale > 1e-9 else 0.0


def _correlation_at(recorded: Doubles, animated: Doubles, lag: int) -> float:
    recorded, animated = recorded[max(lag, 0) :], animated[max(-lag, 0) :]
    count = min(len(recorded), len(animated))
    return correlation(recorded[:count], animated[:count]) if count > 1 else 0.0
