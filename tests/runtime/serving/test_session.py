"""The protocol of one session, without gRPC: messages in, messages out."""

import numpy as np
import pytest

from voxrig.runtime.models.asking import alone
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.session import Session
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

from .client_messages import RATE, opening

CLOSE = pb.ClientMessage(close=pb.CloseSession())
END = pb.ClientMessage(end_utterance=pb.EndUtterance())
INTERRUPT = pb.ClientMessage(interrupt=pb.Interrupt())


def audio(first, samples):
    return pb.ClientMessage(audio=pb.AudioChunk(first_sample=first, samples=np.asarray(samples, "<f4").tobytes()))


@pytest.fixture
def stage(tiny_bundle: Bundle) -> Stage:
    return Stage(Settings(models=(str(tiny_bundle.path),), max_sessions=2))


@pytest.fixture
def session(stage: Stage) -> Session:
    session = Session(5, stage)
    [answer] = session.receive(opening())
    assert answer.HasField("opened")
    return session


def drain(session):
    """Run every step that is pending."""
    answers = []
    session.hear()
    while session.pending:
        row = session.row(1)
        [(controls, state)] = row.runner.steps([row.features], [row.state])
        answers += alone(session.advancing(controls, state))
    return answers


def kinds(answers):
    """`frames`, `error`, or an event by its name."""
    return [
        pb.Event.Kind.Name(answer.event.kind) if answer.HasField("event") else answer.WhichOneof("message")
        for answer in answers
    ]


def test_opened_says_everything_once(stage):
    [answer] = Session(9, stage).receive(opening(rig="metahuman"))
    opened = answer.opened
    assert answer.session == 9
    assert (len(opened.controls), list(opened.bones)) == (251, ["head", "eye_l", "eye_r"])
    assert opened.stride == len(opened.controls) + 4 * len(opened.bones)
    assert len(opened.minimum) == len(opened.maximum) == 251
    assert set(opened.minimum) == {0.0}
    assert set(opened.maximum) == {1.0}
    assert (opened.look_ahead.numerator, opened.look_ahead.denominator) == (13, 160)  # 81.25 ms
    assert (opened.blend_samples, opened.sample_rate) == (2880, RATE)
    assert [(model.name, model.sha256) for model in opened.models] == [("tiny", stage.models[0].sha256)]


def test_frames_are_little_endian_floats_in_order(session):
    session.receive(audio(0, np.full(RATE // 2, 0.1)))
    answers = [answer.frames for answer in drain(session)]
    assert [frames.first_index for frames in answers] == list(range(len(answers)))
    assert [list(frames.media_samples) for frames in answers] == [[400 * n] for n in range(len(answers))]
    assert {len(frames.values) for frames in answers} == {4 * 61}
    assert len(answers) == 30 - 4, "the last frames wait for their look-ahead"


def test_end_gives_the_rest_and_says_so(session):
    session.receive(audio(0, np.full(4100, 0.1)))
    assert session.receive(END) == []
    answers = drain(session)
    assert kinds(answers) == ["frames"] * 11 + ["UTTERANCE_ENDED"]
    event = answers[-1].event
    assert (event.utterance, event.frame_count, event.next_sample) == (0, 11, 4100)
    assert session.is_open


def test_an_utterance_shorter_than_a_frame_still_ends(session):
    session.receive(audio(0, [0.1]))
    session.receive(END)
    assert kinds(drain(session)) == ["frames", "UTTERANCE_ENDED"]
    session.receive(audio(1, [0.1]))  # lies between two frames
    answers = session.receive(END) + drain(session)
    assert kinds(answers) == ["UTTERANCE_ENDED"]
    assert (answers[0].event.utterance, answers[0].event.frame_count, answers[0].event.next_sample) == (1, 0, 2)


def test_close_of_an_idle_session_is_at_once(session, stage):
    assert stage.sessions == 1
    assert kinds(session.receive(CLOSE)) == ["CLOSED"]
    assert (session.is_open, stage.sessions) == (False, 0)
    assert session.receive(CLOSE)[0].error.code == 5
    assert session.receive(opening())[0].HasField("opened")


def test_close_finishes_what_was_sent(session, stage):
    session.receive(audio(0, np.full(4000, 0.1)))
    assert session.receive(CLOSE) == []
    refused = session.receive(audio(4000, [0.1]))
    assert (refused[0].error.code, refused[0].error.session_closed) == (9, False)
    assert session.close() == [], "closing already"
    assert kinds(drain(session)) == ["frames"] * 10 + ["UTTERANCE_ENDED", "CLOSED"]
    assert stage.sessions == 0


def test_an_interrupt_hastens_a_close(session):
    session.receive(audio(0, np.full(RATE, 0.1)))
    session.receive(CLOSE)
    answers = session.receive(INTERRUPT)
    assert kinds(answers) == ["INTERRUPTED", "frames", "CLOSED"]
    assert not session.is_open


def test_an_interrupt_of_silence_eases_nothing_but_counts_time(stage):
    session = Session(5, stage)
    session.receive(opening(options=dict.fromkeys(("emotion", "blink", "gaze", "head", "idle"), "off")))
    event, frames = session.receive(INTERRUPT)
    assert (event.event.media_sample, event.event.next_sample, event.event.frame_index) == (0, 2880, 0)
    assert not np.frombuffer(frames.frames.values, "<f4").any()
    assert session.receive(audio(0, [0.1]))[0].error.code == 11
    assert session.receive(audio(2880, [0.1])) == []


def test_an_interrupted_utterance_never_ends(session):
    session.receive(audio(0, np.full(9000, 0.1)))
    session.receive(END)
    session.receive(audio(9000, np.full(9000, 0.1)))
    answers = session.receive(INTERRUPT)
    assert kinds(answers) == ["INTERRUPTED", "frames"]
    assert (session.pending, session.buffered_seconds) == (0, 0.0)
    assert session.receive(END)[0].error.code == 9


def test_a_server_failure_ends_the_session_and_says_so(session, stage):
    [answer] = session.fail()
    assert (answer.error.code, answer.error.session_closed, stage.sessions) == (13, True, 0)
    assert session.pending == 0


def test_too_many_sessions(session, stage):
    assert Session(6, stage).receive(opening())[0].HasField("opened")
    [answer] = Session(7, stage).receive(opening())
    assert (answer.error.code, answer.error.session_closed) == (8, True)
    session.release()
    session.release()
    assert Session(7, stage).receive(opening())[0].HasField("opened")


def test_a_refused_opening_takes_no_place(stage):
    for _ in range(5):
        assert Session(1, stage).receive(opening(rig="x"))[0].error.code == 5
    assert stage.sessions == 0
