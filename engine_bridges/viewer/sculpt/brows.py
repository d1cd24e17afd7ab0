"""Brows and lashes, which go with the skin."""

from typing import Final

import numpy as np

from viewer.sculpt.curves import bell, spline, step
from viewer.sculpt.features import EYE, face
from viewer.sculpt.mesh import Floats, Indices, Mesh, grid_triangles
from viewer.sculpt.paint import srgb
from viewer.sculpt.skin import Skin

# The left brow from the nose outward: x, y of its middle, half height; metres.
_BROW: Final = np.array(
    [
        (0.0128, 0.0268, 0.0006),
        (0.0150, 0.0276, 0.0026),
        (0.0240, 0.0298, 0.0034),
        (0.0340, 0.0316, 0.0031),
        (0.0440, 0.0310, 0.0023),
        (0.0520, 0.0276, 0.0012),
        (0.0555, 0.0252, 0.0003),
    ]
)
_HAIR: Final = srgb("4a2d1f")
_LASH: Final = srgb("1c110e")


def make_brow(skin: Skin) -> Mesh:
    """The left brow with the shapes of the skin under it."""
    rows, columns = 7, 26
    path = spline(np.linspace(0, 1, columns), np.linspace(0, 1, len(_BROW)), _BROW)
    points = []
    for v in np.linspace(1.0, -1.0, rows):
        points.append(face(path[:, 0] + 0.0004 * v, path[:, 1] + v * path[:, 2]))
        points[-1][:, 2] += 0.0024 * np.sqrt(1 - min(abs(v), 1.0) ** 2) * np.sqrt(path[:, 2] / 0.004) - 0.0004
    rest = np.concatenate(points)
    index = np.arange(rows * columns).reshape(rows, columns)
    made = Mesh("Brow", rest, grid_triangles(index), np.tile(_HAIR, (len(rest), 1)))
    near, weight = nearest(skin.mesh.positions, rest, 6)
    for name, moved in skin.mesh.shapes.items():
        delta = (moved[near] * weight[:, :, None]).sum(1)
        if np.abs(delta).max() > 1e-5:
            made.shapes[name] = delta
    return made


def nearest(points: Floats, queries: Floats, count: int) -> tuple[Indices, Floats]:
    """Of each query its `count` nearest points, and weights by closeness that add up to 1."""
    square = ((queries[:, None] - points[None]) ** 2).sum(-1)
    near = np.argsort(square, axis=1, kind="stable")[:, :count]
    closeness = 1.0 / (np.take_along_axis(square, near, 1) + 1e-7)
    return near, closeness / closeness.sum(1, keepdims=True)


def make_lashes(skin: Skin) -> Mesh:
    """The left eye's upper lashes: a band that stands on the edge of the lid and turns with it."""
    left = skin.mesh.positions[:, 0] > 0
    rim = np.nonzero(left & (skin.lid_row == 1.0) & (skin.lid >= 0))[0]
    rim = rim[np.argsort(skin.lid_u[rim], kind="stable")]
    u = skin.lid_u[rim]
    rest = _stand(skin.mesh.positions[rim], u)
    index = np.arange(len(rest)).reshape(3, -1)
    both = np.concatenate([grid_triangles(index), grid_triangles(index[:, ::-1])])
    made = Mesh("Lashes", rest, both[: len(both) // 2], np.tile(_LASH, (len(rest), 1)))
    for name, moved in skin.mesh.shapes.items():
        delta = _stand(skin.mesh.positions[rim] + moved[rim], u) - rest
        if np.abs(delta).max() > 1e-5:
            made.shapes[name] = delta
    return made


def _stand(edge: Floats, u: Floats) -> Floats:
    """Rows of the band over the edge of the lid: tip, middle, root."""
    out = edge - np.array(EYE)
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    up = np.array([0.0, 1.0, 0.0]) - out * out[:, 1:2]
    aside = np.array([1.0, 0.0, 0.0])
    outer = (u + 1) / 2
    length = (0.0012 + 0.0030 * bell(u, 0.35, 0.75)) * np.sqrt(np.maximum(1 - u**4, 0.0)) + 0.0006 * step(u, 0.55, 1.0)
    reach = length[:, None]
    tip = edge + reach * (0.55 * out + 0.62 * up + 0.45 * aside * outer[:, None])
    middle = edge + 0.45 * reach * (0.9 * out + 0.25 * up + 0.3 * aside * outer[:, None])
    root = edge + 0.0002 * out - 0.0003 * up
    return np.concatenate([tip, middle, root])
