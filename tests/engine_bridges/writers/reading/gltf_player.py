"""Plays the animations of a binary glTF file as its specification says; knows nothing of how ours are made."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .turns import Floats, slerped

_KINDS = {5121: np.uint8, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


class GltfPlayer:
    """`top` is the JSON part; the structure is checked when the file is opened."""

    def __init__(self, path: Path) -> None:
        content = path.read_bytes()
        magic, version, length = struct.unpack_from("<4sII", content)
        assert (magic, version, length) == (b"glTF", 2, len(content))
        size, kind = struct.unpack_from("<I4s", content, 12)
        assert (kind, size % 4) == (b"JSON", 0)
        self.top: dict[str, Any] = json.loads(content[20 : 20 + size])
        rest, kind = struct.unpack_from("<I4s", content, 20 + size)
        assert (kind, rest % 4) == (b"BIN\0", 0)
        self.data = content[28 + size :]
        assert len(self.data) == rest == self.top["buffers"][0]["byteLength"]
        self._check_data()
        self._check_nodes()
        for animation in self.top.get("animations", []):
            self._check_animation(animation)

    def accessor(self, number: int) -> NDArray[Any]:
        """The rows [count, width] of an accessor as they are stored, sparse ones filled in."""
        entry = self.top["accessors"][number]
        rows = np.zeros((entry["count"], _WIDTHS[entry["type"]]), _KINDS[entry["componentType"]])
        if "bufferView" in entry:
            rows[:] = self._view(entry["bufferView"], entry["componentType"], rows.size).reshape(rows.shape)
        else:
            assert "byteOffset" not in entry
        if sparse := entry.get("sparse"):
            where = self._view(sparse["indices"]["bufferView"], sparse["indices"]["componentType"], sparse["count"])
            assert (np.diff(where.astype(int)) > 0).all()
            size = sparse["count"] * rows.shape[1]
            rows[where] = self._view(sparse["values"]["bufferView"], entry["componentType"], size).reshape(
                -1, rows.shape[1]
            )
        return rows

    def node(self, name: str) -> int:
        """The only node of that name."""
        (number,) = [place for place, node in enumerate(self.top["nodes"]) if node.get("name") == name]
        return number

    def animation(self, name: str) -> dict[str, Any]:
        (found,) = [one for one in self.top["animations"] if one["name"] == name]
        return dict(found)

    def keys(self, animation: str, node: int, path: str) -> tuple[Floats, Floats] | None:
        """Times [K] and values [K, width] of a channel; None where there is no such channel."""
        told = self.animation(animation)
        for channel in told["channels"]:
            if channel["target"] == {"node": node, "path": path}:
                sampler = told["samplers"][channel["sampler"]]
                assert sampler.get("interpolation", "LINEAR") == "LINEAR"
                times = self.accessor(sampler["input"])[:, 0].astype(np.float64)
                return times, self.accessor(sampler["output"]).astype(np.float64).reshape(len(times), -1)
        return None

    def at(self, animation: str, node: int, path: str, seconds: Floats) -> Floats:
        """What a channel shows at the given times [F]: float64[F, width]; the node's rest where nothing moves it."""
        found = self.keys(animation, node, path)
        if found is None:
            rest = self.top["nodes"][node].get(path, {"rotation": [0, 0, 0, 1], "translation": [0, 0, 0]}.get(path))
            return np.tile(np.array(rest, np.float64), (len(seconds), 1))
        times, values = found
        if path != "rotation":
            return np.stack([np.interp(seconds, times, column) for column in values.T], axis=1)
        return np.array([slerped(times, values, moment) for moment in seconds])

    def shapes(self, animation: str, seconds: Floats) -> dict[str, Floats]:
        """What an animation shows of every morph target at the given times: [F] by the target's name.

        Where meshes have a target of the same name, all must show the same.
        """
        found: dict[str, Floats] = {}
        for place, names in self._morphed():
            for name, curve in zip(names, self.at(animation, place, "weights", seconds).T, strict=True):
                assert np.array_equal(found.setdefault(name, curve), curve)
        return found

    def key_counts(self, animation: str) -> dict[str, int]:
        """How many keys an animation has, by the name of a morph target, or else of a node."""
        counts = {}
        targets = dict(self._morphed())
        for channel in self.animation(animation)["channels"]:
            node, path = channel["target"]["node"], channel["target"]["path"]
            found = self.keys(animation, node, path)
            assert found is not None
            names = targets[node] if path == "weights" else [self.top["nodes"][node]["name"]]
            counts.update(dict.fromkeys(names, len(found[0])))
        return counts

    def _morphed(self) -> list[tuple[int, list[str]]]:
        """The nodes with morph targets, and the names of these."""
        nodes = [(place, node["mesh"]) for place, node in enumerate(self.top["nodes"]) if "mesh" in node]
        named = [(place, self.top["meshes"][mesh].get("extras", {}).get("targetNames", [])) for place, mesh in nodes]
        return [(place, names) for place, names in named if names]

    def _view(self, number: int, kind: int, count: int) -> NDArray[Any]:
        view = self.top["bufferViews"][number]
        item = np.dtype(_KINDS[kind]).itemsize
        assert view["byteOffset"] % 4 == 0
        assert view["byteLength"] >= count * item
        return np.frombuffer(self.data, _KINDS[kind], count, view["byteOffset"])

    def _check_data(self) -> None:
        for view in self.top["bufferViews"]:
            assert view["buffer"] == 0
            assert 0 <= view["byteOffset"] < view["byteOffset"] + view["byteLength"] <= len(self.data)
        for number, entry in enumerate(self.top["accessors"]):
            rows = self.accessor(number)
            assert np.isfinite(rows).all()
            if "min" in entry:
                assert (entry["min"], entry["max"]) == (rows.min(axis=0).tolist(), rows.max(axis=0).tolist())
        for mesh in self.top.get("meshes", []):
            for primitive in mesh["primitives"]:
                assert "min" in self.top["accessors"][primitive["attributes"]["POSITION"]]
                count = len(self.accessor(primitive["attributes"]["POSITION"]))
                assert self.accessor(primitive["indices"]).max() < count
                shapes = [target["POSITION"] for target in primitive.get("targets", [])]
                assert all(len(self.accessor(shape)) == count for shape in shapes)
                assert len(mesh.get("weights", [])) == len(shapes)

    def _check_nodes(self) -> None:
        nodes = self.top["nodes"]
        children = [child for node in nodes for child in node.get("children", [])]
        roots = [root for scene in self.top["scenes"] for root in scene["nodes"]]
        assert sorted(children + roots) == list(range(len(nodes)))  # each has one place

    def _check_animation(self, animation: dict[str, Any]) -> None:
        channels = [tuple(channel["target"].values()) for channel in animation["channels"]]
        assert channels
        assert len(set(channels)) == len(channels)
        for channel in animation["channels"]:
            node, path = channel["target"]["node"], channel["target"]["path"]
            assert "matrix" not in self.top["nodes"][node]
            sampler = animation["samplers"][channel["sampler"]]
            times, values = self.accessor(sampler["input"]), self.accessor(sampler["output"])
            assert {"min", "max"} <= self.top["accessors"][sampler["input"]].keys()
            assert times[0, 0] >= 0
            assert (np.diff(times[:, 0]) > 0).all()
            if path == "weights":
                targets = self.top["meshes"][self.top["nodes"][node]["mesh"]]["primitives"][0]["targets"]
                assert len(values) == len(times) * len(targets)
                continue
            assert len(values) == len(times)
            if path == "rotation":
                np.testing.assert_allclose(np.linalg.norm(values, axis=1), 1.0, atol=1e-5)
