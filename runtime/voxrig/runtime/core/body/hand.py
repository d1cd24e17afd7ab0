"""Fingers from five curls, as those of a left hand; the right one is its mirror."""

import math
from typing import Final

import numba

from voxrig.runtime.core.body.turns import Turn, about_y, about_z, after

BENDS: Final = (math.radians(78.0), math.radians(95.0), math.radians(60.0))
"""How far the three joints of a finger are bent in a fist."""
THUMB: Final = (math.radians(42.0), math.radians(50.0), math.radians(65.0))
"""How far those of a thumb are."""
SPREAD: Final = (math.radians(5.0), 0.0, math.radians(-4.0), math.radians(-9.0))
"""How far straight fingers are spread towards the thumb."""
THUMB_OUT: Final = math.radians(32.0)
"""How far a straight thumb is away from the palm."""

_ACROSS: Final = (0.0, 0.8, -0.6)  # a thumb bends about this axis: over the palm


@numba.njit(cache=True)
def finger(curl: float, number: int, joint: int) -> Turn:
    """Return a joint's turn.

    Args:
        curl: 0 to 1.
        number: of the finger: 0 is the thumb, 4 the little finger.
        joint: 0 is the one next to the palm.
    """
    if number == 0:
        angle = curl * THUMB[joint]
        s = math.sin(angle / 2)
        bend = (_ACROSS[0] * s, _ACROSS[1] * s, _ACROSS[2] * s, math.cos(angle / 2))
        return after(bend, about_y(-THUMB_OUT * (1.0 - curl))) if joint == 0 else bend
    bend = about_z(-curl * BENDS[joint])
    return after(about_y(-SPREAD[number - 1] * (1.0 - curl)), bend) if joint == 0 else bend
