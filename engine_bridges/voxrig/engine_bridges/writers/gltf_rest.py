"""How the nodes of a glTF file are turned at rest."""

from typing import Final

import numpy as np
import pygltflib
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

UNTURNED: Final[Doubles] = np.array([0.0, 0.0, 0.0, 1.0])
_OPPOSITE: Final = -0.99
"""Cosine below which two directions have no smallest turn between them that means anything."""


def product(left: Doubles, right: Doubles) -> Doubles:
    """Multiply quaternions x, y, z, w of shapes [..., 4]: the right one is applied first."""
    x, y, z, w = np.moveaxis(left, -1, 0)
    a, b, c, d = np.moveaxis(right, -1, 0)
    terms = (w * a + x * d + y * c - z * b, w * b - x * c + y * d + z * a, w * c + x * b - y * a + z * d)
    return np.stack((*terms, w * d - x * a - y * b - z * c), axis=-1)


def inverse(turn: Doubles) -> Doubles:
    """Undo unit quaternions x, y, z, w of shape [..., 4]."""
    return np.asarray(turn * np.array([-1.0, -1.0, -1.0, 1.0]))


def turned(turn: Doubles, points: Doubles) -> Doubles:
    """Turn points float64[..., 3] by a unit quaternion x, y, z, w."""
    twice = 2.0 * np.cross(turn[:3], points)
    return np.asarray(points + turn[3] * twice + np.cross(turn[:3], twice))


def rest_turns(document: pygltflib.GLTF2) -> tuple[list[Doubles], list[Doubles]]:
    """Return two rotations x, y, z, w of each node: of its parent in the world, and its own in its parent's space.

    Nodes whose rest is a matrix get it as translation, rotation and scale, since only such can be animated.
    """
    for node in document.nodes:
        if node.matrix:
            _take_apart(node)
    own = [_unit(node.rotation) for node in document.nodes]
    parents = [-1] * len(document.nodes)
    for place, node in enumerate(document.nodes):
        for child in node.children or ():
            parents[child] = place
    above = []
    for place in range(len(document.nodes)):
        whole, parent = UNTURNED, parents[place]
        seen = 0
        while parent >= 0:
            whole, parent, seen = product(own[parent], whole), parents[parent], seen + 1
            if seen > len(parents):
                raise ValueError(f"node {place} is below itself")
        above.append(whole)
    return above, own


def has_turned_round(document: pygltflib.GLTF2) -> bool:
    """Tell whether the character faces -Z, as VRM 0.x has it, and not +Z."""
    said = document.extensions or {}
    return "VRM" in said and "VRMC_vrm" not in said


def rest_places(document: pygltflib.GLTF2) -> Doubles:
    """Return where the nodes are at rest, in the world: float64[N, 3]; call `rest_turns` first, for matrices."""
    frames = [_frame(node) for node in document.nodes]
    parents = {child: place for place, node in enumerate(document.nodes) for child in node.children or ()}
    places = np.zeros((len(frames), 3))
    for place in range(len(frames)):
        point, at, seen = np.zeros(3), place, 0
        while seen <= len(frames):
            axes, offset = frames[at]
            point = axes @ point + offset
            if at not in parents:
                break
            at, seen = parents[at], seen + 1
        places[place] = point
    return places


def shortest_turn(start: Doubles, end: Doubles) -> Doubles:
    """Return the smallest rotation x, y, z, w between the directions of two vectors float64[3]; none if one is 0."""
    a, b = start / (np.linalg.norm(start) or 1.0), end / (np.linalg.norm(end) or 1.0)
    if not a.any() or not b.any() or a @ b < _OPPOSITE:
        return UNTURNED
    return _unit([*np.cross(a, b), 1.0 + float(a @ b)])


def _frame(node: pygltflib.Node) -> tuple[Doubles, Doubles]:
    """Axes with their scale, as columns [3, 3], and the place of a node in its parent's space."""
    x, y, z, w = _unit(node.rotation)
    axes = np.array([[1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                     [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                     [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)]])  # fmt: skip
    return axes * np.array(node.scale or (1.0, 1.0, 1.0)), np.array(node.translation or (0.0, 0.0, 0.0))


def _unit(rotation: list[float] | None) -> Doubles:
    turn = np.array(UNTURNED if rotation is None else rotation, np.float64)
    return np.asarray(turn / (np.linalg.norm(turn) or 1.0))


def _take_apart(node: pygltflib.Node) -> None:
    columns: Doubles = np.array(node.matrix, np.float64).reshape(4, 4)[:, :3]
    scale = np.linalg.norm(columns[:3], axis=1)
    if np.linalg.det(columns[:3]) < 0:
        scale[0] = -scale[0]
    axes = (columns[:3] / scale[:, None]).T
    node.translation, node.scale, node.rotation = columns[3].tolist(), scale.tolist(), _from_axes(axes).tolist()
    node.matrix = None


def _from_axes(m: Doubles) -> Doubles:
    """The rotation x, y, z, w of a rotation matrix [3, 3]: of four ways the one that divides by the largest."""
    squares = np.array([1 + m[0, 0] - m[1, 1] - m[2, 2], 1 - m[0, 0] + m[1, 1] - m[2, 2],
                        1 - m[0, 0] - m[1, 1] + m[2, 2], 1 + m[0, 0] + m[1, 1] + m[2, 2]])  # fmt: skip
    xy, xz, yz = m[0, 1] + m[1, 0], m[0, 2] + m[2, 0], m[1, 2] + m[2, 1]
    xw, yw, zw = m[2, 1] - m[1, 2], m[0, 2] - m[2, 0], m[1, 0] - m[0, 1]
    largest = int(squares.argmax())
    rows = ((squares[0], xy, xz, xw), (xy, squares[1], yz, yw), (xz, yz, squares[2], zw), (xw, yw, zw, squares[3]))
    return _unit([float(value) for value in rows[largest]])
