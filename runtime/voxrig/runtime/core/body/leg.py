"""A leg whose foot stays where it is, as a left leg; the right one is its mirror."""

import math
from typing import Final

import numba

from voxrig.runtime.core.body.turns import Turn, about_x, about_y, after, cross, moved, of_axes, undone
from voxrig.runtime.core.skeleton import PLACES, SKELETON

_HIP: Final = SKELETON[PLACES["thigh_l"]].offset
_FOOT: Final = SKELETON[PLACES["foot_l"]].offset
THIGH: Final = -SKELETON[PLACES["calf_l"]].offset[1]
"""Length of the thigh in metres."""
CALF: Final = math.hypot(_FOOT[1], _FOOT[2])
"""Length of the calf in metres."""
STANDS: Final = (0.105, -0.874, -0.015)
"""Where the ankle of one who stands is, from the pelvis, in metres: knees are not quite straight."""
SITS: Final = (0.13, -0.46, 0.41)
"""Where the ankle of one who sits is: the thighs lie level, the calves hang."""

_REST: Final = math.atan2(-_FOOT[2], -_FOOT[1])  # a knee at rest is bent by so much
_KNEE: Final = math.radians(9.0)  # knees point so far outside
_TOES: Final = math.radians(8.0)

Leg = tuple[Turn, Turn, Turn]
"""Thigh, calf and foot, each against its parent."""


@numba.njit(cache=True)
def leg(pelvis: Turn, sit: float) -> Leg:
    """Return a leg.

    Args:
        pelvis: its turn, as a left leg's.
        sit: 0 for one who stands, to 1 for one who sits.
    """
    hip = moved(pelvis, _HIP)
    x = STANDS[0] + sit * (SITS[0] - STANDS[0]) - hip[0]
    y = STANDS[1] + sit * (SITS[1] - STANDS[1]) - hip[1]
    z = STANDS[2] + sit * (SITS[2] - STANDS[2]) - hip[2]
    size = min(math.sqrt(x * x + y * y + z * z), 0.999 * (THIGH + CALF))
    length = math.sqrt(x * x + y * y + z * z)
    v = (x / length, y / length, z / length)
    knee = (math.sin(_KNEE), 0.35 * sit, math.cos(_KNEE))
    along = knee[0] * v[0] + knee[1] * v[1] + knee[2] * v[2]
    px, py, pz = knee[0] - along * v[0], knee[1] - along * v[1], knee[2] - along * v[2]
    most = math.sqrt(px * px + py * py + pz * pz)
    pole = (px / most, py / most, pz / most)
    a = (THIGH * THIGH + size * size - CALF * CALF) / (2.0 * THIGH * size)
    b = math.sqrt(max(1.0 - a * a, 0.0))
    thigh = (a * v[0] + b * pole[0], a * v[1] + b * pole[1], a * v[2] + b * pole[2])
    up = (-thigh[0], -thigh[1], -thigh[2])
    hinge = cross(pole, v)
    bend = (THIGH * THIGH + CALF * CALF - size * size) / (2.0 * THIGH * CALF)
    whole = of_axes(hinge, up, cross(hinge, up))
    calf = about_x(math.pi - math.acos(min(max(bend, -1.0), 1.0)) - _REST)
    return after(undone(pelvis), whole), calf, after(undone(after(whole, calf)), about_y(_TOES))
