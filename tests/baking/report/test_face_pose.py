"""The head in a pose: shapes add up, bones turn, and impossible poses are held back as on the viewer's page."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.baking.report.face_pose import bounded, check_pose, posed
from voxrig.baking.report.head_mesh import JOINTS, head_mesh
from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.core.rotation import angles_to_quaternion

Make = Callable[..., NDArray[np.float32]]


def test_rest_is_the_mesh_itself(pose: Make) -> None:
    mesh = head_mesh()
    positions, normals = posed(mesh, pose())
    np.testing.assert_allclose(positions, mesh.positions, atol=1e-6)
    np.testing.assert_allclose(normals, mesh.normals, atol=1e-4)


def test_shapes_add_up(pose: Make) -> None:
    mesh = head_mesh()
    wanted = mesh.positions.copy()
    for name, amount in (("JawOpen", 0.5), ("MouthSmileLeft", 0.7), ("BrowInnerUp", 0.3)):
        rows = slice(*mesh.begins[[ARKIT_SHAPES.index(name), ARKIT_SHAPES.index(name) + 1]])
        np.add.at(wanted, mesh.moved[rows], np.float32(amount) * mesh.moves[rows])
    positions, _ = posed(mesh, pose(JawOpen=0.5, MouthSmileLeft=0.7, BrowInnerUp=0.3))
    np.testing.assert_allclose(positions, wanted, atol=1e-6)


def turned(points: NDArray[np.float32], angles: tuple[float, float, float]) -> NDArray[np.float64]:
    """Points [n, 3] turned by quaternion arithmetic, the long way."""
    x, y, z, w = angles_to_quaternion(np.array(angles, np.float32)).astype(np.float64)
    axis = np.array([x, y, z])
    return points + 2 * np.cross(axis, np.cross(axis, points) + w * points)


def test_head_turns_as_a_whole_and_eyes_in_it(pose: Make) -> None:
    mesh = head_mesh()
    angles = (0.4, -0.2, 0.15)
    head = pose(HeadYaw=angles[0], HeadPitch=angles[1], HeadRoll=angles[2])
    positions, normals = posed(mesh, head)
    mine = mesh.joints[:, 0] == JOINTS.index("Head")
    mine &= mesh.weights[:, 0] == 1
    middle = positions[mine].mean(0) - turned(mesh.positions[mine], angles).mean(0)
    np.testing.assert_allclose(positions[mine], turned(mesh.positions[mine], angles) + middle, atol=1e-5)
    np.testing.assert_allclose(normals[mine], turned(mesh.normals[mine], angles), atol=1e-4)
    eye = mesh.joints[:, 0] == JOINTS.index("LeftEye")
    pivot = mesh.pivots[JOINTS.index("LeftEye")]
    looking, _ = posed(mesh, pose(LeftEyeYaw=0.5))
    np.testing.assert_allclose(looking[eye], turned(mesh.positions[eye] - pivot, (0.5, 0, 0)) + pivot, atol=1e-6)
    assert looking[eye][:, 2].argmax() != mesh.positions[eye][:, 2].argmax()
    np.testing.assert_allclose(looking[~eye], mesh.positions[~eye], atol=1e-6)


def test_neck_follows_without_a_step(pose: Make) -> None:
    """No edge of a triangle is torn when the head turns."""
    mesh = head_mesh()
    positions, _ = posed(mesh, pose(HeadYaw=0.5, HeadPitch=0.2))
    edges = mesh.triangles[:, [0, 1]]
    before = np.linalg.norm(mesh.positions[edges[:, 0]] - mesh.positions[edges[:, 1]], axis=1)
    after = np.linalg.norm(positions[edges[:, 0]] - positions[edges[:, 1]], axis=1)
    assert (np.abs(after - before) < 0.008).all()


def test_holds_back_what_the_head_cannot_do(pose: Make) -> None:
    given = pose(EyeBlink=1, EyeSquint=0.8, EyeWide=0.5, JawOpen=0.2, MouthClose=0.7, BrowInnerUp=1.5, HeadYaw=2)
    told = bounded(given)
    np.testing.assert_array_equal(told, pose(EyeBlink=1, JawOpen=0.2, MouthClose=0.2, BrowInnerUp=1, HeadYaw=2))


def test_refuses_what_is_no_pose(pose: Make) -> None:
    with pytest.raises(ValueError, match=r"61 values .* not from shape \(52,\)"):
        check_pose(np.zeros(52, np.float32))
    broken = pose()
    broken[3] = np.nan
    with pytest.raises(ValueError, match="NaN or infinity"):
        check_pose(broken)
