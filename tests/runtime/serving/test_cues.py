"""Cues through the protocol of one session, without gRPC: obeyed, late, refused, ignored, too many."""

import re

import numpy as np
import pytest

from voxrig.runtime.animation.cues import CUE_NAMES
from voxrig.runtime.core.rig import profile
from voxrig.v1 import performance_pb2 as pb

NAMES = profile("arkit").names
VALUES = {
    "style": {"jaw": 0.5},
    "emotion": {"joy": 0.5},
    "gaze": {"yaw": 10.0},
    "place": {"yaw": 10.0},
    "blink": {"force": 1.0},
    "activity": {"reading": 1.0},
    "head": {"nod": 0.8},
    "event": {"desirability": -0.9},
    "gesture": {"stop": 0.8},
    "point": {"yaw": 40.0},
    "hands": {"left": 1.0},
    "body": {"lean": 10.0},
}
SPEECH_ALONE = dict.fromkeys(("emotion", "blink", "gaze", "head", "idle", "body"), "off")


def test_every_cue_has_an_example_here():
    assert tuple(VALUES) == CUE_NAMES


def test_a_cue_in_time_is_obeyed_without_a_word(character, speech):
    one, sound = character(seed=2), speech(1.0, 24000)
    assert one.cue("style", 12_000, jaw=0.0, transition=0.0) == []
    cued, plain = one.say(0, sound), character(seed=2).say(0, sound)
    jaw = NAMES.index("JawOpen")
    np.testing.assert_array_equal(cued[:30], plain[:30])
    assert cued[30:, jaw].max() < plain[30:, jaw].max() / 2
    assert plain[30:, jaw].max() > 0.1


@pytest.mark.parametrize("name", CUE_NAMES)
def test_a_late_cue_says_from_where_it_acts(character, speech, name):
    one, sound = character(seed=2, body="on"), speech(1.0, 24000)
    before = one.say(0, sound[:12_000])
    [answer] = one.cue(name, 1_000, **VALUES[name])
    event = answer.event
    assert event.kind == pb.Event.CUE_LATE
    assert (event.media_sample, event.next_sample) == (len(before) * 400, 12_000)
    assert f"the cue '{name}' acts from {len(before) * 400} on" in event.message
    late = one.say(12_000, sound[12_000:])
    at_once = character(seed=2, body="on")
    assert at_once.cue(name, len(before) * 400, **VALUES[name]) == []
    np.testing.assert_array_equal(np.concatenate((before, late)), at_once.say(0, sound))


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("style", {}, "turns nothing"),
        ("style", {"joy": 1.0}, "no value of the cue 'style' 'joy'; there are lips"),
        ("emotion", {"jou": 1.0}, "no emotion 'jou'"),
        ("emotion", {"joy": float("nan")}, "'joy' is nan, no number"),
        ("gaze", {}, "needs a target"),
        ("place", {}, "says nothing"),
        ("blink", {"rate": 9.0}, "rate is 9; it must be from 0 to 4"),
        ("activity", {"sleeping": 1.0}, "'sleeping'; there are auto"),
        ("head", {}, "does nothing"),
        ("event", {"desirability": 3.0}, "desirability is 3; it must be from -1 to 1"),
        ("gesture", {"wink": 1.0}, "no gesture 'wink'; there are beat"),
        ("point", {}, "needs a target"),
        ("hands", {"feet": 1.0}, "'feet'; there are left, right, hold"),
        ("body", {"lean": 90.0}, "lean is 90; it must be from -12 to 22"),
        ("", {}, "no name"),
        ("sing", {"loud": float("inf")}, "'loud' is inf, no number"),
    ],
)
def test_a_cue_that_cannot_be_is_refused_and_changes_nothing(character, speech, name, values, message):
    one, sound = character(seed=2), speech(0.3, 24000)
    [answer] = one.cue(name, 0, **values)
    assert (answer.error.code, answer.error.session_closed, answer.error.refused) == (3, False, "cue")
    assert re.search(message, answer.error.message), answer.error.message
    np.testing.assert_array_equal(one.say(0, sound), character(seed=2).say(0, sound))


def test_a_cue_of_another_name_is_ignored_and_told(character):
    [answer] = character(style="mumble").cue("emotion/joy", 1_200, jaw=9.0)
    assert (answer.event.kind, answer.event.media_sample) == (pb.Event.CUE_IGNORED, 1_200)
    assert "'emotion/joy'; there are style, emotion, gaze, place, blink, activity" in answer.event.message


@pytest.mark.parametrize(
    ("name", "off"),
    [
        ("emotion", ["emotion"]),
        ("gaze", ["gaze"]),
        ("place", ["gaze"]),
        ("blink", ["blink"]),
        ("activity", ["blink", "gaze", "body"]),
        ("head", ["head"]),
        ("event", ["emotion"]),
        ("gesture", ["body"]),
        ("point", ["body", "gaze"]),
        ("hands", ["body"]),
        ("body", ["body"]),
    ],
)
def test_a_cue_for_a_layer_that_is_off_is_ignored_and_told(character, name, off):
    one = character(**dict.fromkeys(off, "off"))
    [answer] = one.cue(name, 7, **VALUES[name])
    assert (answer.event.kind, answer.event.media_sample) == (pb.Event.CUE_IGNORED, 7)
    assert f"off is the layer {' and '.join(off)}" in answer.event.message
    [refused] = one.cue(name, 7, nonsense=1.0)
    assert refused.error.code == 3, "it is read all the same"


def test_an_activity_goes_to_whichever_layer_is_on(character):
    assert character(blink="off").cue("activity", 0, talking=1.0) == []


def test_a_body_that_is_on_shows_its_cues(character, speech):
    sound = speech(2.0, 24000)
    plain = character(seed=2, body="on").say(0, sound)[:, len(NAMES) :]
    for name in ("gesture", "point", "hands", "body"):
        one = character(seed=2, body="on")
        assert one.cue(name, 12_000, **VALUES[name]) == []
        cued = one.say(0, sound)[:, len(NAMES) :]
        np.testing.assert_array_equal(cued[:30], plain[:30])
        if name != "hands":  # without a network a hand that is not busy rests as well
            assert np.abs(cued[30:] - plain[30:]).max() > 0.03, name


def test_speech_alone_still_obeys_its_style(character, speech):
    one, sound = character(**SPEECH_ALONE), speech(0.5, 24000)
    assert one.cue("style", 0, jaw=0.0, transition=0.0) == []
    assert one.say(0, sound)[:, NAMES.index("JawOpen")].max() < 0.05


def test_too_many_cues_are_refused(character):
    for name in ("style", "emotion"):
        one = character()
        answers = [one.cue(name, 1_000_000, **VALUES[name]) for _ in range(257)]
        assert answers[:256] == [[]] * 256
        assert answers[256][0].error.code == 8
        assert answers[256][0].error.session_closed is False


def test_targets_that_wait_without_end_are_refused(character):
    one = character()
    codes = [answer.error.code for n in range(9000) for answer in one.cue("gaze", 1_000_000 + n, yaw=n % 30)]
    assert set(codes) == {8}
    assert len(codes) == 9000 - 8192


def test_a_target_tracked_at_60_hz_for_minutes_is_no_burden(character):
    """Three minutes, each target sent just before its time, in silence."""
    one, second = character(seed=2, emotion="off", head="off", idle="off"), np.zeros(24_000, np.float32)
    left = NAMES.index("LeftEyeYaw")
    for n in range(180):
        for pose in range(60):
            sample = 24_000 * n + 400 * pose + 4_000
            assert one.cue("gaze", sample, x=float(np.sin(sample / 24_000)), y=0.0, z=1.5, head=0.0) == []
        eyes = one.say(24_000 * n, second)[:, left]
        if n:
            x = np.sin(n - 0.08 - 1 / 6 + np.arange(len(eyes)) / 60)
            assert np.abs(eyes - np.arctan2(x, 1.5)).max() < 0.15
