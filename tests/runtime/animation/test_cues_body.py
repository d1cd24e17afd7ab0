"""Cues for the body: what they read as, and what is refused."""

import re

import numpy as np
import pytest

from voxrig.runtime.animation.body.asked import AskedGesture, HandsPolicy
from voxrig.runtime.animation.body.vocabulary import GESTURES
from voxrig.runtime.animation.cue_values import CueError
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.animation.cues_body import POSTURES, BodyChange, GestureChange, HandsChange, PointChange
from voxrig.runtime.animation.target import HERE, Target, bearing
from voxrig.runtime.core.body.posture import HIGH, INDEX, LOW


@pytest.mark.parametrize("name", GESTURES)
def test_every_gesture_of_the_vocabulary_is_a_cue(name: str) -> None:
    assert read_cue("gesture", {name: 0.7}) == GestureChange(AskedGesture(name, 0.7))


def test_a_gesture_may_say_hand_hold_and_rate() -> None:
    given = {"stop": float(np.float32(0.3)), "left": 1.0, "right": 0.0, "hold": 2.0, "rate": 1.5}
    assert read_cue("gesture", given) == GestureChange(AskedGesture("stop", 0.3, left=True, hold=2.0, rate=1.5))


def test_a_hand_points_at_a_place_or_in_a_direction() -> None:
    assert read_cue("point", {"x": 1.0, "y": 0.5, "z": 2.0}) == PointChange(Target(1.0, 0.5, 2.0), hold=1.2, look=True)
    assert read_cue("point", {"x": 1.0, "y": 0.5, "z": 2.0, "world": 1.0, "right": 1.0, "hold": 3.0, "look": 0.0}) == (
        PointChange(Target(1.0, 0.5, 2.0, world=True), right=True, hold=3.0, look=False)
    )
    there = read_cue("point", {"yaw": 30.0, "pitch": -10.0})
    assert isinstance(there, PointChange)
    assert there.target is not None
    assert bearing(there.target, HERE)[:2] == pytest.approx((30.0, -10.0))
    assert read_cue("point", {"release": 1.0}) == PointChange(None)


def test_hands_keep_what_a_cue_does_not_say() -> None:
    left = read_cue("hands", {"left": 1.0})
    assert left == HandsChange(True, None, None)
    assert isinstance(left, HandsChange)
    assert left.policy(HandsPolicy(False, True)) == HandsPolicy(True, True)
    free = read_cue("hands", {"left": 0.0, "right": 0.0, "hold": 0.5})
    assert free == HandsChange(False, False, 0.5)


def test_a_body_cue_has_numbers_and_switches() -> None:
    assert read_cue("body", {"lean": 8.0, "energy": -0.5}) == BodyChange({"lean": 8.0, "energy": -0.5}, {}, 0.8)
    assert read_cue("body", {"sitting": 1.0, "mirror": 0.0, "transition": 2.0}) == BodyChange(
        {}, {"mirror": False, "sitting": True}, 2.0
    )


def test_a_posture_goes_as_far_as_a_body_can() -> None:
    for name, number in (("lean", "lean"), ("side", "side"), ("turn", "twist")):
        assert np.radians(POSTURES[name]) == pytest.approx((LOW[INDEX[number]], HIGH[INDEX[number]]), abs=0.01)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("gesture", {"wink": 1.0}, r"there is no gesture 'wink'; there are beat, .*shrug, .*left, right, hold, rate"),
        ("gesture", {}, "has no gesture; give one of beat, "),
        ("gesture", {"left": 1.0}, "has no gesture; give one of"),
        ("gesture", {"shrug": 1.0, "stop": 1.0}, "has shrug and stop; send one"),
        ("gesture", {"shrug": 1.5}, "shrug is 1.5; it must be from 0 to 1"),
        ("gesture", {"shrug": 1.0, "rate": 3.0}, "rate is 3; it must be from 0.5 to 2"),
        ("gesture", {"shrug": 1.0, "hold": 61.0}, "hold is 61; it must be from 0 to 60"),
        ("point", {}, "'point' needs a target: x, y, z in metres, or yaw and pitch in degrees, or release 1"),
        ("point", {"x": 1.0}, "has x only; a target needs x, y and z"),
        ("point", {"yaw": 1.0, "world": 1.0}, "has world, which goes with x, y, z, and angles"),
        ("point", {"yaw": 1.0, "release": 1.0}, "release, which gives the hand free, with other values"),
        ("point", {"yaw": 1.0, "left": 1.0, "right": 1.0}, "one hand points: give one of them, or none"),
        ("point", {"yaw": 1.0, "head": 1.0}, "no value of the cue 'point' 'head'; there are x, y, z, yaw, pitch"),
        ("hands", {}, "says nothing; give some of left, right, hold"),
        ("hands", {"busy": 1.0}, "no value of the cue 'hands' 'busy'; there are left, right, hold"),
        ("hands", {"hold": -1.0}, "hold is -1; it must be from 0 to 60"),
        ("body", {}, "changes nothing; give some of energy, space, rate, openness, handedness, mirror, sitting"),
        ("body", {"transition": 1.0}, "changes nothing"),
        ("body", {"energy": 2.0}, "energy is 2; it must be from -1 to 1"),
        ("body", {"side": 20.0}, "side is 20; it must be from -12 to 12"),
        ("body", {"twist": 5.0}, "no value of the cue 'body' 'twist'; there are energy"),
    ],
)
def test_what_cannot_be_is_told_with_what_there_is(name: str, values: dict[str, float], message: str) -> None:
    with pytest.raises(CueError) as refused:
        read_cue(name, values)
    assert re.search(message, str(refused.value)), str(refused.value)
