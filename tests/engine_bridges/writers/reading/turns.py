"""Rotations as the readers compare them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def turned_apart(one: ArrayLike, other: ArrayLike) -> Floats:
    """The angle in radians between rotations x, y, z, w of shape [..., 4] of any length; q and -q are the same."""
    a, b = (np.asarray(turn, np.float64) for turn in (one, other))
    a, b = (turn / np.linalg.norm(turn, axis=-1, keepdims=True) for turn in (a, b))
    apart = np.minimum(np.linalg.norm(a - b, axis=-1), np.linalg.norm(a + b, axis=-1))
    return np.asarray(4.0 * np.arcsin(np.minimum(apart / 2.0, 1.0)))  # by the chord, which tells small angles


def slerped(times: Floats, values: Floats, moment: float) -> Floats:
    """What keys of a rotation show at a moment: unit rows [K, 4], the shorter arc between them, held outside."""
    after = int(np.searchsorted(times, moment))
    if after == 0 or after == len(times):
        return values[min(after, len(times) - 1)]
    part = (moment - times[after - 1]) / (times[after] - times[after - 1])
    one, other = values[after - 1], values[after]
    near = float(one @ other)
    if near < 0:
        other, near = -other, -near
    angle = np.arccos(min(near, 1.0))
    if angle < 1e-6:
        return np.asarray(one + part * (other - one))
    return np.asarray((np.sin((1 - part) * angle) * one + np.sin(part * angle) * other) / np.sin(angle))


def matrices(turns: ArrayLike) -> Floats:
    """Rotation matrices [F, 3, 3] of x, y, z, w [F, 4]."""
    q = np.asarray(turns, float)
    x, y, z, w = (q / np.linalg.norm(q, axis=1, keepdims=True)).T
    rows = [[1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)]]  # fmt: skip
    return np.moveaxis(np.array(rows), -1, 0)


def quaternion(matrix: Floats) -> list[float]:
    """x, y, z, w of a rotation matrix [3, 3]: the eigenvector of its symmetric four by four."""
    m = matrix
    k = np.array([[m[0, 0] - m[1, 1] - m[2, 2], m[0, 1] + m[1, 0], m[0, 2] + m[2, 0], m[2, 1] - m[1, 2]],
                  [m[0, 1] + m[1, 0], m[1, 1] - m[0, 0] - m[2, 2], m[1, 2] + m[2, 1], m[0, 2] - m[2, 0]],
                  [m[0, 2] + m[2, 0], m[1, 2] + m[2, 1], m[2, 2] - m[0, 0] - m[1, 1], m[1, 0] - m[0, 1]],
                  [m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1], np.trace(m)]])  # fmt: skip
    return [float(part) for part in np.linalg.eigh(k)[1][:, -1]]


def matrices_apart(one: Floats, other: Floats) -> Floats:
    """The angle in radians between rotation matrices [..., 3, 3]."""
    distance = np.linalg.norm(one - other, axis=(-2, -1)) / np.sqrt(8.0)  # the sine of half the angle
    return np.asarray(2.0 * np.arcsin(np.minimum(distance, 1.0)))
