"""Both eyes on one point: from a line of gaze and a turned head to two eyes in that head."""

import math
from typing import Final

import numba

from voxrig.runtime.animation.target import EYE_DOWN, EYE_UP, EYE_YAW

APART: Final = 0.062
"""Metres between the pupils of an adult (Dodgson 2004, "Variation and extrema of human interpupillary distance": the
mean is 63 mm)."""

_HALF: Final = APART / 2
_YAW: Final = math.radians(EYE_YAW)
_UP: Final = math.radians(EYE_UP)
_DOWN: Final = math.radians(EYE_DOWN)
_TURN: Final = math.pi / 180.0


@numba.njit(cache=True)
def eyes_on(
    yaw: float, pitch: float, near: float, head_yaw: float, head_pitch: float
) -> tuple[float, float, float, float]:
    """Turn both eyes of a turned head to a point.

    The head turns about the point between its eyes. A point that the eyes cannot reach is followed to their limits by
    both alike, so that they never cross or part more than the point's distance asks.

    Args:
        yaw, pitch: degrees, direction of the point from the head at rest.
        near: 1 / metres to it.
        head_yaw, head_pitch: degrees that the head is turned.

    Returns:
        Yaw and pitch of the left eye, yaw and pitch of the right one, in the head; radians.
    """
    left, down = yaw * _TURN, pitch * _TURN
    flat = math.cos(down)
    x, y, z = flat * math.sin(left), -math.sin(down), flat * math.cos(left)
    turned, bowed = head_yaw * _TURN, head_pitch * _TURN
    sine, cosine = math.sin(turned), math.cos(turned)
    x, z = x * cosine - z * sine, x * sine + z * cosine
    sine, cosine = math.sin(bowed), math.cos(bowed)
    y, z = y * cosine + z * sine, z * cosine - y * sine

    side, low = math.atan2(x, z), math.atan2(-y, math.sqrt(x * x + z * z))
    most = _YAW - math.asin(_HALF * near)
    within_side, within_low = min(max(side, -most), most), min(max(low, -_UP), _DOWN)
    if within_side != side or within_low != low:
        flat = math.cos(within_low)
        x, y, z = flat * math.sin(within_side), -math.sin(within_low), flat * math.cos(within_side)
    half = _HALF * near  # in units of the point's distance
    left_yaw, right_yaw = math.atan2(x - half, z), math.atan2(x + half, z)
    left_pitch = math.atan2(-y, math.sqrt((x - half) * (x - half) + z * z))
    right_pitch = math.atan2(-y, math.sqrt((x + half) * (x + half) + z * z))
    return (
        min(max(left_yaw, -_YAW), _YAW),
        min(max(left_pitch, -_UP), _DOWN),
        min(max(right_yaw, -_YAW), _YAW),
        min(max(right_pitch, -_UP), _DOWN),
    )
