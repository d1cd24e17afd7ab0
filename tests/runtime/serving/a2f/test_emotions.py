"""Emotions as they are given, and what is made of them."""

import math

import pytest

from voxrig.ace.a2f_pb2 import EmotionParameters, EmotionPostProcessingParameters
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.animation.emotion import CATEGORIES
from voxrig.runtime.serving.a2f.emotions import NAMES, SHOWN_AS, Mix, read_emotions, read_mix
from voxrig.runtime.serving.a2f.number import ClipError


def mix(transition=None, beginning=None, **processing):
    parameters = EmotionParameters(live_transition_time=transition, beginning_emotion=beginning or {})
    return read_mix(EmotionPostProcessingParameters(**processing), parameters)


def test_nvidias_defaults():
    assert mix() == (Mix(contrast=1.0, preferred=0.5, heard=0.6, strength=0.6, most=3, transition=0.4), ())


@pytest.mark.parametrize(
    ("said", "heard", "given"),
    [
        ({}, 0.6, 0.3),
        ({"enable_preferred_emotion": True}, 0.3, 0.3),  # 0.6 * (0.5 * given + 0.5 * heard)
        ({"beginning": {"joy": 1.0}}, 0.3, 0.3),
        ({"enable_preferred_emotion": False}, 0.6, None),
        ({"enable_preferred_emotion": True, "preferred_emotion_strength": 1.0}, 0.0, 0.6),
        ({"enable_preferred_emotion": True, "preferred_emotion_strength": 0.25, "emotion_strength": 1.0}, 0.75, 0.25),
    ],
)
def test_what_is_given_and_what_is_heard_share(said, heard, given):
    read, remarks = mix(**said)
    assert remarks == ()
    assert read.heard == pytest.approx(heard)
    assert read.shown({"joy": 1.0}) == ({} if given is None else {"joy": pytest.approx(given)})


def test_only_the_strongest_are_shown_and_contrast_spreads_them():
    given = {"joy": 0.8, "fear": 0.4, "anger": 0.2, "pain": 0.1}
    plain = Mix(preferred=1.0, strength=1.0, most=2).shown(given)
    assert plain == {"joy": 0.8, "fear": 0.4}
    assert Mix(preferred=1.0, strength=1.0, contrast=2.0).shown(given) == pytest.approx(
        {"joy": 0.8, "fear": 0.2, "anger": 0.05}
    )
    softer = Mix(preferred=1.0, strength=1.0, contrast=0.5).shown(given)
    assert softer["joy"] == 0.8
    assert 0.4 < softer["fear"] < 0.8
    assert Mix().shown({}) == {}


def test_a_change_takes_as_long_as_it_is_told():
    assert mix(transition=1.5)[0].transition == 1.5
    assert mix(transition=0.0001, live_blend_coef=0.9)[0].transition == 0.0001
    blends = [mix(live_blend_coef=coefficient)[0].transition for coefficient in (0.0, 0.3, 0.7, 0.9, 1.0)]
    assert blends == sorted(blends)
    assert (blends[0], blends[2], blends[4]) == (0.0, 0.4, 10.0)


def test_what_is_out_of_range_is_cut_and_told():
    read, remarks = mix(emotion_strength=1.2, emotion_contrast=0.1, max_emotions=9, transition=-1.0)
    assert (read.strength, read.contrast, read.most, read.transition) == (1.0, 0.3, 6, 0.0)
    assert remarks == (
        "emotion_strength 1.2 was taken as 1",
        "emotion_contrast 0.1 was taken as 0.3",
        "max_emotions 9 was taken as 6",
        "live_transition_time -1 was taken as 0",
    )


@pytest.mark.parametrize("key", ["emotion_contrast", "live_blend_coef", "preferred_emotion_strength", "transition"])
def test_what_is_no_number_is_refused(key):
    with pytest.raises(ClipError, match="is nan; send a number"):
        mix(**{key: math.nan})


def test_emotions_by_name():
    assert read_emotions({"joy": 0.30000001192092896, "fear": 0.0, "pain": 1.5, "anger": -1.0}) == {
        "joy": 0.3,
        "pain": 1.0,
    }
    with pytest.raises(ClipError, match="there is no emotion 'surprise'; there are amazement, anger"):
        read_emotions({"surprise": 1.0})
    with pytest.raises(ClipError, match="emotion joy is inf; send a number"):
        read_emotions({"joy": math.inf})


@pytest.mark.parametrize("name", NAMES)
def test_each_of_the_ten_moves_a_face(name):
    assert any(read_cue("emotion", {name: 1.0}).values.values())


def test_what_is_shown_goes_by_names_that_a_client_knows():
    assert set(SHOWN_AS.values()) < set(NAMES)
    assert set(CATEGORIES) - set(SHOWN_AS) == {"contempt"}
