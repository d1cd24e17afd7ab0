"""Rings of vertices that lead from a window of the grid inward, each with tags that say where it belongs."""

import numpy as np
from numpy.typing import NDArray

from viewer.sculpt.features import lidded, sculpted
from viewer.sculpt.mesh import Floats, Indices, grid_triangles
from viewer.sculpt.topology import Grid

LIP, LIP_ROW, LIP_U, LID, LID_ROW, LID_U = range(6)
"""Columns of the tags; what they say is told at `skin.Skin`."""


class Rings:
    """The vertices of a grid and of the rings in its windows, as they are added."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._base = [grid.points]
        self._rest = [lidded(sculpted(grid.points))]
        self._tags = [tags(len(grid.points))]
        self._triangles = [grid.triangles]
        self._count = len(grid.points)

    def add(self, base: Floats, rest: Floats, marks: Floats, outer: Indices, *, flipped: bool = False) -> Indices:
        """Add a ring inside the ring `outer` of as many vertices; return its vertex numbers.

        Args:
            base: where its vertices are on the bare face [n, 3].
            rest: where they are on the skin at rest [n, 3].
            marks: their tags [n, 6].
            outer: numbers of the vertices around it [n].
            flipped: whether the ring runs clockwise as seen from outside, as on the mirrored side.
        """
        index = self._count + np.arange(len(rest))
        self._base.append(base)
        self._rest.append(rest)
        self._tags.append(marks)
        rows = np.stack([outer, index])
        self._triangles.append(grid_triangles(rows if flipped else rows[:, ::-1], around=True))
        self._count += len(rest)
        return index

    def gathered(self) -> tuple[Floats, Floats, Floats, Indices]:
        """Everything: base [n, 3], rest [n, 3], tags [n, 6] and triangles [m, 3]."""
        parts = (self._base, self._rest, self._tags)
        base, rest, marks = (np.concatenate(part) for part in parts)
        return base, rest, marks, np.concatenate(self._triangles)


def tags(count: int, **columns: Floats | float) -> Floats:
    """Tags [count, 6] with some columns filled, of vertices that are in no ring otherwise."""
    marks = np.tile([0.0, -1.0, 0.0, 0.0, -1.0, 0.0], (count, 1))
    for name, value in columns.items():
        marks[:, ("lip", "lip_row", "lip_u", "lid", "lid_row", "lid_u").index(name)] = value
    return marks


def around(count: int) -> tuple[Floats, NDArray[np.intp]]:
    """Of a ring of `count` vertices from the left corner over the top: u from 1 to -1 and back; 1 above, -1 below."""
    half = count // 2
    k = np.arange(half + 1) / half
    u = 0.55 * np.cos(np.pi * k) + 0.45 * (1 - 2 * k)
    u = 0.5 * (u - u[::-1])  # exactly odd, so that both sides mirror to the bit
    side = np.concatenate([[0], np.ones(half - 1), [0], -np.ones(half - 1)]).astype(np.intp)
    return np.concatenate([u, u[half - 1 : 0 : -1]]), side


def circle(count: int) -> tuple[Floats, Floats]:
    """Cosine and sine of `count` even steps, mirrored to the bit across both axes."""
    half = count // 2
    angle = np.pi * np.arange(half + 1) / half
    cosine = 0.5 * (np.cos(angle) - np.cos(angle)[::-1])
    sine = 0.5 * (np.sin(angle) + np.sin(angle)[::-1])
    sine[0] = sine[-1] = 0.0
    return np.concatenate([cosine, cosine[half - 1 : 0 : -1]]), np.concatenate([sine, -sine[half - 1 : 0 : -1]])
