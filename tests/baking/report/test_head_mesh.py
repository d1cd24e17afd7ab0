"""The head as flat arrays, against a reader of the file that knows nothing of it."""

import numpy as np
import pytest
from glb_file import GlbFile

from voxrig.baking.report.head_file import read_head
from voxrig.baking.report.head_mesh import JOINTS, LOWEST, MATERIALS, flattened, head_mesh
from voxrig.engine_bridges.viewer import page
from voxrig.runtime.core.arkit import ARKIT_SHAPES

CONTENT = (page() / "stage" / "head.glb").read_bytes()


def test_has_every_part_where_the_file_has_it() -> None:
    file, mesh = GlbFile(CONTENT), head_mesh()
    nodes = {node["name"]: node for node in file.top["nodes"]}
    hung = {child: name for name, node in nodes.items() for child in node.get("children", ())}
    first = 0
    for part in read_head(CONTENT).parts:
        entry = file.primitive(file.top["meshes"][nodes[part.name]["mesh"]]["name"])
        rest = file.accessor(entry["attributes"]["POSITION"])
        place, number = np.zeros(3), list(nodes).index(part.name)
        while number in hung:
            parent = hung[number]
            place += nodes[parent]["translation"]
            number = list(nodes).index(parent)
        last = first + len(rest)
        np.testing.assert_allclose(mesh.positions[first:last], rest + place, atol=1e-6)
        np.testing.assert_allclose(mesh.colours[first:last], file.accessor(entry["attributes"]["COLOR_0"])[:, :3])
        first = last
    assert first == len(mesh.positions) == len(mesh.normals) == len(mesh.materials)


@pytest.mark.parametrize("shape", ["JawOpen", "EyeBlinkLeft", "BrowDownRight", "TongueOut"])
def test_shapes_move_what_they_move_in_the_file(shape: str) -> None:
    file, mesh = GlbFile(CONTENT), head_mesh()
    begin, end = mesh.begins[[ARKIT_SHAPES.index(shape), ARKIT_SHAPES.index(shape) + 1]]
    moved = np.zeros_like(mesh.positions)
    moved[mesh.moved[begin:end]] = mesh.moves[begin:end]
    wanted = []
    for part in read_head(CONTENT).parts:
        entry = next(node for node in file.top["nodes"] if node["name"] == part.name)
        shapes = file.shapes(file.top["meshes"][entry["mesh"]]["name"])
        wanted.append(shapes.get(shape, np.zeros((len(part.positions), 3))))
    np.testing.assert_allclose(moved, np.concatenate(wanted), atol=1e-7)


def test_every_number_points_at_something() -> None:
    mesh = head_mesh()
    assert mesh.triangles.max() < len(mesh.positions)
    assert mesh.moved.max() < len(mesh.positions)
    assert (mesh.positions[mesh.triangles, 1].max(1) > LOWEST).all()
    assert set(mesh.materials.tolist()) == set(range(len(MATERIALS)))
    assert set(mesh.joints.ravel().tolist()) == set(range(len(JOINTS)))
    np.testing.assert_allclose(mesh.weights.sum(1), 1.0, atol=1e-4)
    assert len(mesh.begins) == len(ARKIT_SHAPES) + 1


def test_eyes_are_where_their_joints_are() -> None:
    mesh = head_mesh()
    for joint in ("LeftEye", "RightEye"):
        mine = mesh.positions[mesh.joints[:, 0] == JOINTS.index(joint)]
        middle = (mine.min(0) + mine.max(0)) / 2
        np.testing.assert_allclose(middle, mesh.pivots[JOINTS.index(joint)], atol=3e-3)  # a cornea stands out
    assert mesh.pivots[JOINTS.index("LeftEye"), 0] > 0  # X is to the character's left


def test_refuses_another_file() -> None:
    with pytest.raises(ValueError, match="no binary glTF"):
        read_head(b"RIFF" + CONTENT[4:])
    assert flattened(read_head(CONTENT)).triangles.tobytes() == head_mesh().triangles.tobytes()
