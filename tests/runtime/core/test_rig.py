from pathlib import Path

import numpy as np
import pytest

from voxrig.runtime.core import rig

SHARED_RIGS = Path(__file__).resolve().parents[4] / "shared" / "rigs"


def shape(name: str) -> int:
    return rig.ARKIT_SHAPES.index(name)


def control(name: str) -> int:
    return rig.NATIVE_CONTROLS.index(f"CTRL_expressions_{name}")


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


def random_bones(count: int, seed: int, reach: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    angles = rng.uniform(-np.pi, np.pi, (count, 9)) * reach
    angles[:, 1::3] /= 2
    return rig.angles_to_bones(angles)


def test_the_rig_is_metahumans_251_controls_and_three_bones() -> None:
    assert len(rig.NATIVE_CONTROLS) == len(set(rig.NATIVE_CONTROLS)) == 251
    assert all(name.startswith("CTRL_expressions_") for name in rig.NATIVE_CONTROLS)
    assert rig.BONES == ("head", "eye_l", "eye_r")


def test_arkit_is_in_live_link_order() -> None:
    names = rig.profile("arkit").names
    assert len(names) == len(set(names)) == 61
    assert names[14:19] == ("JawForward", "JawLeft", "JawRight", "JawOpen", "MouthClose")
    assert names[51:55] == ("TongueOut", "HeadYaw", "HeadPitch", "HeadRoll")
    assert names[60] == "RightEyeRoll"


def test_profiles_say_what_a_frame_is() -> None:
    assert rig.profiles() == ("metahuman", "arkit")
    metahuman, arkit = rig.profile("metahuman"), rig.profile("arkit")
    assert (metahuman.stride, metahuman.bones, len(metahuman.ranges)) == (263, rig.BONES, 251)
    assert (arkit.stride, arkit.bones, len(arkit.ranges)) == (61, (), 61)
    assert set(metahuman.ranges) == {(0.0, 1.0)}
    assert arkit.ranges[51] == (0.0, 1.0)
    assert arkit.ranges[52] == pytest.approx((-np.pi, np.pi))
    assert arkit.ranges[53] == pytest.approx((-np.pi / 2, np.pi / 2))


@pytest.mark.parametrize("name", ["", "ARKit", "vrm", "metahuman "])
def test_an_unknown_profile_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(rig.UnknownProfileError, match="metahuman, arkit"):
        rig.profile(name)


@pytest.mark.skipif(not SHARED_RIGS.exists(), reason="the source tables are not here")
def test_the_data_files_are_the_source_tables() -> None:
    assert tuple((SHARED_RIGS / "metahuman_raw_controls.txt").read_text().split()) == rig.NATIVE_CONTROLS
    renamed = {"ctrl_expressions_tonguerolldown": "tongueBendDown"}
    poses = 0
    for line in (SHARED_RIGS / "arkit_to_metahuman.tsv").read_text().splitlines():
        name, pose = line.split("\t")
        expected = np.zeros(251, np.float32)
        for item in pose.split():
            key, weight = item.split("=")
            expected[control(renamed.get(key, key))] = float(weight)
        np.testing.assert_array_equal(rig.arkit_to_native(one(**{name: 1.0})), expected, err_msg=name)
        poses += 1
    assert poses == 51


def test_eyes_look_to_the_side_the_name_means() -> None:
    inward = rig.arkit_to_native(one(EyeLookInLeft=1, EyeLookOutRight=1))
    assert inward[control("eyeLookRightL")] == inward[control("eyeLookRightR")] == 1
    assert np.count_nonzero(inward) == 2


def test_mouth_close_closes_the_lips_as_far_as_the_jaw_is_open() -> None:
    together = [control(f"mouthLipsTogether{corner}") for corner in ("UL", "UR", "DL", "DR")]
    native = rig.arkit_to_native(np.stack([one(JawOpen=0.5, MouthClose=0.25), one(JawOpen=0.2, MouthClose=0.6), one()]))
    np.testing.assert_allclose(native[:, together], [[0.5] * 4, [1.0] * 4, [0.0] * 4])
    back = rig.native_to_arkit(native)
    np.testing.assert_allclose(back[:, shape("MouthClose")], [0.25, 0.2, 0.0])
    assert not rig.arkit_to_native(one()).any()


@pytest.mark.parametrize("name", rig.ARKIT_SHAPES)
def test_every_shape_alone_comes_back(name: str) -> None:
    values = one(**{name: 0.7})
    if name == "MouthClose":
        values[shape("JawOpen")] = 0.9
    np.testing.assert_allclose(rig.native_to_arkit(rig.arkit_to_native(values)), values, atol=1e-6)


def test_arkit_to_native_and_back_is_the_identity() -> None:
    values = valid_arkit(2000, seed=1)
    native = rig.arkit_to_native(values)
    assert native.min() >= 0
    assert native.max() <= 1
    np.testing.assert_allclose(rig.native_to_arkit(native), values, atol=1e-6)


def test_native_to_arkit_to_native_is_the_identity_on_the_image() -> None:
    native = rig.arkit_to_native(valid_arkit(2000, seed=2))
    # A nearly closed jaw divides rounding errors by almost nothing: the lips are compared where it is open.
    again = rig.arkit_to_native(rig.native_to_arkit(native))
    native[native[:, control("jawOpen")] < 0.01] = again[native[:, control("jawOpen")] < 0.01]
    np.testing.assert_allclose(again, native, atol=1e-4)


def test_any_native_pose_reads_as_shapes_in_range() -> None:
    shapes = rig.native_to_arkit(np.random.default_rng(3).random((500, 251), np.float32))
    assert shapes.shape == (500, 52)
    assert shapes.dtype == np.float32
    assert shapes.min() >= 0
    assert shapes.max() <= 1


def test_brows_are_told_apart() -> None:
    frown, raised = np.zeros((2, 251), np.float32)
    frown[[control("browLateralL"), control("browLateralR")]] = 1
    raised[[control("browRaiseInL"), control("browRaiseInR")]] = 0.6
    assert not rig.native_to_arkit(frown).any()
    np.testing.assert_allclose(rig.native_to_arkit(raised), one(BrowInnerUp=0.6))
    full = one(BrowInnerUp=0.7, BrowOuterUpLeft=0.8, BrowOuterUpRight=0.2)
    np.testing.assert_allclose(rig.native_to_arkit(rig.arkit_to_native(full)), full, atol=1e-6)


def test_a_frame_alone_equals_the_same_frame_among_many() -> None:
    values, bones = valid_arkit(257, seed=4), random_bones(257, seed=5)
    bones[::7] = rig.rest_bones()
    native = rig.arkit_to_native(values)
    many = {name: rig.profile(name).from_native(native, bones) for name in rig.profiles()}
    for row in range(257):
        assert rig.arkit_to_native(values[row]).tobytes() == native[row].tobytes()
        for name, frames in many.items():
            assert rig.profile(name).from_native(native[row], bones[row]).tobytes() == frames[row].tobytes()
    block = rig.profile("arkit").from_native(native[:256].reshape(4, 64, 251), bones[:256].reshape(4, 64, 3, 4))
    assert block.reshape(256, 61).tobytes() == many["arkit"][:256].tobytes()


def test_metahuman_frames_are_the_controls_then_the_bones() -> None:
    native, bones = np.random.default_rng(6).random(251, np.float32), random_bones(1, seed=7)[0]
    frame = rig.profile("metahuman").from_native(native, bones)
    np.testing.assert_array_equal(frame[:251], native)
    np.testing.assert_array_equal(frame[251:].reshape(3, 4), bones)
    frame[:] = 0
    assert native.any()


def test_angles_to_bones_and_back() -> None:
    angles = np.random.default_rng(8).uniform(-np.pi, np.pi, (1000, 9)).astype(np.float32)
    angles[:, 1::3] *= 0.49
    bones = rig.angles_to_bones(angles)
    np.testing.assert_allclose(np.linalg.norm(bones, axis=-1), 1, atol=1e-6)
    np.testing.assert_allclose(rig.bones_to_angles(bones), angles, atol=2e-5)
    np.testing.assert_allclose(rig.bones_to_angles(-3 * bones), angles, atol=2e-5)  # the same rotation, longer


def test_the_angles_turn_the_way_the_docstring_says() -> None:
    def turned(vector: list[float], yaw: float = 0, pitch: float = 0, roll: float = 0) -> np.ndarray:
        x, y, z, w = rig.angles_to_bones([yaw, pitch, roll, 0, 0, 0, 0, 0, 0])[0].astype(float)
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
    assert not rig.bones_to_angles(rig.rest_bones()).any()
    assert not rig.bones_to_angles(np.zeros((3, 4))).any()
    bones = rig.rest_bones()
    bones[1] = rig.angles_to_bones([0.5] + [0.0] * 8)[0]
    angles = rig.profile("arkit").from_native(np.zeros(251), bones)[52:]
    np.testing.assert_allclose(angles, [0, 0, 0, 0.5, 0, 0, 0, 0, 0], atol=1e-6)


@pytest.mark.parametrize(
    ("controls", "bones", "message"),
    [
        (np.zeros(250), np.zeros((3, 4)), "251 native controls"),
        (np.zeros(251), np.zeros((4, 3)), "bones of shape"),
        (np.zeros((2, 251)), np.zeros((3, 4)), "number of frames"),
        (np.float32(0), np.zeros((3, 4)), "251 native controls"),
    ],
)
def test_wrong_shapes_are_refused(controls: np.ndarray, bones: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        rig.profile("arkit").from_native(controls, bones)
    with pytest.raises(ValueError, match="52 ARKit shapes"):
        rig.arkit_to_native(np.zeros(61))
