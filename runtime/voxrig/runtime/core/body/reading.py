"""From turns of the skeleton's joints back to a posture, so that motion capture can be learned: undoes `solving`.

What a posture cannot say is left out (the head, spread fingers, a spine bent in two places); `residual` tells how much
that is. The first guess of each number is exact but for the trunk, whose joints share its bend, and for the bounds of
`reach`; a few rounds of solving and correcting see to those. `breath` is read as 0: it shows in lean and shrugs, where
it is at most 0.7 degrees.
"""

import math
from dataclasses import dataclass
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.arm import LENGTH, LOWER, UPPER
from voxrig.runtime.core.body.bones import BODY_BONES, BODY_PLACES
from voxrig.runtime.core.body.kinematics import places, skeleton_rotations, world_turns
from voxrig.runtime.core.body.leg import SITS, STANDS
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, HIGH, INDEX, LOW, SIT, SIZE
from voxrig.runtime.core.body.reading_arm import arm, collar, curls, reached, wrist
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.body.turns import Turn, after, moved
from voxrig.runtime.core.skeleton import PLACES

Doubles = NDArray[np.float64]

_ROUNDS: Final = 16
_NEAR: Final = 1e-4  # radians and metres: so near is near enough
_BLOCK: Final = 1024  # frames that are corrected at a time: they stay in the cache
_PELVIS: Final = PLACES["pelvis"]
_CHEST: Final = PLACES["spine_05"]
_TRUNK: Final = [INDEX["twist"], INDEX["lean"], INDEX["side"]]
_SIGNS: Final = np.array([1.0, 1.0, -1.0])  # a positive side leans left, against the angle about Z
_SPINE: Final = BODY_BONES.index("spine_01")
_CLAVICLES: Final = (BODY_BONES.index("clavicle_l"), BODY_BONES.index("clavicle_r"))
_HANDS: Final = (("l", HAND_L), ("r", HAND_R))


@dataclass(frozen=True, slots=True)
class Residual:
    """What postures do not say of the motion that they were read from.

    Attributes:
        degrees: float64[52]: how far each of `BODY_BONES` is from the motion's, the root of the mean square.
        wrists: float64[2]: how far the left and the right wrist are from the motion's, each from its own shoulder
            along the chest's axes, in centimetres, the mean.
        farthest: the most that a wrist is, in centimetres.
    """

    degrees: Doubles
    wrists: Doubles
    farthest: float

    def __str__(self) -> str:
        worst = int(np.argmax(self.degrees))
        return (
            f"wrists {self.wrists[0]:.1f} and {self.wrists[1]:.1f} cm off in the mean ({self.farthest:.1f} at most), "
            f"bones {self.degrees.mean():.1f} degrees (most {BODY_BONES[worst]}: {self.degrees[worst]:.1f})"
        )


def read(rotations: NDArray[np.floating]) -> Doubles:
    """Return the postures of a motion.

    Args:
        rotations: float[F, J, 4], local unit quaternions x, y, z, w of all joints of `SKELETON`, frame after frame. A
            turn of the root is where the body faces, and is no part of a posture.

    Returns:
        float64[F, 34], within `posture.LOW` and `HIGH`, without jumps where the motion has none.
    """
    turned = np.array(rotations, np.float64)
    turned[:, PLACES["root"]] = (0.0, 0.0, 0.0, 1.0)
    found = np.zeros((len(turned), SIZE))
    turns, where = np.empty((len(turned), turned.shape[1], 3, 3)), np.empty((len(turned), turned.shape[1], 3))
    for start in range(0, len(turned), _BLOCK):
        block = slice(start, start + _BLOCK)
        turns[block], where[block] = world_turns(turned[block]), places(turned[block])
    if not len(turned):
        return found
    _read_trunk(turns, where, found)
    for side, hand in _HANDS:
        found[:, hand.start : hand.start + 7] = arm(turns, where, side)
        found[:, hand.start + 7 : hand.stop] = curls(turned, side)
    for start in range(0, len(turned), _BLOCK):
        block = slice(start, start + _BLOCK)
        found[block] = _corrected(found[block], turns[block], where[block])
    return found


def residual(rotations: NDArray[np.floating], postures: Doubles) -> Residual:
    """Return how far `solve(postures)` is from the motion, float[F, J, 4] and F > 0, that they were read from."""
    squares, apart = np.zeros(len(BODY_BONES)), np.empty((2, len(rotations)))
    for start in range(0, len(rotations), _BLOCK):
        block = slice(start, start + _BLOCK)
        given, solved = np.asarray(rotations[block], np.float64), skeleton_rotations(solve(postures[block]))
        near = np.abs((solved[:, BODY_PLACES] * given[:, BODY_PLACES]).sum(-1)).clip(0.0, 1.0)
        squares += ((2.0 * np.degrees(np.arccos(near))) ** 2).sum(0)
        both = [(world_turns(turned), places(turned)) for turned in (given, solved)]
        for number, (side, _) in enumerate(_HANDS):
            one, other = (wrist(turns, where, side) for turns, where in both)
            apart[number, block] = 100.0 * np.linalg.norm(one - other, axis=-1)
    return Residual(np.sqrt(squares / len(rotations)), apart.mean(1), float(apart.max()))


def _read_trunk(turns: Doubles, where: Doubles, found: Doubles) -> None:
    """Write what the hips, the trunk, the collar bones and the legs say."""
    found[:, INDEX["hip_turn"]], _, found[:, INDEX["hip_roll"]] = _about_y_x_z(turns[:, _PELVIS]).T
    found[:, _TRUNK] = _SIGNS * _about_y_x_z(turns[:, _CHEST])
    shrugs, opens = zip(*(collar(turns, side) for side, _ in _HANDS), strict=True)
    found[:, INDEX["shrug_l"]], found[:, INDEX["shrug_r"]] = shrugs
    found[:, INDEX["open"]] = (opens[0] + opens[1]) / 2
    left, right = (where[:, PLACES[f"foot_{side}"]] - where[:, _PELVIS] for side in "lr")
    ankle = (left + right * np.array([-1.0, 1.0, 1.0])) / 2
    way = np.array(SITS) - np.array(STANDS)
    found[:, SIT] = (ankle - np.array(STANDS)) @ way / (way @ way)


def _corrected(found: Doubles, turns: Doubles, where: Doubles) -> Doubles:
    """Return postures that, solved, come to where the motion is, as far as they can."""
    trunk = _about_y_x_z(turns[:, _CHEST])
    goals = np.stack([wrist(turns, where, side) for side, _ in _HANDS])
    asked = goals.copy()
    found = np.clip(found, LOW, HIGH)
    rows = np.arange(len(found))
    chests, wrists = np.empty((len(found), 3)), np.empty((2, len(found), 3))
    for _ in range(_ROUNDS):
        better = found[rows]
        _write_places(solve(better), chests, wrists)
        missed, short = trunk[rows] - chests[: len(rows)], goals[:, rows] - wrists[:, : len(rows)]
        better[:, _TRUNK] += _SIGNS * missed
        asked[:, rows] += short
        for number, (_, hand) in enumerate(_HANDS):
            better[:, hand.start : hand.start + 3] = reached(asked[number, rows]) / LENGTH
        found[rows] = np.clip(better, LOW, HIGH)
        rows = rows[(np.abs(missed).max(1) > _NEAR) | (np.abs(short).max((0, 2)) > _NEAR)]
        if not len(rows):
            break
    return found


@numba.njit(cache=True)
def _write_places(bones: NDArray[np.float32], chests: Doubles, wrists: Doubles) -> None:
    """Write the chests' angles about Y, X and Z, float64[F, 3], and both wrists, float64[2, F, 3], as of `wrist`."""
    for row in range(len(bones)):
        chest = _turn(bones, row, 0)
        for joint in range(_SPINE, _SPINE + 5):
            chest = after(chest, _turn(bones, row, joint))
        x, y, z, w = chest
        chests[row, 0] = math.atan2(2 * (x * z + w * y), 1 - 2 * (x * x + y * y))
        chests[row, 1] = math.asin(min(max(2 * (w * x - y * z), -1.0), 1.0))
        chests[row, 2] = math.atan2(2 * (x * y + w * z), 1 - 2 * (x * x + z * z))
        for side in range(2):
            sign = 1.0 - 2.0 * side
            first = _CLAVICLES[side]
            upper = after(_turn(bones, row, first), _turn(bones, row, first + 1))
            elbow_at = moved(upper, (sign * UPPER, 0.0, 0.0))
            on = moved(after(upper, _turn(bones, row, first + 2)), (sign * LOWER, 0.0, 0.0))
            wrists[side, row, 0] = sign * (elbow_at[0] + on[0])
            wrists[side, row, 1], wrists[side, row, 2] = elbow_at[1] + on[1], elbow_at[2] + on[2]


@numba.njit(cache=True)
def _turn(bones: NDArray[np.float32], row: int, bone: int) -> Turn:
    x, y, z, w = bones[row, bone, 0], bones[row, bone, 1], bones[row, bone, 2], bones[row, bone, 3]
    return np.float64(x), np.float64(y), np.float64(z), np.float64(w)


def _about_y_x_z(turns: Doubles) -> Doubles:
    """The angles about Y, X and Z, float64[F, 3], of turns [F, 3, 3] that are their product in this order."""
    about_y = np.arctan2(turns[:, 0, 2], turns[:, 2, 2])
    about_x = -np.arcsin(np.clip(turns[:, 1, 2], -1.0, 1.0))
    return np.stack((about_y, about_x, np.arctan2(turns[:, 1, 0], turns[:, 1, 1])), axis=-1)
