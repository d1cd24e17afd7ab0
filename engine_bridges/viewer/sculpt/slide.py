"""Moves skin along the face: sideways and up, with the depth that the face has there."""

import numpy as np

from viewer.sculpt.curves import blob, step
from viewer.sculpt.loft import find, surface
from viewer.sculpt.mesh import Floats
from viewer.sculpt.skin import Skin


def slid(skin: Skin, right: Floats, up: Floats) -> Floats:
    """Displacements [n, 3] that keep each vertex as far above the bare face as it was.

    Args:
        skin: the skin at rest.
        right: metres along X [n], to the character's left.
        up: metres along Y [n].
    """
    rest = skin.mesh.positions
    moved = np.zeros_like(rest)
    moved[:, 0], moved[:, 1] = right, up
    at = np.nonzero((np.abs(right) + np.abs(up) > 1e-6) & (rest[:, 2] > -0.05))[0]
    x = np.clip(rest[at, 0], -0.058, 0.058)
    y = np.clip(rest[at, 1], -0.098, 0.075)
    target_x = np.clip(x + right[at], -0.062, 0.062)
    moved[at, 2] = (_depth(target_x, y + up[at]) - _depth(x, y)) * step(rest[at, 2], -0.05, -0.02)
    return moved


def _depth(x: Floats, y: Floats) -> Floats:
    points = surface(*find(x, y))
    muzzle: Floats = points[:, 2] + 0.0046 * blob(points, (0.0, -0.0635, 0.02), (0.025, 0.02, 0.04))
    return muzzle


def side(x: Floats, soft: float) -> Floats:
    """1 on the character's left, 0 on the right, and `soft` metres about the middle both; both sides add up to 1."""
    return step(x, -soft, soft)


def spot(skin: Skin, x: float, y: float, wide: float, high: float) -> Floats:
    """A soft spot [n] on the front of the left half of the face, 0 on the back of the head and in the mouth."""
    p = skin.mesh.positions
    front = step(p[:, 2], -0.05, -0.015) * (skin.lip_row < 2.05)
    amount: Floats = front * np.exp(-(((p[:, 0] - x) / wide) ** 2) - (((p[:, 1] - y) / high) ** 2))
    return amount


def mirrored_shape(skin: Skin, moved: Floats) -> Floats:
    """The displacements of the other side's shape."""
    return moved[skin.mirror] * [-1.0, 1.0, 1.0]
