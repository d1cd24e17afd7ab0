"""The head with fewer triangles, for pictures in which most of them would be smaller than a pixel."""

from functools import lru_cache
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.baking.report.head_file import Floats
from voxrig.baking.report.head_mesh import HeadMesh, Whole, head_mesh

PASSES: Final = 3
LONGEST: Final = 0.004
"""Metres between vertices that may become one; a sample of a usual picture is a quarter of it."""
APART: Final = 0.0008
"""Metres by which a shape at its full may move the two differently."""
ALIKE: Final = 0.8
"""Least cosine between their normals."""
SAME_COLOUR: Final = 0.08


@lru_cache(maxsize=1)
def coarse_mesh() -> HeadMesh:
    """Return the head for small pictures; made once a process."""
    mesh = head_mesh()
    for _ in range(PASSES):
        mesh = _coarser(mesh)
    return mesh


def _coarser(mesh: HeadMesh) -> HeadMesh:
    """Let vertices become one with a neighbour that looks and moves alike. Open edges stay as they are."""
    count = len(mesh.positions)
    edges, uses = _edges(mesh.triangles, count)
    fixed = np.zeros(count, np.bool_)
    fixed[edges[uses != 2]] = True
    length = _distance(mesh.positions, edges)
    close = length < LONGEST
    close &= (mesh.normals[edges[:, 0]] * mesh.normals[edges[:, 1]]).sum(1) > ALIKE
    close &= _distance(mesh.colours, edges) < SAME_COLOUR
    close &= (mesh.weights[edges[:, 0], 0] == 1) & (mesh.weights[edges[:, 1], 0] == 1)
    edges, length = edges[close], length[close]
    alike = _moves_alike(mesh, edges)
    edges, length = edges[alike], length[alike]
    shortest = np.argsort(np.round(length, 6), kind="stable")
    return _renumbered(mesh, _joined(edges[shortest], fixed))


def _edges(triangles: Whole, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The edges int64[e, 2] between `count` vertices, the lower one first, and how many triangles each is of."""
    sides = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]).astype(np.int64)
    numbers, uses = np.unique(sides.min(1) * count + sides.max(1), return_counts=True)
    return np.stack(np.divmod(numbers, count), 1), uses


def _distance(values: Floats, edges: NDArray[np.int64]) -> NDArray[np.float64]:
    between = (values[edges[:, 0]] - values[edges[:, 1]]).astype(np.float64)
    return np.asarray(np.sqrt((between**2).sum(1)))


def _moves_alike(mesh: HeadMesh, edges: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether no shape moves the ends of an edge apart, bool[edges]."""
    alike = np.ones(len(edges), np.bool_)
    moved = np.zeros_like(mesh.positions)
    for shape in range(len(mesh.begins) - 1):
        rows = slice(int(mesh.begins[shape]), int(mesh.begins[shape + 1]))
        moved[mesh.moved[rows]] = mesh.moves[rows]
        alike &= np.abs(moved[edges[:, 0]] - moved[edges[:, 1]]).max(1) < APART
        moved[mesh.moved[rows]] = 0.0
    return alike


@numba.njit(cache=True)
def _joined(edges: NDArray[np.int64], fixed: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Into which vertex each goes, int64[v]: itself, or a neighbour that stays. Shortest edges first."""
    into = np.arange(len(fixed))
    stays = fixed.copy()
    for row in range(len(edges)):
        a, b = edges[row, 0], edges[row, 1]
        if into[a] != a or into[b] != b:
            continue
        if not stays[b]:
            into[b] = a
            stays[a] = True
        elif not stays[a]:
            into[a] = b
    return into


def _renumbered(mesh: HeadMesh, into: NDArray[np.int64]) -> HeadMesh:
    """The mesh without the vertices that went into others, and without the triangles that this made flat."""
    kept = into == np.arange(len(into))
    number = np.cumsum(kept) - 1
    triangles = number[into[mesh.triangles]]
    a, b, c = triangles.T
    triangles = triangles[(a != b) & (b != c) & (c != a)]
    rows = kept[mesh.moved]
    before = np.concatenate([[0], np.cumsum(rows)])
    return mesh._replace(
        positions=mesh.positions[kept],
        normals=mesh.normals[kept],
        colours=mesh.colours[kept],
        materials=mesh.materials[kept],
        joints=mesh.joints[kept],
        weights=mesh.weights[kept],
        triangles=triangles.astype(np.uint32),
        begins=before[mesh.begins].astype(np.uint32),
        moved=number[mesh.moved[rows]].astype(np.uint32),
        moves=mesh.moves[rows],
        turns=mesh.turns[rows],
    )
