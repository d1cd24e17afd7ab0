import math

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.composing import Composer
from voxrig.runtime.animation.eyes import LOOK_RANGE
from voxrig.runtime.animation.face import rest_pose
from voxrig.runtime.animation.gaze import STRAIGHT, GazePose
from voxrig.runtime.animation.life_pose import STILL
from voxrig.runtime.animation.target import EYE_DOWN, EYE_UP, EYE_YAW
from voxrig.runtime.core.native import NATIVE_CONTROLS
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.rotation import angles_to_quaternion

LEFT = {"EyeLookOutLeft", "EyeLookInRight"}
RIGHT = {"EyeLookInLeft", "EyeLookOutRight"}
UP = {"EyeLookUpLeft", "EyeLookUpRight"}
DOWN = {"EyeLookDownLeft", "EyeLookDownRight"}


def looking(yaw: float, pitch: float) -> GazePose:
    left, down = math.radians(yaw), math.radians(pitch)
    return STRAIGHT._replace(left_yaw=left, left_pitch=down, right_yaw=left, right_pitch=down)


def composed(gaze: GazePose) -> NDArray[np.float32]:
    return Composer().compose(rest_pose(), STILL._replace(gaze=gaze))


def look_controls(gaze: GazePose) -> dict[str, float]:
    names = [name.removeprefix("CTRL_expressions_") for name in NATIVE_CONTROLS]
    pairs = zip(names, composed(gaze).tolist(), strict=False)
    return {name: value for name, value in pairs if name.startswith("eyeLook") and value}


def arkit(gaze: GazePose) -> dict[str, float]:
    pose, rig = composed(gaze), profile("arkit")
    values = rig.from_native(pose[: len(NATIVE_CONTROLS)], pose[len(NATIVE_CONTROLS) :].reshape(-1, 4))
    return {name: float(value) for name, value in zip(rig.names, values, strict=True)}


@pytest.mark.parametrize(
    ("yaw", "pitch", "shapes"),
    [
        (20, 0, LEFT),
        (-20, 0, RIGHT),
        (0, -15, UP),
        (0, 15, DOWN),
        (10, 10, LEFT | DOWN),
        (-10, -10, RIGHT | UP),
        (0, 0, set()),
    ],
)
def test_controls_shapes_and_bones_agree_on_the_direction(yaw: float, pitch: float, shapes: set[str]) -> None:
    frame = arkit(looking(yaw, pitch))
    assert {name for name in frame if name.startswith("EyeLook") and frame[name]} == shapes
    for side in ("Left", "Right"):
        assert frame[f"{side}EyeYaw"] == pytest.approx(math.radians(yaw), abs=1e-6)
        assert frame[f"{side}EyePitch"] == pytest.approx(math.radians(pitch), abs=1e-6)


def test_the_left_control_turns_both_eyes_to_the_characters_left() -> None:
    assert set(look_controls(looking(15, 0))) == {"eyeLookLeftL", "eyeLookLeftR"}


def test_converging_eyes_look_inward() -> None:
    frame = arkit(STRAIGHT._replace(left_yaw=-0.1, right_yaw=0.1))
    assert {name for name in frame if name.startswith("EyeLook") and frame[name]} == {"EyeLookInLeft", "EyeLookInRight"}


def test_a_control_of_1_is_the_range_and_gaze_stays_below_it() -> None:
    out, up = look_controls(looking(LOOK_RANGE.out, LOOK_RANGE.down)), look_controls(looking(0, -LOOK_RANGE.up))
    assert out["eyeLookLeftL"] == pytest.approx(1.0)
    assert out["eyeLookDownR"] == pytest.approx(1.0)
    assert up["eyeLookUpL"] == pytest.approx(1.0)
    assert look_controls(looking(-LOOK_RANGE.inward, 0))["eyeLookRightL"] == pytest.approx(1.0)
    assert max(look_controls(looking(90, 80)).values()) == 1.0
    for yaw, pitch in ((-EYE_YAW, -EYE_UP), (EYE_YAW, EYE_DOWN)):
        assert max(look_controls(looking(yaw, pitch)).values()) < 1.0


def test_a_bone_is_the_turn_of_the_rig() -> None:
    for yaw, pitch in ((0.0, 0.0), (0.5, -0.2), (-0.4, 0.3)):
        pose = composed(STRAIGHT._replace(left_yaw=yaw, left_pitch=pitch))
        assert pose[255:259] == pytest.approx(angles_to_quaternion(np.array([yaw, pitch, 0.0])), abs=1e-6)
