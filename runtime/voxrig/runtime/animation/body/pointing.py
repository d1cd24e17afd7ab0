"""Pointing: the posture in which an index finger points at a place."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.body.vocabulary import POINTING
from voxrig.runtime.core.body.kinematics import places, skeleton_rotations, world_turns
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, INDEX
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.skeleton import ENDS, PLACES, rest_places

Doubles = NDArray[np.float64]

REACH: Final = 0.93
"""Arm lengths from shoulder to wrist: the elbow is nearly straight."""
ACROSS: Final = 25.0
"""Degrees that an arm points across the body at the most, against the chest."""
BEHIND: Final = 105.0
"""Degrees that it points to its own side at the most."""
UP: Final = 30.0
"""Degrees that it points up at the most."""
DOWN: Final = 65.0
"""Degrees that it points down at the most."""
TWIST: Final = 20.0
"""Degrees that the chest turns towards it at the most."""

_EYES: Final = rest_places()[[PLACES["eye_l"], PLACES["eye_r"]]].mean(axis=0)
_CHEST: Final = PLACES["spine_05"]
_SHOULDER: Final = {"left": PLACES["upperarm_l"], "right": PLACES["upperarm_r"]}
_TIP: Final = {"left": PLACES["index_03_l"], "right": PLACES["index_03_r"]}
_ENDS: Final = {"left": np.array(ENDS["index_03_l"]), "right": np.array(ENDS["index_03_r"])}
_SHARE: Final = 0.4  # of the angle to the side, that the chest turns
_TRIES: Final = 4


def pointed(x: float, y: float, z: float, left: bool, over: Doubles) -> Doubles:
    """Return the posture that points at a place.

    Args:
        x, y, z: metres in head space (see `target`).
        left: whether the left hand points.
        over: float64[34], what the body does besides; the chest turns on top of it.

    Returns:
        float64[34]. Where an arm does not get to, it points as far there as it goes.
    """
    hand, sign, side = (HAND_L, 1.0, "left") if left else (HAND_R, -1.0, "right")
    target = _EYES + np.array((x, y, z))
    posture = over.copy()
    angle = math.degrees(math.atan2(x, z))
    posture[INDEX["twist"]] += math.radians(min(max(_SHARE * angle, -TWIST), TWIST))
    posture[hand] = POINTING
    posture[hand.start : hand.start + 3] = (0.1, -0.1, REACH)
    aim = np.zeros(3)
    for number in range(_TRIES):
        joints, chest, tip = _seen(posture, side)
        shoulder = joints[_SHOULDER[side]]
        wanted, shown = ((chest.T @ (end - shoulder)) * (sign, 1.0, 1.0) for end in (target, tip))
        goal = _within(wanted)
        aim = goal if number == 0 else aim + goal - _unit(shown)  # the finger is not quite in line with the arm
        posture[hand.start : hand.start + 3] = REACH * _unit(aim)
    return posture


def _seen(posture: Doubles, side: str) -> tuple[Doubles, Doubles, Doubles]:
    """Return the joints, the chest's axes as columns, and the finger tip of a posture."""
    rotations = skeleton_rotations(solve(posture[None]))
    joints, turns = places(rotations)[0], world_turns(rotations)[0]
    return joints, turns[_CHEST], joints[_TIP[side]] + turns[_TIP[side]] @ _ENDS[side]


def _unit(vector: Doubles) -> Doubles:
    return vector / max(math.sqrt(float(vector @ vector)), 1e-6)


def _within(vector: Doubles) -> Doubles:
    """Return the direction nearest to a vector (out, up, fore) in which an arm can point."""
    out, up, fore = (float(value) for value in vector)
    flat = math.hypot(out, fore)
    yaw = min(max(math.degrees(math.atan2(out, fore)), -ACROSS), BEHIND)
    pitch = min(max(math.degrees(math.atan2(up, flat)), -DOWN), UP)
    yaw, pitch = math.radians(yaw), math.radians(pitch)
    return np.array((math.cos(pitch) * math.sin(yaw), math.sin(pitch), math.cos(pitch) * math.cos(yaw)))
