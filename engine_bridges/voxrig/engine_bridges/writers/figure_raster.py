"""Rounded cones onto samples: what is seen, how it takes light, and the mean of the samples of each pixel.

Compiled; the camera is so far away that all lines of sight are parallel.
"""

import math
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.float32]

FAR: Final = np.float32(-1e9)
_KEY: Final = (-0.45, 0.62, 0.64)
"""Towards the main lamp: to the right of the picture, up, to the camera; of length 1."""
_STEP: Final = 0.045
"""Metres that a neighbour must be nearer for an outline to be drawn."""


@numba.njit(cache=True)
def cover(ends: Singles, radii: Singles, depth: Singles, seen: NDArray[np.int16], normals: Singles) -> None:
    """Find what each sample shows.

    Args:
        ends: float32[C, 2, 3]: column, row (down) and nearness of both ends, all in samples.
        radii: float32[C, 2] at the ends, in samples.
        depth: float32[rows, columns], is written: nearness of what is seen, `FAR` for nothing.
        seen: int16[rows, columns], is written: number of the capsule, -1 for none.
        normals: float32[rows, columns, 3], is written where something is seen: right, down, near.
    """
    rows, columns = depth.shape
    depth[:] = FAR
    seen[:] = -1
    for c in range(len(ends)):
        ax, ay, az = ends[c, 0]
        bx, by, bz = ends[c, 1, 0] - ax, ends[c, 1, 1] - ay, ends[c, 1, 2] - az
        ra, rb = radii[c]
        rr = ra - rb
        square = bx * bx + by * by + bz * bz - rr * rr  # below 0: one end is inside the other
        left = max(0, math.floor(min(ax - ra, ax + bx - rb)))
        right = min(columns, math.ceil(max(ax + ra, ax + bx + rb)) + 1)
        top = max(0, math.floor(min(ay - ra, ay + by - rb)))
        bottom = min(rows, math.ceil(max(ay + ra, ay + by + rb)) + 1)
        for row in range(top, bottom):
            dy = row + 0.5 - ay
            for column in range(left, right):
                dx = column + 0.5 - ax
                found, w, t = _hit(dx, dy, bx, by, bz, ra, rb, rr, square)
                if not found or az + w <= depth[row, column]:
                    continue
                over = 1.0 / max(ra - t * rr, 1e-6)
                depth[row, column] = az + w
                seen[row, column] = c
                normals[row, column, 0] = (dx - t * bx) * over
                normals[row, column, 1] = (dy - t * by) * over
                normals[row, column, 2] = (w - t * bz) * over


@numba.njit(cache=True)
def _hit(
    dx: float, dy: float, bx: float, by: float, bz: float, ra: float, rb: float, rr: float, square: float
) -> tuple[bool, float, float]:
    """Whether a line of sight meets a rounded cone; how near, from its first end; and how far along its axis."""
    away = dx * dx + dy * dy
    found, near, along = False, -1e9, 0.0
    if square > 0.0:
        a = 1.0 - bz * bz / square
        e = dx * bx + dy * by - ra * rr
        half = bz * e / square
        inside = half * half - a * (away - ra * ra - e * e / square)
        if a > 1e-6 and inside >= 0.0:
            w = (half + math.sqrt(inside)) / a
            t = (e + w * bz) / square
            if 0.0 <= t <= 1.0:
                return True, w, t
    if away < ra * ra:
        found, near = True, math.sqrt(ra * ra - away)
    ex, ey = dx - bx, dy - by
    beyond = ex * ex + ey * ey
    if beyond < rb * rb:
        w = bz + math.sqrt(rb * rb - beyond)
        if w > near:
            found, near, along = True, w, 1.0
    return found, near, along


@numba.njit(cache=True)
def shade(
    depth: Singles, seen: NDArray[np.int16], normals: Singles, colours: Singles, behind: Singles, scale: float,
    picture: NDArray[np.uint8],
) -> None:  # fmt: skip
    """Light what is seen and take the mean of the samples of each pixel.

    Args:
        depth, seen, normals: as `cover` wrote them.
        colours: float32[C, 3], 0 to 255.
        behind: float32[height, width, 3], 0 to 255, is seen where nothing else is.
        scale: samples a metre.
        picture: uint8[height, width, 3], is written.
    """
    height, width = picture.shape[0], picture.shape[1]
    rows, columns = depth.shape
    samples = rows // height
    edge, share = _STEP * scale, 1.0 / (samples * samples)
    for y in range(height):
        for x in range(width):
            red = green = blue = 0.0
            for row in range(samples * y, samples * y + samples):
                for column in range(samples * x, samples * x + samples):
                    c = seen[row, column]
                    if c < 0:
                        red, green, blue = red + behind[y, x, 0], green + behind[y, x, 1], blue + behind[y, x, 2]
                        continue
                    nx, ny, nz = normals[row, column]
                    light = 0.50 + 0.48 * max(0.0, _KEY[0] * nx - _KEY[1] * ny + _KEY[2] * nz) + 0.10 * nz
                    light -= 0.10 * max(0.0, ny)
                    limit = depth[row, column] + edge
                    if (
                        depth[row, max(column - 1, 0)] > limit
                        or depth[row, min(column + 1, columns - 1)] > limit
                        or depth[max(row - 1, 0), column] > limit
                        or depth[min(row + 1, rows - 1), column] > limit
                    ):
                        light *= 0.35
                    red += min(255.0, light * colours[c, 0])
                    green += min(255.0, light * colours[c, 1])
                    blue += min(255.0, light * colours[c, 2])
            picture[y, x, 0] = np.uint8(red * share + 0.5)
            picture[y, x, 1] = np.uint8(green * share + 0.5)
            picture[y, x, 2] = np.uint8(blue * share + 0.5)
