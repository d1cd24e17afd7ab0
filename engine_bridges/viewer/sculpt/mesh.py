"""A triangle mesh with colours and blend shapes, all float64 until it is written."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass
class Mesh:
    """One mesh: positions [n, 3] in metres, triangles [m, 3] counter-clockwise from outside, colours [n, 3] linear.

    `shapes` are displacements [n, 3] in metres at full weight, by ARKit's name.
    """

    name: str
    positions: Floats
    triangles: Indices
    colours: Floats
    shapes: dict[str, Floats] = field(default_factory=dict)
    cut_from: "tuple[Mesh, Indices] | None" = None
    """The mesh that this is a part of and the numbers [n] of its vertices there: normals match along the cut."""

    def normals(self) -> Floats:
        """Unit normals [n, 3] at rest."""
        if self.cut_from is not None:
            whole, at = self.cut_from
            return whole.normals()[at]
        return normals(self.positions, self.triangles)

    def turned(self, shape: str) -> Floats:
        """How the unit normals [n, 3] change under a shape at full weight."""
        if self.cut_from is not None:
            whole, at = self.cut_from
            return whole.turned(shape)[at]
        under = self.positions
        if shape == "MouthClose":  # has its meaning only while the jaw is open
            under = under + self.shapes["JawOpen"]
        return normals(under + self.shapes[shape], self.triangles) - normals(under, self.triangles)


def normals(positions: Floats, triangles: Indices) -> Floats:
    """Area-weighted unit normals [n, 3]; vertices without a triangle get Z."""
    a, b, c = (positions[triangles[:, k]] for k in range(3))
    faces = np.cross(b - a, c - a)
    total = np.zeros_like(positions)
    for axis in range(3):
        for corner in range(3):
            total[:, axis] += np.bincount(triangles[:, corner], faces[:, axis], len(positions))
    length = np.linalg.norm(total, axis=1, keepdims=True)
    return np.where(length > 0, total / np.maximum(length, 1e-30), [0.0, 0.0, 1.0])


def grid_triangles(index: Indices, *, around: bool = False) -> Indices:
    """Triangles [m, 3] between the rows of vertex numbers index [rows, columns]; `around` joins last and first column.

    Seen from outside rows run down and columns to the right.
    """
    if around:
        index = np.concatenate([index, index[:, :1]], 1)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]
    quads = np.stack([a, c, b, b, c, d], -1).reshape(-1, 3)
    return without_slivers(quads)


def without_slivers(triangles: Indices) -> Indices:
    """Drop triangles that name a vertex twice."""
    a, b, c = triangles.T
    kept: Indices = triangles[(a != b) & (b != c) & (c != a)]
    return kept


def merged(name: str, parts: list[Mesh]) -> Mesh:
    """Join meshes into one; a shape that a part lacks does not move it."""
    counts = np.cumsum([0, *(len(part.positions) for part in parts)])
    shapes: dict[str, Floats] = {}
    for first, part in zip(counts, parts, strict=False):
        for shape, moved in part.shapes.items():
            shapes.setdefault(shape, np.zeros((counts[-1], 3)))[first : first + len(moved)] = moved
    return Mesh(
        name,
        np.concatenate([part.positions for part in parts]),
        np.concatenate([part.triangles + first for first, part in zip(counts, parts, strict=False)]),
        np.concatenate([part.colours for part in parts]),
        shapes,
    )


def cut(name: str, mesh: Mesh, keep: NDArray[np.bool_]) -> Mesh:
    """The part of a mesh with the triangles `keep` [m]."""
    triangles = mesh.triangles[keep]
    at = np.unique(triangles)
    number = np.zeros(len(mesh.positions), np.intp)
    number[at] = np.arange(len(at))
    shapes = {shape: moved[at] for shape, moved in mesh.shapes.items() if np.abs(moved[at]).max() > 1e-5}
    return Mesh(name, mesh.positions[at], number[triangles], mesh.colours[at], shapes, (mesh, at))


def mirrored(part: Mesh) -> Mesh:
    """The same on the other side: X negated, Left and Right swapped."""
    flip = np.array([-1.0, 1.0, 1.0])
    shapes = {other_side(name): moved * flip for name, moved in part.shapes.items()}
    return Mesh(part.name, part.positions * flip, part.triangles[:, ::-1].copy(), part.colours.copy(), shapes)


def other_side(shape: str) -> str:
    """The name of a shape seen in the mirror."""
    if shape.endswith("Left"):
        return shape.removesuffix("Left") + "Right"
    if shape.endswith("Right"):
        return shape.removesuffix("Right") + "Left"
    return shape
