"""Arms and hands of a recorded body on our skeleton.

Upper arm and forearm point where the source's do, and the elbow bends in the same plane; a straight arm's plane is
the one in which that elbow bends otherwise. The palm lies as the joints of index and little finger tell; without
fingers it lies in the forearm as it does at rest, palms down in a T-pose and so carried to where the rest has the arms.
The turn of the palm is shared between forearm and hand as our solver does it. A right arm is looked at in the mirror.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.retargeting.source import Source
from voxrig.exporters.retargeting.turns import about, frame, shortest, unit
from voxrig.runtime.core.skeleton import PLACES, rest_places

Doubles = NDArray[np.float64]

_X: Final = np.array([1.0, 0.0, 0.0])
_Y: Final = np.array([0.0, 1.0, 0.0])
_MIRROR: Final = np.array([-1.0, 1.0, 1.0])
_BENT: Final = 0.35  # sine of the bend from which on an elbow's plane is told by it alone
_MOSTLY: Final = np.array([0.0, -1.0, 0.0])  # the elbow's axis of an arm in a T-pose, which bends to the fore
_USUAL: Final = 0.25  # radians: how far palms are turned in, in the mean, where nothing tells


def in_mirror(array: Doubles, side: str, *, turn: bool = False) -> Doubles:
    """Return vectors float64[..., 3] or turns float64[..., 3, 3] of a side as those of a left one, and back."""
    if side == "l":
        return array
    return array * np.outer(_MIRROR, _MIRROR) if turn else array * _MIRROR


def put_arm(source: Source, side: str, world: Doubles) -> None:
    """Write the turns of an arm and its hand against the world, float64[T, J, 3, 3], in our axes."""
    first = in_mirror(unit(source.way(f"upperarm_{side}", f"lowerarm_{side}")), side)
    second = in_mirror(unit(source.way(f"lowerarm_{side}", f"hand_{side}")), side)
    upper_turn = in_mirror(source.turn(f"upperarm_{side}"), side, turn=True)
    upper = frame(first, -hinge(first, second, upper_turn, _MOSTLY), (0, 1))
    bend = np.arctan2(np.linalg.norm(np.cross(first, second), axis=-1), (first * second).sum(-1))
    fore = upper @ about(1, -bend)
    hand = _hand(source, side, fore, second)
    palm = fore.transpose(0, 2, 1) @ hand
    turned = np.arctan2(-palm[:, 1, 2], palm[:, 2, 2])
    for joint, turn in (("upperarm", upper), ("lowerarm", fore @ about(0, turned / 2)), ("hand", hand)):
        world[:, PLACES[f"{joint}_{side}"]] = in_mirror(turn, side, turn=True)


def hinge(first: Doubles, second: Doubles, turns: Doubles, usual: Doubles) -> Doubles:
    """Return the axes, float64[T, 3], about which a joint between two bones is bent.

    Args:
        first: float64[T, 3]: where the first bone points, of length 1.
        second: where the second one does.
        turns: float64[T, 3, 3]: how the first bone is turned: in it, the axis stays where it is.
        usual: float64[3]: the axis in the world, for a joint that is never bent.
    """
    across = np.cross(first, second)
    own = (turns.transpose(0, 2, 1) @ across[..., None])[..., 0].mean(0)
    size = float(np.linalg.norm(own))
    axis = own / size if size > 0.02 else turns[0].T @ usual
    straight = np.maximum(1.0 - np.linalg.norm(across, axis=-1, keepdims=True) / _BENT, 0.0) ** 2
    return np.asarray(across + straight * _BENT * (turns @ axis))


def _hand(source: Source, side: str, fore: Doubles, second: Doubles) -> Doubles:
    """The turn of a hand against the world, as a left one's."""
    turn = in_mirror(source.turn(f"hand_{side}"), side, turn=True)
    back = turn.transpose(0, 2, 1)
    inner, outer = (
        f"index_01_{side}",
        next((f"{f}_01_{side}" for f in ("pinky", "ring") if source.has(f"{f}_01_{side}")), ""),
    )
    if source.has(inner) and outer:
        ways = [in_mirror(source.way(f"hand_{side}", joint), side) for joint in (inner, outer)]
        a, b = ((back @ way[..., None])[..., 0].mean(0) for way in ways)
        ours = rest_places()
        c, d = (in_mirror(ours[PLACES[joint]] - ours[PLACES[f"hand_{side}"]], side) for joint in (inner, outer))
        return turn @ (frame(a + b, a - b, (0, 2)) @ frame(c + d, c - d, (0, 2)).T)
    if source.upright:
        way = source.rest[source.at[f"hand_{side}"]] - source.rest[source.at[f"lowerarm_{side}"]]
        across = source.rest[source.at["upperarm_l"]] - source.rest[source.at["upperarm_r"]]
        standing = in_mirror(frame(_Y, across, (1, 0)), side, turn=True)
        return turn @ (shortest(standing @ _X, in_mirror(way, side)) @ standing)
    usual = fore @ about(0, np.full(len(fore), _USUAL))
    along, down = ((back @ way[..., None])[..., 0].mean(0) for way in (second, usual[..., 1]))
    return turn @ frame(along, down, (0, 1))
