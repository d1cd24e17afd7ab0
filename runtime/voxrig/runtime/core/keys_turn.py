"""Slerps and the rows that they may leave out: the inner loops of `keys` for rotations."""

import math
from typing import Final

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

_SMALL: Final = 1e-4
"""Below this sine of half the angle between two keys a slerp is a straight line to the last digit of a float32."""

Rows = NDArray[np.float64]


def unit_rows(quaternions: ArrayLike) -> Rows:
    """Quaternions [F, J, 4] as float64[J, F, 4] of length 1, every row with the sign that is nearer to the one before.

    Raises:
        ValueError: a quaternion is 0 or not finite, or there are not four numbers a bone.
    """
    given = np.asarray(quaternions, np.float64)
    if given.ndim != 3 or given.shape[2] != 4:
        raise ValueError(f"quaternions of shape {given.shape} are not x, y, z, w a frame; give float32[F, 4]")
    bones = np.array(given.transpose(1, 0, 2), order="C")
    for rows in bones:
        wrong = _normalise(rows)
        if wrong >= 0:
            raise ValueError(f"the quaternion of frame {wrong} is {rows[wrong]}; a turn is finite numbers, not all 0")
    return bones


@numba.njit(cache=True)
def _normalise(rows: Rows) -> int:
    """Make every row of length 1 and near to the one before it; the first row where that can't be, else -1."""
    for row in range(len(rows)):
        square = near = 0.0
        for k in range(4):
            square += rows[row, k] * rows[row, k]
            near += rows[row, k] * rows[max(row - 1, 0), k]
        if not 0.0 < square < np.inf:
            return row
        scale = math.copysign(1.0 / math.sqrt(square), near)
        for k in range(4):
            rows[row, k] *= scale
    return -1


@numba.njit(cache=True)
def _slerp(a: Rows, b: Rows, t: float, out: Rows) -> None:
    """Write the turn that lies the part `t` of the shorter arc from a to b."""
    near = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
    sign = -1.0 if near < 0.0 else 1.0
    sine = math.sqrt(max(1.0 - near * near, 0.0))
    start, end = 1.0 - t, t
    if sine > _SMALL:
        angle = math.atan2(sine, abs(near))
        start, end = math.sin(start * angle) / sine, math.sin(t * angle) / sine
    for k in range(4):
        out[k] = start * a[k] + sign * end * b[k]


@numba.njit(cache=True)
def slerp_all(frames: NDArray[np.int64], rows: Rows, at: NDArray[np.float64], out: Rows) -> None:
    """Write to `out` [len(at), 4] what the keys `rows` at `frames` show at the frames `at`."""
    for place in range(len(at)):
        after = np.searchsorted(frames, at[place], side="right")
        if after == 0 or after == len(frames):
            out[place] = rows[min(after, len(frames) - 1)]
            continue
        first, last = frames[after - 1], frames[after]
        _slerp(rows[after - 1], rows[after], (at[place] - first) / (last - first), out[place])


@numba.njit(cache=True)
def _fits(bones: Rows, first: int, last: int, chord: float, one: Rows) -> bool:
    """Whether slerps from row `first` to row `last` stay within `chord`, a distance on the unit sphere."""
    for rows in bones:
        for row in range(first + 1, last):
            _slerp(rows[first], rows[last], (row - first) / (last - first), one)
            same = opposite = 0.0
            for k in range(4):
                same += (one[k] - rows[row, k]) ** 2
                opposite += (one[k] + rows[row, k]) ** 2
            if min(same, opposite) > chord * chord:
                return False
    return True


@numba.njit(cache=True)
def choose_rows(bones: Rows, chord: float) -> NDArray[np.int64]:
    """Rows of all bones [J, F, 4] to keep: the longest stretch that fits, found by doubling and halving, then on."""
    count = bones.shape[1]
    kept, keys, one = np.empty(count, np.int64), 1, np.empty(4)
    kept[0] = at = 0
    while at < count - 1:
        good, step, bad = at + 1, 2, count
        while good < count - 1:
            tried = min(at + step, count - 1)
            if not _fits(bones, at, tried, chord, one):
                bad = tried
                break
            good, step = tried, 2 * step
        while bad - good > 1:
            middle = (good + bad) // 2
            if _fits(bones, at, middle, chord, one):
                good = middle
            else:
                bad = middle
        kept[keys] = at = good
        keys += 1
    return kept[:keys].copy()
