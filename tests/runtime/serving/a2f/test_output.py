"""A clip on its way out: frames with the audio of their time, whatever comes first."""

import numpy as np
import pytest

from voxrig.ace.emotion_aggregate_pb2 import EmotionAggregate
from voxrig.runtime.serving.a2f.emotions import NAMES, Keyframe
from voxrig.runtime.serving.a2f.number import ClipError
from voxrig.runtime.serving.a2f.output import Output
from voxrig.runtime.serving.settings import Settings
from voxrig.v1 import performance_pb2 as pb

STRIDE = 61
OPENED = pb.ServerMessage(opened=pb.SessionOpened(stride=STRIDE))


def frames(first, count):
    """Rows of which each has its index everywhere."""
    rows = np.repeat(np.arange(first, first + count, dtype="<f4")[:, None] / 100, STRIDE, axis=1)
    return pb.ServerMessage(frames=pb.Frames(media_samples=range(count), values=rows.tobytes()))


def told(messages):
    """Frame index and number of samples of each."""
    return [
        (round(m.animation_data.audio.time_code * 30), len(m.animation_data.audio.audio_buffer) // 2) for m in messages
    ]


def pcm(count, first=0):
    return np.arange(first, first + count).astype("<i2").tobytes()


def test_a_frame_waits_for_its_audio(opening):
    output = Output(opening(24_000))
    output.hear(pcm(799), [])
    assert list(output.messages([OPENED, frames(0, 3)])) == []
    output.hear(pcm(802, 799), [])
    assert told(output.messages([])) == [(0, 800), (1, 800)]
    output.hear(pcm(799, 1601), [])
    assert told(output.messages([])) == [(2, 800)]
    assert output.frames == 3


def test_audio_comes_back_whole_at_a_rate_that_thirty_does_not_divide(opening):
    output = Output(opening(22_050))
    data = pcm(10_000)
    output.hear(data, [])
    messages = [*output.messages([OPENED, frames(0, 14)]), *output.rest()]
    assert told(messages) == [(k, 735) for k in range(14)]
    heard = b"".join(message.animation_data.audio.audio_buffer for message in messages)
    assert heard == data + bytes(2 * (14 * 735 - 10_000))
    odd = Output(opening(16_000))
    odd.hear(pcm(1600), [])
    assert [count for _, count in told(odd.messages([OPENED, frames(0, 3)]))] == [533, 533, 534]


@pytest.mark.parametrize(("life", "columns"), [("off", 52), ("head", 55)])
def test_weights_are_those_of_the_columns_that_were_announced(opening, life, columns):
    output = Output(opening(24_000, Settings(a2f_life=life)))
    output.hear(pcm(1600), [])
    [first, second] = output.messages([OPENED, frames(0, 2)])
    [weights] = second.animation_data.skel_animation.blend_shape_weights
    assert weights.time_code == second.animation_data.audio.time_code == 1 / 30
    assert weights.values == [np.float32(0.01)] * columns
    assert set(first.animation_data.skel_animation.blend_shape_weights[0].values) == {0.0}


def emotions(message):
    packed = message.animation_data.metadata["emotion_aggregate"]
    aggregate = EmotionAggregate()
    assert packed.Unpack(aggregate)
    return aggregate


def test_emotions_asked_for_and_shown(opening):
    output = Output(opening(24_000))
    keyframes = [Keyframe(0, 0.0, {"pain": 1.0}), Keyframe(801, 0.0334, {"joy": 0.5})]
    output.hear(pcm(4000), keyframes)
    event = pb.Event(kind=pb.Event.EMOTION, frame_index=3, values={"surprise": 0.25, "contempt": 0.5, "valence": 0.1})
    messages = list(output.messages([OPENED, frames(0, 5), pb.ServerMessage(event=event)]))
    asked = [
        [(e.time_code, {k: v for k, v in e.emotion.items() if v}) for e in emotions(m).input_emotions] for m in messages
    ]
    assert asked == [[(0.0, {"pain": 1.0})]] * 2 + [[(0.0334, {"joy": 0.5})]] * 3
    for index, message in enumerate(messages):
        aggregate = emotions(message)
        assert list(aggregate.a2e_output) == []
        [shown] = aggregate.a2f_smoothed_output
        assert shown.time_code == index / 30
        assert dict(shown.emotion) == dict.fromkeys(NAMES, 0.0) | {"amazement": 0.25 if index >= 3 else 0.0}


def test_other_events_are_nothing_and_an_error_ends_it(opening):
    output = Output(opening())
    ended = pb.ServerMessage(event=pb.Event(kind=pb.Event.UTTERANCE_ENDED))
    assert list(output.messages([OPENED, ended])) == []
    with pytest.raises(ClipError, match="too many"):
        list(output.messages([pb.ServerMessage(error=pb.Error(code=8, message="too many"))]))
