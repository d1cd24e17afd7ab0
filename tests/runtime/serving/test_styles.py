"""Styles through the protocol of one session, without gRPC: options and the cue `style`."""

import re

import numpy as np
import pytest

from voxrig.runtime.animation.presets import PRESETS
from voxrig.runtime.animation.style import Style, StyleError
from voxrig.runtime.animation.style_json import style_to_json
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.runtime.serving.session import Session
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.runtime.serving.styles import style_of
from voxrig.v1 import performance_pb2 as pb

RATE = 24000


def test_options_are_a_style_and_single_dials_on_top_of_it():
    default = Style(lips=0.5)
    assert style_of({}, default) == default
    assert style_of({"jaw": "1.5"}, default) == Style(lips=0.5, jaw=1.5)
    assert style_of({"style": "natural", "effort": "1"}, default) == Style(effort=1.0)
    assert style_of({"lip_offset": "-0.25", "style": "shout"}, default) == PRESETS["shout"].with_dials(lip_offset=-0.25)
    assert style_of({"style": style_to_json(PRESETS["tight-lipped"])}, default) == PRESETS["tight-lipped"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"blend": "3"}, "no option 'blend'; there are style, lips, jaw, sharpness, effort, tongue, lip_offset"),
        ({"jaw": "wide"}, "jaw is 'wide'; it must be a number from 0 to 2"),
        ({"jaw": "nan"}, "jaw is nan; it must be a number"),
        ({"jaw": ""}, "jaw is ''"),
        ({"effort": "1.5"}, r"effort is 1\.5; it must be from 0 to 1"),
        ({"style": "shuot"}, "no style preset 'shuot'; there are natural, mumble"),
        ({"style": ""}, "no style preset ''"),
        ({"style": "../hero.json"}, "no style preset"),
        ({"style": '{"jaws": 1}'}, "no style key 'jaws'; there are about, preset, lips"),
        ({"style": "{" + " " * 70_000}, "style has 70001 characters; the most is 65536"),
    ],
)
def test_options_that_cannot_be_are_refused(options, message):
    with pytest.raises(RefusalError, match=message) as refused:
        style_of(options, Style())
    assert refused.value.code == 3


@pytest.fixture
def stage(tiny_bundle: Bundle) -> Stage:
    return Stage(Settings(models=(str(tiny_bundle.path),)))


def open_session(stage, **options):
    audio = pb.AudioFormat(encoding=pb.AudioFormat.F32LE, sample_rate=RATE, channels=1)
    rate = pb.FrameRate(numerator=60, denominator=1)
    session = Session(1, stage)
    [answer] = session.receive(
        pb.ClientMessage(open=pb.OpenSession(rig="arkit", frame_rate=rate, audio=audio, options=options))
    )
    return session, answer


def cue(media_sample, **values):
    return pb.ClientMessage(cue=pb.Cue(name="style", media_sample=media_sample, values=values))


def say(session, first, samples):
    """Send audio and run what it makes; return float32 [frames, 61]."""
    chunk = pb.AudioChunk(first_sample=first, samples=np.asarray(samples, "<f4").tobytes())
    answers = session.receive(pb.ClientMessage(audio=chunk))
    while session.pending:
        row = session.row()
        [(controls, state)] = row.runner.step([row.features], [row.state])
        answers += session.advance(controls, state)
    values = b"".join(answer.frames.values for answer in answers)
    return np.frombuffer(values, "<f4").reshape(-1, 61)


def test_a_cue_in_time_is_obeyed_without_a_word(stage, speech):
    session, _ = open_session(stage)
    assert session.receive(cue(12_000, jaw=0.0, transition=0.0)) == []
    cued, plain = say(session, 0, speech(1.0, RATE)), say(open_session(stage)[0], 0, speech(1.0, RATE))
    jaw = 17
    np.testing.assert_array_equal(cued[:30], plain[:30])
    assert cued[30:, jaw].max() < plain[30:, jaw].max() / 4
    assert plain[30:, jaw].max() > 0.1


def test_a_late_cue_says_from_where_it_acts(stage, speech):
    session, _ = open_session(stage)
    before = say(session, 0, speech(1.0, RATE)[:12_000])
    [answer] = session.receive(cue(1_000, lips=0.0, transition=0.0))
    event = answer.event
    assert event.kind == pb.Event.CUE_LATE
    assert (event.media_sample, event.next_sample) == (len(before) * 400, 12_000)
    assert f"acts from {len(before) * 400} on" in event.message
    assert say(session, 12_000, speech(1.0, RATE)[12_000:])[0, 20] == 0.0


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "turns nothing; give some of lips, jaw, sharpness, effort, tongue, lip_offset"),
        ({"transition": 1.0}, "turns nothing"),
        ({"joy": 1.0}, "no value of the cue 'style' 'joy'; there are lips, jaw, .*transition"),
        ({"jaw": 2.5}, r"jaw is 2\.5; it must be from 0 to 2"),
        ({"jaw": 1.0, "transition": -1.0}, "transition is -1; it must be from 0 to 60"),
    ],
)
def test_a_cue_that_cannot_be_is_refused_and_the_session_goes_on(stage, values, message):
    session, _ = open_session(stage)
    [answer] = session.receive(cue(0, **values))
    assert (answer.error.code, answer.error.session_closed, answer.error.refused) == (3, False, "cue")
    assert re.search(message, answer.error.message), answer.error.message
    assert len(say(session, 0, np.full(4_000, 0.1))) > 0


def test_too_many_cues_are_refused(stage):
    session, _ = open_session(stage)
    answers = [session.receive(cue(1_000_000, jaw=1.0)) for _ in range(257)]
    assert answers[:256] == [[]] * 256
    assert answers[256][0].error.code == 8


def test_another_cue_is_ignored_as_ever(stage):
    session, _ = open_session(stage, style="mumble")
    [answer] = session.receive(pb.ClientMessage(cue=pb.Cue(name="emotion/joy", values={"jaw": 9.0})))
    assert answer.event.kind == pb.Event.CUE_IGNORED


def test_a_server_has_a_style_of_its_own(tiny_bundle, tmp_path, speech):
    file = tmp_path / "hero.json"
    file.write_text('{"jaw": 0, "rest": {"jawOpen": 0.25}}')
    own = Stage(Settings(models=(str(tiny_bundle.path),), style=str(file)))
    sound = speech(0.5, RATE)
    assert say(open_session(own)[0], 0, sound)[:, 17] == pytest.approx(0.25)
    natural = say(open_session(own, style="natural")[0], 0, sound)
    plain = Stage(Settings(models=(str(tiny_bundle.path),)))
    np.testing.assert_array_equal(natural, say(open_session(plain)[0], 0, sound))
    with pytest.raises(StyleError, match="no style preset and no file 'heroic'"):
        Stage(Settings(models=(str(tiny_bundle.path),), style="heroic"))


def test_a_refused_style_takes_no_place(stage):
    for _ in range(3):
        _, answer = open_session(stage, style="none")
        assert (answer.error.code, answer.error.session_closed) == (3, True)
    assert stage.sessions == 0
