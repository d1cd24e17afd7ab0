"""Reads the binary glTF file of the viewer's built-in head: nodes, and meshes with sparse morph targets."""

import json
import struct
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]

_KINDS: Final = {5121: np.uint8, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
_WIDTHS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


class Target(NamedTuple):
    """What a blend shape moves and turns: vertices [n], displacements [n, 3] in metres, changes of normals [n, 3]."""

    vertices: Indices
    moves: Floats
    turns: Floats


class Part(NamedTuple):
    """A mesh in the scene.

    Attributes:
        name: of its node.
        parent: node that it hangs from, "" where `joints` bind it.
        material: name of its material.
        positions: [v, 3] metres, from its parent at rest.
        normals: [v, 3].
        colours: [v, 3] linear red, green and blue, 0 to 1.
        triangles: [t, 3] vertices, counter-clockwise from outside.
        joints: nodes that its weights are of.
        weights: [v, joints], each row adds up to 1.
        targets: blend shapes by name.
    """

    name: str
    parent: str
    material: str
    positions: Floats
    normals: Floats
    colours: Floats
    triangles: Indices
    joints: tuple[str, ...]
    weights: Floats
    targets: dict[str, Target]


class Head(NamedTuple):
    """Where each node is at rest, in metres from between the eyes, and the parts that hang from them."""

    places: dict[str, Floats]
    parts: list[Part]


def read_head(content: bytes) -> Head:
    """Read the file's bytes.

    Raises:
        ValueError: it is no binary glTF 2.0 file.
    """
    magic, version = struct.unpack_from("<4sI", content)
    if (magic, version) != (b"glTF", 2):
        raise ValueError("the built-in head is no binary glTF 2.0 file; install voxrig again")
    (length,) = struct.unpack_from("<I", content, 12)
    file = _File(json.loads(content[20 : 20 + length]), content[28 + length :])
    places: dict[str, Floats] = {}
    parts: list[Part] = []
    for number in file.top["scenes"][file.top["scene"]]["nodes"]:
        _walk(file, number, "", np.zeros(3, np.float32), places, parts)
    return Head(places, parts)


class _File(NamedTuple):
    top: dict[str, Any]
    data: bytes

    def view(self, number: int, kind: int) -> NDArray[Any]:
        view, dtype = self.top["bufferViews"][number], np.dtype(_KINDS[kind])
        return np.frombuffer(self.data, dtype, view["byteLength"] // dtype.itemsize, view["byteOffset"])

    def array(self, number: int) -> NDArray[Any]:
        """Values [count, width] of an accessor that is stored whole; normalised integers as 0 to 1."""
        entry = self.top["accessors"][number]
        values = self.view(entry["bufferView"], entry["componentType"]).reshape(-1, _WIDTHS[entry["type"]])
        return (values / np.iinfo(values.dtype).max).astype(np.float32) if entry.get("normalized") else values

    def sparse(self, number: int) -> tuple[Indices, Floats]:
        """The vertices [n] that a sparse accessor of three floats each names, and their values [n, 3]."""
        told = self.top["accessors"][number].get("sparse")
        if told is None:
            return np.zeros(0, np.int64), np.zeros((0, 3), np.float32)
        at = self.view(told["indices"]["bufferView"], told["indices"]["componentType"]).astype(np.int64)
        return at, self.view(told["values"]["bufferView"], 5126).reshape(-1, 3)


def _walk(file: _File, number: int, parent: str, above: Floats, places: dict[str, Floats], parts: list[Part]) -> None:
    node = file.top["nodes"][number]
    if "mesh" in node:
        parts.append(_part(file, node, parent))
        return
    place = above + np.array(node.get("translation", (0, 0, 0)), np.float32)
    places[node["name"]] = place
    for child in node.get("children", ()):
        _walk(file, child, node["name"], place, places, parts)


def _part(file: _File, node: dict[str, Any], parent: str) -> Part:
    mesh = file.top["meshes"][node["mesh"]]
    (primitive,) = mesh["primitives"]
    attributes = primitive["attributes"]
    joints: tuple[str, ...] = ()
    weights = np.zeros((0, 0), np.float32)
    if "skin" in node:
        joints = tuple(file.top["nodes"][joint]["name"] for joint in file.top["skins"][node["skin"]]["joints"])
        weights = _weights(file.array(attributes["JOINTS_0"]), file.array(attributes["WEIGHTS_0"]), len(joints))
    targets = {}
    for name, target in zip(mesh.get("extras", {}).get("targetNames", ()), primitive.get("targets", ()), strict=True):
        at, moves = file.sparse(target["POSITION"])
        _, turns = file.sparse(target["NORMAL"])
        targets[name] = Target(at, moves, turns)
    return Part(
        node["name"],
        parent,
        file.top["materials"][primitive["material"]]["name"],
        file.array(attributes["POSITION"]),
        file.array(attributes["NORMAL"]),
        file.array(attributes["COLOR_0"])[:, :3],
        file.array(primitive["indices"]).astype(np.int64).reshape(-1, 3),
        joints,
        weights,
        targets,
    )


def _weights(joints: NDArray[Any], weights: Floats, count: int) -> Floats:
    """Weights [v, count] from four joints [v, 4] and their weights [v, 4] a vertex."""
    of_joint = joints[:, :, None] == np.arange(count)
    return np.asarray(np.einsum("vkj,vk->vj", of_joint, weights), np.float32)
