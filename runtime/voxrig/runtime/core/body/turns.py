"""Quaternions (x, y, z, w) in compiled code, as tuples."""

import math

import numba

Turn = tuple[float, float, float, float]
Place = tuple[float, float, float]


@numba.njit(cache=True)
def after(a: Turn, b: Turn) -> Turn:
    """Return a * b: what `b` turns is then turned by `a`."""
    return (
        a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1],
        a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0],
        a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3],
        a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2],
    )


@numba.njit(cache=True)
def undone(a: Turn) -> Turn:
    """Return the inverse of a unit quaternion."""
    return -a[0], -a[1], -a[2], a[3]


@numba.njit(cache=True)
def about_x(angle: float) -> Turn:
    """Return a turn about X, in radians."""
    return math.sin(angle / 2), 0.0, 0.0, math.cos(angle / 2)


@numba.njit(cache=True)
def about_y(angle: float) -> Turn:
    """Return a turn about Y, in radians."""
    return 0.0, math.sin(angle / 2), 0.0, math.cos(angle / 2)


@numba.njit(cache=True)
def about_z(angle: float) -> Turn:
    """Return a turn about Z, in radians."""
    return 0.0, 0.0, math.sin(angle / 2), math.cos(angle / 2)


@numba.njit(cache=True)
def halved(a: Turn) -> Turn:
    """Return the turn that done twice is `a`, by the shorter way."""
    sign = 1.0 if a[3] >= 0.0 else -1.0
    w = sign * a[3] + 1.0
    size = math.sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2] + w * w)
    return sign * a[0] / size, sign * a[1] / size, sign * a[2] / size, w / size


@numba.njit(cache=True)
def moved(a: Turn, v: Place) -> Place:
    """Return a place turned by a unit quaternion."""
    tx = 2.0 * (a[1] * v[2] - a[2] * v[1])
    ty = 2.0 * (a[2] * v[0] - a[0] * v[2])
    tz = 2.0 * (a[0] * v[1] - a[1] * v[0])
    return (
        v[0] + a[3] * tx + a[1] * tz - a[2] * ty,
        v[1] + a[3] * ty + a[2] * tx - a[0] * tz,
        v[2] + a[3] * tz + a[0] * ty - a[1] * tx,
    )


@numba.njit(cache=True)
def cross(a: Place, b: Place) -> Place:
    """Return the vector product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


@numba.njit(cache=True)
def of_axes(x: Place, y: Place, z: Place) -> Turn:
    """Return the turn that takes the axes X, Y, Z to three unit vectors at right angles."""
    trace = x[0] + y[1] + z[2]
    if trace > 0.0:
        s = 2.0 * math.sqrt(trace + 1.0)
        return (y[2] - z[1]) / s, (z[0] - x[2]) / s, (x[1] - y[0]) / s, s / 4.0
    if x[0] > y[1] and x[0] > z[2]:
        s = 2.0 * math.sqrt(1.0 + x[0] - y[1] - z[2])
        return s / 4.0, (y[0] + x[1]) / s, (z[0] + x[2]) / s, (y[2] - z[1]) / s
    if y[1] > z[2]:
        s = 2.0 * math.sqrt(1.0 + y[1] - x[0] - z[2])
        return (y[0] + x[1]) / s, s / 4.0, (z[1] + y[2]) / s, (z[0] - x[2]) / s
    s = 2.0 * math.sqrt(1.0 + z[2] - x[0] - y[1])
    return (z[0] + x[2]) / s, (z[1] + y[2]) / s, s / 4.0, (x[1] - y[0]) / s
