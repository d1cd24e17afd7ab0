"""Fingers of a recorded hand on ours: how far each joint is bent; spread fingers lie as ours do."""

from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.retargeting.arms import in_mirror
from voxrig.exporters.retargeting.source import Source
from voxrig.exporters.retargeting.turns import about, matrices, unit
from voxrig.runtime.core.body.bones import FINGERS
from voxrig.runtime.core.body.hand import BENDS, SPREAD, finger
from voxrig.runtime.core.skeleton import ENDS, PLACES, SKELETON

Doubles = NDArray[np.float64]

_LAST: Final = 0.6  # of the middle joint's bend, where nothing tells the last one's
_CURLS: Final = np.linspace(0.0, 1.0, 1001)


def put_fingers(source: Source, side: str, world: Doubles) -> None:
    """Write the turns of a hand's fingers against the world, float64[T, J, 3, 3]; the hand's is there."""
    hand = in_mirror(world[:, PLACES[f"hand_{side}"]], side, turn=True)
    for number, name in enumerate(FINGERS):
        bones = _bones(source, name, side)
        if len(bones) < 2:
            local = [np.array(matrices(np.array(finger(0.25, number, joint)))) for joint in range(3)]
        elif number == 0:
            local = _thumb(bones)
        else:
            local = _finger(hand, bones, number)
        turn = hand
        for joint in range(3):
            turn = turn @ local[joint]
            world[:, PLACES[f"{name}_0{joint + 1}_{side}"]] = in_mirror(turn, side, turn=True)


def _bones(source: Source, name: str, side: str) -> list[Doubles]:
    """Where the bones of a finger point, float64[T, 3] each, as a left hand's, as many as are known of three."""
    joints = [f"{name}_0{joint}_{side}" for joint in (1, 2, 3, 4)]
    known = joints[: next((n for n, joint in enumerate(joints) if not source.has(joint)), len(joints))]
    if not known:
        return []
    where = [source.place(joint) for joint in known]
    end = source.end(known[-1]) if len(known) < 4 else None
    if end is not None:
        where.append(end)
    return [in_mirror(unit(b - a), side) for a, b in pairwise(where)]


def _finger(hand: Doubles, bones: list[Doubles], number: int) -> list[Doubles]:
    """The turns of a finger's joints, each against the one before."""
    down = []
    for bone in bones:
        x, y, z = np.moveaxis((hand.transpose(0, 2, 1) @ bone[..., None])[..., 0], -1, 0)
        down.append(np.arctan2(-y, np.copysign(np.hypot(x, z), x)))
    bends = [down[0], *(np.angle(np.exp(1j * (b - a))) for a, b in pairwise(down))]
    if len(bends) < 3:
        bends.append(_LAST * bends[1])
    bends = [np.clip(bend, -0.3, 1.15 * most) for bend, most in zip(bends, BENDS, strict=True)]
    straight = 1.0 - np.clip(bends[0] / BENDS[0], 0.0, 1.0)
    return [about(1, -SPREAD[number - 1] * straight) @ about(2, -bends[0]), about(2, -bends[1]), about(2, -bends[2])]


def _thumb(bones: list[Doubles]) -> list[Doubles]:
    """The same of a thumb: a curl that bends its bones as far as the source's are bent."""
    bent = sum((_bend(a, b) for a, b in pairwise(bones)), np.zeros(len(bones[0])))
    curl = np.interp(bent, _thumb_bends(len(bones)), _CURLS)
    return [_thumb_turns(joint)[np.rint(1000 * curl).astype(int)] for joint in range(3)]


def _bend(one: Doubles, other: Doubles) -> Doubles:
    return np.asarray(np.arctan2(np.linalg.norm(np.cross(one, other), axis=-1), (one * other).sum(-1)))


@cache
def _thumb_turns(joint: int) -> Doubles:
    """float64[1001, 3, 3]: a joint's turn for each of `_CURLS`."""
    return matrices(np.array([finger(curl, 0, joint) for curl in _CURLS.tolist()]))


@cache
def _thumb_bends(bones: int) -> Doubles:
    """How far the bones of our thumb are bent against each other, all in all, for each of `_CURLS`; rising."""
    offsets = [np.array(SKELETON[PLACES[f"thumb_0{joint}_l"]].offset) for joint in (2, 3)]
    offsets.append(np.array(ENDS["thumb_03_l"]))
    turn, ways = np.eye(3), []
    for joint, offset in enumerate(offsets[:bones]):
        turn = turn @ _thumb_turns(joint)
        ways.append(turn @ offset)
    bent = sum((_bend(a, b) for a, b in pairwise(ways)), np.zeros(len(_CURLS)))
    return np.asarray(np.maximum.accumulate(bent) + 1e-9 * _CURLS)
