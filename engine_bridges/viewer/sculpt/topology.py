"""The net of the skin: a grid around the head with three windows, and rings from the windows to lids and lips."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from viewer.sculpt.loft import HEIGHTS, RINGS, surface
from viewer.sculpt.mesh import Floats, Indices, grid_triangles

_FRONT: Final = 25  # columns a side over the face, 0.034 rad each; the rest opens to the back
_BACK: Final = 11
_STEP: Final = 0.034
_LINE: Final = 0.0635  # a row runs here, metres below the eyes
_ROW: Final = 0.0026
_ABOVE: Final = 10  # rows over the brows
_OVER_LINE: Final = 36  # dense rows above and below the line between the lips
_UNDER_LINE: Final = 15
_BELOW: Final = 17  # rows under the chin
MIDDLE_COLUMN: Final = _FRONT + _BACK
LINE_ROW: Final = _ABOVE + _OVER_LINE
"""The column in the middle of the face and the row of the line between the lips."""


@dataclass(frozen=True)
class Window:
    """A hole in the grid: rows and columns [first, last] of its frame, counted in the grid."""

    top: int
    bottom: int
    left: int
    right: int


def turns() -> Floats:
    """Angles of all columns, from -pi to pi; 0 is the middle column."""
    edge = _FRONT * _STEP
    first = _STEP * 1.25
    rest = np.pi - edge
    bend = (rest - _BACK * first) / (_BACK * (_BACK - 1) / 2)
    steps = first + bend * np.arange(_BACK)
    half = np.concatenate([_STEP * np.arange(_FRONT + 1), edge + np.cumsum(steps)])
    half[-1] = np.pi
    return np.concatenate([-half[:0:-1], half])


def heights() -> Floats:
    """Places of all rows along the profile of the face, metres from the crown."""
    order = np.argsort(-RINGS[:14, 0], kind="stable")
    line = float(np.interp(_LINE, -RINGS[order, 0], HEIGHTS[order]))
    dense = line + _ROW * np.arange(-_OVER_LINE, _UNDER_LINE + 1)
    above = np.linspace(0.0, 1.0, _ABOVE + 1)[:-1] * dense[0]
    below = dense[-1] + (HEIGHTS[-1] - dense[-1]) * np.linspace(0.0, 1.0, _BELOW + 1)[1:]
    return np.concatenate([above, dense, below])


class Grid:
    """The net around the head; vertices inside the windows are left out.

    `index` [rows, columns] numbers the vertices, -1 where there is none; `points` [n, 3] are on the loft.
    """

    def __init__(self, windows: list[Window]) -> None:
        turn, height = turns(), heights()
        rows, columns = len(height), len(turn)
        keep = np.ones((rows, columns), bool)
        for w in windows:
            keep[w.top + 1 : w.bottom, w.left + 1 : w.right] = False
        keep[:, -1] = False  # the seam at the back is one column
        keep[0, 1:] = False  # the crown is one point
        self.index: Indices = np.full((rows, columns), -1, np.intp)
        self.index[keep] = np.arange(keep.sum())
        self.index[0] = self.index[0, 0]
        self.index[:, -1] = self.index[:, 0]
        at_row, at_column = np.nonzero(keep)
        self.points: Floats = surface(turn[at_column], height[at_row])
        triangles = grid_triangles(self.index)
        self.triangles: Indices = _outside(triangles[(triangles >= 0).all(1)], self.index, windows)

    def frame(self, window: Window) -> Indices:
        """Vertex numbers around a window, from the middle of its left edge (as the character has it) over the top."""
        middle = (window.top + window.bottom) // 2
        side = self.index[window.top : window.bottom + 1, window.right]
        other = self.index[window.top : window.bottom + 1, window.left]
        top = self.index[window.top, window.left : window.right + 1]
        bottom = self.index[window.bottom, window.left : window.right + 1]
        k = middle - window.top
        return np.concatenate([side[k::-1], top[::-1][1:], other[1:], bottom[1:], side[:k:-1][1:]])


def _outside(triangles: Indices, index: Indices, windows: list[Window]) -> Indices:
    """Leave out the triangles in the corners of windows, all of whose vertices are on the frame."""
    place = np.zeros((index.max() + 1, 2), np.intp)
    rows, columns = np.nonzero(index >= 0)
    place[index[rows, columns]] = np.stack([rows, columns], -1)
    row, column = place[triangles, 0], place[triangles, 1]
    keep = np.ones(len(triangles), bool)
    for w in windows:
        within = (row.min(1) >= w.top) & (row.max(1) <= w.bottom)
        keep &= ~(within & (column.min(1) >= w.left) & (column.max(1) <= w.right))
    return triangles[keep]
