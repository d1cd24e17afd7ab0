"""The skeleton's turns on rigs with fewer bones: Unity's Humanoid, VRM and most others have a spine of three or less.

What a joint does that a rig lacks, the rig's bones above and below it do together, so that everything from there on is
turned as it was. Each takes as much of it as the joint is near; then what is above also stays in its place, but for
what is quadratic in the angle. Where the bone above carries others as well (a pelvis its legs), those below do it all.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.skeleton import SKELETON

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

_TINY: Final = 1e-12


class _Gap(NamedTuple):
    """Joints that are not there: `lacking`, from above, between `above`, -1 for none, and all of `below`.

    `share` is what `above` does of their turn, 0 to 1; each of `below` does the rest.
    """

    above: int
    lacking: tuple[int, ...]
    below: tuple[int, ...]
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
            _Gap(above, lacking, tuple(below), _share(lacking, below) if above >= 0 and held.count(above) == 1 else 0.0)
            for (above, lacking), below in found.items()
            if lacking
        )
        self.carries: frozenset[str] = frozenset(SKELETON[place].name for gap in self._gaps for place in gap.lacking)
        """Joints that the rig lacks and other bones make up for."""

    def carried(self, turns: Floats) -> Floats:
        """Return the turns of the rig's bones: float32[..., J, 4] of unit quaternions float32[..., J, 4].

        A new array; joints that the rig lacks are unturned in it.
        """
        out = turns.copy()
        for gap in self._gaps:
            whole = turns[..., gap.lacking[0], :].astype(np.float64)
            for place in gap.lacking[1:]:
                whole = _product(whole, turns[..., place, :])
            if not whole[..., :3].any():
                continue
            if gap.share:
                out[..., gap.above, :] = _product(out[..., gap.above, :], _part(whole, gap.share))
            rest = _part(whole, 1.0 - gap.share) if gap.share else whole
            for place in gap.below:
                out[..., place, :] = _product(rest, out[..., place, :])
        out[..., self._missing, :] = (0.0, 0.0, 0.0, 1.0)
        return out


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


def _part(turns: Doubles, share: float) -> Doubles:
    """Return a share of turns float64[..., 4]: about the same axis, by so much of the angle of the shorter way."""
    sine = np.sqrt((turns[..., :3] ** 2).sum(axis=-1, keepdims=True))
    w = turns[..., 3:]
    half = share * np.arctan2(sine, np.abs(w))
    scale = np.copysign(np.sin(half) / np.maximum(sine, _TINY), w)
    return np.concatenate((turns[..., :3] * scale, np.cos(half)), axis=-1)


def _product(left: NDArray[np.floating], right: NDArray[np.floating]) -> Doubles:
    """Multiply quaternions x, y, z, w of shapes [..., 4]: the right one is applied first."""
    x, y, z, w = np.moveaxis(np.asarray(left, np.float64), -1, 0)
    a, b, c, d = np.moveaxis(np.asarray(right, np.float64), -1, 0)
    terms = (w * a + x * d + y * c - z * b, w * b - x * c + y * d + z * a, w * c + x * b - y * a + z * d)
    return np.stack((*terms, w * d - x * a - y * b - z * c), axis=-1)
