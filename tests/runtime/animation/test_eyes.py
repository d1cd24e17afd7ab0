import math

import numpy as np
import pytest

from voxrig.runtime.animation.eyes import EYE_CONTROLS, LOOK_RANGE, bone, eye_bones, eye_controls
from voxrig.runtime.animation.gaze import STRAIGHT, GazePose
from voxrig.runtime.animation.target import EYE_DOWN, EYE_UP, EYE_YAW
from voxrig.runtime.core.native import NATIVE_CONTROLS, rest_bones
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.rotation import angles_to_quaternion

LEFT = {"EyeLookOutLeft", "EyeLookInRight"}
RIGHT = {"EyeLookInLeft", "EyeLookOutRight"}
UP = {"EyeLookUpLeft", "EyeLookUpRight"}
DOWN = {"EyeLookDownLeft", "EyeLookDownRight"}


def looking(yaw: float, pitch: float) -> GazePose:
    left, down = math.radians(yaw), math.radians(pitch)
    return STRAIGHT._replace(left_yaw=left, left_pitch=down, right_yaw=left, right_pitch=down)


def arkit(gaze: GazePose) -> dict[str, float]:
    native, bones = np.zeros(len(NATIVE_CONTROLS), np.float32), rest_bones()
    for name, value in zip(EYE_CONTROLS, eye_controls(gaze), strict=True):
        native[NATIVE_CONTROLS.index(f"CTRL_expressions_{name}")] = value
    bones[1], bones[2] = eye_bones(gaze)
    rig = profile("arkit")
    return {name: float(value) for name, value in zip(rig.names, rig.from_native(native, bones), strict=True)}


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
    values = dict(zip(EYE_CONTROLS, eye_controls(looking(15, 0)), strict=True))
    assert {name for name, value in values.items() if value} == {"eyeLookLeftL", "eyeLookLeftR"}


def test_converging_eyes_look_inward() -> None:
    frame = arkit(STRAIGHT._replace(left_yaw=-0.1, right_yaw=0.1))
    assert {name for name in frame if name.startswith("EyeLook") and frame[name]} == {"EyeLookInLeft", "EyeLookInRight"}


def test_a_control_of_1_is_the_range_and_gaze_stays_below_it() -> None:
    out, down = looking(LOOK_RANGE.out, LOOK_RANGE.down), looking(-LOOK_RANGE.inward, -LOOK_RANGE.up)
    assert eye_controls(out)[2] == pytest.approx(1.0)
    assert eye_controls(out)[1] == pytest.approx(1.0)
    assert eye_controls(down)[3] == pytest.approx(1.0)
    assert eye_controls(down)[0] == pytest.approx(1.0)
    assert max(eye_controls(looking(90, 80))) == 1.0
    assert max(eye_controls(looking(-EYE_YAW, -EYE_UP)) + eye_controls(looking(EYE_YAW, EYE_DOWN))) < 1.0


def test_a_bone_is_the_turn_of_the_rig() -> None:
    for yaw, pitch in ((0.0, 0.0), (0.5, -0.2), (-0.4, 0.3)):
        assert bone(yaw, pitch) == pytest.approx(angles_to_quaternion(np.array([yaw, pitch, 0.0])).tolist(), abs=1e-7)
