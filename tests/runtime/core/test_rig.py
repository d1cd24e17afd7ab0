"""Profiles of the rig: what a frame of each is, and that frames do not depend on their neighbours."""

import numpy as np
import pytest

from voxrig.runtime.core import rig
from voxrig.runtime.core.arkit import angles_to_bones, arkit_to_native
from voxrig.runtime.core.native import BONES, NATIVE_CONTROLS, rest_bones


def random_bones(count: int, seed: int, reach: float = 1.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    angles = rng.uniform(-np.pi, np.pi, (count, 9)) * reach
    angles[:, 1::3] /= 2
    return angles_to_bones(angles)


def test_the_rig_is_metahumans_251_controls_and_three_bones() -> None:
    assert len(NATIVE_CONTROLS) == len(set(NATIVE_CONTROLS)) == 251
    assert all(name.startswith("CTRL_expressions_") for name in NATIVE_CONTROLS)
    assert BONES == ("head", "eye_l", "eye_r")


def test_arkit_is_in_live_link_order() -> None:
    names = rig.profile("arkit").names
    assert len(names) == len(set(names)) == 61
    assert names[14:19] == ("JawForward", "JawLeft", "JawRight", "JawOpen", "MouthClose")
    assert names[51:55] == ("TongueOut", "HeadYaw", "HeadPitch", "HeadRoll")
    assert names[60] == "RightEyeRoll"


def test_profiles_say_what_a_frame_is() -> None:
    assert rig.profiles() == ("metahuman", "arkit")
    metahuman, arkit = rig.profile("metahuman"), rig.profile("arkit")
    assert (metahuman.stride, metahuman.bones, len(metahuman.ranges)) == (263, BONES, 251)
    assert (arkit.stride, arkit.bones, len(arkit.ranges)) == (61, (), 61)
    assert set(metahuman.ranges) == {(0.0, 1.0)}
    assert arkit.ranges[51] == (0.0, 1.0)
    assert arkit.ranges[52] == pytest.approx((-np.pi, np.pi))
    assert arkit.ranges[53] == pytest.approx((-np.pi / 2, np.pi / 2))


@pytest.mark.parametrize("name", ["", "ARKit", "vrm", "metahuman "])
def test_an_unknown_profile_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(rig.UnknownProfileError, match="metahuman, arkit"):
        rig.profile(name)


def test_a_frame_alone_equals_the_same_frame_among_many() -> None:
    values, bones = np.random.default_rng(4).random((257, 52), np.float32), random_bones(257, seed=5)
    bones[::7] = rest_bones()
    native = arkit_to_native(values)
    many = {name: rig.profile(name).from_native(native, bones) for name in rig.profiles()}
    for row in range(257):
        assert arkit_to_native(values[row]).tobytes() == native[row].tobytes()
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
        arkit_to_native(np.zeros(61))
