"""Eyes and head turn to where gaze is put: many poses in one go, between which nothing is decided."""

import math
from typing import Final

import numba
import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from voxrig.runtime.animation.head_turn import turned
from voxrig.runtime.animation.saccade import to_go
from voxrig.runtime.animation.target import EYE_DOWN, EYE_UP, EYE_YAW
from voxrig.runtime.animation.vergence import eyes_on
from voxrig.runtime.core.chance import drift

Floats = NDArray[np.float64]

_DRIFT: Final = 0.06
_DRIFT_PERIOD: Final = 45
_CONVERGE: Final = 0.2
_SETTLED: Final = 1e-6
_DEGREE: Final = math.pi / 180.0
_YAW, _UP, _DOWN = math.radians(EYE_YAW), math.radians(EYE_UP), math.radians(EYE_DOWN)
_DRIFT_YAW, _DRIFT_PITCH = 42, 43  # of chance


@numba.njit(cache=True)
def turn(
    key: int,
    at: int,
    put: Floats,
    shift: float,
    before: Floats,
    after: Floats,
    shown: Floats,
    first: int,
    last: int,
) -> None:
    """Turn eyes and head, as gaze is put, at some poses; but for the drift that never ends.

    Args:
        key: as of `Gazing`.
        at: number of the pose of row 0.
        put: float64[12]: where gaze is put, yaw and pitch in degrees; the newest jump's start, phase, poses, skew, yaw
            and pitch (as of `Saccade`); 1 / metres to what is looked at; how far the head shall turn, yaw and pitch in
            degrees; 1 where the partner's face is looked at, else 0.
        shift: at the first of these poses.
        before, after: float64[7], as of `GazeState.head`; the latter is written.
        shown: float64[k, 8], of which the rows from `first` to before `last` are written.
    """
    yaw, pitch, start, phase, poses, skew = put[0], put[1], put[2], put[3], put[4], put[5]
    saccade_yaw, saccade_pitch, seen, head_yaw, head_pitch, mutual = put[6], put[7], put[8], put[9], put[10], put[11]
    for k in range(len(before)):
        after[k] = before[k]
    for n in range(first, last):
        near = after[6]
        if near != seen:
            after[6] = seen if abs(seen - near) < _SETTLED else near + _CONVERGE * (seen - near)
        turned(after, head_yaw, head_pitch)
        left = to_go(start, phase, poses, skew, at + n)
        eyes_yaw = yaw + left * saccade_yaw + _DRIFT * drift(key, _DRIFT_YAW, at + n, _DRIFT_PERIOD)
        eyes_pitch = pitch + left * saccade_pitch + _DRIFT * drift(key, _DRIFT_PITCH, at + n, _DRIFT_PERIOD)
        shown[n, 0], shown[n, 1], shown[n, 2], shown[n, 3] = eyes_on(eyes_yaw, eyes_pitch, after[6], after[2], after[5])
        shown[n, 4], shown[n, 5] = after[2] * _DEGREE, after[5] * _DEGREE
        shown[n, 6], shown[n, 7] = shift if n == first else 0.0, mutual


@register_jitable
def held(
    left: float, down: float, right: float, low: float, head_yaw: float, head_pitch: float
) -> tuple[float, float, float, float]:
    """Keep gaze where it is while the head moves by itself: the eyes turn back, as the vestibulo-ocular reflex has it.

    Both eyes turn alike, as far as both can (`target.EYE_YAW` and the others).

    Args:
        left, down, right, low: yaw and pitch of the left and of the right eye, radians.
        head_yaw, head_pitch: radians that the head is turned besides its share of the gaze.

    Returns:
        The eyes' angles, in the same order.
    """
    inner, outer = (left, right) if left < right else (right, left)
    yaw = max(-_YAW - inner, min(_YAW - outer, -head_yaw))
    upper, lower = (down, low) if down < low else (low, down)
    pitch = max(-_UP - upper, min(_DOWN - lower, -head_pitch))
    return left + yaw, down + pitch, right + yaw, low + pitch
