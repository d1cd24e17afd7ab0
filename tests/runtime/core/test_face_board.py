from pathlib import Path

import numpy as np
import pytest

from voxrig.runtime.core.face_board import BOARD, WITHOUT_SLIDER, board_values, raw_values
from voxrig.runtime.core.native import NATIVE_CONTROLS

LISTED = Path(__file__).resolve().parents[3].parent / "shared" / "rigs" / "metahuman_face_board_174_emoface.txt"
SWITCHES = [name for name in BOARD if "lookAtSwitch" in name or "neckCorrectives" in name]
PHASED = [name for name in BOARD if "lipSticky" in name or "neck_swallow" in name]


def raw(**controls: float) -> np.ndarray:
    pose = np.zeros(251, np.float32)
    for name, value in controls.items():
        pose[NATIVE_CONTROLS.index(f"CTRL_expressions_{name}")] = value
    return pose


def moved(pose: np.ndarray) -> dict[str, float]:
    return {BOARD[place]: round(float(pose[place]), 6) for place in np.flatnonzero(pose)}


def test_the_columns_are_emofaces() -> None:
    assert len(set(BOARD)) == len(BOARD) == 174
    # EmoFace's own blink and gaze code finds them at these places.
    assert BOARD[36] == "CTRL_L_eye_blink-translateY"
    assert BOARD[105] == "CTRL_R_eye_blink-translateY"
    assert BOARD[:2] == ("CTRL_C_eye-translateX", "CTRL_C_eye-translateY")


def test_they_stand_in_the_order_of_its_list() -> None:
    if not LISTED.exists():
        pytest.skip(f"{LISTED} is not there")
    listed = LISTED.read_text("utf-8").split()
    # That list has the tip twice where its data set's has the roll, as sorted names would.
    different = {place: name for place, name in enumerate(BOARD) if name != listed[place]}
    assert different == {25: "CTRL_C_tongue_roll-translateX", 26: "CTRL_C_tongue_roll-translateY"}
    assert listed[25:27] == listed[27:29]


@pytest.mark.parametrize(
    ("controls", "sliders"),
    [
        ({"browDownL": 0.4}, {"CTRL_L_brow_down-translateY": 0.4}),
        ({"eyeWidenR": 0.4}, {"CTRL_R_eye_blink-translateY": -0.4}),
        ({"eyeBlinkR": 0.4}, {"CTRL_R_eye_blink-translateY": 0.4}),
        ({"jawOpen": 0.5, "jawLeft": 0.25}, {"CTRL_C_jaw-translateX": -0.25, "CTRL_C_jaw-translateY": 0.5}),
        ({"mouthLeft": 0.25}, {"CTRL_C_mouth-translateX": 0.25}),
        ({"tongueBendUp": 0.5}, {"CTRL_C_tongue_roll-translateY": 0.5}),
        ({"mouthLipsThickDL": 0.5}, {"CTRL_L_mouth_thicknessD-translateY": -0.5}),
        ({"eyeLookUpL": 0.5, "eyeLookUpR": 0.5}, {"CTRL_C_eye-translateY": 0.5}),
        ({"neckSwallowPh2": 0.5, "neckSwallowPh3": 0.5}, {"CTRL_C_neck_swallow-translateY": 0.5}),
        ({"neckSwallowPh4": 0.25}, {"CTRL_C_neck_swallow-translateY": 0.95}),
        ({"mouthLipsStickyLPh3": 1.0}, {"CTRL_L_mouth_lipSticky-translateY": 1.0}),
        ({"tongueRoll": 1.0}, {}),
    ],
)
def test_a_control_moves_its_slider(controls: dict[str, float], sliders: dict[str, float]) -> None:
    assert moved(board_values(raw(**controls))) == sliders


def test_eyes_that_differ_share_the_middle_slider() -> None:
    sliders = moved(board_values(raw(eyeLookRightL=0.5, eyeLookLeftR=0.25)))
    assert sliders == {
        "CTRL_C_eye-translateX": -0.125,
        "CTRL_L_eye-translateX": -0.375,
        "CTRL_R_eye-translateX": 0.375,
    }


@pytest.mark.parametrize("value", [1.0, 0.37])
def test_every_raw_control_that_has_a_slider_comes_back(value: float) -> None:
    for name in NATIVE_CONTROLS:
        if name in WITHOUT_SLIDER or "Ph" in name:
            continue
        pose = raw(**{name.removeprefix("CTRL_expressions_"): value})
        np.testing.assert_allclose(raw_values(board_values(pose)), pose, atol=1e-7, err_msg=name)


def test_the_controls_without_a_slider_are_known() -> None:
    bare = [name.removeprefix("CTRL_expressions_") for name in WITHOUT_SLIDER]
    lips = [f"mouthLips{kind}Inward{lip}{side}" for kind in ("Thick", "Thin") for lip in "UD" for side in "LR"]
    assert bare == [*lips, "tongueRoll", "tongueThick", "tongueThin"]


@pytest.mark.parametrize("name", PHASED)
def test_a_slow_movement_comes_back_from_its_phases(name: str) -> None:
    sliders = np.zeros((201, 174), np.float32)
    sliders[:, BOARD.index(name)] = np.linspace(0, 1, 201)
    # A swallow ends as it began, with no phase at all, so that its last position reads as the first.
    kept = slice(0, 200) if "swallow" in name else slice(0, 201)
    np.testing.assert_allclose(board_values(raw_values(sliders))[kept], sliders[kept], atol=1e-6)


def test_every_board_pose_comes_back() -> None:
    rng = np.random.default_rng(3)
    sliders = rng.uniform(-1, 1, (500, 174)).astype(np.float32)
    lows = raw_values(-np.ones(174, np.float32))
    assert lows.max() == 1.0
    for place, name in enumerate(BOARD):
        one = np.zeros(174, np.float32)
        one[place] = -0.5
        if name in SWITCHES:
            sliders[:, place] = 0.0
        elif not raw_values(one).any() or name in PHASED:
            sliders[:, place] = np.abs(sliders[:, place]) * np.float32(0.79)
    for axis in "XY":
        eyes = [BOARD.index(f"CTRL_{eye}_eye-translate{axis}") for eye in "CLR"]
        sliders[:, eyes[1]] *= 0.4
        sliders[:, eyes[2]] = -sliders[:, eyes[1]]  # what both share is on the middle one
        sliders[:, eyes[0]] *= 0.5
    np.testing.assert_allclose(board_values(raw_values(sliders)), sliders, atol=1e-6)


def test_opposite_controls_at_once_keep_their_difference() -> None:
    back = raw_values(board_values(raw(mouthCornerUpL=0.75, mouthCornerDownL=0.25)))
    np.testing.assert_allclose(back, raw(mouthCornerUpL=0.5), atol=1e-7)


def test_poses_of_another_width_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 251 native controls"):
        board_values(np.zeros(250))
    with pytest.raises(ValueError, match="expected 174 face board columns"):
        raw_values(np.zeros(251))
