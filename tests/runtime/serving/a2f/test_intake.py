"""A clip on its way in: any cut of it goes to the session whole, with every keyframe before the audio of its time."""

from itertools import pairwise

import numpy as np
import pytest

from voxrig.ace.a2f_pb2 import AudioWithEmotion, EmotionParameters
from voxrig.ace.controller_pb2 import AudioStream, AudioStreamHeader
from voxrig.ace.emotion_with_timecode_pb2 import EmotionWithTimeCode
from voxrig.runtime.serving.a2f.intake import MOST_KEYFRAMES, Intake
from voxrig.runtime.serving.a2f.number import ClipError

RATE = 16_000


def audio(data=b"", *keyframes):
    emotions = [EmotionWithTimeCode(time_code=at, emotion=values) for at, values in keyframes]
    return AudioStream(audio_with_emotion=AudioWithEmotion(audio_buffer=data, emotions=emotions))


@pytest.fixture
def fed(opening):
    """`fed(*messages)`: the pieces that go to the session."""

    def feed(*messages, **parts):
        intake = Intake(opening(RATE, **parts), 1 << 20)
        return [intake.begin(), *(piece for message in messages for piece in intake.take(message))], intake

    return feed


def chunks(pieces):
    return [m.audio for piece in pieces for m in piece.messages if m.HasField("audio")]


def cues(pieces):
    """Each as its sample and what is to be shown, apart from how long it takes."""
    found = [m.cue for piece in pieces for m in piece.messages if m.HasField("cue")]
    return [(c.media_sample, {k: round(v, 6) for k, v in c.values.items() if k != "transition"}) for c in found]


@pytest.mark.parametrize("sizes", [(1, 0, 2, 3, 4999), (7,), (40_001, 1), (0, 64_000)])
def test_any_cut_is_the_same_audio(fed, sizes):
    data = np.random.default_rng(2).bytes(100_000)
    starts = np.cumsum([0, *sizes * 20_000])[: 20_000 * len(sizes)]
    messages = [audio(data[a:b]) for a, b in pairwise(starts) if a < len(data)]
    pieces, intake = fed(*messages)
    sent = chunks(pieces)
    assert b"".join(chunk.samples for chunk in sent) == data
    assert [chunk.first_sample for chunk in sent] == np.cumsum([0, *(len(c.samples) // 2 for c in sent)])[:-1].tolist()
    assert max(len(chunk.samples) for chunk in sent) <= 2 * RATE
    assert b"".join(piece.samples for piece in pieces) == data
    assert intake.samples == 50_000
    intake.end()


def test_the_session_opens_first(fed):
    pieces, _ = fed(audio(bytes(4)))
    assert [m.WhichOneof("message") for piece in pieces for m in piece.messages] == ["open", "audio"]


def test_keyframes_go_with_the_audio_of_their_time(fed):
    second = bytes(2 * RATE)
    given = [(0.0, {"joy": 1.0}), (2.5, {"fear": 0.5, "pain": 0.0}), (1.0, {})]
    pieces, _ = fed(audio(second, *given), audio(second), audio(second, (2.75, {"fear": 0.5})))
    assert [cues([piece]) for piece in pieces] == [
        [],
        [(0, {"joy": 0.3})],
        [(RATE, {"neutral": 1.0})],
        [(5 * RATE // 2, {"fear": 0.15})],  # and none for what does not change
    ]
    assert [[keyframe.seconds for keyframe in piece.asked] for piece in pieces] == [[], [0.0], [1.0], [2.5, 2.75]]
    kinds = [m.WhichOneof("message") for m in pieces[1].messages]
    assert kinds == ["cue", "audio"]


def test_a_late_keyframe_goes_at_once_and_of_two_the_later_counts(fed):
    pieces, _ = fed(audio(bytes(RATE)), audio(bytes(4), (0.1, {"joy": 1.0}), (0.1, {"anger": 1.0})))
    assert cues(pieces) == [(1600, {"anger": 0.3})]


def test_a_keyframe_at_the_start_goes_over_from_the_beginning(fed):
    beginning = EmotionParameters(beginning_emotion={"sadness": 1.0}, live_transition_time=0.5)
    pieces, _ = fed(audio(bytes(4), (0.0, {"joy": 1.0})), emotion_params=beginning)
    assert cues(pieces) == [(0, {"sadness": 0.3}), (1, {"joy": 0.3})]
    transitions = [m.cue.values["transition"] for p in pieces for m in p.messages if m.HasField("cue")]
    assert transitions == [0.0, 0.5]
    assert [keyframe.emotions for keyframe in pieces[0].asked] == [{"sadness": 1.0}]


def test_thousands_of_keyframes_are_thinned_to_what_a_session_holds(fed):
    """Thirty a second for five minutes: in any 90 s no more than 219 change something, and the last one does."""
    given = [(k / 30, {"joy": 0.5 + 0.5 * (k % 2)}) for k in range(9000)]
    given[-1] = (given[-1][0], {"fear": 1.0})
    second = audio(bytes(2 * RATE))
    pieces, _ = fed(audio(b"", *given), *[second] * 300)
    samples = np.array([sample for sample, _ in cues(pieces)])
    assert np.array_equal(samples, np.sort(samples))
    assert max(np.count_nonzero((samples >= s) & (samples < s + 90 * RATE)) for s in samples) <= 219
    assert np.diff(samples).max() < 1.1 * RATE
    assert samples[:100].tolist() == [round(k * RATE / 30) for k in range(100)]
    assert len([keyframe for piece in pieces for keyframe in piece.asked]) >= 8999


def test_more_keyframes_than_a_clip_can_have_are_refused(fed):
    flood = [(299.0, {"joy": 0.5})] * (MOST_KEYFRAMES // 2)
    fed(audio(b"", *flood), audio(b"", *flood))
    with pytest.raises(ClipError, match=f"more than {MOST_KEYFRAMES} keyframes wait"):
        fed(audio(b"", *flood), audio(b"", *flood, flood[0]))


def test_what_is_no_audio_and_what_is_too_much(fed):
    with pytest.raises(ClipError, match="audio_stream_header came where audio was due"):
        fed(audio(bytes(4)), AudioStream(audio_stream_header=AudioStreamHeader()))
    with pytest.raises(ClipError, match="a message without content came where audio was due"):
        fed(AudioStream())
    assert fed(audio(bytes(20 * RATE)))[1].samples == 10 * RATE
    with pytest.raises(ClipError, match=r"the buffer has 10\.0 s, the most is 10 s; cut it into several"):
        fed(audio(bytes(20 * RATE + 2)))
    assert fed(*[audio(bytes(20 * RATE))] * 30)[1].samples == 300 * RATE
    with pytest.raises(ClipError, match="the clip is longer than 300 s; send it as several"):
        fed(*[audio(bytes(20 * RATE))] * 30, audio(bytes(2)))


@pytest.mark.parametrize("at", [-0.1, 300.5, float("nan"), float("inf")])
def test_keyframes_lie_within_a_clip(fed, at):
    with pytest.raises(ClipError, match=r"a keyframe's time_code is .*; send seconds from 0 to 300"):
        fed(audio(bytes(4), (at, {"joy": 1.0})))


def test_what_is_no_clip(fed):
    with pytest.raises(ClipError, match="the clip has no audio"):
        fed(audio(b""))[1].end()
    with pytest.raises(ClipError, match="ends within a sample"):
        fed(audio(bytes(5)))[1].end()
