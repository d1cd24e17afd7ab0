"""Where a recorded body's joints are and how they are turned, 60 times a second, with up made Y.

What counts is where joints are: it is the same however a program lays the axes of its bones. A pose in which nothing is
turned is of help if it is a person who stands upright (a T-, A- or I-pose); in other files (joints laid along their X
axes, as Maya's joint orientation makes them) it is no pose at all, and how a trunk is held upright is learned from the
motion.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.datasets.motion import Motion
from voxrig.exporters.datasets.speech import DatasetError
from voxrig.exporters.retargeting.turns import matrices, resampled, unit
from voxrig.runtime.core.timing import STEP_RATE

Doubles = NDArray[np.float64]

_UPRIGHT: Final = 0.94  # cosine of the most that a standing rest pose may lean


@dataclass(frozen=True, slots=True)
class Source:
    """A motion in the world, Y up.

    Attributes:
        motion: as it was read.
        used: the places of the joints that count, parents before children; the arrays have them in this order.
        turns: float64[T, K, 3, 3]: each joint's turn against the world's axes; without any, joints are as in `rest`.
        where: float64[T, K, 3]: where it is, in the motion's length.
        up: float64[3, 3]: the turn from the motion's axes to these.
        rest: float64[K, 3]: where it is with nothing turned.
        upright: whether `rest` is a person who stands upright.
        at: for our joints' names, and the path's joints, the number within `used`.
    """

    motion: Motion
    used: tuple[int, ...]
    turns: Doubles
    where: Doubles
    up: Doubles
    rest: Doubles
    upright: bool
    at: dict[str, int]

    def has(self, *joints: str) -> bool:
        """Whether it has all of these joints of ours."""
        return all(joint in self.at for joint in joints)

    def place(self, joint: str) -> Doubles:
        """Where one of our joints is: float64[T, 3]."""
        return np.asarray(self.where[:, self.at[joint]])

    def turn(self, joint: str) -> Doubles:
        """How one of our joints is turned: float64[T, 3, 3]."""
        return np.asarray(self.turns[:, self.at[joint]])

    def way(self, start: str, end: str) -> Doubles:
        """From one of our joints to another: float64[T, 3]."""
        return self.place(end) - self.place(start)

    def end(self, joint: str) -> Doubles | None:
        """Where the bone of a joint without children ends, float64[T, 3], if the file tells."""
        number = self.at[joint]
        offset = self.motion.ends.get(self.used[number])
        if offset is None or not np.any(offset):
            return None
        return np.asarray(self.where[:, number] + self.turns[:, number] @ (self.up @ offset))

    def path(self, start: int, joint: str) -> list[int]:
        """The numbers of the joints from number `start`, without it, down to one of ours, with it."""
        found = [self.at[joint]]
        numbers = {place: number for number, place in enumerate(self.used)}
        while (parent := self.motion.parents[self.used[found[0]]]) >= 0 and numbers[parent] != start:
            found.insert(0, numbers[parent])
        return found

    @property
    def chest(self) -> int:
        """The number of the joint from which both arms come."""
        left, right = (self.path(-1, f"upperarm_{side}") for side in "lr")
        return max(number for number in left if number in right)


def source(motion: Motion) -> Source:
    """Put a motion into the world.

    Raises:
        DatasetError: the skeleton hangs together in another way than a body, or has no size.
    """
    used = _used(motion)
    numbers = {place: number for number, place in enumerate(used)}
    at = {joint: numbers[place] for joint, place in motion.joints.items()}
    parents = [numbers.get(motion.parents[place], -1) for place in used]
    offsets = motion.offsets[list(used)]
    local = matrices(resampled(motion.rotations[:, list(used)], motion.fps, STEP_RATE))
    turns, where = np.empty_like(local), np.empty(local.shape[:3])
    rest = np.zeros((len(used), 3))
    for number, parent in enumerate(parents):
        if parent < 0:
            turns[:, number], where[:, number] = local[:, number], 0.0
        else:
            turns[:, number] = turns[:, parent] @ local[:, number]
            where[:, number] = where[:, parent] + turns[:, parent] @ offsets[number]
            rest[number] = rest[parent] + offsets[number]
    _check(motion, at, parents)
    up = _up(where, at)
    turns, where, rest = up @ turns, where @ up.T, rest @ up.T
    # From here on a joint's turn is against `rest` in our axes: what it turned before it turns now.
    turns = turns @ up.T
    return Source(motion, used, turns, where, up, rest, _stands(rest, at), at)


def _used(motion: Motion) -> tuple[int, ...]:
    """The joints that are ours and all above them."""
    used = set()
    for place in motion.joints.values():
        while place >= 0 and place not in used:
            used.add(place)
            place = motion.parents[place]
    return tuple(sorted(used))


def _check(motion: Motion, at: dict[str, int], parents: list[int]) -> None:
    for side in "lr":
        for upper, lower in (("pelvis", "upperarm"), ("upperarm", "lowerarm"), ("lowerarm", "hand")):
            above = at[upper if upper == "pelvis" else f"{upper}_{side}"]
            number = at[f"{lower}_{side}"]
            while number >= 0 and number != above:
                number = parents[number]
            if number < 0:
                name = motion.names[motion.joints[f"{lower}_{side}"]]
                raise DatasetError(f"the joint {name!r} does not hang below the {upper}; name the joints with --names")


def _up(where: Doubles, at: dict[str, int]) -> Doubles:
    """The turn that makes up Y: up is the axis along which the head is above the hips, all in all."""
    mean = unit(where[:, at["head"]] - where[:, at["pelvis"]]).mean(0)
    axis = int(np.argmax(np.abs(mean)))
    if abs(mean[axis]) < 0.5:
        raise DatasetError("the head is not above the hips for most of the take; leave takes of lying people out")
    sign = 1.0 if mean[axis] > 0 else -1.0
    up = np.zeros((3, 3))
    up[1, axis] = sign  # the other two in their order, so that it is a turn and no mirror
    up[2, (axis + 1) % 3] = sign
    up[0, (axis + 2) % 3] = 1.0
    return up


def _stands(rest: Doubles, at: dict[str, int]) -> bool:
    """Whether a pose is of one who stands upright, in which the trunk is turned in no way but about the vertical."""
    trunk = unit(rest[at["head"]] - rest[at["pelvis"]])
    across = unit(rest[at["upperarm_l"]] - rest[at["upperarm_r"]])
    legs = True
    for side in "lr":
        if f"foot_{side}" in at and f"thigh_{side}" in at:
            legs = legs and unit(rest[at[f"thigh_{side}"]] - rest[at[f"foot_{side}"]])[1] > _UPRIGHT
    return bool(trunk[1] > _UPRIGHT and abs(across[1]) < 0.1 and legs)
