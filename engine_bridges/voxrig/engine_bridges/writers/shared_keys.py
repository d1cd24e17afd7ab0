"""Few keys for curves that must share their times, as glTF's morph weights do: no curve off by more than a bound."""

from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.keys import linear_at, linear_keys

_ROUNDING: Final = 2.0**-20
"""Kept back from the bound: values are float32, and so is what engines interpolate in."""


class SharedKeys(NamedTuple):
    """Straight lines of several curves.

    Attributes:
        rows: int64[K], rising, from the first row to the last, so that the whole length is told.
        values: float32[K, C].
    """

    rows: NDArray[np.int64]
    values: NDArray[np.float32]


def shared_keys(curves: NDArray[np.float32], bound: float) -> SharedKeys:
    """Reduce curves to few common rows.

    Two ways are tried and the one with fewer keys is taken. One keeps some rows as they are, each as far from the one
    before as all curves allow (a swing door for every curve; O'Rourke 1981 in several dimensions). The other reduces
    each curve alone, which may move its keys within the bound, and puts keys wherever one of them has one.

    Args:
        curves: float32[F, C], F at least 1.
        bound: the most that a curve may be off at any row; 0 keeps every row, but of curves that stand still.
    """
    last = len(curves) - 1
    moving = np.flatnonzero(np.ptp(curves, axis=0) > 0.0)
    if not len(moving):
        rows = np.unique(np.array([0, last]))
        return SharedKeys(rows, curves[rows])
    if bound <= _ROUNDING:
        return SharedKeys(np.arange(last + 1), curves)
    kept = _doors(np.ascontiguousarray(curves[:, moving], np.float64), bound - _ROUNDING)
    alone = {int(place): linear_keys(curves[:, place], bound) for place in moving}
    common = np.unique(np.concatenate([np.array([0, last]), *(keys.frames for keys in alone.values())]))
    if len(kept) <= len(common):
        return SharedKeys(kept, curves[kept])
    values = curves[common].copy()
    for place, keys in alone.items():
        values[:, place] = linear_at(keys, common)
    return SharedKeys(common, values)


@numba.njit(cache=True)
def _doors(curves: NDArray[np.float64], bound: float) -> NDArray[np.int64]:
    """Rows to keep: from each, the furthest one from which straight lines to it stay within the bound in between."""
    count, width = curves.shape
    rows = np.empty(count, np.int64)
    rows[0] = 0
    kept, here = 1, 0
    low, high = np.empty(width), np.empty(width)
    while here < count - 1:
        low[:], high[:] = -np.inf, np.inf
        best = here + 1
        for row in range(here + 1, count):
            through, passable = True, True
            for k in range(width):
                rise = curves[row, k] - curves[here, k]
                through = through and low[k] <= rise / (row - here) <= high[k]
                low[k] = max(low[k], (rise - bound) / (row - here))
                high[k] = min(high[k], (rise + bound) / (row - here))
                passable = passable and low[k] <= high[k]
            if through:
                best = row
            if not passable:
                break
        here = best
        rows[kept] = here
        kept += 1
    return rows[:kept].copy()
