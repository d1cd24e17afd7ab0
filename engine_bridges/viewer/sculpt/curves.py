"""Soft functions that surfaces and shapes are made of."""

import numpy as np

from viewer.sculpt.mesh import Floats


def step(x: Floats, low: float, high: float) -> Floats:
    """0 below `low`, 1 above `high`, and smooth between (also falling, with low > high)."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def bell(x: Floats, centre: float, radius: float) -> Floats:
    """A Gaussian bell, 1 at the centre, 0.37 a radius away."""
    return np.exp(-(((x - centre) / radius) ** 2))


def blob(points: Floats, centre: tuple[float, float, float], radii: tuple[float, float, float]) -> Floats:
    """A Gaussian blob in space: float64[n] of points [n, 3]."""
    near: Floats = np.exp(-(((points - np.array(centre)) / np.array(radii)) ** 2).sum(-1))
    return near


def soft_max(a: Floats, b: Floats, width: float) -> Floats:
    """The larger of both, rounded off where they are within `width` of each other."""
    near = np.clip(0.5 + 0.5 * (a - b) / width, 0.0, 1.0)
    return b + (a - b) * near + width * near * (1.0 - near)


def spline(x: Floats, knots: Floats, values: Floats) -> Floats:
    """Catmull-Rom spline through values [k, ...] at rising knots [k]; float64[n, ...], ends are held."""
    x = np.clip(x, knots[0], knots[-1])
    at = np.clip(np.searchsorted(knots, x, "right") - 1, 0, len(knots) - 2)
    slopes = np.empty_like(values)
    width = (knots[2:] - knots[:-2]).reshape(-1, *[1] * (values.ndim - 1))
    slopes[1:-1] = (values[2:] - values[:-2]) / width
    slopes[0] = (values[1] - values[0]) / (knots[1] - knots[0])
    slopes[-1] = (values[-1] - values[-2]) / (knots[-1] - knots[-2])
    shape = (-1, *[1] * (values.ndim - 1))
    gap = (knots[at + 1] - knots[at]).reshape(shape)
    t = (x - knots[at]).reshape(shape) / gap
    h00, h10 = (1 + 2 * t) * (1 - t) ** 2, t * (1 - t) ** 2
    h01, h11 = t * t * (3 - 2 * t), t * t * (t - 1)
    result: Floats = h00 * values[at] + h10 * gap * slopes[at] + h01 * values[at + 1] + h11 * gap * slopes[at + 1]
    return result
