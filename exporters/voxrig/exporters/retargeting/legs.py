"""Legs of a recorded body on our skeleton: thighs and calves point where the source's do, knees bend as its do."""

from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.retargeting.arms import hinge
from voxrig.exporters.retargeting.source import Source
from voxrig.exporters.retargeting.turns import about, frame, unit
from voxrig.runtime.core.skeleton import PLACES, SKELETON

Doubles = NDArray[np.float64]

_X: Final = np.array([1.0, 0.0, 0.0])
_Y: Final = np.array([0.0, 1.0, 0.0])
_CALF: Final = SKELETON[PLACES["foot_l"]].offset
_REST: Final = float(np.arctan2(-_CALF[2], -_CALF[1]))  # a knee at rest is bent by so much


def put_leg(source: Source, side: str, world: Doubles) -> None:
    """Write the turns of a leg against the world, float64[T, J, 3, 3]; without one it stands straight."""
    joints = [f"{joint}_{side}" for joint in ("thigh", "calf", "foot")]
    if not source.has(*joints):
        for joint in joints:
            world[:, PLACES[joint]] = world[:, PLACES["root"]]
        return
    first, second = (unit(source.way(a, b)) for a, b in pairwise(joints))
    usual = world[0, PLACES["pelvis"]] @ _X
    thigh = frame(-first, hinge(first, second, source.turn(joints[0]), usual), (1, 0))
    bend = np.arctan2(np.linalg.norm(np.cross(first, second), axis=-1), (first * second).sum(-1))
    calf = thigh @ about(0, bend - _REST)
    world[:, PLACES[joints[0]]], world[:, PLACES[joints[1]]] = thigh, calf
    world[:, PLACES[joints[2]]] = _foot(source, side, world)


def _foot(source: Source, side: str, world: Doubles) -> Doubles:
    turn = source.turn(f"foot_{side}")
    if source.upright:
        across = source.rest[source.at["upperarm_l"]] - source.rest[source.at["upperarm_r"]]
        return turn @ frame(_Y, across, (1, 0))
    return np.array(world[:, PLACES["root"]])
