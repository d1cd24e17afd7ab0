"""What a session tells besides its frames."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.runtime.animation.emotion import CATEGORIES
from voxrig.runtime.animation.visemes import VISEMES
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.runtime.serving.tells import Tells
from voxrig.v1 import performance_pb2 as pb

SAMPLES = Path(__file__).parents[3] / "samples"


def events(answers, kind):
    return [answer.event for answer in answers if answer.event.kind == kind]


def test_nothing_is_told_that_was_not_asked_for(character, speech):
    one = character()
    assert one.answer.HasField("opened")
    assert events(one.answers(speech(1.0, 24000)), pb.Event.VISEME) == []


def test_visemes_are_told_when_they_change_with_their_frame(character):
    samples, _ = soundfile.read(SAMPLES / "warning.wav", dtype="float32")
    answers = character(on=Stage(Settings(models=("live",))), tell="visemes").answers(samples)
    told = events(answers, pb.Event.VISEME)
    assert len(told) > 10
    names = [next(iter(event.values)) for event in told]
    assert set(names) <= set(VISEMES)
    assert all(a != b for a, b in pairwise(names))
    assert all(0.0 <= event.values[name] <= 1.0 for event, name in zip(told, names, strict=True))
    assert all(event.media_sample == event.frame_index * 400 for event in told)
    indices = [event.frame_index for event in told]
    assert indices == sorted(set(indices))
    assert all(event.next_sample == len(samples) for event in told)
    assert events(answers, pb.Event.EMOTION) == []


def test_an_event_comes_right_after_its_frame(character, speech):
    newest = -1
    for answer in character(tell="visemes,emotion", emotion="joy").answers(speech(1.0, 24000)):
        if answer.HasField("frames"):
            newest = answer.frames.first_index + len(answer.frames.media_samples) - 1
        elif answer.HasField("event"):
            assert answer.event.frame_index == newest


def test_emotion_is_told_as_it_comes_and_goes_ten_times_a_second_at_most(character):
    one = character(tell="emotion", heard="0")
    one.cue("emotion", 24000, joy=1.0, transition=0.5, hold=1.0)
    told = events(one.answers(np.zeros(24000 * 4, np.float32)), pb.Event.EMOTION)
    joys = np.array([event.values.get("joy", 0.0) for event in told])
    indices = np.array([event.frame_index for event in told])
    assert indices[0] >= 60
    assert (np.diff(indices) >= 6).all()
    assert joys.max() > 0.9
    assert joys[-1] < 0.1
    peak = told[int(joys.argmax())]
    assert set(peak.values) <= {*CATEGORIES, "valence", "arousal", "dominance"}
    assert peak.values["valence"] > 0.3
    assert len(told) < 25  # a face that feels the same is not told of again


def test_emotion_is_told_again_after_an_interruption(character):
    one = character(tell="emotion", heard="0")
    one.cue("emotion", 24000, joy=1.0)
    one.answers(np.zeros(72000, np.float32))
    one.session.receive(pb.ClientMessage(interrupt=pb.Interrupt(at_sample=12000)))
    told = events(one.answers(np.zeros(72000, np.float32), first=14880), pb.Event.EMOTION)
    assert max(event.values.get("joy", 0.0) for event in told) > 0.9


@pytest.mark.parametrize(
    ("text", "tells"), [("", Tells()), ("visemes", Tells(True)), (" emotion,visemes,", Tells(True, True))]
)
def test_parse(text, tells):
    assert Tells.parse(text) == tells


def test_parse_refuses_what_there_is_not():
    with pytest.raises(ValueError, match="tell is 'blinks'; there are visemes, emotion"):
        Tells.parse("visemes,blinks")
