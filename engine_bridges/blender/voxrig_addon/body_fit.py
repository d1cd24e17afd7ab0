"""A session's or a take's body on an armature of any proportions, whose bones have any axes.

A frame's bone is a turn q from the T-pose in the parent's space, in Voxrig's axes. A bone that rests with H there gets
the pose H^-1 * A'^-1 * D * A * H: D is q, or the product of q from the next bone above that the armature has; A turns
the arm from its rest (an A-pose may be) into the T-pose, A' is that of the bone above. As body_fit.h of the native
core.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from .body_bones import aim_of, parent_of
from .turns import Quaternion, product

Point = tuple[float, float, float]
_NONE: Quaternion = (0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Rest:
    """A bone at rest in Voxrig's axes: from its own axes to the character's, and where its joint is, in any unit."""

    turn: Quaternion
    place: Point


@dataclass
class _Row:
    at: int  # of its four numbers among the bones'
    above: int  # the next one up that is announced, -1 where there is none
    left: Quaternion | None  # H^-1 * A'^-1; None where the armature has no such bone
    right: Quaternion
    align: Quaternion  # A; of one that is not there: that of the one above
    pending: Quaternion = _NONE  # what the armature has no bone for; those below take it


class BodyFit:
    """`names` as announced, parents first (head and eyes may be among them); `rests` of the bones that there are."""

    def __init__(self, names: Sequence[str], rests: Mapping[str, Rest]) -> None:
        self._rows: list[_Row] = []
        self.moved = [name for name in names if name in rests]
        for at, name in enumerate(names):
            above = _above(name, names)
            below = self._rows[above].align if above >= 0 else _NONE
            if name not in rests:
                self._rows.append(_Row(4 * at, above, None, _NONE, below))
                continue
            align = _aligned(name, rests, below)
            rest = rests[name].turn
            self._rows.append(_Row(4 * at, above, product(_back(rest), _back(below)), product(align, rest), align))

    def poses(self, values: Sequence[float], first: int) -> list[Quaternion]:
        """Return the poses of the bones that are `moved`, in that order; `first` is where a frame's bones begin."""
        found = []
        for row in self._rows:
            at = first + row.at
            turn = _unit((values[at], values[at + 1], values[at + 2], values[at + 3]))
            if row.above >= 0:
                turn = product(self._rows[row.above].pending, turn)
            row.pending = turn if row.left is None else _NONE
            if row.left is not None:
                found.append(product(product(row.left, turn), row.right))
        return found


def rest_in_our_axes(turn: Quaternion, place: Point, y_up: bool) -> Rest:
    """Return the rest of a bone for what an armature says: with Z up and the face to -Y, unless it is `y_up`."""
    if y_up:
        return Rest(turn, place)
    quarter = sqrt(0.5)
    return Rest(product((-quarter, 0.0, 0.0, quarter), turn), (place[0], place[2], -place[1]))


def _above(name: str, names: Sequence[str]) -> int:
    parent = parent_of(name)
    while parent and parent not in names:
        parent = parent_of(parent)
    return names.index(parent) if parent else -1


def _aligned(name: str, rests: Mapping[str, Rest], below: Quaternion) -> Quaternion:
    aim, side = aim_of(name), name[-2:]
    if aim not in rests:
        return below
    outward = (1.0 if side == "_l" else -1.0, 0.0, 0.0)
    swung = product(_arc(_carried(below, _way(rests[name], rests[aim])), outward, (0.0, 0.0, 1.0)), below)
    first, last = rests.get("index_01" + side), rests.get("pinky_01" + side)
    if name[:-2] != "hand" or first is None or last is None:
        return swung
    _, y, z = _carried(swung, _way(first, last))  # over the knuckles, which go to the back in the T-pose
    return product(_arc((0.0, y, z), (0.0, 0.0, -1.0), outward), swung)


def _way(start: Rest, end: Rest) -> Point:
    (a, b, c), (x, y, z) = start.place, end.place
    return (x - a, y - b, z - c)


def _back(turn: Quaternion) -> Quaternion:
    x, y, z, w = turn
    return (-x, -y, -z, w)


def _carried(turn: Quaternion, way: Point) -> Point:
    x, y, z, _ = product(product(turn, (*way, 0.0)), _back(turn))
    return (x, y, z)


def _unit(turn: Quaternion) -> Quaternion:
    length = sqrt(sum(number * number for number in turn))
    return (turn[0] / length, turn[1] / length, turn[2] / length, turn[3] / length) if length > 0.0 else _NONE


def _arc(start: Point, end: Point, axis: Point) -> Quaternion:
    """The shortest turn from a direction to another; about `axis` where they are opposite."""
    (a, b, c), (x, y, z) = start, end
    lengths = sqrt((a * a + b * b + c * c) * (x * x + y * y + z * z))
    w = lengths + a * x + b * y + c * z
    if w <= 1e-9 * lengths:
        return (*axis, 0.0) if lengths > 0.0 else _NONE
    return _unit((b * z - c * y, c * x - a * z, a * y - b * x, w))
