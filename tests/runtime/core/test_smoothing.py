import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.core.smoothing import blend_poses, ease


def test_the_ease_is_minimum_jerk() -> None:
    x = np.linspace(0, 1, 1001)
    y = np.array([ease(v) for v in x])
    np.testing.assert_allclose(y, 10 * x**3 - 15 * x**4 + 6 * x**5, atol=1e-12)
    assert (np.diff(y) >= 0).all()
    slope = np.gradient(y, x)
    assert slope[0] < 1e-4
    assert slope[-1] < 1e-4
    assert slope.max() == pytest.approx(1.875, abs=1e-3)


def test_the_ease_is_clamped_outside() -> None:
    assert [ease(-1.0), ease(0.0), ease(0.5), ease(1.0), ease(7.0)] == [0, 0, 0.5, 1, 1]


def turn(angle: float, axis: int = 1) -> NDArray[np.float32]:
    q = np.zeros(4, np.float32)
    q[axis], q[3] = np.sin(angle / 2), np.cos(angle / 2)
    return q


def test_the_ends_of_a_blend_are_given_back_bit_for_bit() -> None:
    a, b = (np.concatenate((np.full(3, v, np.float32), turn(v))) for v in (0.1, 0.7))
    assert blend_poses(a, b, 0.0, 3) is a
    assert blend_poses(a, b, 1.0, 3) is b


def test_controls_go_straight_and_bones_stay_unit_turns() -> None:
    a = np.concatenate((np.float32([0, 1]), turn(0.2), turn(-0.5, 0)))
    b = np.concatenate((np.float32([1, 0.5]), turn(0.8), turn(0.1, 0)))
    for weight in (0.1, 0.25, 0.5, 0.9):
        pose = blend_poses(a, b, weight, 2)
        assert pose.dtype == np.float32
        np.testing.assert_allclose(pose[:2], [weight, 1 - 0.5 * weight], atol=1e-6)
        for bone, start, reach in ((pose[2:6], 0.2, 0.6), (pose[6:], -0.5, 0.6)):
            assert np.linalg.norm(bone) == pytest.approx(1, abs=1e-6)
            angle = 2 * np.arctan2(bone[0] + bone[1], bone[3])
            assert angle == pytest.approx(start + weight * reach, abs=np.radians(1))


def test_a_quaternion_and_its_negative_are_the_same_turn() -> None:
    a, b = turn(0.3), turn(0.9)
    near = blend_poses(a, b, 0.4, 0)
    far = blend_poses(a, -b, 0.4, 0)
    np.testing.assert_allclose(far, near, atol=1e-7)


def test_opposite_turns_blend_to_a_turn() -> None:
    pose = blend_poses(turn(np.pi), turn(-np.pi), 0.5, 0)
    assert np.linalg.norm(pose) == pytest.approx(1, abs=1e-6)


def test_a_rig_without_bones_blends() -> None:
    np.testing.assert_allclose(blend_poses(np.zeros(2, np.float32), np.ones(2, np.float32), 0.25, 2), [0.25, 0.25])
