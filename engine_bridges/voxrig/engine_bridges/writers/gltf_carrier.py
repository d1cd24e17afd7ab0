"""The carrier face on the skeleton as a glTF scene.

Not one mesh but three, since all morph targets of a mesh share their keys: mouth, eyes and brows move at other times,
so that apart they need a third fewer keys, and a brow has only those that an artist would give it.
"""

from typing import Final, NamedTuple

import numpy as np
import pygltflib
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.carrier_face import CarrierFace, carrier_face
from voxrig.engine_bridges.writers.gltf_file import GltfFile
from voxrig.runtime.core.arkit import ARKIT_LOCATIONS, ARKIT_SHAPES
from voxrig.runtime.core.skeleton import PLACES, SKELETON, rest_places


class CarrierMesh(NamedTuple):
    """A mesh of the scene.

    Attributes:
        name: of the mesh and the node that shows it.
        node: that node; before all meshes come the joints, as in `SKELETON`.
        shapes: its targets, in their order, as in `ARKIT_SHAPES`; no other mesh has them.
    """

    name: str
    node: int
    shapes: tuple[str, ...]


_APART: Final = {"Brows": "Brow", "Eyes": "Eye"}  # what their shapes begin with; the first that moves a triangle has it
_EYEBALLS: Final = (PLACES["eye_l"], PLACES["eye_r"])


def _meshes() -> tuple[CarrierMesh, ...]:
    shapes = {name: tuple(one for one in ARKIT_SHAPES if one.startswith(stem)) for name, stem in _APART.items()}
    others = {"Face": tuple(one for one in ARKIT_SHAPES if not one.startswith(tuple(_APART.values())))}
    return tuple(CarrierMesh(name, len(SKELETON) + k, own) for k, (name, own) in enumerate((others | shapes).items()))


MESHES: Final = _meshes()
"""Face (mouth, jaw, cheeks, nose, tongue), Brows, Eyes (eyeballs and lids)."""


def carrier_scene() -> GltfFile:
    """Return a new file with the scene: a node for each joint, then those of `MESHES`, bound to them."""
    document = pygltflib.GLTF2(asset=pygltflib.Asset(generator="Voxrig", version="2.0"))
    file = GltfFile(document)
    document.nodes = joint_nodes()
    face = carrier_face()
    owners = _owners(face)
    document.meshes = [_mesh(file, face, mesh, face.triangles[owners == k]) for k, mesh in enumerate(MESHES)]
    document.materials.append(_material())
    inverse = np.tile(np.eye(4, dtype=np.float32), (len(SKELETON), 1, 1))
    inverse[:, 3, :3] = -rest_places()  # columns of a matrix are rows in the file
    matrices = file.accessor(inverse.reshape(-1, 16) + np.float32(0.0))
    joints = list(range(len(SKELETON)))
    document.skins.append(pygltflib.Skin(name="Skeleton", joints=joints, skeleton=0, inverseBindMatrices=matrices))
    document.nodes += [pygltflib.Node(name=mesh.name, mesh=k, skin=0) for k, mesh in enumerate(MESHES)]
    document.scenes.append(pygltflib.Scene(name="Voxrig", nodes=[0, *(mesh.node for mesh in MESHES)]))
    document.scene = 0
    return file


def joint_nodes() -> list[pygltflib.Node]:
    """Return the skeleton's joints at rest as the first nodes of a file."""
    nodes = [pygltflib.Node(name=joint.name, translation=list(joint.offset)) for joint in SKELETON]
    for place, joint in enumerate(SKELETON):
        if joint.parent >= 0:
            nodes[joint.parent].children.append(place)
    return nodes


def _owners(face: CarrierFace) -> NDArray[np.int64]:
    """Which of `MESHES` each triangle is of: int64[M]."""
    owners = np.zeros(len(face.triangles), np.int64)
    for k, mesh in reversed(list(enumerate(MESHES))[1:]):
        moved = np.any([face.targets[_target(shape)].any(axis=1) for shape in mesh.shapes], axis=0)
        if mesh.name == "Eyes":
            moved |= np.isin(face.joints, _EYEBALLS)
        owners[moved[face.triangles].any(axis=1)] = k
    return owners


def _target(shape: str) -> str:
    return ARKIT_LOCATIONS[ARKIT_SHAPES.index(shape)]


def _mesh(file: GltfFile, face: CarrierFace, mesh: CarrierMesh, triangles: NDArray[np.int32]) -> pygltflib.Mesh:
    """Cut a mesh out of the face.

    What a shape moves of another mesh stays where it is (a lower lid with the cheek, a brow with a blink: 3 mm at
    most): a target in two meshes would be two curves to edit.
    """
    points, corners = np.unique(triangles, return_inverse=True)
    vertices, count = pygltflib.ARRAY_BUFFER, len(points)
    colours = np.full((count, 4), 255, np.uint8)
    colours[:, :3] = np.round(face.colours[points] * 255.0)
    joints = np.zeros((count, 4), np.uint8)
    joints[:, 0] = face.joints[points]
    weights = np.zeros((count, 4), np.uint8)
    weights[:, 0] = 255
    attributes = pygltflib.Attributes(
        POSITION=file.accessor(face.points[points], target=vertices, bounds=True),
        NORMAL=file.accessor(face.normals[points], target=vertices),
        COLOR_0=file.accessor(colours, target=vertices, normalized=True),
        JOINTS_0=file.accessor(joints, target=vertices),
        WEIGHTS_0=file.accessor(weights, target=vertices, normalized=True),
    )
    names = [_target(shape) for shape in mesh.shapes]
    primitive = pygltflib.Primitive(
        attributes=attributes,
        indices=file.accessor(corners.astype(np.uint16).reshape(-1), target=pygltflib.ELEMENT_ARRAY_BUFFER),
        material=0,
        targets=[pygltflib.Attributes(POSITION=file.sparse(face.targets[name][points])) for name in names],
    )
    at_rest = [0.0] * len(names)
    return pygltflib.Mesh(name=mesh.name, primitives=[primitive], weights=at_rest, extras={"targetNames": names})


def _material() -> pygltflib.Material:
    surface = pygltflib.PbrMetallicRoughness(metallicFactor=0.0, roughnessFactor=0.7)
    return pygltflib.Material(name="Face", pbrMetallicRoughness=surface, doubleSided=True)
