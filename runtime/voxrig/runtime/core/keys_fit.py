"""Curves as few straight lines: the inner loops of `keys.linear_keys` and `keys.shared_keys`."""

import numba
import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]
Places = NDArray[np.int64]


@numba.njit(cache=True)
def still(curve: Curve, bound: float) -> tuple[bool, float]:
    """Whether one value is within the bound of the whole curve, and which: 0 if it may be, else the middle."""
    low, high = curve[0], curve[0]
    for value in curve:
        low, high = min(low, value), max(high, value)
    if low == high:
        return True, low
    if low <= 0.0 <= high and low >= -bound and high <= bound:
        return True, 0.0
    return high - low <= 2.0 * bound, 0.5 * (low + high)


@numba.njit(cache=True)
def fit_lines(curve: Curve, bound: float) -> tuple[Places, Curve]:
    """Keys of straight lines within the bound: frames int64[K] and values float64[K]."""
    whole, value = still(curve, bound)
    if whole:
        return np.zeros(1, np.int64), np.full(1, value)
    frames, values = fit_shared(curve.reshape(1, -1), bound)
    return frames, values[0]


@numba.njit(cache=True)
def fit_shared(curves: Curve, bound: float) -> tuple[Places, Curve]:
    """Keys of straight lines at frames that all curves share: frames int64[K] and values float64[C, K].

    The window method of Imai and Iri ("An optimal algorithm for approximating a piecewise linear function", J. Inf.
    Process. 9, 1986), each line found in one pass with the two extreme lines of O'Rourke (CACM 24, 1981): from all
    values that the last key can have, the next key is as far away as one line through all windows (curve +- bound)
    leads; which values it can have is an interval again. Back from the end, every key takes the value nearest to the
    curve that its lines allow. With keys anywhere that is the least number of lines for a curve; ours sit on frames,
    which may cost one now and then.

    Args:
        curves: float64[C, F], C and F at least 1.
        bound: more than 0.
    """
    count = curves.shape[1]
    low, high = curves - bound, curves + bound
    moving, stays = np.empty(len(curves), np.int64), np.zeros(len(curves))
    moves = 0
    for c in range(len(curves)):
        whole, stays[c] = still(curves[c], bound)
        if not whole:
            moving[moves] = c
            moves += 1
            low[c], high[c] = np.maximum(low[c], curves[c].min()), np.minimum(high[c], curves[c].max())
    if moves == 0:
        return np.zeros(1, np.int64), stays.reshape(-1, 1)
    keys, frames = 1, np.zeros(count, np.int64)
    reached, ends = np.zeros(moves, np.int64), np.empty((moves, 2))
    while frames[keys - 1] < count - 1:
        at, limit, nearest = frames[keys - 1], count - 1, 0
        for k in range(moves):
            limit, ends[k, 0], ends[k, 1] = _farthest(low[moving[k]], high[moving[k]], at, limit)
            reached[k] = limit
        for k in range(moves):
            c = moving[k]
            if reached[k] > limit:  # another curve needs a key before
                _, ends[k, 0], ends[k, 1] = _farthest(low[c], high[c], at, limit)
            elif reached[nearest] > limit:
                nearest = k
            low[c, limit], high[c, limit] = ends[k, 0], ends[k, 1]
        moving[0], moving[nearest] = moving[nearest], moving[0]  # first next time: likely it is the hardest again
        frames[keys] = limit
        keys += 1
    values = np.empty((len(curves), keys))
    for c in range(len(curves)):
        values[c] = stays[c]
    for c in moving[:moves]:
        values[c, -1] = min(max(curves[c, -1], low[c, -1]), high[c, -1])
        for key in range(keys - 2, -1, -1):
            values[c, key] = _value_before(curves[c], low[c], high[c], frames[key], frames[key + 1], values[c, key + 1])
    return frames[:keys].copy(), values


@numba.njit(cache=True)
def _farthest(low: Curve, high: Curve, at: int, limit: int) -> tuple[int, float, float]:
    """How far, up to `limit`, one line leads from the window of frame `at`, and between which values it arrives."""
    under, over = at, at  # the windows on whose lower end the steepest, on whose upper end the flattest line rests
    steepest, flattest = high[at + 1] - low[at], low[at + 1] - high[at]
    frame = at + 1
    while frame < limit:
        following = frame + 1
        top = low[under] + steepest * (following - under)
        bottom = high[over] + flattest * (following - over)
        if top < low[following] or bottom > high[following]:
            break
        frame = following
        if top > high[frame]:
            steepest = np.inf
            for window in range(under, frame):  # what lies before `under` can't hold the line up any more
                slope = (high[frame] - low[window]) / (frame - window)
                if slope <= steepest:
                    steepest, under = slope, window
        if bottom < low[frame]:
            flattest = -np.inf
            for window in range(over, frame):
                slope = (low[frame] - high[window]) / (frame - window)
                if slope >= flattest:
                    flattest, over = slope, window
    top = low[under] + steepest * (frame - under)
    bottom = high[over] + flattest * (frame - over)
    return frame, max(low[frame], bottom), min(high[frame], top)


@numba.njit(cache=True)
def _value_before(curve: Curve, low: Curve, high: Curve, first: int, last: int, end: float) -> float:
    """The value at frame `first`, nearest to the curve, from which a line leads to `end` through all windows."""
    least, most = -np.inf, np.inf
    for window in range(first, last):
        length = last - window
        least = max(least, (end - high[window]) / length)
        most = min(most, (end - low[window]) / length)
    slope = min(max((end - curve[first]) / (last - first), least), most)
    return float(end - slope * (last - first))
