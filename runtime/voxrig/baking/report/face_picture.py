"""Draws a face in a pose as a small picture, on the processor: what a thumbnail in a report shows.

The same pose gives the same bytes. Each pixel is the mean of four samples; light is worked out for each vertex that is
seen, since at this size there are more vertices than pixels.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.baking.report.coarse_mesh import coarse_mesh
from voxrig.baking.report.face_light import LIGHT, TO_CAMERA
from voxrig.baking.report.face_pose import check_pose, posed
from voxrig.baking.report.head_file import Floats
from voxrig.baking.report.head_mesh import head_mesh
from voxrig.baking.report.rasterising import colour, cover, project

Picture = NDArray[np.uint8]

SIZE: Final = (96, 112)
"""Width and height in pixels."""
SAMPLES: Final = 2
"""Samples along each side of a pixel."""
LARGEST: Final = 1024
COARSE: Final = 128
"""Height up to which the head with fewer triangles is drawn: nobody sees the difference."""

_TALL: Final = 0.215
"""Metres at the face that a picture is high."""
_MIDDLE: Final = np.array([0.002, -0.034, -0.01])
"""What the camera looks at, in metres from between the eyes."""
_AWAY: Final = 1.0
"""Metres from there to the camera."""
_NEAR_COLOUR: Final = np.array([0.44, 0.52, 0.59])
_FAR_COLOUR: Final = np.array([0.155, 0.195, 0.245])


class _Camera(NamedTuple):
    place: Floats  # float32[3] metres
    axes: Floats  # float32[3, 3]: right, up, back
    scale: float  # samples a metre at a metre's distance


def draw(pose: NDArray[np.float32], size: tuple[int, int] = SIZE) -> Picture:
    """Draw the viewer's built-in head.

    Args:
        pose: float32[61] in profile `arkit`: shapes 0 to 1, then angles in radians.
        size: width and height in pixels, 16 to LARGEST.

    Returns:
        uint8[height, width, 3], sRGB.

    Raises:
        ValueError: the pose has another shape or is not finite, or the size is out of range.
    """
    width, height = size
    if not (16 <= width <= LARGEST and 16 <= height <= LARGEST):
        raise ValueError(f"a picture of {width} x {height} pixels cannot be drawn; use 16 to {LARGEST} each way")
    mesh = coarse_mesh() if height <= COARSE else head_mesh()
    positions, normals = posed(mesh, check_pose(pose))
    camera = _camera(SAMPLES * height)
    columns, rows = SAMPLES * width, SAMPLES * height
    screen = project(positions, camera.place, camera.axes, camera.scale, columns, rows)
    cells = cover(screen, mesh.triangles, columns, rows)
    behind = backdrop(width, height)
    return colour(cells, mesh.triangles, normals, mesh.colours, mesh.materials, LIGHT, behind, SAMPLES)


@lru_cache(maxsize=8)
def _camera(rows: int) -> _Camera:
    back = np.array(TO_CAMERA) / np.sqrt(np.square(TO_CAMERA).sum())
    right = np.cross([0.0, 1.0, 0.0], back)
    right /= np.sqrt((right**2).sum())
    axes = np.stack([right, np.cross(back, right), back])
    return _Camera((_MIDDLE + _AWAY * back).astype(np.float32), axes.astype(np.float32), rows * _AWAY / _TALL)


@lru_cache(maxsize=8)
def backdrop(columns: int, rows: int) -> Floats:
    """Return a plain background that is lighter behind the head: float32[rows, columns, 3], 0 to 255."""
    y, x = np.mgrid[0:rows, 0:columns]
    across, down = 2 * (x + 0.5) / columns - 1, 2 * (y + 0.5) / rows - 1
    away = np.minimum(1.0, np.sqrt(across**2 + (down + 0.1) ** 2) / 1.35)
    share = (away * away * (3 - 2 * away))[..., None]
    image = np.asarray((255 * (_NEAR_COLOUR + (_FAR_COLOUR - _NEAR_COLOUR) * share)).round(3), np.float32)
    image.flags.writeable = False
    return image
