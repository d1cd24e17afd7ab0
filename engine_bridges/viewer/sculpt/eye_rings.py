"""The rings of an eye: skin around it, the lids, their edges and their inside."""

from typing import Final

import numpy as np

from viewer.sculpt import lids
from viewer.sculpt.features import EYE, EYE_RADIUS, LID_RADIUS, face, lidded
from viewer.sculpt.mesh import Floats
from viewer.sculpt.rings import Rings, around, tags
from viewer.sculpt.topology import Window

_SKIN: Final = (0.22, 0.40, 0.54, 0.66, 0.76, 0.85, 0.93, 1.0)
"""Where the rings between window and edge are, as a share of the way."""
INSIDE: Final = (0.5 * (EYE_RADIUS + LID_RADIUS), EYE_RADIUS - 0.0004, EYE_RADIUS - 0.0020)
"""Metres from the middle of the eyeball to the rings from the edge of the lids inward."""


def add_eye(rings: Rings, window: Window, sign: float) -> None:
    """Fill the window of the left eye (sign 1) or, mirrored, of the right (-1)."""
    outer = rings.grid.frame(window)
    u, side = around(len(outer))
    if sign < 0:  # the frame starts at the inner corner there: let it start at the outer, and run the other way
        half = len(outer) // 2
        outer = np.concatenate([outer[half::-1], outer[:half:-1]])
    flip = np.array([sign, 1.0, 1.0])

    def marks(row: float) -> Floats:
        return tags(len(u), lid=side.astype(float), lid_row=row, lid_u=u)

    frame = rings.grid.points[outer, :2] * flip[:2]
    edge = np.stack([lids.x_of(u), np.where(side >= 0, lids.upper_edge(u), lids.lower_edge(u))], -1)
    for share in _SKIN:
        xy = frame + (edge - frame) * share
        bare = face(xy[:, 0], xy[:, 1])
        rest = lidded(bare)
        rest[:, 2] -= 0.0013 * fold(share, u) * (side > 0)
        outer = rings.add(bare * flip, rest * flip, marks(share), outer, flipped=sign < 0)
    arm = rest - np.array(EYE)
    arm /= np.linalg.norm(arm, axis=1, keepdims=True)
    inward = np.zeros_like(arm)
    inward[:, 1] = -0.0004 * side
    for row, (radius, shift) in enumerate(zip(INSIDE, (1.0, 0.6, -9.0), strict=True)):
        rest = np.array(EYE) + arm * radius + inward * shift
        outer = rings.add(rest * flip, rest * flip, marks(1.2 + 0.3 * row), outer, flipped=sign < 0)


def fold(row: Floats | float, u: Floats) -> Floats:
    """The fold over the upper lid: 1 in its depth, between row 0 and the edge (1), for u from corner to corner."""
    depth: Floats = np.exp(-(((np.asarray(row) - 0.60) / 0.10) ** 2)) * np.sqrt(np.maximum(1 - u**2, 0.0))
    return depth
