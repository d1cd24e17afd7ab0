"""The skeleton's turns on rigs with fewer bones: Unity's Humanoid, VRM and most others have a spine of three or less.

What a joint does that a rig lacks, the rig's bones above and below it do together, so that everything from there on is
turned as it was. Each takes as much of it as the joint is near; then what is above also stays in its place, but for
what is quadratic in the angle. Where the bone above carries others as well (a pelvis its legs), those below do it all.
"""

import math
from collections.abc import Collection
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.turns import Turn, after
from voxrig.runtime.core.skeleton import SKELETON

Floats = NDArray[np.float32]

_TINY: Final = 1e-12


class _Gap(NamedTuple):
    """Joints that are not there: `lacking`, from above, between `above`, -1 for none, and all of `below`.

    `share` is what `above` does of their turn, 0 to 1; each of `below` does the rest.
    """

    above: int
    lacking: NDArray[np.int64]
    below: NDArray[np.int64]
    share: float


class FewerBones:
    """Carries the turns of joints that a rig lacks over to those that it has.

    Args:
        names: the rig's bones, as `core.skeleton` calls them; others are ignored.
    """

    def __init__(self, names: Collection[str]) -> None:
        there = [joint.name in names for joint in SKELETON]
        self._missing = np.array([place for place, is_there in enumerate(there) if not is_there], np.intp)
        found: dict[tuple[int, tuple[int, ...]], list[int]] = {}
        for place, is_there in enumerate(there):
            if is_there:
                found.setdefault(_above(place, there), []).append(place)
        held = [above for above, _ in found]
        self._gaps = tuple(
            _Gap(
                above,
                np.array(lacking, np.int64),
                np.array(below, np.int64),
                _share(lacking, below) if above >= 0 and held.count(above) == 1 else 0.0,
            )
            for (above, lacking), below in found.items()
            if lacking
        )
        self.carries: frozenset[str] = frozenset(SKELETON[k].name for _, lacking in found for k in lacking)
        """Joints that the rig lacks and other bones make up for."""

    def carried(self, turns: Floats) -> Floats:
        """Return the turns of the rig's bones: float32[..., J, 4] of unit quaternions float32[..., J, 4].

        A new array; joints that the rig lacks are unturned in it.
        """
        out = turns.copy()
        rows = out.reshape(-1, len(SKELETON), 4)
        for gap in self._gaps:
            _carry(rows, gap.above, gap.lacking, gap.below, gap.share)
        out[..., self._missing, :] = (0.0, 0.0, 0.0, 1.0)
        return out


@numba.njit(cache=True)
def _carry(rows: Floats, above: int, lacking: NDArray[np.int64], below: NDArray[np.int64], share: float) -> None:
    """Carry the turns of a gap over, in float32[n, J, 4]: those of the lacking joints stay as they are."""
    for row in rows:
        whole = _at(row, lacking[0])
        for place in lacking[1:]:
            whole = after(whole, _at(row, place))
        if whole[0] == 0.0 and whole[1] == 0.0 and whole[2] == 0.0:
            continue
        rest = whole
        if share > 0.0:
            rest = _part(whole, 1.0 - share)
            _put(row, above, after(_at(row, above), _part(whole, share)))
        for place in below:
            _put(row, place, after(rest, _at(row, place)))


@numba.njit(cache=True)
def _at(row: Floats, place: int) -> Turn:
    return float(row[place, 0]), float(row[place, 1]), float(row[place, 2]), float(row[place, 3])


@numba.njit(cache=True)
def _put(row: Floats, place: int, turn: Turn) -> None:
    row[place, 0], row[place, 1], row[place, 2], row[place, 3] = turn


@numba.njit(cache=True)
def _part(turn: Turn, share: float) -> Turn:
    """Return a share of a turn: about the same axis, by so much of the angle of the shorter way."""
    sine = math.sqrt(turn[0] * turn[0] + turn[1] * turn[1] + turn[2] * turn[2])
    half = share * math.atan2(sine, abs(turn[3]))
    scale = math.copysign(math.sin(half) / max(sine, _TINY), turn[3])
    return turn[0] * scale, turn[1] * scale, turn[2] * scale, math.cos(half)


def _above(place: int, there: list[bool]) -> tuple[int, tuple[int, ...]]:
    """Return the next joint above that is there, -1 for none, and those between, from above."""
    lacking: list[int] = []
    parent = SKELETON[place].parent
    while parent >= 0 and not there[parent]:
        lacking.insert(0, parent)
        parent = SKELETON[parent].parent
    return parent, tuple(lacking)


def _share(lacking: tuple[int, ...], below: list[int]) -> float:
    """Return how near the lacking joints are to the one above them, on the way from it to those below: 0 to 1."""
    steps = np.cumsum([_length(place) for place in lacking])
    ends = steps[-1] + np.array([_length(place) for place in below])
    return float(1.0 - (steps[:, None] / ends).mean())


def _length(place: int) -> float:
    return float(np.linalg.norm(SKELETON[place].offset))
