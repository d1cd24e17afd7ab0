"""The skin: grid, rings of eyes and mouth, and what shapes need to know of each vertex."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.sculpt.eye_rings import add_eye
from viewer.sculpt.mesh import Floats, Indices, Mesh
from viewer.sculpt.mouth_rings import add_mouth
from viewer.sculpt.rings import LID, LID_ROW, LID_U, LIP, LIP_ROW, LIP_U, Rings
from viewer.sculpt.topology import LINE_ROW, MIDDLE_COLUMN, Grid, Window

_MOUTH: Final = Window(LINE_ROW - 6, LINE_ROW + 6, MIDDLE_COLUMN - 15, MIDDLE_COLUMN + 15)
_LEFT_EYE: Final = Window(13, 29, MIDDLE_COLUMN + 4, MIDDLE_COLUMN + 23)
_RIGHT_EYE: Final = Window(13, 29, MIDDLE_COLUMN - 23, MIDDLE_COLUMN - 4)


@dataclass
class Skin:
    """The mesh of the skin and, for each of its n vertices, where it belongs."""

    mesh: Mesh
    base: Floats
    """[n, 3] on the face before lids; of the grid on the loft, before all features."""
    lip: NDArray[np.intp]
    """[n] 1 on the upper side of the mouth's rings, -1 on the lower, 0 elsewhere and at the corners."""
    lip_row: Floats
    """[n] -1 away from the mouth, 0 to 1 from window to border, 1 to 2 on to where the lips touch, then to 3."""
    lip_u: Floats
    """[n] from the right corner of the mouth (-1) to the left (1) along the rings."""
    lid: NDArray[np.intp]
    """[n] 1 on the upper lid's rings of either eye, -1 on the lower, 0 elsewhere and at the corners."""
    lid_row: Floats
    """[n] -1 away from the eyes, 0 to 1 from the window to the edge of the lid, 1 to 2 from there to the inside."""
    lid_u: Floats
    """[n] from the inner corner of the eye (-1) to the outer (1) along the rings."""
    mirror: Indices
    """[n] the vertex on the other side."""


def make_skin() -> Skin:
    """Build the skin at rest; its mesh has no shapes and is white."""
    rings = Rings(Grid([_MOUTH, _LEFT_EYE, _RIGHT_EYE]))
    add_mouth(rings, _MOUTH)
    add_eye(rings, _LEFT_EYE, 1.0)
    add_eye(rings, _RIGHT_EYE, -1.0)
    base, rest, tags, triangles = rings.gathered()
    return Skin(
        mesh=Mesh("Skin", rest, triangles, np.ones_like(rest)),
        base=base,
        lip=tags[:, LIP].astype(np.intp),
        lip_row=tags[:, LIP_ROW],
        lip_u=tags[:, LIP_U],
        lid=tags[:, LID].astype(np.intp),
        lid_row=tags[:, LID_ROW],
        lid_u=tags[:, LID_U],
        mirror=_mirror(rest, tags),
    )


def _mirror(rest: Floats, tags: Floats) -> Indices:
    """For each vertex the one that has its place and its tags on the other side."""

    def keys(x: float, u: float) -> list[tuple[float, ...]]:
        marks = np.round(tags * [1, 1, u, 1, 1, 1], 6)
        return [tuple(row) for row in (np.concatenate([np.round(rest * [x, 1, 1], 7), marks], 1) + 0.0).tolist()]

    place = {key: number for number, key in enumerate(keys(1.0, 1.0))}
    return np.array([place[key] for key in keys(-1.0, -1.0)], np.intp)
