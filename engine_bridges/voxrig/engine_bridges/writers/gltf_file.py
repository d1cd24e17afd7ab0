"""A binary glTF file under construction: arrays become accessors, equal arrays one; the same bytes every time."""

from pathlib import Path
from typing import Any, Final

import numpy as np
import pygltflib
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.whole_file import whole_binary_file

_KINDS: Final = {"float32": pygltflib.FLOAT, "uint16": pygltflib.UNSIGNED_SHORT, "uint8": pygltflib.UNSIGNED_BYTE}
_TYPES: Final = {1: "SCALAR", 3: "VEC3", 4: "VEC4", 16: "MAT4"}


class GltfFile:
    """`document` is what pygltflib writes; arrays are added to its binary part.

    Args:
        document: with what its binary part holds already.
    """

    def __init__(self, document: pygltflib.GLTF2) -> None:
        self.document = document
        self._data = bytearray(document.binary_blob() or b"")
        self._known: dict[tuple[object, ...], int] = {}
        if not document.buffers:
            document.buffers.append(pygltflib.Buffer(byteLength=0))

    def accessor(
        self, array: NDArray[Any], *, target: int | None = None, bounds: bool = False, normalized: bool = False
    ) -> int:
        """Add [n] or [n, width] of float32, uint16 or uint8, and return its number; an array that is there is shared.

        Args:
            array: rows of uint8 must be a multiple of four bytes long.
            target: what the GPU has it for, where it is a mesh's.
            bounds: whether to tell the least and the largest, as times and positions must.
            normalized: whether whole numbers stand for 0 to 1.
        """
        key = (array.tobytes(), array.dtype.name, array.shape, target, bounds, normalized)
        if key not in self._known:
            entry = _layout(array)
            entry.bufferView = self._view(array, target)
            entry.normalized = normalized or None
            if bounds:
                entry.min, entry.max = _extremes(array)
            self._known[key] = self._added(entry)
        return self._known[key]

    def sparse(self, values: NDArray[np.float32]) -> int:
        """Add float32[n, 3], n at most 65,536, as the rows that aren't zero, and return its number."""
        rows = np.flatnonzero(values.any(axis=1))
        entry = _layout(values)
        entry.byteOffset = None
        entry.min, entry.max = _extremes(values)
        if len(rows):
            places = pygltflib.AccessorSparseIndices(
                bufferView=self._view(rows.astype(np.uint16)), componentType=pygltflib.UNSIGNED_SHORT
            )
            moved = pygltflib.AccessorSparseValues(bufferView=self._view(values[rows]))
            entry.sparse = pygltflib.Sparse(count=len(rows), indices=places, values=moved)
        return self._added(entry)

    def write(self, path: Path) -> None:
        """Write everything, whole or not at all.

        Raises:
            OSError: the file cannot be written.
        """
        self.document.buffers[0].byteLength = len(self._data)
        self.document.set_binary_blob(bytes(self._data))
        with whole_binary_file(path) as file:
            for piece in self.document.save_to_bytes():
                file.write(piece)

    def _view(self, array: NDArray[Any], target: int | None = None) -> int:
        self._data.extend(b"\0" * (-len(self._data) % 4))
        view = pygltflib.BufferView(buffer=0, byteOffset=len(self._data), byteLength=array.nbytes, target=target)
        self._data.extend(array.tobytes())
        self.document.bufferViews.append(view)
        return len(self.document.bufferViews) - 1

    def _added(self, entry: pygltflib.Accessor) -> int:
        self.document.accessors.append(entry)
        return len(self.document.accessors) - 1


def _layout(array: NDArray[Any]) -> pygltflib.Accessor:
    kind = _TYPES[1 if array.ndim == 1 else array.shape[1]]
    return pygltflib.Accessor(componentType=_KINDS[array.dtype.name], count=len(array), type=kind, normalized=None)


def _extremes(array: NDArray[Any]) -> tuple[list[float], list[float]]:
    columns = array.reshape(len(array), -1)
    return columns.min(axis=0).tolist(), columns.max(axis=0).tolist()
