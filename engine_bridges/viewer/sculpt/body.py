"""Shoulders and chest in a jumper, down to the chest."""

from typing import Final

import numpy as np

from viewer.sculpt.curves import spline
from viewer.sculpt.mesh import Mesh, grid_triangles, merged
from viewer.sculpt.paint import srgb

_SEGMENTS: Final = 44
_CLOTH, _RIB = srgb("4d8290"), srgb("447683")
# Rings from the collar down: height in front, height behind, half width, z in front, z behind, how square.
_RINGS: Final = np.array(
    [
        (-0.1560, -0.1380, 0.0500, -0.0420, -0.1330, 2.0),
        (-0.1640, -0.1440, 0.0620, -0.0330, -0.1420, 2.0),
        (-0.1760, -0.1560, 0.0900, -0.0200, -0.1530, 2.1),
        (-0.1920, -0.1720, 0.1290, -0.0060, -0.1640, 2.2),
        (-0.2100, -0.1920, 0.1640, 0.0050, -0.1730, 2.3),
        (-0.2330, -0.2180, 0.1880, 0.0140, -0.1790, 2.4),
        (-0.2650, -0.2550, 0.2010, 0.0220, -0.1820, 2.5),
        (-0.3100, -0.3050, 0.2070, 0.0280, -0.1820, 2.5),
        (-0.3700, -0.3700, 0.2080, 0.0310, -0.1800, 2.5),
        (-0.4400, -0.4400, 0.2040, 0.0310, -0.1760, 2.5),
    ]
)


def make_body() -> Mesh:
    """The jumper: chest, and a ribbed collar around the neck."""
    rows = 20
    ring = spline(np.linspace(0, 1, rows), np.linspace(0, 1, len(_RINGS)), _RINGS)
    turn = 2 * np.pi * np.arange(_SEGMENTS) / _SEGMENTS
    sine, cosine = np.sin(turn), np.cos(turn)
    points = []
    for front_y, back_y, half, front_z, back_z, square in ring:
        x = half * np.sign(sine) * np.abs(sine) ** (2 / square)
        along = 0.5 - 0.5 * np.sign(cosine) * np.abs(cosine) ** (2 / square)
        points.append(np.stack([x, front_y + (back_y - front_y) * along, front_z + (back_z - front_z) * along], -1))
    rest = np.concatenate(points)
    index = np.arange(rows * _SEGMENTS).reshape(rows, _SEGMENTS)
    chest = Mesh("Body", rest, grid_triangles(index, around=True), np.tile(_CLOTH, (len(rest), 1)))
    return merged("Body", [chest, _collar()])


def _collar() -> Mesh:
    segments, tube = 88, 7
    turn = 2 * np.pi * np.arange(segments) / segments
    around = 2 * np.pi * np.arange(tube) / tube
    points, colours = [], []
    for k, t in enumerate(turn):
        middle = np.array([0.0495 * np.sin(t), -0.1480 - 0.0080 * np.cos(t), -0.0870 + 0.0455 * np.cos(t)])
        out = np.array([np.sin(t), 0.0, np.cos(t)])
        rib = 1.0 + 0.05 * (k % 2)
        tilt = np.cos(around)[:, None] * out * 0.0062 * rib + np.sin(around)[:, None] * np.array([0, 0.0115, 0]) * rib
        points.append(middle + tilt + out * (0.003 - 0.35 * tilt[:, 1:2]))
        colours.append(np.tile(_RIB if k % 2 else _CLOTH, (tube, 1)))
    index = np.arange(segments * tube).reshape(segments, tube)
    triangles = grid_triangles(index.T[::-1], around=True)
    seam = grid_triangles(np.stack([index[:, 0], index[:, -1]]), around=True)
    return Mesh("Collar", np.concatenate(points), np.concatenate([triangles, seam]), np.concatenate(colours))
