"""How the nodes of a glTF file are turned at rest."""

from typing import Final

import numpy as np
import pygltflib
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

UNTURNED: Final[Doubles] = np.array([0.0, 0.0, 0.0, 1.0])


def product(left: Doubles, right: Doubles) -> Doubles:
    """Multiply quaternions x, y, z, w of shapes [..., 4]: the right one is applied first."""
    x, y, z, w = np.moveaxis(left, -1, 0)
    a, b, c, d = np.moveaxis(right, -1, 0)
    terms = (w * a + x * d + y * c - z * b, w * b - x * c + y * d + z * a, w * c + x * b - y * a + z * d)
    return np.stack((*terms, w * d - x * a - y * b - z * c), axis=-1)


def inverse(turn: Doubles) -> Doubles:
    """Undo unit quaternions x, y, z, w of shape [..., 4]."""
    return np.asarray(turn * np.array([-1.0, -1.0, -1.0, 1.0]))


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
