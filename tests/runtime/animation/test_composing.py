import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.action_units import EXPRESSION_CONTROLS
from voxrig.runtime.animation.blink import Lids
from voxrig.runtime.animation.composing import TRACKS, Composer
from voxrig.runtime.animation.face import NATIVE_COUNT, rest_pose
from voxrig.runtime.animation.gaze import STRAIGHT
from voxrig.runtime.animation.head import HeadPose
from voxrig.runtime.animation.idle import IDLE_CONTROLS, IdlePose
from voxrig.runtime.animation.layers import Layers
from voxrig.runtime.animation.life_pose import STILL
from voxrig.runtime.animation.style import SHORT_NAMES
from voxrig.runtime.core.arkit import ARKIT_ANGLES, arkit_frames, bones_to_angles
from voxrig.runtime.core.rig import profile

Floats = NDArray[np.float32]

COMPOSER = Composer()
TOGETHER = {f"mouthLipsTogether{quarter}": 1.0 for quarter in ("UL", "UR", "DL", "DR")}
CLOSED = {"jawOpen": 0.2, **TOGETHER}
OPEN_WIDE = {"jawOpen": 0.6}
ROUND = {"jawOpen": 0.15} | {f"mouthLipsPurse{quarter}": 0.5 for quarter in ("UL", "UR", "DL", "DR")}


def native(values: dict[str, float]) -> Floats:
    pose = rest_pose()
    for name, value in values.items():
        pose[SHORT_NAMES.index(name)] = value
    return pose


def expression(values: dict[str, float]) -> Floats:
    row = np.zeros(len(EXPRESSION_CONTROLS), np.float32)
    for name, value in values.items():
        row[EXPRESSION_CONTROLS.index(name)] = value
    return row


def of(pose: Floats, name: str) -> float:
    return float(pose[SHORT_NAMES.index(name)])


def arkit(pose: Floats) -> dict[str, float]:
    values = profile("arkit").from_native(pose[:NATIVE_COUNT], pose[NATIVE_COUNT:].reshape(3, 4))
    return dict(zip(profile("arkit").names, values.tolist(), strict=True))


def expressed(speech: dict[str, float], values: dict[str, float]) -> Floats:
    return COMPOSER.compose(native(speech), STILL._replace(expression=expression(values)))


def test_without_life_speech_is_shown_to_the_bit() -> None:
    rng = np.random.default_rng(1)
    speech = rest_pose()
    speech[:NATIVE_COUNT] = rng.random(NATIVE_COUNT)
    kept = speech.copy()
    pose = COMPOSER.compose(speech, STILL)
    np.testing.assert_array_equal(pose, kept)
    pose[:] = 0.0
    np.testing.assert_array_equal(speech, kept)


def test_it_adds_and_stays_in_range() -> None:
    rng = np.random.default_rng(2)
    for _ in range(200):
        speech = rest_pose()
        speech[:NATIVE_COUNT] = rng.random(NATIVE_COUNT)
        life = STILL._replace(
            expression=rng.random(len(EXPRESSION_CONTROLS)).astype(np.float32),
            lids=Lids(*rng.random(2)),
            gaze=STRAIGHT._replace(left_yaw=rng.normal(), left_pitch=rng.normal(), right_yaw=rng.normal()),
            head=HeadPose(*rng.normal(0, 0.3, 3)),
            idle=IdlePose(tuple(rng.random(len(IDLE_CONTROLS)).tolist()), 0.3),
        )
        pose = COMPOSER.compose(speech, life)
        assert pose[:NATIVE_COUNT].min() >= 0.0
        assert pose[:NATIVE_COUNT].max() <= 1.0
        np.testing.assert_allclose(np.linalg.norm(pose[NATIVE_COUNT:].reshape(3, 4), axis=1), 1.0, atol=1e-6)
        assert pose.dtype == np.float32
    assert of(expressed({"mouthCornerPullL": 0.2}, {"mouthCornerPullL": 0.5}), "mouthCornerPullL") == pytest.approx(0.6)


@pytest.mark.parametrize("name", ["mouthUpperLipRaiseL", "mouthLowerLipDepressR", "jawOpen"])
def test_what_parts_the_lips_gives_way_to_a_closure(name: str) -> None:
    speech = CLOSED | {name: CLOSED.get(name, 0.05)}
    assert of(expressed(speech, {name: 0.6}), name) == pytest.approx(speech[name])
    assert of(expressed(OPEN_WIDE, {name: 0.6}), name) > 0.5
    assert of(expressed({}, {name: 0.6}), name) == pytest.approx(0.6)


def test_speech_alone_closes_the_lips() -> None:
    everything = dict.fromkeys(EXPRESSION_CONTROLS, 1.0)
    for speech in (CLOSED, OPEN_WIDE, ROUND, {}):
        pose = expressed(speech, everything)
        for name in TOGETHER:
            assert of(pose, name) == speech.get(name, 0.0)


def test_presses_give_way_to_open_lips_and_smiles_to_round_ones() -> None:
    assert of(expressed(OPEN_WIDE, {"mouthPressUL": 0.8, "jawChinRaiseDL": 0.8}), "mouthPressUL") == 0.0
    assert of(expressed(CLOSED, {"mouthPressUL": 0.8}), "mouthPressUL") == pytest.approx(0.8)
    smile = {"mouthCornerPullL": 0.8}
    assert of(expressed(ROUND, smile), "mouthCornerPullL") < 0.6 * of(expressed({}, smile), "mouthCornerPullL")


def test_brows_are_the_emotions_own_whatever_is_said() -> None:
    brows = {"browDownL": 0.7, "browRaiseInR": 0.4, "eyeSquintInnerL": 0.5}
    for speech in (CLOSED, OPEN_WIDE, ROUND):
        for name, value in brows.items():
            assert of(expressed(speech, brows), name) == pytest.approx(value)


def test_a_blink_shuts_the_eye_whatever_widens_it() -> None:
    fear = expression({"eyeWidenL": 1.0, "eyeWidenR": 1.0, "eyeUpperLidUpL": 0.5, "eyeBlinkR": 0.2})
    curve = []
    for lid in np.linspace(0.0, 1.0, 21):
        pose = COMPOSER.compose(rest_pose(), STILL._replace(expression=fear, lids=Lids(float(lid), float(lid))))
        curve.append((of(pose, "eyeBlinkL"), of(pose, "eyeWidenL"), of(pose, "eyeBlinkR")))
    blink, widen, drooping = np.array(curve).T
    assert (blink[-1], widen[-1], drooping[-1]) == (1.0, 0.0, 1.0)
    assert (blink[0], widen[0]) == (0.0, 1.0)
    assert (np.diff(blink) > 0).all()
    assert (np.diff(drooping) > 0).all()
    assert drooping[0] == pytest.approx(0.2)
    assert (np.diff(widen) < 0).all()


def test_a_blink_has_less_way_to_go_where_the_eyes_look_down() -> None:
    blinks = []
    for degrees in (0.0, 10.0, 20.0, 30.0):
        gaze = STRAIGHT._replace(left_pitch=np.radians(degrees))
        blinks.append(of(COMPOSER.compose(rest_pose(), STILL._replace(gaze=gaze, lids=Lids(1.0, 1.0))), "eyeBlinkL"))
    assert blinks[0] == 1.0
    assert 0.65 <= blinks[-1] <= 0.75
    assert (np.diff(blinks) < 0).all()
    up = STRAIGHT._replace(left_pitch=np.radians(-20.0))
    pose = COMPOSER.compose(rest_pose(), STILL._replace(gaze=up, lids=Lids(1.0, 1.0)))
    assert of(pose, "eyeBlinkL") == 1.0
    assert of(pose, "eyeSquintInnerL") > 0.5, "the lower lid comes up to meet it"


@pytest.mark.parametrize(
    ("yaw", "pitch", "shapes", "controls"),
    [
        (20, 0, ("EyeLookOutLeft", "EyeLookInRight"), ("eyeLookLeftL", "eyeLookLeftR")),
        (-20, 0, ("EyeLookInLeft", "EyeLookOutRight"), ("eyeLookRightL", "eyeLookRightR")),
        (0, 20, ("EyeLookDownLeft", "EyeLookDownRight"), ("eyeLookDownL", "eyeLookDownR")),
        (0, -20, ("EyeLookUpLeft", "EyeLookUpRight"), ("eyeLookUpL", "eyeLookUpR")),
    ],
)
def test_eyes_turn_as_controls_shapes_and_bones(
    yaw: float, pitch: float, shapes: tuple[str, ...], controls: tuple[str, ...]
) -> None:
    left, down = np.radians(yaw), np.radians(pitch)
    gaze = STRAIGHT._replace(left_yaw=left, right_yaw=left, left_pitch=down, right_pitch=down)
    pose = COMPOSER.compose(rest_pose(), STILL._replace(gaze=gaze))
    moved = {name for name, value in zip(SHORT_NAMES, pose, strict=False) if value}
    assert moved == set(controls)
    seen = arkit(pose)
    assert {name for name in seen if "Look" in name and seen[name] > 0.0} == set(shapes)
    for eye in ("Left", "Right"):
        assert seen[f"{eye}EyeYaw"] == pytest.approx(left, abs=1e-6)
        assert seen[f"{eye}EyePitch"] == pytest.approx(down, abs=1e-6)


def test_eyes_go_no_further_than_their_controls() -> None:
    pose = COMPOSER.compose(rest_pose(), STILL._replace(gaze=STRAIGHT._replace(left_yaw=1.5, right_yaw=-1.5)))
    assert of(pose, "eyeLookLeftL") == of(pose, "eyeLookRightR") == 1.0


def test_the_head_turns_by_its_own_movement_and_by_gaze() -> None:
    life = STILL._replace(head=HeadPose(0.2, -0.1, 0.05), gaze=STRAIGHT._replace(head_yaw=0.1, head_pitch=0.15))
    pose = COMPOSER.compose(rest_pose(), life)
    angles = bones_to_angles(pose[NATIVE_COUNT:].reshape(3, 4))
    np.testing.assert_allclose(angles[:3], [0.3, 0.05, 0.05], atol=1e-6)
    assert not angles[3:].any()
    frame = arkit_frames(pose[:NATIVE_COUNT], pose[NATIVE_COUNT:].reshape(3, 4))
    np.testing.assert_allclose(frame[-len(ARKIT_ANGLES) :], angles, atol=1e-7)


def test_tracks_are_the_layers_alone() -> None:
    assert ("speech", *Layers._fields) == TRACKS
    life = STILL._replace(
        expression=expression({"browDownL": 0.5, "mouthCornerPullL": 0.5, "eyeWidenL": 0.5}),
        lids=Lids(0.7, 0.7),
        gaze=STRAIGHT._replace(left_yaw=0.1, head_yaw=0.2),
        head=HeadPose(0.1, 0.0, 0.0),
        idle=IdlePose((0.1,) * len(IDLE_CONTROLS), 0.0),
    )
    speech = native(OPEN_WIDE)
    alone = dict(zip(TRACKS, COMPOSER.tracks(speech, life), strict=True))
    np.testing.assert_array_equal(alone["speech"], speech)

    def moved(track: str) -> set[str]:
        return {name for name, value in zip(SHORT_NAMES, alone[track], strict=False) if value}

    assert moved("emotion") == {"browDownL", "mouthCornerPullL", "eyeWidenL"}
    assert moved("blink") == {"eyeBlinkL", "eyeBlinkR"}
    assert moved("gaze") == {"eyeLookLeftL"}
    assert moved("head") == set()
    assert moved("idle") == set(IDLE_CONTROLS)
    yaws = {name: float(bones_to_angles(pose[NATIVE_COUNT:].reshape(3, 4))[0]) for name, pose in alone.items()}
    turned = {**dict.fromkeys(TRACKS, 0.0), "gaze": 0.2, "head": 0.1}
    assert yaws == pytest.approx(turned, abs=1e-6)
