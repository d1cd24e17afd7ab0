"""What of a character in a glTF file an animation can move: meshes with ARKit's shapes, and bones.

Names are compared as the viewer does: `jawOpen`, `JawOpen`, `jaw_open`, `Face.jawOpen`, `mouthSmile_L` are known.
"""

import re
from collections.abc import Mapping
from copy import copy
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pygltflib
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.gltf_bones import BoneNode, find_bones
from voxrig.engine_bridges.writers.gltf_file import GltfFile
from voxrig.engine_bridges.writers.gltf_targets import moves_whole
from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.core.capture import shape_name

_PREFIX: Final = re.compile(r"^.*[.:/|](?=[A-Za-z]{2})")
_COMPRESSED: Final = ("EXT_meshopt_compression", "KHR_meshopt_compression")


class ShapeMesh(NamedTuple):
    """A mesh with ARKit's shapes.

    Attributes:
        nodes: that show it.
        shapes: the shape in `ARKIT_SHAPES` that each target follows; "" for none.
        rest: the weight of each target where nothing moves it.
    """

    nodes: tuple[int, ...]
    shapes: tuple[str, ...]
    rest: tuple[float, ...]

    def curves(self, poses: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the weights float32[F, targets] of poses float32[F, 52 or more]."""
        out = np.tile(np.array(self.rest, np.float32), (len(poses), 1))
        for target, shape in enumerate(self.shapes):
            if shape:
                out[:, target] = poses[:, _SHAPE_PLACES[shape]]
        return out + np.float32(0.0)  # no -0.0


class Actor(NamedTuple):
    """What can be moved: meshes, and bones by their names in the skeleton."""

    meshes: tuple[ShapeMesh, ...]
    bones: Mapping[str, BoneNode]


_SHAPE_PLACES: Final = {name: place for place, name in enumerate(ARKIT_SHAPES)}


def read_model(path: Path) -> tuple[GltfFile, Actor]:
    """Read a GLB or VRM file.

    Raises:
        ValueError: it is no such file, is compressed, or has neither a shape nor a bone that is known.
        OSError: it cannot be read.
    """
    told = path.stat()
    document, actor = _read(path, told.st_mtime_ns, told.st_size)
    fresh = copy(document)  # a bake animates one model again and again: only what a file adds to is its own
    fresh.asset, fresh.buffers = copy(document.asset), [copy(buffer) for buffer in document.buffers]
    for name in ("accessors", "bufferViews", "animations"):
        setattr(fresh, name, list(getattr(document, name)))
    return GltfFile(fresh), actor


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int, _size: int) -> tuple[pygltflib.GLTF2, Actor]:
    """Read a model; the time of its last change and its size tell whether it is still the same."""
    try:
        document = pygltflib.GLTF2.load_from_bytes(path.read_bytes())
        blob = document.binary_blob()
    except OSError as error:
        if error.errno is not None:
            raise
        raise ValueError(f"model {path}: {error}; export a binary glTF file (.glb)") from error
    except Exception as error:  # whatever pygltflib makes of a file that is something else
        raise ValueError(f"model {path} is no binary glTF file ({error}); export one (.glb)") from error
    compressed = [name for name in _COMPRESSED if name in (document.extensionsUsed or [])]
    if compressed:
        raise ValueError(f"model {path} is compressed with {compressed[0]}; export it without, then animate it")
    if blob is None or any(buffer.uri for buffer in document.buffers):
        raise ValueError(f"model {path} keeps its data in other files; export it as one binary file (.glb)")
    for accessor in document.accessors:
        if accessor.bufferView is None:
            accessor.byteOffset = None  # pygltflib's default, which glTF doesn't allow without a view
    try:
        bones = find_bones(document)
        meshes = _meshes(document, blob, has_eyes={"eye_l", "eye_r"} <= bones.keys())
    except (AttributeError, IndexError, TypeError, ValueError) as error:  # numbers that point to nothing
        raise ValueError(f"model {path} is damaged ({error}); export it again") from error
    if not meshes and "head" not in bones:
        raise ValueError(f"model {path} has no target named as ARKit's shapes (jawOpen, ...) and no bone named head")
    return document, Actor(meshes, bones)


def known_shape(name: str) -> str:
    """Return the name in `ARKIT_SHAPES` that a target's name means, or ""."""
    for spelling in (name, _PREFIX.sub("", name)):
        shape = shape_name(spelling)
        if shape in _SHAPE_PLACES:
            return shape
    return ""


def _meshes(document: pygltflib.GLTF2, blob: bytes, *, has_eyes: bool) -> tuple[ShapeMesh, ...]:
    found = []
    for number, mesh in enumerate(document.meshes):
        targets = [primitive.targets or [] for primitive in mesh.primitives]
        names = _target_names(mesh)[: len(targets[0])]
        shapes = [known_shape(name) for name in names]
        for place, shape in enumerate(shapes):
            # an eyeball that its bone turns must not be turned by its target as well
            if has_eyes and shape.startswith("EyeLook") and moves_whole(document, blob, targets[0][place]):
                shapes[place] = ""
        nodes = tuple(place for place, node in enumerate(document.nodes) if node.mesh == number)
        if any(shapes) and nodes:
            rest = tuple(mesh.weights or ()) or (0.0,) * len(targets[0])
            shapes += [""] * (len(targets[0]) - len(shapes))
            found.append(ShapeMesh(nodes, tuple(shapes), rest))
    return tuple(found)


def _target_names(mesh: pygltflib.Mesh) -> list[str]:
    holders: list[Any] = [mesh, *mesh.primitives]
    for holder in holders:
        names = (holder.extras or {}).get("targetNames")
        if names:
            return [str(name) for name in names]
    return []
