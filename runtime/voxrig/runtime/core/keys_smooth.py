"""Curves as few smooth pieces: the inner loop of `keys.smooth_keys` and `keys.smooth_rotation_keys`.

Several curves may share their keys: their error at a frame then is the length of the vector of their errors. The
state of a key is float64[C, 2], value and slope of each curve.
"""

import math
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.keys_spline import solved, spline_at

Curves = NDArray[np.float64]
Places = NDArray[np.int64]

_CORNER: Final = 0.4
"""A second difference longer than this part of the curve's range is a corner..."""
_CORNER_BOUNDS: Final = 6.0
"""... if it is also longer than so many bounds."""
_FIRST: Final = 24
"""Frames of the segments that the search starts from."""
_NEAR: Final = 2
"""Keys on either side that move when one between them is taken out."""


@numba.njit(cache=True)
def fit_smooth(curves: Curves, bound: float) -> tuple[Places, Curves, Curves, Curves]:
    """Keys of cubic Hermite segments within the bound: frames int64[K], values, slopes before and after [K, C].

    Between corners a least-squares C1 spline, its values and slopes solved for at all keys at once: where a segment is
    off by more than the bound it gets another key, until none is; then every key that its neighbours can do without is
    taken out again. At corners (a step, a snap) the tangent is broken, so that nothing swings over.

    Args:
        curves: float64[F, C], F at least 1.
        bound: more than 0.
    """
    count, width = curves.shape
    frames, values = np.empty(count, np.int64), np.empty((count, width))
    before, after = np.zeros((count, width)), np.zeros((count, width))
    limits = np.empty((width, 2))
    extent = 0.0
    for c in range(width):
        limits[c, 0], limits[c, 1] = curves[:, c].min(), curves[:, c].max()
        extent = max(extent, limits[c, 1] - limits[c, 0])
    frames[0], values[0] = 0, curves[0]
    keys, first = 0, 0
    while first < count - 1:
        last = _next_corner(curves, first, max(_CORNER * extent, _CORNER_BOUNDS * bound))
        places, states = _fit_piece(curves[first : last + 1], bound, limits)
        for key in range(len(places)):
            at = keys + key
            frames[at], values[at], after[at] = first + places[key], states[key, :, 0], states[key, :, 1]
            if key > 0 or at == 0:
                before[at] = states[key, :, 1]
        keys += len(places) - 1  # the next piece begins with the key that this one ends with
        first = last
    keys += 1
    return frames[:keys].copy(), values[:keys].copy(), before[:keys].copy(), after[:keys].copy()


@numba.njit(cache=True)
def _next_corner(curves: Curves, first: int, sharp: float) -> int:
    """The next frame after `first` where the curves bend more sharply than a smooth piece may, else the last one."""
    for frame in range(first + 1, len(curves) - 1):
        square = 0.0
        for c in range(curves.shape[1]):
            bend = curves[frame + 1, c] - 2.0 * curves[frame, c] + curves[frame - 1, c]
            square += bend * bend
        if square > sharp * sharp:
            return frame
    return len(curves) - 1


@numba.njit(cache=True)
def _fit_piece(curves: Curves, bound: float, limits: Curves) -> tuple[Places, Curves]:
    """Places int64[K] of the keys of a piece and their states float64[K, C, 2]."""
    segments = max(1, (len(curves) - 1 + _FIRST // 2) // _FIRST)
    places = np.empty(segments + 1, np.int64)
    for key in range(segments + 1):
        places[key] = key * (len(curves) - 1) // segments
    while True:
        states = np.empty((len(places), curves.shape[1], 2))
        solved(curves, places, limits, states, False, False)
        finer, keys = np.empty(2 * len(places), np.int64), 0
        for key in range(len(places)):
            finer[keys] = places[key]
            keys += 1
            if key + 1 < len(places):
                worst, at = _error(curves, places[key], places[key + 1], states[key], states[key + 1])
                if worst > bound and at > places[key]:  # else the segment beside it is split
                    finer[keys] = at
                    keys += 1
        if keys == len(places):
            return _thinned(curves, bound, places, states, limits)
        places = finer[:keys].copy()


@numba.njit(cache=True)
def _thinned(curves: Curves, bound: float, places: Places, states: Curves, limits: Curves) -> tuple[Places, Curves]:
    """Take out every key without which its neighbours, moved a little, still stay within the bound."""
    key = 1
    while key < len(places) - 1:
        first, last = max(key - _NEAR - 1, 0), min(key + _NEAR + 1, len(places) - 1)
        fewer = np.append(places[first:key], places[key + 1 : last + 1])
        moved = np.empty((len(fewer), curves.shape[1], 2))
        moved[0], moved[-1] = states[first], states[last]
        solved(curves, fewer, limits, moved, first > 0, last < len(places) - 1)
        good = True
        for place in range(len(fewer) - 1):
            worst, _ = _error(curves, fewer[place], fewer[place + 1], moved[place], moved[place + 1])
            if worst > bound:
                good = False
                break
        if not good:
            key += 1
            continue
        for place in range(len(fewer)):
            places[first + place], states[first + place] = fewer[place], moved[place]
        for place in range(first + len(fewer), len(places) - 1):
            places[place], states[place] = places[place + 1], states[place + 1]
        places, states = places[:-1], states[:-1]
    return places, states


@numba.njit(cache=True)
def _error(curves: Curves, first: int, last: int, start: Curves, end: Curves) -> tuple[float, int]:
    """The largest error of a segment, both ends included, and where between them a key would mend it.

    The place is `first` where there is no frame between.
    """
    worst, worst_between, at = 0.0, -1.0, first
    for frame in range(first, last + 1):
        square = 0.0
        for c in range(curves.shape[1]):
            off = spline_at(start[c], end[c], last - first, frame - first) - curves[frame, c]
            square += off * off
        worst = max(worst, square)
        if first < frame < last and square > worst_between:
            worst_between, at = square, frame
    return math.sqrt(worst), at
