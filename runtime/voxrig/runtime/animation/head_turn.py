"""The head's share of gaze, on its way: later than the eyes, and smooth."""

import math
from typing import Final, NamedTuple

from voxrig.runtime.core.timing import STEP_RATE

SPEED: Final = 14.0
"""1/s of each of three delays in series: the head has gone a tenth of its way after 80 ms and nine tenths after 0.4 s,
and moves at most at 3.8 times its way a second."""

_PART: Final = 1.0 - math.exp(-SPEED / STEP_RATE)
_NEAR: Final = 1e-5


class HeadTurn(NamedTuple):
    """How far the head is turned: three delays in series for yaw and for pitch, of which the last is shown; degrees."""

    yaw: tuple[float, float, float]
    pitch: tuple[float, float, float]


AHEAD: Final = HeadTurn((0.0, 0.0, 0.0), (0.0, 0.0, 0.0))
"""The head rests."""


def turned(now: HeadTurn, yaw: float, pitch: float) -> HeadTurn:
    """Move the head by one pose towards `yaw` and `pitch`, degrees; it comes to rest exactly there."""
    if now.yaw == (yaw, yaw, yaw) and now.pitch == (pitch, pitch, pitch):
        return now
    return HeadTurn(_moved(now.yaw, yaw), _moved(now.pitch, pitch))


def _moved(now: tuple[float, float, float], goal: float) -> tuple[float, float, float]:
    first, second, third = now
    first += _PART * (goal - first)
    second += _PART * (first - second)
    third += _PART * (second - third)
    if abs(goal - third) < _NEAR and abs(goal - second) < _NEAR and abs(goal - first) < _NEAR:
        return goal, goal, goal
    return first, second, third
