"""What a client may tell a character: every kind of cue, and what is refused."""

import re

import numpy as np
import pytest

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.blink import Asked
from voxrig.runtime.animation.cue_values import CueError
from voxrig.runtime.animation.cues import (
    CUE_NAMES,
    ActivityChange,
    BlinkChange,
    EmotionChange,
    GazeChange,
    HeadChange,
    PlaceChange,
    StyleChange,
    read_cue,
)
from voxrig.runtime.animation.emotion import CATEGORIES, Emotion, fields_of
from voxrig.runtime.animation.gesture import Gesture
from voxrig.runtime.animation.target import HERE, NEAREST, Place, Target, bearing


def test_a_style_takes_a_quarter_of_a_second_unless_it_says():
    assert read_cue("style", {"jaw": 1.5, "lips": 0.5}) == StyleChange({"jaw": 1.5, "lips": 0.5}, 0.25)
    assert read_cue("style", {"jaw": 0.0, "transition": 2.0}) == StyleChange({"jaw": 0.0}, 2.0)


def test_a_number_is_the_decimal_that_was_meant():
    [value] = read_cue("style", {"jaw": float(np.float32(0.3))}).values.values()
    assert value == 0.3


def test_an_emotion_sets_all_fields_of_the_regions_it_names():
    assert read_cue("emotion", {"joy": 0.8}) == EmotionChange(
        {field: 0.8 if field.endswith("_joy") else 0.0 for field in Emotion._fields}, 0.4, 0.0
    )
    brows = read_cue("emotion", {"brows.anger": 0.5, "transition": 0.0, "hold": 2.0})
    assert brows == EmotionChange(dict.fromkeys(fields_of("brows"), 0.0) | {"brows_anger": 0.5}, 0.0, 2.0)
    assert set(read_cue("emotion", {"neutral": 1.0}).values.values()) == {0.0}
    pleased = read_cue("emotion", {"valence": 0.8, "arousal": 0.3}).values
    assert max(CATEGORIES, key=lambda name: pleased[f"mouth_{name}"]) == "joy"


def test_a_gaze_has_a_point_or_a_direction():
    assert read_cue("gaze", {"x": -0.5, "y": 0.25, "z": 2.0}) == GazeChange(Target(-0.5, 0.25, 2.0), 0.0)
    assert read_cue("gaze", {"x": 4.0, "y": 1.5, "z": -3.0, "world": 1.0, "head": 0.5, "hold": 1.5}) == GazeChange(
        Target(4.0, 1.5, -3.0, head=0.5, world=True), 1.5
    )
    there = read_cue("gaze", {"yaw": 20.0, "pitch": 10.0}).target
    assert bearing(there, HERE)[:2] == pytest.approx((20.0, 10.0))
    assert 1.0 / bearing(there, HERE).near > NEAREST
    assert read_cue("gaze", {"pitch": -5.0, "partner": 1.0}).target.partner
    assert read_cue("gaze", {"release": 1.0}) == GazeChange(None, 0.0)


def test_a_place_is_at_rest_where_it_does_not_say():
    assert read_cue("place", {"z": 3.0, "yaw": 90.0}) == PlaceChange(Place(0.0, 0.0, 3.0, 90.0, 0.0))


def test_blinks_are_forced_forbidden_and_counted():
    assert read_cue("blink", {"force": 1.0}) == BlinkChange(None, None, Asked(1.0, 0.0))
    assert read_cue("blink", {"force": 1.0, "strength": 0.5, "seconds": 0.2}).asked == Asked(0.5, 0.2)
    assert read_cue("blink", {"allow": 0.0}) == BlinkChange(False, None, None)
    assert read_cue("blink", {"allow": 1.0, "rate": 2.0}) == BlinkChange(True, 2.0, None)


def test_activities_go_by_their_names():
    for activity in Activity:
        assert read_cue("activity", {activity: 1.0}) == ActivityChange(activity)
    assert read_cue("activity", {"reading": 1.0, "talking": 0.0}) == ActivityChange(Activity.READING)


def test_gestures_of_the_head_come_together():
    assert read_cue("head", {"nod": 0.5}) == HeadChange(Gesture(nod=0.5))
    assert read_cue("head", {"shake": 0.2, "tilt": -1.0}) == HeadChange(Gesture(0.0, 0.2, -1.0))


def test_an_event_is_an_emotion_that_goes_again():
    """The worse and the more unexpected, the longer it shows and the sooner it begins; what is given goes before."""
    bad, worse = (read_cue("event", {"desirability": value}) for value in (-0.3, -0.9))
    assert 0.0 < bad.values["mouth_sadness"] < worse.values["mouth_sadness"]
    assert 0.0 < bad.hold < worse.hold <= 6.0
    assert bad.transition == worse.transition == 0.4
    blamed = read_cue("event", {"desirability": -0.8, "praiseworthiness": -0.8}).values
    assert max(CATEGORIES, key=lambda name: blamed[f"brows_{name}"]) == "anger"
    mine = read_cue("event", {"desirability": -0.8, "praiseworthiness": -0.8, "self": 1.0}).values
    assert max(CATEGORIES, key=lambda name: mine[f"brows_{name}"]) == "sadness"
    sudden = read_cue("event", {"desirability": -0.3, "unexpectedness": 1.0})
    assert sudden.transition < 0.2
    assert max(CATEGORIES, key=lambda name: sudden.values[f"eyes_{name}"]) == "surprise"
    said = read_cue("event", {"desirability": -0.3, "transition": 1.0, "hold": 9.0})
    assert (said.values, said.transition, said.hold) == (bad.values, 1.0, 9.0)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("joy", {}, "no cue 'joy'; there are style, emotion, gaze, place, blink, activity"),
        ("style", {}, "turns nothing; give some of lips, jaw, sharpness, effort, tongue, lip_offset"),
        ("style", {"transition": 1.0}, "turns nothing"),
        ("style", {"joy": 1.0}, "no value of the cue 'style' 'joy'; there are lips, jaw, .*transition"),
        ("style", {"jaw": 2.5}, r"jaw is 2\.5; it must be from 0 to 2"),
        ("style", {"jaw": 1.0, "transition": -1.0}, "transition is -1; it must be from 0 to 60"),
        ("emotion", {}, "needs at least one emotion"),
        ("emotion", {"transition": 1.0}, "needs at least one emotion"),
        ("emotion", {"jou": 1.0}, "no emotion 'jou'.*joy"),
        ("emotion", {"nose.joy": 1.0}, "region 'nose'; there are brows, eyes, mouth"),
        ("emotion", {"joy": 1.5}, r"joy is 1\.5; it must be from 0 to 1"),
        ("emotion", {"valence": -2.0}, "valence is -2; it must be from -1 to 1"),
        ("emotion", {"joy": 1.0, "hold": -1.0}, "hold is -1; it must be from 0 to 3600"),
        ("gaze", {}, "needs a target: x, y, z in metres, or yaw and pitch in degrees, or release 1"),
        ("gaze", {"release": 0.0}, "needs a target"),
        ("gaze", {"x": 1.0, "z": 1.0}, "has x, z only; a target needs x, y and z"),
        ("gaze", {"x": 1.0, "y": 0.0, "z": 1.0, "yaw": 3.0}, "needs a target"),
        ("gaze", {"yaw": 3.0, "world": 1.0}, "has world, which goes with x, y, z, and angles"),
        ("gaze", {"yaw": 3.0, "release": 1.0}, "release, which gives the eyes free, with other values"),
        ("gaze", {"yaw": 200.0}, "yaw is 200; it must be from -180 to 180"),
        ("gaze", {"yaw": 3.0, "head": 2.0}, "head is 2; it must be from 0 to 1"),
        ("gaze", {"u": 3.0}, "no value of the cue 'gaze' 'u'; there are x, y, z, yaw, pitch, world"),
        ("place", {}, "says nothing; give some of x, y, z, yaw, pitch"),
        ("place", {"roll": 3.0}, "no value of the cue 'place' 'roll'"),
        ("blink", {}, "does nothing; give force 1, allow or rate"),
        ("blink", {"force": 0.0}, "does nothing"),
        ("blink", {"strength": 1.0, "allow": 1.0}, "strength and seconds are those of a blink that is forced"),
        ("blink", {"rate": 5.0}, "rate is 5; it must be from 0 to 4"),
        ("activity", {}, "chooses 0 of auto, talking, listening, reading, thinking"),
        ("activity", {"talking": 1.0, "reading": 1.0}, "chooses 2 of"),
        ("activity", {"sleeping": 1.0}, "no value of the cue 'activity' 'sleeping'; there are auto, talking"),
        ("head", {}, "does nothing; give some of nod, shake, tilt"),
        ("head", {"nod": 0.0}, "does nothing"),
        ("head", {"nod": -0.5}, r"nod is -0\.5; it must be from 0 to 1"),
        ("head", {"bow": 1.0}, "no value of the cue 'head' 'bow'; there are nod, shake, tilt"),
        ("event", {}, "moves nobody; give desirability, desirability_for_other, praiseworthiness"),
        ("event", {"likelihood": 0.5, "hold": 2.0}, "moves nobody"),
        ("event", {"desirability": -2.0}, "desirability is -2; it must be from -1 to 1"),
        ("event", {"luck": 1.0}, "no value of the cue 'event' 'luck'; there are desirability, .*transition, hold"),
    ],
)
def test_what_cannot_be_is_told_with_what_there_is(name, values, message):
    with pytest.raises(CueError) as refused:
        read_cue(name, values)
    assert re.search(message, str(refused.value)), str(refused.value)


@pytest.mark.parametrize("name", CUE_NAMES)
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_no_number_is_no_value(name, value):
    keys = {
        "style": "jaw", "emotion": "joy", "blink": "rate", "activity": "reading", "head": "nod", "event": "liking",
        "gesture": "shrug", "hands": "left", "body": "lean",
    }  # fmt: skip
    key = keys.get(name, "yaw")
    with pytest.raises(CueError, match=f"{key} is {value}; it must be a number from"):
        read_cue(name, {key: value})
