"""The head's share of gaze, on its way: later than the eyes, and smooth."""

import math
from typing import Final

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from voxrig.runtime.core.timing import STEP_RATE

SPEED: Final = 14.0
"""1/s of each of three delays in series: the head has gone a tenth of its way after 80 ms and nine tenths after 0.4 s,
and moves at most at 3.8 times its way a second."""

_PART: Final = 1.0 - math.exp(-SPEED / STEP_RATE)
_NEAR: Final = 1e-5


AHEAD: Final = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
"""The head rests: three delays in series for yaw and three for pitch, of which the last are shown; degrees."""


@register_jitable
def turned(now: NDArray[np.float64], yaw: float, pitch: float) -> None:
    """Move the head, its first six numbers as of `AHEAD`, by one pose towards `yaw` and `pitch`, degrees, in place.

    It comes to rest exactly there.
    """
    if now[0] == yaw and now[1] == yaw and now[2] == yaw and now[3] == pitch and now[4] == pitch and now[5] == pitch:
        return
    now[0], now[1], now[2] = _moved(now[0], now[1], now[2], yaw)
    now[3], now[4], now[5] = _moved(now[3], now[4], now[5], pitch)


@register_jitable
def _moved(first: float, second: float, third: float, goal: float) -> tuple[float, float, float]:
    first += _PART * (goal - first)
    second += _PART * (first - second)
    third += _PART * (second - third)
    if abs(goal - third) < _NEAR and abs(goal - second) < _NEAR and abs(goal - first) < _NEAR:
        return goal, goal, goal
    return first, second, third
