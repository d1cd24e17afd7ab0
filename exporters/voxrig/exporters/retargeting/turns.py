"""Many rotations at once: quaternions x, y, z, w and matrices, in numpy."""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


def matrices(quaternions: NDArray[np.floating]) -> Doubles:
    """Return float64[..., 3, 3] of unit quaternions float[..., 4]."""
    x, y, z, w = np.moveaxis(np.asarray(quaternions, np.float64), -1, 0)
    found = np.empty((*x.shape, 3, 3))
    found[..., 0, 0], found[..., 1, 1] = 1 - 2 * (y * y + z * z), 1 - 2 * (x * x + z * z)
    found[..., 2, 2] = 1 - 2 * (x * x + y * y)
    found[..., 0, 1], found[..., 1, 0] = 2 * (x * y - z * w), 2 * (x * y + z * w)
    found[..., 0, 2], found[..., 2, 0] = 2 * (x * z + y * w), 2 * (x * z - y * w)
    found[..., 1, 2], found[..., 2, 1] = 2 * (y * z - x * w), 2 * (y * z + x * w)
    return found


def quaternions(turns: Doubles) -> Doubles:
    """Return unit quaternions float64[..., 4] of rotation matrices float64[..., 3, 3]."""
    m = turns
    trace = m[..., 0, 0] + m[..., 1, 1] + m[..., 2, 2]
    # Four times x, y, z, w by each of them: the row whose own part is largest is the most exact.
    rows = np.empty((*trace.shape, 4, 4))
    for a in range(3):
        b, c = (a + 1) % 3, (a + 2) % 3
        rows[..., a, a] = 1 + 2 * m[..., a, a] - trace
        rows[..., a, b] = rows[..., b, a] = m[..., a, b] + m[..., b, a]
        rows[..., a, 3] = rows[..., 3, a] = m[..., c, b] - m[..., b, c]
    rows[..., 3, 3] = 1 + trace
    best = np.argmax(np.stack([rows[..., k, k] for k in range(4)], axis=-1), axis=-1)
    found = np.take_along_axis(rows, best[..., None, None], axis=-2)[..., 0, :]
    found = found / np.linalg.norm(found, axis=-1, keepdims=True)
    return np.asarray(found * np.where(found[..., 3:] < 0, -1.0, 1.0))


def about(axis: int, angles: Doubles) -> Doubles:
    """Return turns float64[..., 3, 3] about X (0), Y (1) or Z (2) by angles in radians."""
    found = np.zeros((*np.shape(angles), 3, 3))
    a, b = (axis + 1) % 3, (axis + 2) % 3
    found[..., axis, axis] = 1.0
    found[..., a, a] = found[..., b, b] = np.cos(angles)
    found[..., b, a], found[..., a, b] = np.sin(angles), -np.sin(angles)
    return found


def unit(vectors: Doubles) -> Doubles:
    """Return vectors float64[..., 3] at length 1; those of no length stay so."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12))


def frame(first: Doubles, second: Doubles, axes: tuple[int, int]) -> Doubles:
    """Return turns float64[..., 3, 3] that take one axis to `first`, and another as near to `second` as may be.

    Args:
        first: float64[..., 3], of any length but 0.
        second: float64[..., 3], not along `first`.
        axes: which they are: 0 is X, 1 is Y, 2 is Z.
    """
    one, two = axes
    found = np.empty((*first.shape, 3))
    a = unit(first)
    b = unit(second - (second * a).sum(-1, keepdims=True) * a)
    found[..., one], found[..., two] = a, b
    third = np.cross(a, b)
    found[..., 3 - one - two] = third if (two - one) % 3 == 1 else -third
    return found


def shortest(start: Doubles, end: Doubles) -> Doubles:
    """Return the shortest turns float64[..., 3, 3] from directions to directions, float64[..., 3] both."""
    a, b = unit(start), unit(end)
    found = np.empty((*np.broadcast_shapes(a.shape, b.shape)[:-1], 4))
    found[..., :3] = np.cross(a, b)
    found[..., 3] = 1.0 + (a * b).sum(-1)
    return matrices(found / np.maximum(np.linalg.norm(found, axis=-1, keepdims=True), 1e-12))


def between(one: Doubles, other: Doubles, part: float) -> Doubles:
    """Return turns float64[..., 3, 3] on the way from one to the other, 0 to 1."""
    return matrices(_slerped(quaternions(one), quaternions(other), np.float64(part)))


def mean(turns: Doubles) -> Doubles:
    """Return the turn float64[3, 3] that is nearest to all of float64[F, 3, 3]."""
    left, _, right = np.linalg.svd(turns.mean(0))
    sign = np.sign(np.linalg.det(left @ right))
    return np.asarray(left @ np.diag([1.0, 1.0, sign]) @ right)


def resampled(rotations: NDArray[np.floating], fps: Fraction, rate: int) -> Doubles:
    """Return quaternions at other times, by the shortest way between the two frames around each.

    Args:
        rotations: float[F, ..., 4], frame k at k / fps seconds; F > 0.
        fps: frames a second.
        rate: how many a second are wanted.

    Returns:
        float64[T, ..., 4]: number n at exactly n / rate seconds, up to the last frame.
    """
    count = int((len(rotations) - 1) * rate / fps) + 1
    numerator, denominator = fps.numerator, fps.denominator * rate
    whole = np.arange(count, dtype=np.int64) * numerator
    before, rest = whole // denominator, whole % denominator
    after = np.minimum(before + 1, len(rotations) - 1)
    part = (rest / denominator).reshape(-1, *(1,) * (rotations.ndim - 1))
    if not rest.any():
        return np.asarray(rotations[before], np.float64)
    return _slerped(rotations[before].astype(np.float64), rotations[after].astype(np.float64), part)


def _slerped(one: Doubles, other: Doubles, part: Doubles | np.float64) -> Doubles:
    near = (one * other).sum(-1, keepdims=True)
    other = np.where(near < 0, -other, other)
    angle = np.arccos(np.clip(np.abs(near), 0.0, 1.0))
    straight = angle < 1e-4  # too near for sines; a straight line is as good
    sine = np.where(straight, 1.0, np.sin(angle))
    a = np.where(straight, 1.0 - part, np.sin((1.0 - part) * angle) / sine)
    b = np.where(straight, part, np.sin(part * angle) / sine)
    found = a * one + b * other
    return np.asarray(found / np.linalg.norm(found, axis=-1, keepdims=True))
