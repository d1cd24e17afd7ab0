"""Where hands may be: a wrist that would go into the trunk, the head or the other hand is led around it, softly.

In the chest's axes, from the joint spine_05; both hands as if they were left ones. The bounds have no edge: a hand that
comes near one slows down and slides along it, so that nothing jerks.
"""

import math
from typing import Final

import numba

from voxrig.runtime.core.body.turns import Place

TRUNK: Final = (0.165, 0.115, 0.035)
"""Half width and half depth of the trunk, and how far its middle lies before the joint, in metres."""
HEAD: Final = (0.30, 0.055, 0.115)
"""How far the middle of the head lies above and before the joint, and its radius, in metres."""
THICK: Final = 0.032
"""Half the thickness of a hand, in metres."""
HANDS_APART: Final = 0.09
"""Metres between the middles of two palms, at the least."""

_KEEN: Final = 12.0  # how sharp a bound is: a wrist at it is kept 1/17 outside
_NECK: Final = (0.06, 0.20)  # metres above the joint: between these the trunk ends
_WIDE: Final = TRUNK[0] + THICK
_DEEP: Final = TRUNK[1] + THICK
_ROUND: Final = HEAD[2] + THICK


@numba.njit(cache=True)
def _outside(way: float) -> float:
    """Return by what a distance, in units of the bound's, is to be multiplied to be outside: more than 1."""
    way = max(way, 0.3)
    over = _KEEN * (way - 1.0)
    soft = over + math.log1p(math.exp(-over)) if over > 0.0 else math.log1p(math.exp(over))
    return (1.0 + soft / _KEEN) / way


@numba.njit(cache=True)
def push(point: Place) -> Place:
    """Return how far a point of the hand is to be moved to be clear of trunk and head, in metres."""
    x, y, z = point[0], point[1], point[2] - TRUNK[2]
    rise = min(max((y - _NECK[0]) / (_NECK[1] - _NECK[0]), 0.0), 1.0)
    weight = 1.0 - rise * rise * (3.0 - 2.0 * rise)
    dx = dy = dz = 0.0
    if weight > 0.0:
        way = math.sqrt((x / _WIDE) ** 2 + (z / _DEEP) ** 2)
        if way < 2.0:
            more = weight * (_outside(way) - 1.0)
            dx, dz = more * x, more * z
    hx, hy, hz = x, y - HEAD[0], point[2] - HEAD[1]
    way = math.sqrt(hx * hx + hy * hy + hz * hz) / _ROUND
    if way < 2.0:
        more = _outside(way) - 1.0
        dx, dy, dz = dx + more * hx, dy + more * hy, dz + more * hz
    return dx, dy, dz


@numba.njit(cache=True)
def part(left: Place, right: Place) -> Place:
    """Return how far the left palm is to be moved, and the right one the other way, to be clear of each other."""
    x, y, z = left[0] - right[0], left[1] - right[1], left[2] - right[2]
    way = math.sqrt(x * x + y * y + z * z) / HANDS_APART
    if way >= 2.0:
        return 0.0, 0.0, 0.0
    more = 0.5 * (_outside(way) - 1.0)
    return more * x, more * y, more * z
