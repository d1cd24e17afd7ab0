"""Utterances on one session's stream: where they begin and end, and how one goes over to the next."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.clock import BLEND
from voxrig.runtime.animation.pipeline import StreamError
from voxrig.runtime.core.smoothing import ease
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import contract

Floats = NDArray[np.float32]
Speech = Callable[..., Floats]
MakeStage = Callable[..., Any]
FPS = ("1", "24", "25", "29.97", "30", "48", "50", "59.94", "60", "120", "240")


def rows(frames: list[Any]) -> Floats:
    return np.stack([frame.values for frame in frames])


@pytest.mark.parametrize("lead", [24_000, 24_137, 24_399, 30_001])
def test_an_utterance_that_starts_off_the_grid_is_the_same_motion_at_its_time(
    stage: MakeStage, speech: Speech, lead: int
) -> None:
    """At 24 kHz the padding is exact: the poses are those of the sound with the offset as silence in front."""
    made, sound = stage(24_000), speech(1.0, 24_000)
    state, first = made.hear(made.pipeline.start(), speech(2, 24_000, 9)[:lead])
    first += made.end(state)[1]
    state, _ = made.end(made.hear(made.pipeline.start(), speech(2, 24_000, 9)[:lead])[0])
    assert made.pipeline.next_sample(state) == lead
    state, second = made.hear(state, sound)
    second += made.end(state)[1]
    contract.verify_frame_count(first, 0, lead, 24_000, FrameRate(60))
    contract.verify_frame_count(second, lead, lead + 24_000, 24_000, FrameRate(60))
    offset = lead % 400
    alone = made.clip(np.concatenate((np.zeros(offset, np.float32), sound)))
    alone = alone[1:] if offset else alone  # the frame on the grid before the start belongs to the first utterance
    blended = 8
    np.testing.assert_array_equal(rows(second[blended:]), rows(alone[blended:]))


@pytest.mark.parametrize("fps", ["24", "29.97", "60", "120"])
def test_the_next_utterance_blends_over_from_the_last_frame(stage: MakeStage, speech: Speech, fps: str) -> None:
    made, rate = stage(fps=fps), FrameRate.parse(fps)
    state, first = made.hear(made.pipeline.start(), speech(0.7, 16_000))
    state, more = made.end(state)
    first += more
    start = made.pipeline.next_sample(state)
    state, second = made.hear(state, speech(0.7, 16_000, 5))
    plain = {f.index: f.values for f in stage(fps=fps).clip(np.zeros(start, np.float32), speech(0.7, 16_000, 5))}
    assert second[0].utterance == first[0].utterance + 1
    for frame in second:
        progress = (frame.index / rate.fraction - Fraction(start, 16_000)) / BLEND
        if progress < 1:
            weight = ease(float(progress))
            low, high = np.minimum(first[-1].values, 1), np.maximum(first[-1].values, 0)
            # Whatever the new pose is (0..1), the blend stays this near the old one.
            assert (frame.values >= (1 - weight) * low - 1e-6).all()
            assert (frame.values <= (1 - weight) * high + weight + 1e-6).all()
    gap = np.abs(second[0].values - first[-1].values).max()
    assert gap <= ease(float(1 / rate.fraction / BLEND)) + 1e-6
    assert set(plain) >= {frame.index for frame in second}


def test_the_first_utterance_does_not_blend(stage: MakeStage, speech: Speech) -> None:
    loud = speech(1, 16_000)[2000:]
    frames = stage().clip(loud)
    assert frames[0].values[:251].max() > 0.05


@pytest.mark.parametrize("fps", ["1", "29.97", "60"])
def test_an_empty_utterance_has_no_frames(stage: MakeStage, speech: Speech, fps: str) -> None:
    made = stage(fps=fps)
    state, frames = made.end(made.pipeline.start())
    assert frames == []
    assert made.pipeline.next_sample(state) == 0
    state, frames = made.hear(state, speech(0.5, 16_000))
    frames += made.end(state)[1]
    contract.verify_frame_count(frames, 0, 8000, 16_000, FrameRate.parse(fps))
    assert {frame.utterance for frame in frames} == {1}


def test_an_empty_utterance_with_a_tail_is_silence(stage: MakeStage) -> None:
    made = stage()
    state, frames = made.end(made.pipeline.start(), tail=1600)
    assert made.pipeline.next_sample(state) == 1600
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4, 5]


def test_a_tail_is_silence_on_the_media_timeline(stage: MakeStage, speech: Speech) -> None:
    made, sound = stage(), speech(0.5, 16_000)
    with_tail = made.clip(sound, tail=3200)
    with_zeros = made.clip(np.concatenate((sound, np.zeros(3200, np.float32))))
    np.testing.assert_array_equal(rows(with_tail), rows(with_zeros))
    contract.verify_frame_count(with_tail, 0, 11_200, 16_000, FrameRate(60))


def test_ending_twice_is_an_error(stage: MakeStage, speech: Speech) -> None:
    made = stage()
    state, _ = made.hear(made.pipeline.start(), speech(0.2, 16_000))
    state, _ = made.end(state)
    with pytest.raises(StreamError, match="utterance 0 has ended already; push audio to begin the next one"):
        made.pipeline.end(state)
    with pytest.raises(StreamError, match="a tail of -1 samples"):
        made.pipeline.end(made.pipeline.start(), -1)


def test_audio_after_an_end_can_wait_in_the_queue(stage: MakeStage, speech: Speech) -> None:
    """The next utterances may be pushed before the first is shown: the frames are the same."""
    made, p = stage(fps="29.97"), stage(fps="29.97").pipeline
    pieces = [speech(s, 16_000, seed) for seed, s in enumerate((0.31, 0.0001, 0.5, 0.07, 0.4))]
    state, at_once = p.start(), []
    for piece in pieces:
        state = p.end(p.push(state, piece))
    state, at_once = made.hear(p.push(state, pieces[0]), pieces[1])
    state, one_by_one = p.start(), []
    for piece in pieces:
        for do in (lambda s, piece=piece: made.hear(s, piece), made.end):
            state, frames = do(state)
            one_by_one += frames
    one_by_one += made.hear(state, pieces[0], pieces[1])[1]
    assert [(f.index, f.sample, f.utterance) for f in at_once] == [(f.index, f.sample, f.utterance) for f in one_by_one]
    np.testing.assert_array_equal(rows(at_once), rows(one_by_one))
