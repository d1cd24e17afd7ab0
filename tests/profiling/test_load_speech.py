"""What a load says, and when its frames can come."""

from fractions import Fraction
from math import ceil

import numpy as np
import pytest

from voxrig.profiling.babble import RATE, babble
from voxrig.profiling.load import Load
from voxrig.profiling.load_speech import VARIANTS

LOOK_AHEAD = Fraction(13, 160)


def test_chunks_are_the_clip_over_and_over(speech_of):
    speech = speech_of(Load("grpc", 1, 5.0, utterance_seconds=2.0))
    chunks = list(speech.chunks(0))
    said = np.concatenate([np.frombuffer(chunk.samples, "<i2") for chunk in chunks])
    clip = np.clip(np.rint(babble(3.0) * 32768.0), -32768, 32767)
    np.testing.assert_array_equal(said, np.resize(clip, len(said)))
    assert [chunk.first for chunk in chunks] == list(range(0, len(said), 480))
    assert [chunk.number for chunk in chunks if chunk.ends] == [99, 199, 299, speech.load.chunks - 1]
    assert [chunk.number for chunk in chunks if chunk.begins] == [0, 100, 200, 300]


def test_variants_end_their_utterances_at_times_of_their_own(speech_of):
    speech = speech_of(Load("grpc", 8, 8.0, utterance_seconds=4.0))
    ends = [tuple(chunk.number for chunk in speech.chunks(variant) if chunk.ends) for variant in range(VARIANTS)]
    assert len(set(ends)) == VARIANTS
    assert all(end[-1] == speech.load.chunks - 1 for end in ends)


@pytest.mark.parametrize("fps", [Fraction(60), Fraction(30000, 1001), Fraction(24)])
def test_a_frame_waits_for_the_chunk_with_its_last_sample_and_no_longer(speech_of, fps):
    speech = speech_of(Load("grpc", 1, 2.0, utterance_seconds=1.3, fps=fps))
    table = speech.timetable(3, LOOK_AHEAD)
    ends = [(chunk.number + 1) * 480 for chunk in speech.chunks(3) if chunk.ends]
    assert len(table.times) == speech.frames(3) == ceil(Fraction(ends[-1], RATE) * fps)
    assert table.first.sum() == len(ends)
    for number, time in enumerate(table.times):
        assert time == pytest.approx(float(number / fps))
        end = next(end for end in ends if number / fps < Fraction(end, RATE))
        needed = min(max(1, ceil((number / fps + LOOK_AHEAD) * RATE)), end)
        assert table.chunks[number] * 480 < needed <= (table.chunks[number] + 1) * 480
        assert table.filling[number] * RATE == pytest.approx((table.chunks[number] + 1) * 480 - needed)


def test_an_audio2face_clip_begins_its_own_timeline(speech_of):
    speech = speech_of(Load("a2f", 1, 3.0, utterance_seconds=1.01))
    table = speech.timetable(0, LOOK_AHEAD)
    starts = [chunk.first / RATE for chunk in speech.chunks(0) if chunk.begins]
    np.testing.assert_allclose(table.times[table.first], starts)
    assert [speech.frames_before(0, number) for number in range(len(starts))] == list(np.flatnonzero(table.first))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"transport": "tcp"}, "there is no transport 'tcp'; there are grpc, grpc-bundled, link, link-bundled, a2f"),
        ({"sessions": 0}, "0 sessions are no load"),
        ({"seconds": 0.0}, "0 s cannot be measured"),
        ({"chunk_ms": 0}, "chunks of 0 ms"),
        ({"margin_ms": -1.0}, "a margin of -1 ms"),
    ],
)
def test_a_load_that_cannot_be_is_said_in_a_line(wrong, message):
    with pytest.raises(ValueError, match=message):
        Load(**{"transport": "grpc", "sessions": 1, "seconds": 1.0} | wrong)


def test_babble_sounds_and_pauses_and_is_the_same_again():
    one = babble(4.0)
    assert one.dtype == np.float32
    assert len(one) == 4 * RATE
    assert 0.1 < np.abs(one).max() <= 1.0
    level = np.sqrt((one.reshape(-1, 480) ** 2).mean(1))
    assert level.min() < 0.01 * level.max()
    np.testing.assert_array_equal(one, babble(4.0))
