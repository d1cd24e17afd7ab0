"""Curves as few keys: straight lines, smooth ones or turns, never further off than a bound at any frame.

Frames are counted from row 0; between keys a reader interpolates, before the first and after the last key the curve
holds. A bound of 0 asks for a key on every frame. A curve that never moves is one key whatever the bound.
"""

import math
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from voxrig.runtime.core.keys_fit import fit_lines, fit_shared, still
from voxrig.runtime.core.keys_smooth import fit_smooth
from voxrig.runtime.core.keys_turn import choose_rows, slerp_all, unit_rows

BOUND: Final = 0.01
"""The most that a shape may be off, where nothing else is asked for: of its range of 0 to 1."""
TURN: Final = math.radians(0.25)
"""The most that a bone may be off, in radians: a quarter of a degree."""

_ROUNDING: Final = 2.0**-21
"""Kept back from the bound, a part of the largest value: keys are float32, and so is what engines interpolate in."""
_TURN_ROUNDING: Final = 2.0**-20
"""The same of an angle, in radians."""


class Keys(NamedTuple):
    """A curve of straight lines.

    Attributes:
        frames: int64[K], rising.
        values: float32[K].
    """

    frames: NDArray[np.int64]
    values: NDArray[np.float32]


class SharedKeys(NamedTuple):
    """Curves of straight lines with their keys at the same frames.

    Attributes:
        frames: int64[K], rising.
        values: float32[K, C].
    """

    frames: NDArray[np.int64]
    values: NDArray[np.float32]


class SmoothKeys(NamedTuple):
    """A curve of cubic Hermite segments.

    Attributes:
        frames: int64[K], rising.
        values: float32[K], or [K, 4] of a bone.
        before: the same of the slope at the end of the segment before each key, per frame.
        after: the same of the slope at the start of the segment after it; as `before` but at a corner.
    """

    frames: NDArray[np.int64]
    values: NDArray[np.float32]
    before: NDArray[np.float32]
    after: NDArray[np.float32]


def linear_keys(values: ArrayLike, bound: float = BOUND) -> Keys:
    """Reduce a curve to few straight lines; keys sit on frames, their values may differ from the curve's by the bound.

    Keys never leave the range of the curve, so that 0 to 1 stays 0 to 1. For the method see `keys_fit.fit_shared`.

    Args:
        values: float32[F].
        bound: the most that the lines may be off at any frame; not negative.

    Returns:
        At least one key where there is a frame.

    Raises:
        ValueError: a value is not finite, or the bound is negative.
    """
    curve, within = _checked(values, 1, bound)
    if _moves_freely(curve, within):
        return Keys(np.arange(len(curve)), curve.astype(np.float32))
    frames, kept = fit_lines(curve, within)
    return Keys(frames, kept.astype(np.float32))


def shared_keys(values: ArrayLike, bound: float = BOUND) -> SharedKeys:
    """Reduce curves to straight lines with keys at common frames: for files with one array of all curves a key.

    As `linear_keys`, for float32[F, C] with C at least 1; one key where no curve moves.

    Raises:
        ValueError: a value is not finite, or the bound is negative.
    """
    curves, within = _checked(values, 2, bound)
    if _moves_freely(curves, within):
        return SharedKeys(np.arange(len(curves)), curves.astype(np.float32))
    frames, kept = fit_shared(np.ascontiguousarray(curves.T), within)
    return SharedKeys(frames, np.ascontiguousarray(kept.T, np.float32))


def smooth_keys(values: ArrayLike, bound: float = BOUND) -> SmoothKeys:
    """Reduce a curve to few cubic Hermite segments: what an artist edits. Keys sit on frames.

    The tangent goes through a key unbroken, but at corners. For the method see `keys_smooth.fit_smooth`.

    Args:
        values: float32[F].
        bound: the most that the curve may be off at any frame; not negative.

    Returns:
        At least one key where there is a frame. With bound 0 the tangents of keys on every frame lead straight on.

    Raises:
        ValueError: a value is not finite, or the bound is negative.
    """
    curve, within = _checked(values, 1, bound)
    if _moves_freely(curve, within):
        return _smooth(_every_frame(curve))
    whole, value = still(curve, within)
    if whole:
        return _smooth((np.zeros(1, np.int64), np.full(1, value), np.zeros(1), np.zeros(1)))
    frames, kept, before, after = fit_smooth(curve[:, None], within)
    return _smooth((frames, kept[:, 0], before[:, 0], after[:, 0]))


def smooth_rotation_keys(quaternions: ArrayLike, turn: float = TURN) -> SmoothKeys:
    """Reduce the quaternions of a bone to few cubic Hermite segments of their numbers, as Unity keeps them.

    Args:
        quaternions: float32[F, 4], as in `rotation_keys`.
        turn: the most that the bone may be off at any frame, once what is read has length 1 again, in radians.

    Returns:
        Values and slopes are float32[K, 4]; a quaternion follows on the one before, on the nearer side.

    Raises:
        ValueError: as `rotation_keys`.
    """
    rows = unit_rows(np.asarray(quaternions, np.float64)[:, None])[0]
    within = math.sin(min(_checked_turn(turn), math.pi) / 2.0)  # the distance between unit quaternions, not its half
    if len(rows) == 0 or (within <= 0.0 and (rows != rows[0]).any()):
        return _smooth(_every_frame(rows))
    if (rows == rows[0]).all():
        return _smooth((np.zeros(1, np.int64), rows[:1], np.zeros((1, 4)), np.zeros((1, 4))))
    return _smooth(fit_smooth(rows, within))


def rotation_keys(quaternions: ArrayLike, turn: float = TURN) -> NDArray[np.int64]:
    """Choose the rows of a bone to keep, so that slerps between them stay within an angle of every row.

    Args:
        quaternions: float32[F, 4], x, y, z, w, or float32[F, J, 4] for bones that share their keys; of any length but
            0; q and -q are the same turn.
        turn: the most that a slerp between kept rows, along the shorter arc, may be off at any row, in radians; 0
            keeps every row of a bone that moves.

    Returns:
        int64[K], rising: the first row and, unless no bone ever moves, the last one.

    Raises:
        ValueError: a quaternion is 0 or not finite, or the angle is negative.
    """
    given = np.asarray(quaternions, np.float64)
    rows = unit_rows(given[:, None] if given.ndim == 2 else given)
    within = _checked_turn(turn)
    if (rows == rows[:, :1]).all():
        return np.arange(min(rows.shape[1], 1))
    if within <= 0.0:
        return np.arange(rows.shape[1])
    return np.asarray(choose_rows(rows, 2.0 * math.sin(min(within, math.pi) / 4.0)))


def linear_at(keys: Keys, frames: ArrayLike) -> NDArray[np.float64]:
    """Read straight lines back: float64 of the shape of `frames`, which may lie between frames."""
    return np.interp(np.asarray(frames, np.float64), keys.frames, keys.values)


def smooth_at(keys: SmoothKeys, frames: ArrayLike) -> NDArray[np.float64]:
    """Read Hermite segments back: float64 of the shape of `frames`, which may lie between frames.

    Of `smooth_rotation_keys`, float64[..., 4], whose length is only near to 1.
    """
    at = np.clip(np.asarray(frames, np.float64), keys.frames[0], keys.frames[-1])
    if len(keys.frames) == 1:
        return np.broadcast_to(keys.values[0], at.shape + keys.values.shape[1:]).astype(np.float64)
    first = np.clip(np.searchsorted(keys.frames, at, side="right") - 1, 0, len(keys.frames) - 2)
    length = (keys.frames[first + 1] - keys.frames[first]).astype(np.float64)
    t = (at - keys.frames[first]) / length
    if keys.values.ndim == 2:
        t, length = t[..., None], length[..., None]
    u = 1.0 - t
    start, end = keys.values[first].astype(np.float64), keys.values[first + 1].astype(np.float64)
    bend = length * t * u * (u * keys.after[first] - t * keys.before[first + 1])
    return np.asarray(u * u * (1.0 + 2.0 * t) * start + t * t * (1.0 + 2.0 * u) * end + bend)


def rotations_at(frames: NDArray[np.int64], quaternions: ArrayLike, at: ArrayLike) -> NDArray[np.float64]:
    """Slerp between the keys of a bone along the shorter arc; before the first and after the last key it holds.

    Args:
        frames: int64[K], rising.
        quaternions: float32[K, 4], one a key.
        at: frames, which may lie between frames.

    Returns:
        float64[..., 4] of length 1 for `at` of shape [...].
    """
    times = np.asarray(at, np.float64)
    out = np.empty((times.size, 4))
    rows = unit_rows(np.asarray(quaternions, np.float64)[:, None])[0]
    slerp_all(np.asarray(frames, np.int64), rows, np.ascontiguousarray(times).reshape(-1), out)
    return out.reshape(*times.shape, 4)


def _checked(values: ArrayLike, axes: int, bound: float) -> tuple[NDArray[np.float64], float]:
    """Curves as float64[F] or [F, C], and the bound less what rounding to float32 may add."""
    curves = np.ascontiguousarray(values, np.float64)
    if curves.ndim != axes:
        raise ValueError(
            f"values of shape {curves.shape} are not float32[{('F', 'F, C')[axes - 1]}]; frames come first"
        )
    if not bound >= 0.0:
        raise ValueError(
            f"bound {bound} is negative or no number; give 0 for a key on every frame, or for example 0.01"
        )
    largest = _largest(curves.reshape(-1))
    if not largest < np.inf:
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(curves))[0])
        raise ValueError(f"a curve is {curves[place]} at frame {place[0]}; keys need finite numbers")
    return curves, bound - _ROUNDING * largest


def _checked_turn(turn: float) -> float:
    """The angle less what rounding to float32 may add."""
    if not turn >= 0.0:
        raise ValueError(f"turn {turn} is negative or no number; give radians, 0 for a key on every frame")
    return turn - _TURN_ROUNDING


def _every_frame(curve: NDArray[np.float64]) -> "_Fitted":
    """A key on every frame of float64[F] or [F, C], the tangents straight to the neighbours."""
    steps = np.diff(curve, axis=0)
    before, after = np.zeros_like(curve), np.zeros_like(curve)
    before[1:], after[:-1] = steps, steps
    before[:1], after[-1:] = after[:1], before[-1:]
    return np.arange(len(curve)), curve, before, after


def _smooth(fitted: "_Fitted") -> SmoothKeys:
    frames, values, before, after = fitted
    return SmoothKeys(frames, values.astype(np.float32), before.astype(np.float32), after.astype(np.float32))


_Fitted = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def _moves_freely(curves: NDArray[np.float64], within: float) -> bool:
    """Whether every frame becomes a key: something moves, and may not be off. True also without a frame."""
    return len(curves) == 0 or (within <= 0.0 and bool((curves != curves[:1]).any()))


@numba.njit(cache=True)
def _largest(values: NDArray[np.float64]) -> float:
    """The largest magnitude; infinite where a value is NaN or infinite."""
    largest = 0.0
    for value in values:
        if not abs(value) < np.inf:
            return float(np.inf)
        largest = max(largest, abs(value))
    return largest
