"""Hips, spine, neck, head and collar bones of a recorded body on our skeleton, and where it faces.

Each joint's turn is its own where the source's rest stands upright; spines and necks of other lengths are walked along
in even parts. Elsewhere hips, chest and head are held so that they are level in the mean, and the trunk leans as its
line from hips to shoulders does. A body faces where its feet point (without feet, where its hips do in the mean of
some seconds), within what hips can turn above feet; that becomes the root's turn.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.retargeting.source import Source
from voxrig.exporters.retargeting.turns import about, between, frame, mean, unit
from voxrig.runtime.core.body.posture import HIGH, INDEX
from voxrig.runtime.core.skeleton import PLACES, rest_places
from voxrig.runtime.core.timing import STEP_RATE

Doubles = NDArray[np.float64]

_X: Final = np.array([1.0, 0.0, 0.0])
_Y: Final = np.array([0.0, 1.0, 0.0])
_FEET: Final = STEP_RATE // 4  # poses of the Gaussian by which the direction of feet is smoothed
_HIPS: Final = 2 * STEP_RATE
_SPINE: Final = tuple(f"spine_0{number}" for number in range(1, 6))
_NECK: Final = ("neck_01", "neck_02", "head")


def put_trunk(source: Source, world: Doubles) -> None:
    """Write the turns of pelvis, spine, neck, head and collar bones against the world.

    Args:
        source: the recorded body.
        world: float64[T, J, 3, 3] of all joints of `SKELETON`; the root's is written too.
    """
    chest = source.chest
    hips = source.at["pelvis"]
    spine = [hips, *_between(source, hips, chest)]
    neck = [chest, *source.path(chest, "head")]
    if source.upright:
        rest = _standing(source)
        spine_turns, neck_turns = ([source.turns[:, number] @ rest for number in part] for part in (spine, neck))
    else:
        held = {number: source.turns[:, number] @ turn for number, turn in _held(source, chest).items()}
        spine_turns, neck_turns = [held[hips], held[chest]], [held[chest], held[source.at["head"]]]
    world[:, PLACES["pelvis"]] = spine_turns[0]
    _walk(spine_turns, _SPINE, world)
    _walk(neck_turns, _NECK, world)
    for side in "lr":
        world[:, PLACES[f"clavicle_{side}"]] = _collar(source, chest, side, world[:, PLACES["spine_05"]])
    world[:, PLACES["root"]] = about(1, _facing(source, world[:, PLACES["pelvis"]]))


def _between(source: Source, hips: int, chest: int) -> list[int]:
    """The numbers of the joints from the hips, without them, to the chest."""
    path = source.path(hips, "upperarm_l")
    return path[: path.index(chest) + 1] if chest in path else []


def _standing(source: Source) -> Doubles:
    """How one who stands as in the source's rest is turned: about the vertical."""
    across = source.rest[source.at["upperarm_l"]] - source.rest[source.at["upperarm_r"]]
    return frame(_Y, across, (1, 0))


def _held(source: Source, chest: int) -> dict[int, Doubles]:
    """For hips, chest and head the turn of ours that lies in the source's joint when that is not turned."""
    shoulders = source.way("upperarm_r", "upperarm_l")
    hips = source.way("thigh_r", "thigh_l") if source.has("thigh_l", "thigh_r") else shoulders
    below = _middle(source, "thigh") if source.has("thigh_l", "thigh_r") else source.place("pelvis")
    ours = rest_places()
    line = ours[[PLACES["upperarm_l"], PLACES["upperarm_r"]]].mean(0)
    line -= ours[[PLACES["thigh_l"], PLACES["thigh_r"]]].mean(0)
    pelvis, head = source.at["pelvis"], source.at["head"]
    found = {}
    for number, across, up, our_up in (
        (pelvis, hips, np.broadcast_to(_Y, hips.shape), _Y),
        (head, shoulders, np.broadcast_to(_Y, hips.shape), _Y),
        (chest, shoulders, _middle(source, "upperarm") - below, line),
    ):
        back = source.turns[:, number].transpose(0, 2, 1)
        side, along = ((back @ unit(way)[..., None])[..., 0].mean(0) for way in (across, up))
        found[number] = frame(side, along, (0, 1)) @ frame(_X, our_up, (0, 1)).T
    return found


def _middle(source: Source, joint: str) -> Doubles:
    return (source.place(f"{joint}_l") + source.place(f"{joint}_r")) / 2


def _walk(turns: Sequence[Doubles], joints: Sequence[str], world: Doubles) -> None:
    """Write the turns of joints that lie evenly on the way along `turns`, whose first is where they begin."""
    for number, joint in enumerate(joints, 1):
        whole, rest = divmod(number * (len(turns) - 1), len(joints))
        turn = turns[whole]
        world[:, PLACES[joint]] = between(turn, turns[whole + 1], rest / len(joints)) if rest else turn


def _collar(source: Source, chest: int, side: str, our_chest: Doubles) -> Doubles:
    path = source.path(chest, f"upperarm_{side}")[:-1]
    if not path:
        return our_chest
    turn = source.turns[:, path[-1]]
    if source.upright:
        return turn @ _standing(source)
    return turn @ mean(turn.transpose(0, 2, 1) @ our_chest)


def _facing(source: Source, pelvis: Doubles) -> Doubles:
    """Where the body faces: radians to its left, float64[T]."""
    hips = np.exp(1j * np.arctan2(pelvis[:, 0, 2], pelvis[:, 2, 2]))
    feet = [way for side in "lr" if (way := _foot(source, side)) is not None]
    told = _smooth(sum(feet, np.zeros(len(pelvis), complex)), _FEET) if len(feet) == 2 else _smooth(hips, _HIPS)
    most = float(HIGH[INDEX["hip_turn"]])
    apart = np.angle(hips * np.conj(told))
    return np.asarray(np.angle(told) + apart - np.clip(apart, -most, most))


def _foot(source: Source, side: str) -> NDArray[np.complex128] | None:
    """The direction of a foot on the ground: Z is real, X is imaginary."""
    foot, toe = f"foot_{side}", f"toe_{side}"
    if not source.has(foot):
        return None
    end = source.place(toe) if source.has(toe) else source.end(foot)
    if end is None:
        return None
    way = unit(end - source.place(foot))
    return np.asarray(way[:, 2] + 1j * way[:, 0])


def _smooth(told: NDArray[np.complex128], spread: int) -> NDArray[np.complex128]:
    bell = np.exp(-0.5 * (np.arange(-3 * spread, 3 * spread + 1) / spread) ** 2)
    return np.convolve(np.pad(told, 3 * spread, mode="edge"), bell / bell.sum(), mode="valid")
