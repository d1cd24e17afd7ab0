"""The numbers of a hand, read from where an arm's joints are and how its palm is held.

Places count, not twists: it is all one how a skeleton shares a turn of the palm between upper arm, forearm and hand.
All is along the chest's axes; a right arm is looked at in the mirror.
"""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.arm import LENGTH, LOWER, UPPER, elbow, within_reach
from voxrig.runtime.core.body.bones import FINGERS
from voxrig.runtime.core.body.hand import BENDS, THUMB
from voxrig.runtime.core.skeleton import PLACES

Doubles = NDArray[np.float64]

_SEEN: Final = 0.2  # the elbow's distance from the line, in upper arms, from which on the swivel is told by it
_AROUND: Final = 31  # frames before and after from which a straight arm takes its swivel
_STRETCHED: Final = 1.0  # arm lengths that are asked for at most: more hardly stretches an arm, but jumps about
_CHEST: Final = PLACES["spine_05"]
_MIRROR: Final = np.array([-1.0, 1.0, 1.0])
_FOLD: Final = np.radians(120.0)
_MIDDLE: Final = {"swivel": np.radians(8.0), "pronation": 0.0}


def wrist(turns: Doubles, where: Doubles, side: str) -> Doubles:
    """Return where a wrist is from its shoulder joint, float64[F, 3] in metres, as if it were a left one.

    Args:
        turns: float64[F, J, 3, 3], the joints' turns against the world.
        where: float64[F, J, 3], their places in metres.
        side: "l" or "r".
    """
    return _from_shoulder(turns, where, side, "hand")


def collar(turns: Doubles, side: str) -> tuple[Doubles, Doubles]:
    """Return by how much a shoulder is shrugged and opened, float64[F] radians each."""
    turn = _in_chest(turns, f"clavicle_{side}", side)
    return np.arcsin(np.clip(turn[:, 1, 0], -1.0, 1.0)), np.arctan2(-turn[:, 2, 0], turn[:, 0, 0])


def arm(turns: Doubles, where: Doubles, side: str) -> Doubles:
    """Return the place, swivel, pronation, flexion and deviation of a hand: float64[F, 7]."""
    at = wrist(turns, where, side)
    size = np.maximum(np.linalg.norm(at, axis=-1, keepdims=True), 1e-6)
    along = at / size
    angle = _swivel(_from_shoulder(turns, where, side, "lowerarm"), along)
    pole = _mirrored_at_bisector(np.stack((np.sin(angle), 0 * angle, -np.cos(angle)), axis=-1), along)
    near = np.clip((UPPER**2 + size**2 - LOWER**2) / (2 * UPPER * size), -1.0, 1.0)
    upper = near * along + np.sqrt(1 - near**2) * pole
    fore = at - UPPER * upper
    fore /= np.linalg.norm(fore, axis=-1, keepdims=True)
    down = np.cross(along, pole)
    forearm = np.stack((fore, down, np.cross(fore, down)), axis=-1)
    palm = forearm.transpose(0, 2, 1) @ _in_chest(turns, f"hand_{side}", side)
    found = np.empty((len(at), 7))
    found[:, :3] = reached(at) / LENGTH
    found[:, 3] = _on_circle(angle - _rest_angle(), _MIDDLE["swivel"])
    found[:, 4] = _on_circle(np.arctan2(-palm[:, 1, 2], palm[:, 2, 2]), _MIDDLE["pronation"])
    found[:, 5] = np.arctan2(palm[:, 0, 1], palm[:, 0, 0])
    found[:, 6] = -np.arcsin(np.clip(palm[:, 0, 2], -1.0, 1.0))
    return found


def curls(rotations: Doubles, side: str) -> Doubles:
    """Return the curls of five fingers, float64[F, 5], for local rotations float64[F, J, 4]."""
    found = np.empty((len(rotations), len(FINGERS)))
    for number, finger in enumerate(FINGERS):
        joints = [rotations[:, PLACES[f"{finger}_0{joint}_{side}"]] for joint in (1, 2, 3)]
        joints = [turn if side == "l" else turn * np.array([1.0, -1.0, -1.0, 1.0]) for turn in joints]
        if number == 0:  # the first joint of a thumb also opens it
            angles = [_angle(0.8 * turn[:, 1] - 0.6 * turn[:, 2], turn[:, 3]) for turn in joints[1:]]
            full = np.array(THUMB[1:])
        else:
            angles = [_angle(-turn[:, 2], turn[:, 3]) for turn in joints]
            full = np.array(BENDS)
        found[:, number] = np.stack(angles, axis=-1) @ full / (full @ full)
    return found


def reached(at: Doubles) -> Doubles:
    """Return what `within_reach` takes for the wrist to come to places float64[F, 3] in metres."""
    asked, kept = _reaches()
    size = np.maximum(np.linalg.norm(at, axis=-1), 1e-6)
    return np.asarray(at * (np.interp(size, kept, asked) / size)[:, None])


@cache
def _reaches() -> tuple[Doubles, Doubles]:
    """What is asked of a reach, and what comes of it, in metres, both rising."""
    asked = np.linspace(0.05, _STRETCHED, 2501) * LENGTH
    return asked, np.array([-within_reach(0.0, -size, 0.0)[1] for size in asked.tolist()])


@cache
def _rest_angle() -> float:
    """Where about a hanging arm its elbow is with swivel 0."""
    at = (0.0, -0.7 * LENGTH, 0.0)
    direction = elbow(at, 0.0)[0]
    return float(np.arctan2(direction[0], -direction[2]))


def _swivel(elbow_at: Doubles, along: Doubles) -> Doubles:
    """Where about the arm's line the elbow is, float64[F]; a straight arm takes it from the frames around."""
    across = elbow_at - (elbow_at * along).sum(-1, keepdims=True) * along
    across = _mirrored_at_bisector(across, along)
    told = (-across[:, 2] + 1j * across[:, 0]) / (_SEEN * UPPER)
    seen = np.minimum(np.abs(told), 1.0)
    told *= seen / np.maximum(np.abs(told), 1e-9)
    if seen.min() < 1.0:
        window = np.hanning(2 * _AROUND + 3)[1:-1]
        slow = np.convolve(np.pad(told, _AROUND, mode="edge"), window / window.sum(), mode="valid")
        told = told + (1.0 - seen) * slow
    return np.asarray(np.angle(told))


def _mirrored_at_bisector(vectors: Doubles, along: Doubles) -> Doubles:
    """Take vectors across the arm to where they are with the arm hanging, or back, by the shortest turn.

    On vectors across the arm the turn is the mirroring that swaps straight up and the arm's line, which is its own
    inverse; an arm that points straight up has none.
    """
    normal = along - np.array([0.0, 1.0, 0.0])
    share = (vectors * normal).sum(-1) / np.maximum(1.0 - along[:, 1], 1e-9)
    return np.asarray(vectors - share[:, None] * normal)


def _on_circle(angle: Doubles, middle: float) -> Doubles:
    """Return angles as they are near `middle`; behind it they come back, so that there is no edge to jump at."""
    apart = np.remainder(angle - middle + np.pi, 2 * np.pi) - np.pi
    far = np.minimum((np.pi - np.abs(apart)) / (np.pi - _FOLD), 1.0)
    return np.asarray(middle + far * apart)


def _angle(sine: Doubles, cosine: Doubles) -> Doubles:
    """The angle of a quaternion about an axis, in -pi to pi, by its parts along the axis."""
    return np.asarray(2.0 * np.arctan2(sine * np.where(cosine < 0, -1.0, 1.0), np.abs(cosine)))


def _from_shoulder(turns: Doubles, where: Doubles, side: str, joint: str) -> Doubles:
    way = where[:, PLACES[f"{joint}_{side}"]] - where[:, PLACES[f"upperarm_{side}"]]
    in_chest = (turns[:, _CHEST].transpose(0, 2, 1) @ way[..., None])[..., 0]
    return np.asarray(in_chest if side == "l" else in_chest * _MIRROR)


def _in_chest(turns: Doubles, joint: str, side: str) -> Doubles:
    turn = turns[:, _CHEST].transpose(0, 2, 1) @ turns[:, PLACES[joint]]
    return np.asarray(turn if side == "l" else turn * np.outer(_MIRROR, _MIRROR))
