"""Reads a binary glTF file as its specification says, sparse accessors too; knows nothing of how ours is made."""

import json
import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_KINDS = {5121: np.uint8, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


class GlbFile:
    """`top` is the JSON part; `data` the binary one."""

    def __init__(self, content: bytes) -> None:
        magic, version, length = struct.unpack_from("<4sII", content)
        assert (magic, version, length) == (b"glTF", 2, len(content))
        size, kind = struct.unpack_from("<I4s", content, 12)
        assert kind == b"JSON"
        self.top: dict[str, Any] = json.loads(content[20 : 20 + size])
        size_of_data, kind = struct.unpack_from("<I4s", content, 20 + size)
        assert kind == b"BIN\0"
        self.data = content[28 + size :]
        assert size_of_data == len(self.data) == self.top["buffers"][0]["byteLength"]

    def packed(self) -> bytes:
        """The file again, with `top` as it is now."""
        text = json.dumps(self.top).encode()
        text += b" " * (-len(text) % 4)
        length = 12 + 8 + len(text) + 8 + len(self.data)
        head = struct.pack("<4sII", b"glTF", 2, length) + struct.pack("<I4s", len(text), b"JSON")
        return head + text + struct.pack("<I4s", len(self.data), b"BIN\0") + self.data

    def accessor(self, number: int) -> Floats:
        """The values of an accessor [count, width], normalized integers as 0 to 1."""
        entry = self.top["accessors"][number]
        width = _WIDTHS[entry["type"]]
        values = np.zeros((entry["count"], width))
        if "bufferView" in entry:
            values[:] = self._view(entry["bufferView"], entry["componentType"]).reshape(-1, width)
        if sparse := entry.get("sparse"):
            places = self._view(sparse["indices"]["bufferView"], sparse["indices"]["componentType"]).astype(np.intp)
            assert len(places) == sparse["count"]
            assert (np.diff(places) > 0).all()
            values[places] = self._view(sparse["values"]["bufferView"], entry["componentType"]).reshape(-1, width)
        return values / np.iinfo(_KINDS[entry["componentType"]]).max if entry.get("normalized") else values

    def primitive(self, name: str) -> dict[str, Any]:
        """The only primitive of the mesh of that name."""
        (primitive,) = next(mesh for mesh in self.top["meshes"] if mesh["name"] == name)["primitives"]
        return dict(primitive)

    def shapes(self, name: str) -> dict[str, Floats]:
        """Displacements [n, 3] of a mesh by their targets' names."""
        mesh = next(mesh for mesh in self.top["meshes"] if mesh["name"] == name)
        targets = mesh["primitives"][0].get("targets", [])
        names = mesh.get("extras", {}).get("targetNames", [])
        return {n: self.accessor(target["POSITION"]) for n, target in zip(names, targets, strict=True)}

    def _view(self, number: int, kind: int) -> NDArray[Any]:
        view = self.top["bufferViews"][number]
        return np.frombuffer(
            self.data, _KINDS[kind], view["byteLength"] // np.dtype(_KINDS[kind]).itemsize, view["byteOffset"]
        )
