"""How much of a mesh a morph target of a glTF file moves."""

from typing import Final

import numpy as np
import pygltflib
from numpy.typing import NDArray

_STILL: Final = 1e-5
"""Metres; a vertex that a target moves by less stands still."""


def moves_whole(document: pygltflib.GLTF2, blob: bytes, target: dict[str, int]) -> bool:
    """Tell whether a target moves more than half of its mesh's vertices; float32 positions, sparse or not."""
    if "POSITION" not in target:
        return False
    accessor = document.accessors[target["POSITION"]]
    if accessor.componentType != pygltflib.FLOAT:
        return False
    moved = 0
    if accessor.bufferView is not None:
        moved += _moved(_rows(document, blob, accessor.bufferView, accessor.byteOffset or 0, accessor.count))
    if accessor.sparse is not None:
        values = accessor.sparse.values
        moved += _moved(_rows(document, blob, values.bufferView, values.byteOffset or 0, accessor.sparse.count))
    return moved * 2 > int(accessor.count)


def _moved(rows: NDArray[np.float32]) -> int:
    return int((np.abs(rows).sum(axis=1) > _STILL).sum())


def _rows(document: pygltflib.GLTF2, blob: bytes, number: int, offset: int, count: int) -> NDArray[np.float32]:
    view = document.bufferViews[number]
    stride = view.byteStride or 12
    start = (view.byteOffset or 0) + offset
    return np.ndarray((count, 3), np.float32, blob, start, (stride, 4))
