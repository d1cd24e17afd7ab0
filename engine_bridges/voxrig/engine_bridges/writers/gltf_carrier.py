"""The carrier face on the skeleton as a glTF scene."""

from typing import Final

import numpy as np
import pygltflib

from voxrig.engine_bridges.writers.carrier_face import CarrierFace, carrier_face
from voxrig.engine_bridges.writers.gltf_file import GltfFile
from voxrig.runtime.core.skeleton import SKELETON, rest_places

MESH_NODE: Final = len(SKELETON)
"""The node that shows the face; before it come the joints, as in `SKELETON`."""


def carrier_scene() -> GltfFile:
    """Return a new file with the scene: a node for each joint, then the face, bound to them."""
    document = pygltflib.GLTF2(asset=pygltflib.Asset(generator="Voxrig", version="2.0"))
    file = GltfFile(document)
    document.nodes = joint_nodes()
    face = carrier_face()
    document.meshes.append(_mesh(file, face))
    document.materials.append(_material())
    inverse = np.tile(np.eye(4, dtype=np.float32), (len(SKELETON), 1, 1))
    inverse[:, 3, :3] = -rest_places()  # columns of a matrix are rows in the file
    matrices = file.accessor(inverse.reshape(-1, 16) + np.float32(0.0))
    joints = list(range(len(SKELETON)))
    document.skins.append(pygltflib.Skin(name="Skeleton", joints=joints, skeleton=0, inverseBindMatrices=matrices))
    document.nodes.append(pygltflib.Node(name="Face", mesh=0, skin=0))
    document.scenes.append(pygltflib.Scene(name="Voxrig", nodes=[0, MESH_NODE]))
    document.scene = 0
    return file


def joint_nodes() -> list[pygltflib.Node]:
    """Return the skeleton's joints at rest as the first nodes of a file."""
    nodes = [pygltflib.Node(name=joint.name, translation=list(joint.offset)) for joint in SKELETON]
    for place, joint in enumerate(SKELETON):
        if joint.parent >= 0:
            nodes[joint.parent].children.append(place)
    return nodes


def _mesh(file: GltfFile, face: CarrierFace) -> pygltflib.Mesh:
    vertices, count = pygltflib.ARRAY_BUFFER, len(face.points)
    colours = np.full((count, 4), 255, np.uint8)
    colours[:, :3] = np.round(face.colours * 255.0)
    joints = np.zeros((count, 4), np.uint8)
    joints[:, 0] = face.joints
    weights = np.zeros((count, 4), np.uint8)
    weights[:, 0] = 255
    attributes = pygltflib.Attributes(
        POSITION=file.accessor(face.points, target=vertices, bounds=True),
        NORMAL=file.accessor(face.normals, target=vertices),
        COLOR_0=file.accessor(colours, target=vertices, normalized=True),
        JOINTS_0=file.accessor(joints, target=vertices),
        WEIGHTS_0=file.accessor(weights, target=vertices, normalized=True),
    )
    corners = face.triangles.astype(np.uint16).reshape(-1)
    primitive = pygltflib.Primitive(
        attributes=attributes,
        indices=file.accessor(corners, target=pygltflib.ELEMENT_ARRAY_BUFFER),
        material=0,
        targets=[pygltflib.Attributes(POSITION=file.sparse(moved)) for moved in face.targets.values()],
    )
    weights_at_rest = [0.0] * len(face.targets)
    names = {"targetNames": list(face.targets)}
    return pygltflib.Mesh(name="Face", primitives=[primitive], weights=weights_at_rest, extras=names)


def _material() -> pygltflib.Material:
    surface = pygltflib.PbrMetallicRoughness(metallicFactor=0.0, roughnessFactor=0.7)
    return pygltflib.Material(name="Face", pbrMetallicRoughness=surface, doubleSided=True)
