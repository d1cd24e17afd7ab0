"""ARKit's shapes and angles against the native rig, both ways."""

from pathlib import Path

import numpy as np
import pytest

from voxrig.runtime.core import arkit
from voxrig.runtime.core.native import NATIVE_CONTROLS, rest_bones
from voxrig.runtime.core.rig import profile

SHARED_RIGS = Path(__file__).resolve().parents[4] / "shared" / "rigs"


def shape(name: str) -> int:
    return arkit.ARKIT_SHAPES.index(name)


def control(name: str) -> int:
    return NATIVE_CONTROLS.index(f"CTRL_expressions_{name}")


def one(**values: float) -> np.ndarray:
    vector = np.zeros(52, np.float32)
    for name, value in values.items():
        vector[shape(name)] = value
    return vector


def valid_arkit(count: int, seed: int) -> np.ndarray:
    """Random shapes for which nothing saturates, half of them sparse as in life."""
    rng = np.random.default_rng(seed)
    values = rng.random((count, 52), np.float32)
    values[count // 2 :] *= rng.random((count - count // 2, 52)) < 0.3
    values[:, shape("MouthFunnel")] *= 1 - 0.752 * values[:, shape("MouthPucker")]
    values[:, shape("MouthRollUpper")] *= 1 - 0.499 * values[:, shape("MouthRollLower")]
    values[:, shape("MouthClose")] *= values[:, shape("JawOpen")]
    return values


@pytest.mark.skipif(not SHARED_RIGS.exists(), reason="the source tables are not here")
def test_the_data_files_are_the_source_tables() -> None:
    assert tuple((SHARED_RIGS / "metahuman_raw_controls.txt").read_text().split()) == NATIVE_CONTROLS
    renamed = {"ctrl_expressions_tonguerolldown": "tongueBendDown"}
    poses = 0
    for line in (SHARED_RIGS / "arkit_to_metahuman.tsv").read_text().splitlines():
        name, pose = line.split("\t")
        expected = np.zeros(251, np.float32)
        for item in pose.split():
            key, weight = item.split("=")
            expected[control(renamed.get(key, key))] = float(weight)
        np.testing.assert_array_equal(arkit.arkit_to_native(one(**{name: 1.0})), expected, err_msg=name)
        poses += 1
    assert poses == 51


def test_eyes_look_to_the_side_the_name_means() -> None:
    inward = arkit.arkit_to_native(one(EyeLookInLeft=1, EyeLookOutRight=1))
    assert inward[control("eyeLookRightL")] == inward[control("eyeLookRightR")] == 1
    assert np.count_nonzero(inward) == 2


def test_mouth_close_closes_the_lips_as_far_as_the_jaw_is_open() -> None:
    together = [control(f"mouthLipsTogether{corner}") for corner in ("UL", "UR", "DL", "DR")]
    native = arkit.arkit_to_native(
        np.stack([one(JawOpen=0.5, MouthClose=0.25), one(JawOpen=0.2, MouthClose=0.6), one()])
    )
    np.testing.assert_allclose(native[:, together], [[0.5] * 4, [1.0] * 4, [0.0] * 4])
    back = arkit.native_to_arkit(native)
    np.testing.assert_allclose(back[:, shape("MouthClose")], [0.25, 0.2, 0.0])
    assert not arkit.arkit_to_native(one()).any()


@pytest.mark.parametrize("name", arkit.ARKIT_SHAPES)
def test_every_shape_alone_comes_back(name: str) -> None:
    values = one(**{name: 0.7})
    if name == "MouthClose":
        values[shape("JawOpen")] = 0.9
    np.testing.assert_allclose(arkit.native_to_arkit(arkit.arkit_to_native(values)), values, atol=1e-6)


def test_arkit_to_native_and_back_is_the_identity() -> None:
    values = valid_arkit(2000, seed=1)
    native = arkit.arkit_to_native(values)
    assert native.min() >= 0
    assert native.max() <= 1
    np.testing.assert_allclose(arkit.native_to_arkit(native), values, atol=1e-6)


def test_native_to_arkit_to_native_is_the_identity_on_the_image() -> None:
    native = arkit.arkit_to_native(valid_arkit(2000, seed=2))
    # A nearly closed jaw divides rounding errors by almost nothing: the lips are compared where it is open.
    again = arkit.arkit_to_native(arkit.native_to_arkit(native))
    native[native[:, control("jawOpen")] < 0.01] = again[native[:, control("jawOpen")] < 0.01]
    np.testing.assert_allclose(again, native, atol=1e-4)


def test_any_native_pose_reads_as_shapes_in_range() -> None:
    shapes = arkit.native_to_arkit(np.random.default_rng(3).random((500, 251), np.float32))
    assert shapes.shape == (500, 52)
    assert shapes.dtype == np.float32
    assert shapes.min() >= 0
    assert shapes.max() <= 1


def test_how_an_array_lies_in_memory_does_not_matter() -> None:
    rng = np.random.default_rng(9)
    native, bones = rng.random((40, 251), np.float32), rng.standard_normal((40, 3, 4)).astype(np.float32)
    expected = profile("arkit").from_native(native, bones).tobytes()
    fortran = np.asfortranarray(native), np.asfortranarray(bones)
    strided = np.repeat(native, 2, axis=1)[:, ::2], np.repeat(bones, 2, axis=0)[::2]
    frozen = native.copy(), bones.copy()
    for array in frozen:
        array.flags.writeable = False
    for controls, turns in (fortran, strided, frozen):
        assert profile("arkit").from_native(controls, turns).tobytes() == expected
    assert profile("arkit").from_native(native[:0], bones[:0]).shape == (0, 61)


def test_nan_stays_nan() -> None:
    """No shape hides that a model went wrong."""
    native = np.zeros(251, np.float32)
    native[control("jawOpen")] = np.nan
    assert np.isnan(arkit.native_to_arkit(native)[shape("JawOpen")])


def test_brows_are_told_apart() -> None:
    frown, raised = np.zeros((2, 251), np.float32)
    frown[[control("browLateralL"), control("browLateralR")]] = 1
    raised[[control("browRaiseInL"), control("browRaiseInR")]] = 0.6
    assert not arkit.native_to_arkit(frown).any()
    np.testing.assert_allclose(arkit.native_to_arkit(raised), one(BrowInnerUp=0.6))
    full = one(BrowInnerUp=0.7, BrowOuterUpLeft=0.8, BrowOuterUpRight=0.2)
    np.testing.assert_allclose(arkit.native_to_arkit(arkit.arkit_to_native(full)), full, atol=1e-6)


def test_angles_to_bones_and_back() -> None:
    angles = np.random.default_rng(8).uniform(-np.pi, np.pi, (1000, 9)).astype(np.float32)
    angles[:, 1::3] *= 0.49
    bones = arkit.angles_to_bones(angles)
    np.testing.assert_allclose(np.linalg.norm(bones, axis=-1), 1, atol=1e-6)
    np.testing.assert_allclose(arkit.bones_to_angles(bones), angles, atol=2e-5)
    np.testing.assert_allclose(arkit.bones_to_angles(-3 * bones), angles, atol=2e-5)  # the same rotation, longer


def test_the_angles_turn_the_way_the_docstring_says() -> None:
    def turned(vector: list[float], yaw: float = 0, pitch: float = 0, roll: float = 0) -> np.ndarray:
        x, y, z, w = arkit.angles_to_bones([yaw, pitch, roll, 0, 0, 0, 0, 0, 0])[0].astype(float)
        axis = np.array([x, y, z])
        return np.asarray(vector + 2 * np.cross(axis, np.cross(axis, vector) + w * np.asarray(vector)))

    left, up, forward = [1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]
    assert turned(forward, yaw=0.3)[0] > 0.29  # to the character's left
    assert turned(forward, pitch=0.3)[1] < -0.29  # down
    assert turned(up, roll=0.3)[0] < -0.29  # the crown goes to the right shoulder
    np.testing.assert_allclose(turned(up, yaw=1.0), up, atol=1e-7)
    # Roll acts first, about the face's own axis, so the nose stays where yaw and pitch put it.
    np.testing.assert_allclose(turned(forward, 0.4, 0.2, 0.9), turned(forward, 0.4, 0.2), atol=1e-6)
    np.testing.assert_allclose(turned(left, yaw=np.pi / 2), [0, 0, -1], atol=1e-6)


def test_rest_bones_read_as_zero_angles_of_each_bone_in_order() -> None:
    assert not arkit.bones_to_angles(rest_bones()).any()
    assert not arkit.bones_to_angles(np.zeros((3, 4))).any()
    bones = rest_bones()
    bones[1] = arkit.angles_to_bones([0.5] + [0.0] * 8)[0]
    angles = profile("arkit").from_native(np.zeros(251), bones)[52:]
    np.testing.assert_allclose(angles, [0, 0, 0, 0.5, 0, 0, 0, 0, 0], atol=1e-6)
