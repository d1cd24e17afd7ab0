"""From a posture to the turns of the bones: spine, arms, fingers and legs."""

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.arm import LENGTH, collar, held, solved, within_reach
from voxrig.runtime.core.body.bones import BODY_BONES
from voxrig.runtime.core.body.hand import finger
from voxrig.runtime.core.body.leg import leg
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, HIGH, LOW, SIZE
from voxrig.runtime.core.body.reach import part, push
from voxrig.runtime.core.body.turns import (
    Place,
    Turn,
    about_x,
    about_y,
    about_z,
    after,
    halved,
    undone,
)

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

BREATHS: Final = 0.012
"""Radians that a breath leans the chest back and lifts the shoulders."""

_SHARES: Final = (0.12, 0.2, 0.24, 0.24, 0.2)  # of the trunk's bend, from below
_SPINE: Final = BODY_BONES.index("spine_01")
_NECK: Final = BODY_BONES.index("neck_01")
_CLAVICLE: Final = (BODY_BONES.index("clavicle_l"), BODY_BONES.index("clavicle_r"))
_THUMB: Final = (BODY_BONES.index("thumb_01_l"), BODY_BONES.index("thumb_01_r"))
_THIGH: Final = (BODY_BONES.index("thigh_l"), BODY_BONES.index("thigh_r"))
_HANDS: Final = (HAND_L.start, HAND_R.start)
_FINGERS: Final = HAND_L.start + 7


def solve(postures: Doubles) -> Floats:
    """Return the bones of postures.

    Args:
        postures: float64[F, 34]; what lies outside `posture.LOW` to `HIGH` is brought to the nearest within.

    Returns:
        float32[F, 52, 4]: unit quaternions x, y, z, w of `BODY_BONES` against rest, in the parent's space, w >= 0.
    """
    out = np.empty((len(postures), len(BODY_BONES), 4), np.float32)
    write_bones(np.ascontiguousarray(postures, np.float64), LOW, HIGH, out)
    return out


@numba.njit(cache=True)
def _put(out: Floats, place: int, turn: Turn, mirrored: bool) -> None:
    sign = 1.0 if turn[3] >= 0.0 else -1.0
    other = -sign if mirrored else sign
    out[place, 0], out[place, 1] = sign * turn[0], other * turn[1]
    out[place, 2], out[place, 3] = other * turn[2], sign * turn[3]


@numba.njit(cache=True)
def _bend(share: float, p: Doubles, breath: float) -> Turn:
    """Return a joint's share in the trunk's bend."""
    return after(about_y(share * p[2]), after(about_x(share * p[0] - breath), about_z(-share * p[1])))


@numba.njit(cache=True)
def _spine(p: Doubles, pelvis: Turn, out: Floats) -> None:
    """Write pelvis, spine and neck: the spine undoes the pelvis's turn, and the neck what the spine does."""
    _put(out, 0, pelvis, False)
    level = halved(undone(pelvis))
    total = pelvis
    for n in range(5):
        turn = _bend(_SHARES[n], p, BREATHS * p[8] if n == 3 else 0.0)
        if n < 2:
            turn = after(level, turn)
        total = after(total, turn)
        _put(out, _SPINE + n, turn, False)
    back = halved(undone(total))
    _put(out, _NECK, back, False)
    _put(out, _NECK + 1, back, False)


@numba.njit(cache=True)
def _larger(a: float, b: float) -> float:
    """Return the larger of two ways that agree, and what is left of two that don't: so that nothing ever jumps."""
    if a * b < 0.0:
        return a + b
    return a if abs(a) > abs(b) else b


@numba.njit(cache=True)
def _mirrored(place: Place) -> Place:
    return -place[0], place[1], place[2]


@numba.njit(cache=True)
def _clear(palm: Place, tips: Place) -> Place:
    """Return how far a hand is to be moved to be clear of trunk and head: as far as its worse end."""
    a, b = push(palm), push(tips)
    return _larger(a[0], b[0]), _larger(a[1], b[1]), _larger(a[2], b[2])


@numba.njit(cache=True)
def _arms(p: Doubles, out: Floats) -> None:
    """Write both arms and their fingers."""
    at_l, at_r = _HANDS
    turn_l = collar(p[5] + BREATHS * p[8], p[7])
    turn_r = collar(p[6] + BREATHS * p[8], p[7])
    wrist_l = within_reach(LENGTH * p[at_l], LENGTH * p[at_l + 1], LENGTH * p[at_l + 2])
    wrist_r = within_reach(LENGTH * p[at_r], LENGTH * p[at_r + 1], LENGTH * p[at_r + 2])
    hold_l, hold_r = held(turn_l, p[at_l : at_l + 12]), held(turn_r, p[at_r : at_r + 12])
    for _ in range(3):
        left, right = solved(hold_l, wrist_l), solved(hold_r, wrist_r)
        a, b = _clear(left[2], left[3]), _clear(right[2], right[3])
        c, d = part(left[2], _mirrored(right[2])), part(left[1], _mirrored(right[1]))
        c = (_larger(c[0], d[0]), _larger(c[1], d[1]), _larger(c[2], d[2]))
        wrist_l = within_reach(wrist_l[0] + a[0] + c[0], wrist_l[1] + a[1] + c[1], wrist_l[2] + a[2] + c[2])
        wrist_r = within_reach(wrist_r[0] + b[0] + c[0], wrist_r[1] + b[1] - c[1], wrist_r[2] + b[2] - c[2])
    left, right = solved(hold_l, wrist_l), solved(hold_r, wrist_r)
    for n in range(4):
        _put(out, _CLAVICLE[0] + n, left[0][n], False)
        _put(out, _CLAVICLE[1] + n, right[0][n], True)
    for n in range(5):
        for joint in range(3):
            _put(out, _THUMB[0] + 3 * n + joint, finger(p[at_l + 7 + n], n, joint), False)
            _put(out, _THUMB[1] + 3 * n + joint, finger(p[at_r + 7 + n], n, joint), True)


@numba.njit(cache=True)
def write_bones(postures: Doubles, low: Doubles, high: Doubles, out: Floats) -> None:
    """Do what `solve` does, into `out` float32[F, 52, 4]; the range is given."""
    p = np.empty(SIZE)
    for row in range(len(postures)):
        for k in range(SIZE):
            p[k] = min(max(postures[row, k], low[k]), high[k])
        pelvis = after(about_y(p[4]), about_z(p[3]))
        _spine(p, pelvis, out[row])
        _arms(p, out[row])
        left, right = leg(pelvis, p[9]), leg((pelvis[0], -pelvis[1], -pelvis[2], pelvis[3]), p[9])
        for n in range(3):
            _put(out[row], _THIGH[0] + n, left[n], False)
            _put(out[row], _THIGH[1] + n, right[n], True)
