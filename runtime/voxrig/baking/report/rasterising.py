"""Triangles onto samples: projection, hidden surfaces, and the colours of what is seen.

Compiled; without fast mathematics, for equal bytes. What is seen is found first, so that light is worked out for those
vertices alone.
"""

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.baking.report.face_light import EYE, Light
from voxrig.baking.report.head_file import Floats
from voxrig.baking.report.head_mesh import Whole
from voxrig.baking.report.shading import HALF, ONE, ZERO, Single, catch_light, shade

WHITE: Final = np.float32(255.0)
TINY_AREA: Final = np.float32(1e-6)
FAR: Final = np.float32(1e9)
SLACK: Final = np.float32(1e-3)
ONE_TRIANGLE: Final = np.uint32(1)
ALMOST: Final = np.float32(0.999)


@numba.njit(cache=True)
def project(positions: Floats, place: Floats, axes: Floats, scale: float, columns: int, rows: int) -> Floats:
    """Return float32[v, 3]: column and row of each vertex in samples, and 1 over its distance, for the nearest to win.

    Args:
        positions: float32[v, 3] metres.
        place: float32[3] metres, of the camera.
        axes: float32[3, 3]: its right, up and back.
        scale: samples a metre at a metre's distance.
        columns: samples of the picture from left to right.
        rows: and from top to bottom.
    """
    screen = np.empty_like(positions)
    across, down = columns * 0.5, rows * 0.5
    for v in range(len(positions)):
        x, y, z = positions[v, 0] - place[0], positions[v, 1] - place[1], positions[v, 2] - place[2]
        near = np.float32(1.0) / max(-(axes[2, 0] * x + axes[2, 1] * y + axes[2, 2] * z), np.float32(0.01))
        screen[v, 0] = across + scale * (axes[0, 0] * x + axes[0, 1] * y + axes[0, 2] * z) * near
        screen[v, 1] = down - scale * (axes[1, 0] * x + axes[1, 1] * y + axes[1, 2] * z) * near
        screen[v, 2] = near
    return screen


@numba.njit(cache=True)
def cover(screen: Floats, triangles: Whole, columns: int, rows: int) -> Floats:
    """Find what each sample shows.

    Args:
        screen: float32[v, 3] as `project` gives it.
        triangles: uint32[t, 3]; those that are clockwise on the screen face away and are not seen.
        columns: samples from left to right.
        rows: samples from top to bottom.

    Returns:
        float32[rows, columns, 4]: 1 over the distance, the shares of the first two vertices of the triangle that is
        seen, and its number plus one; 0 for none.
    """
    cells = np.zeros((rows, columns, 4), np.float32)
    most_x, most_y = np.float32(columns), np.float32(rows)
    for t in range(np.uint32(len(triangles))):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, bx, by = screen[a, 0], screen[a, 1], screen[b, 0], screen[b, 1]
        cx, cy = screen[c, 0], screen[c, 1]
        area = (by - ay) * (cx - ax) - (bx - ax) * (cy - ay)
        if area <= TINY_AREA:
            continue
        left = np.int32(max(ZERO, min(ax, min(bx, cx)) + HALF))
        right = np.int32(min(most_x, max(ZERO, max(ax, max(bx, cx)) + HALF)))
        top = np.int32(max(ZERO, min(ay, min(by, cy)) + HALF))
        bottom = np.int32(min(most_y, max(ZERO, max(ay, max(by, cy)) + HALF)))
        if left >= right or top >= bottom:
            continue
        # the shares of a, b and c at the first sample, and how they change from one column, and one row, to the next
        over = ONE / area
        u_x, u_y, v_x, v_y = (cy - by) * over, (bx - cx) * over, (ay - cy) * over, (cx - ax) * over
        x, y = np.float32(left) + HALF, np.float32(top) + HALF
        first_u = (x - bx) * u_x + (y - by) * u_y
        first_v = (x - cx) * v_x + (y - cy) * v_y
        first_w, w_x, w_y = ONE - first_u - first_v, -u_x - v_x, -u_y - v_y
        u_over, v_over, w_over = _negative_inverse(u_x), _negative_inverse(v_x), _negative_inverse(w_x)
        near_c = screen[c, 2]
        near_a, near_b = screen[a, 2] - near_c, screen[b, 2] - near_c
        number, width = np.float32(t + 1), np.float32(right - left)
        for row in range(np.uint32(top), np.uint32(bottom)):
            begin, end = _narrowed(ZERO, width, first_u * u_over, u_x)
            begin, end = _narrowed(begin, end, first_v * v_over, v_x)
            begin, end = _narrowed(begin, end, first_w * w_over, w_x)
            skipped = np.int32(begin + ALMOST)
            u, v = first_u + np.float32(skipped) * u_x, first_v + np.float32(skipped) * v_x
            for column in range(np.uint32(left + skipped), np.uint32(left + np.int32(max(end, ZERO)))):
                near = near_c + u * near_a + v * near_b
                if near > cells[row, column, 0]:
                    cells[row, column, 0], cells[row, column, 1] = near, u
                    cells[row, column, 2], cells[row, column, 3] = v, number
                u += u_x
                v += v_x
            first_u += u_y
            first_v += v_y
            first_w += w_y
    return cells


@numba.njit(cache=True)
def _negative_inverse(slope: Single) -> Single:
    return -ONE / slope if slope != ZERO else FAR


@numba.njit(cache=True)
def _narrowed(begin: Single, end: Single, crossing: Single, slope: Single) -> tuple[Single, Single]:
    """The columns of a row where a share that is 0 at `crossing` and has that slope isn't negative either.

    A little is added at both ends, so that no gap is left between triangles that share a side.
    """
    if slope > ZERO:
        return max(begin, crossing - SLACK), end
    return begin, min(end, crossing + SLACK + ONE)


@numba.njit(cache=True)
def colour(
    cells: Floats,
    triangles: Whole,
    normals: Floats,
    colours: Floats,
    materials: Whole,
    light: Light,
    behind: Floats,
    samples: int,
) -> NDArray[np.uint8]:
    """Return the picture, uint8[rows / samples, columns / samples, 3]: each pixel the mean of its samples.

    Args:
        cells: what each sample shows, as `cover` gives it.
        triangles: uint32[t, 3].
        normals: float32[v, 3] of any length.
        colours: float32[v, 3] linear.
        materials: uint32[v].
        light: the lamps.
        behind: float32[rows / samples, columns / samples, 3]: what is seen where no triangle is, 0 to 255.
        samples: along each side of a pixel.
    """
    rows, columns = behind.shape[0], behind.shape[1]
    picture = np.empty((rows, columns, 3), np.uint8)
    shades = shade(_seen(cells, triangles, len(normals)), normals, colours, materials, light)
    half = (light.halves[0, 0], light.halves[0, 1], light.halves[0, 2])
    share = np.float32(1.0 / (samples * samples))
    for y in range(rows):
        for x in range(columns):
            red = green = blue = ZERO
            for j in range(samples * y, samples * y + samples):
                for i in range(samples * x, samples * x + samples):
                    if cells[j, i, 3] == ZERO:
                        red, green, blue = red + behind[y, x, 0], green + behind[y, x, 1], blue + behind[y, x, 2]
                        continue
                    t = np.uint32(cells[j, i, 3]) - ONE_TRIANGLE
                    a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
                    u, v = cells[j, i, 1], cells[j, i, 2]
                    w = ONE - u - v
                    glint = ZERO
                    if materials[a] == EYE:
                        nx = u * normals[a, 0] + v * normals[b, 0] + w * normals[c, 0]
                        ny = u * normals[a, 1] + v * normals[b, 1] + w * normals[c, 1]
                        nz = u * normals[a, 2] + v * normals[b, 2] + w * normals[c, 2]
                        glint = catch_light(nx, ny, nz, half)
                    red += min(WHITE, u * shades[a, 0] + v * shades[b, 0] + w * shades[c, 0] + glint)
                    green += min(WHITE, u * shades[a, 1] + v * shades[b, 1] + w * shades[c, 1] + glint)
                    blue += min(WHITE, u * shades[a, 2] + v * shades[b, 2] + w * shades[c, 2] + glint)
            picture[y, x, 0] = np.uint8(red * share + HALF)
            picture[y, x, 1] = np.uint8(green * share + HALF)
            picture[y, x, 2] = np.uint8(blue * share + HALF)
    return picture


@numba.njit(cache=True)
def _seen(cells: Floats, triangles: Whole, count: int) -> NDArray[np.bool_]:
    """Which of `count` vertices belong to what is shown."""
    seen = np.zeros(count, np.bool_)
    for y in range(cells.shape[0]):
        for x in range(cells.shape[1]):
            if cells[y, x, 3] != ZERO:
                t = np.uint32(cells[y, x, 3]) - ONE_TRIANGLE
                seen[triangles[t, 0]] = seen[triangles[t, 1]] = seen[triangles[t, 2]] = True
    return seen
