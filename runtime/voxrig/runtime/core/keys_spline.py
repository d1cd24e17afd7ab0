"""Least-squares cubic Hermite splines: values and slopes at given keys that fit curves best."""

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

Curves = NDArray[np.float64]
Places = NDArray[np.int64]

_FAITH: Final = 1e-3
"""Weight of the curve's own slope at a key, for keys that too few frames between them say nothing about."""
_PINNED: Final = 1e6
"""Weight of a frame through which the curve must go, and of a state that must stay."""


@numba.njit(cache=True)
def spline_at(start: Curves, end: Curves, length: int, frame: int) -> float:
    """Value of a segment so many frames after its start; `start` and `end` are float64[2], value and slope."""
    t = frame / length
    u = 1.0 - t
    bend = length * t * u * (u * start[1] - t * end[1])
    return float(u * u * (1.0 + 2.0 * t) * start[0] + t * t * (1.0 + 2.0 * u) * end[0] + bend)


@numba.njit(cache=True)
def solved(curves: Curves, places: Places, limits: Curves, states: Curves, starts: bool, ends: bool) -> None:
    """Write to `states` [K, C, 2] the values and slopes at `places` with the least squared error between them.

    Values stay within `limits` [C, 2]. With `starts` the first state, with `ends` the last one stays as it is; without,
    its value is the curve's.
    """
    keys, width = len(places), curves.shape[1]
    own, next_ = np.zeros((keys, 2, 2)), np.zeros((keys, 2, 2))
    right = np.zeros((keys, width, 2))
    for key in range(keys - 1):
        _add_segment(curves, places, key, own, next_, right)
    for key in range(keys):
        own[key, 1, 1] += _FAITH
        before, after = max(places[key] - 1, 0), min(places[key] + 1, len(curves) - 1)
        for c in range(width):
            right[key, c, 1] += _FAITH * (curves[after, c] - curves[before, c]) / (after - before)
    for key, stays in ((0, starts), (keys - 1, ends)):
        own[key, 0, 0] += _PINNED
        if stays:
            own[key, 1, 1] += _PINNED
        for c in range(width):
            right[key, c, 0] += _PINNED * (states[key, c, 0] if stays else curves[places[key], c])
            if stays:
                right[key, c, 1] += _PINNED * states[key, c, 1]
    first, last = states[0].copy(), states[-1].copy()
    _solve_blocks(own, next_, right, states)
    for key in range(keys):
        for c in range(width):
            states[key, c, 0] = min(max(states[key, c, 0], limits[c, 0]), limits[c, 1])
    for key, stays, state in ((0, starts, first), (keys - 1, ends, last)):
        if stays:
            states[key] = state
        else:
            states[key, :, 0] = curves[places[key]]


@numba.njit(cache=True)
def _add_segment(curves: Curves, places: Places, key: int, own: Curves, next_: Curves, right: Curves) -> None:
    """Add the frames of a segment, but for its first, to the normal equations of its two keys."""
    length = places[key + 1] - places[key]
    basis = np.empty(4)
    for step in range(1, length + 1):
        t = step / length
        u = 1.0 - t
        basis[0], basis[1] = u * u * (1.0 + 2.0 * t), length * t * u * u
        basis[2], basis[3] = t * t * (1.0 + 2.0 * u), -length * t * t * u
        for i in range(2):
            for c in range(curves.shape[1]):
                value = curves[places[key] + step, c]
                right[key, c, i] += basis[i] * value
                right[key + 1, c, i] += basis[2 + i] * value
            for j in range(2):
                own[key, i, j] += basis[i] * basis[j]
                next_[key, i, j] += basis[i] * basis[2 + j]
                own[key + 1, i, j] += basis[2 + i] * basis[2 + j]


@numba.njit(cache=True)
def _solve_blocks(own: Curves, next_: Curves, right: Curves, states: Curves) -> None:
    """Solve the symmetric block tridiagonal system of 2 x 2 blocks for all curves; the arrays are used up."""
    keys, width = right.shape[0], right.shape[1]
    for key in range(1, keys):
        a, b, d = own[key - 1, 0, 0], own[key - 1, 0, 1], own[key - 1, 1, 1]
        scale = 1.0 / (a * d - b * b)
        for j in range(2):
            p, q = next_[key - 1, 0, j], next_[key - 1, 1, j]
            x, y = scale * (d * p - b * q), scale * (a * q - b * p)  # a column of own^-1 * next
            for i in range(2):
                own[key, i, j] -= next_[key - 1, 0, i] * x + next_[key - 1, 1, i] * y
            for c in range(width):
                right[key, c, j] -= x * right[key - 1, c, 0] + y * right[key - 1, c, 1]
    for key in range(keys - 1, -1, -1):
        a, b, d = own[key, 0, 0], own[key, 0, 1], own[key, 1, 1]
        scale = 1.0 / (a * d - b * b)
        for c in range(width):
            p, q = right[key, c, 0], right[key, c, 1]
            if key + 1 < keys:
                p -= next_[key, 0, 0] * states[key + 1, c, 0] + next_[key, 0, 1] * states[key + 1, c, 1]
                q -= next_[key, 1, 0] * states[key + 1, c, 0] + next_[key, 1, 1] * states[key + 1, c, 1]
            states[key, c, 0], states[key, c, 1] = scale * (d * p - b * q), scale * (a * q - b * p)
