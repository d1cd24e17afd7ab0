"""Writes meshes with blend shapes, joints and materials as one binary glTF 2.0 file, the same bytes every time."""

import json
import struct
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from viewer.sculpt.mesh import Floats, Mesh

_FLOAT, _USHORT, _UBYTE, _UINT = 5126, 5123, 5121, 5125
_TYPES: Final = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}
_STILL: Final = 5e-5
"""Vertices that a shape moves by less, in metres, count as not moved."""


@dataclass(frozen=True)
class Node:
    """A bone or an empty: its place in metres from between the eyes at rest, without a turn."""

    name: str
    parent: str | None
    place: tuple[float, float, float]


@dataclass(frozen=True)
class Part:
    """A mesh in the scene: hung from a node, or with weights [n, joints] bound to joints."""

    mesh: Mesh
    material: str
    parent: str | None = None
    joints: tuple[str, ...] = ()
    weights: Floats | None = None


@dataclass
class _File:
    data: bytearray = field(default_factory=bytearray)
    views: list[dict[str, Any]] = field(default_factory=list)
    accessors: list[dict[str, Any]] = field(default_factory=list)

    def view(self, array: NDArray[Any], target: int | None = None) -> int:
        self.data.extend(b"\0" * (-len(self.data) % 4))
        view: dict[str, Any] = {"buffer": 0, "byteOffset": len(self.data), "byteLength": array.nbytes}
        if target is not None:
            view["target"] = target
        self.data.extend(np.ascontiguousarray(array).tobytes())
        self.views.append(view)
        return len(self.views) - 1

    def accessor(self, array: NDArray[Any], *, target: int | None = None, bounds: bool = False, **more: Any) -> int:
        entry: dict[str, Any] = {"bufferView": self.view(array, target), **_layout(array), **more}
        if bounds:
            entry |= {"min": array.min(0).tolist(), "max": array.max(0).tolist()}
        self.accessors.append(entry)
        return len(self.accessors) - 1

    def sparse(self, places: int, values: NDArray[np.float32], count: int, *, bounds: bool = False) -> int:
        entry: dict[str, Any] = {**_layout(values), "count": count}
        if bounds:
            some_rest = [values, np.zeros((min(count - len(values), 1), values.shape[1]), np.float32)]
            low, high = np.concatenate(some_rest).min(0), np.concatenate(some_rest).max(0)
            entry |= {"min": low.tolist(), "max": high.tolist()}
        if len(values):
            indices = {"bufferView": places, "componentType": _USHORT}
            entry["sparse"] = {"count": len(values), "indices": indices, "values": {"bufferView": self.view(values)}}
        self.accessors.append(entry)
        return len(self.accessors) - 1


def _layout(array: NDArray[Any]) -> dict[str, Any]:
    kinds = {"float32": _FLOAT, "uint16": _USHORT, "uint8": _UBYTE, "uint32": _UINT}
    width = 1 if array.ndim == 1 else array.shape[1]
    return {"componentType": kinds[array.dtype.name], "count": len(array), "type": _TYPES[width]}


def glb(parts: list[Part], nodes: list[Node], materials: list[dict[str, Any]], note: dict[str, str]) -> bytes:
    """The file's bytes.

    Args:
        parts: at most 65,535 vertices each; shapes keep the order of each mesh.
        nodes: parents before their children.
        materials: glTF materials, each with a name.
        note: what the `asset` object says besides its version.
    """
    file = _File()
    places = {node.name: np.array(node.place) for node in nodes}
    number = {node.name: k for k, node in enumerate(nodes)}
    tree: list[dict[str, Any]] = []
    for node in nodes:
        offset = places[node.name] - (places[node.parent] if node.parent else 0.0)
        tree.append({"name": node.name, "translation": np.round(offset, 6).tolist()})
        if node.parent:
            tree[number[node.parent]].setdefault("children", []).append(number[node.name])
    roots = [number[node.name] for node in nodes if node.parent is None]
    meshes: list[dict[str, Any]] = []
    skins: list[dict[str, Any]] = []
    names = [material["name"] for material in materials]
    for part in parts:
        origin = places[part.parent] if part.parent else np.zeros(3)
        meshes.append(_mesh(file, part, origin, names.index(part.material)))
        entry: dict[str, Any] = {"name": part.mesh.name, "mesh": len(meshes) - 1}
        if part.joints:
            inverse = np.tile(np.eye(4, dtype=np.float32), (len(part.joints), 1, 1))
            inverse[:, 3, :3] = [-places[joint] for joint in part.joints]
            matrices = file.accessor(inverse.reshape(-1, 16))
            skins.append({"joints": [number[joint] for joint in part.joints], "inverseBindMatrices": matrices})
            entry["skin"] = len(skins) - 1
        tree.append(entry)
        (tree[number[part.parent]].setdefault("children", []) if part.parent else roots).append(len(tree) - 1)
    top = {
        "asset": {"version": "2.0", **note},
        "scene": 0,
        "scenes": [{"name": "Voxrig", "nodes": roots}],
        "nodes": tree,
        "meshes": meshes,
        "skins": skins,
        "materials": materials,
        "accessors": file.accessors,
        "bufferViews": file.views,
        "buffers": [{"byteLength": len(file.data) + -len(file.data) % 4}],
    }
    return _pack(top, file.data)


def _mesh(file: _File, part: Part, origin: Floats, material: int) -> dict[str, Any]:
    mesh = part.mesh
    array, element = 34962, 34963
    rest = np.round(mesh.positions - origin, 6)
    at_rest = mesh.normals()
    attributes = {
        "POSITION": file.accessor(rest.astype(np.float32), target=array, bounds=True),
        "NORMAL": file.accessor(_rounded(at_rest), target=array),
        "COLOR_0": file.accessor(_colours(mesh.colours), target=array, normalized=True),
    }
    if part.weights is not None:
        attributes |= _weights(file, part.weights)
    targets = []
    for name, moved in mesh.shapes.items():
        delta = np.round(moved, 6)
        turned = _rounded(mesh.turned(name))
        places = np.nonzero((np.abs(delta).max(1) > _STILL) | (np.abs(turned).max(1) > 0.04))[0]
        index = file.view(places.astype(np.uint16)) if len(places) else -1
        by, turn = delta[places].astype(np.float32), turned[places].astype(np.float32)
        at = {"POSITION": file.sparse(index, by, len(rest), bounds=True), "NORMAL": file.sparse(index, turn, len(rest))}
        targets.append(at)
    primitive: dict[str, Any] = {
        "attributes": attributes,
        "indices": file.accessor(mesh.triangles.reshape(-1).astype(np.uint16), target=element),
        "material": material,
    }
    if not targets:
        return {"name": mesh.name, "primitives": [primitive]}
    primitive["targets"] = targets
    return {
        "name": mesh.name,
        "primitives": [primitive],
        "weights": [0.0] * len(targets),
        "extras": {"targetNames": list(mesh.shapes)},
    }


def _rounded(directions: Floats) -> NDArray[np.float32]:
    return (np.round(directions, 3) + 0.0).astype(np.float32)


def _colours(colours: Floats) -> NDArray[np.uint16]:
    alpha = np.ones((len(colours), 4 - colours.shape[1]))
    whole = np.clip(np.concatenate([colours, alpha], 1), 0.0, 1.0)
    return np.asarray(np.round(whole * 65535), np.uint16)


def _weights(file: _File, weights: Floats) -> dict[str, int]:
    count, joints = weights.shape
    index = np.tile(np.array([*range(joints), *[0] * (4 - joints)], np.uint8), (count, 1))
    padded = np.zeros((count, 4), np.float32)
    padded[:, :joints] = np.round(weights, 5)
    index[padded == 0] = 0
    return {"JOINTS_0": file.accessor(index, target=34962), "WEIGHTS_0": file.accessor(padded, target=34962)}


def _pack(top: dict[str, Any], data: bytearray) -> bytes:
    text = json.dumps(top, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    body = bytes(data) + b"\0" * (-len(data) % 4)
    head = struct.pack("<4sII", b"glTF", 2, 12 + 8 + len(text) + 8 + len(body))
    return b"".join(
        [head, struct.pack("<I4s", len(text), b"JSON"), text, struct.pack("<I4s", len(body), b"BIN\0"), body]
    )
