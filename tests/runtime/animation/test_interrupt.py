"""Interruptions of one session's stream."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.clock import BLEND
from voxrig.runtime.animation.face import rest_pose
from voxrig.runtime.animation.pipeline import StreamError
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate, first_frame
from voxrig.runtime.models import contract

Floats = NDArray[np.float32]
Speech = Callable[..., Floats]
MakeStage = Callable[..., Any]
FPS = ("1", "24", "25", "29.97", "30", "48", "50", "59.94", "60", "120", "240")


def rows(frames: list[Any]) -> Floats:
    return np.stack([frame.values for frame in frames])


@pytest.mark.parametrize("fps", FPS)
@pytest.mark.parametrize("rate", [16_000, 22_050])
def test_an_interruption_eases_to_rest_and_the_timeline_goes_on(
    stage: MakeStage, speech: Speech, rate: int, fps: str
) -> None:
    made, frames_a_second = stage(rate, fps), FrameRate.parse(fps)
    pipeline = made.pipeline
    state, frames = made.hear(pipeline.start(), speech(2.35, rate))
    state, blend, start = pipeline.interrupt(state)
    cut = pipeline.clock.frame_sample(frames[-1].index + 1)
    assert start == cut + -(-rate * 12 // 100) == pipeline.next_sample(state)
    assert pipeline.pending(state) == 0
    contract.verify_frame_count(blend, cut, start, rate, frames_a_second)
    if blend:
        contract.verify_interruption(
            frames[-1].values, blend, rest_pose(), frames_a_second, BLEND, frames[-1].utterance
        )
    state, after = made.hear(state, speech(1.1, rate, 5))
    after += made.end(state)[1]
    assert {frame.utterance for frame in (*blend, *after)} == {1}
    contract.verify_frame_count(after, start, start + round(1.1 * rate), rate, frames_a_second)


@pytest.mark.parametrize("fps", ["24", "29.97", "60", "240"])
def test_an_earlier_interruption_supersedes_frames(stage: MakeStage, speech: Speech, fps: str) -> None:
    made, rate = stage(fps=fps), FrameRate.parse(fps)
    sound = speech(2.6, 16_000)
    state, frames = made.hear(made.pipeline.start(), sound)
    state, blend, start = made.pipeline.interrupt(state, 12_345)
    kept = first_frame(12_345, 16_000, rate)
    assert blend[0].index == kept
    assert start == 12_345 + 1920
    contract.verify_frame_count(blend, 12_345, start, 16_000, rate)
    contract.verify_interruption(frames[kept - 1].values, blend, rest_pose(), rate, BLEND, 0)
    state, after = made.hear(state, sound)
    p = made.pipeline.profile
    take = Take.from_frames(
        (*frames, *blend, *after), profile=p.name, names=p.names, bones=p.bones, fps=rate, sample_rate=16_000
    )
    assert len(take) == after[-1].index + 1
    np.testing.assert_array_equal(take.values[:kept], rows(frames[:kept]))
    np.testing.assert_array_equal(take.values[-len(after) :], rows(after))


def test_speech_after_an_interruption_begins_afresh(stage: MakeStage, speech: Speech) -> None:
    """Nothing of what was thrown away is heard: after its blend the new utterance is as if alone."""
    made = stage(24_000)
    state, _ = made.hear(made.pipeline.start(), speech(1, 24_000))
    state, _, start = made.pipeline.interrupt(state, 7_200)
    assert start == 10_080
    state, after = made.hear(state, speech(1, 24_000, 5))
    alone = made.hear(made.pipeline.start(), np.zeros(start % 400, np.float32), speech(1, 24_000, 5))[1][1:]
    np.testing.assert_array_equal(rows(after[8:]), rows(alone[8 : len(after)]))


def test_interrupting_twice_goes_on_easing_without_a_pop(stage: MakeStage, speech: Speech) -> None:
    made, pipeline = stage(), stage().pipeline
    state, _ = made.hear(pipeline.start(), speech(1, 16_000))
    state, first, _ = pipeline.interrupt(state)
    half = first[2].sample
    state, second, start = pipeline.interrupt(state, half)
    assert second[0].index == first[2].index
    contract.verify_interruption(first[1].values, second, rest_pose(), FrameRate(60), BLEND, first[0].utterance)
    state, third, start = pipeline.interrupt(state)
    assert third[0].index == second[-1].index + 1
    assert [first[0].utterance, second[0].utterance, third[0].utterance] == [1, 2, 3]
    assert np.abs(third[-1].values - rest_pose()).max() < 1e-3
    state, after = made.hear(state, speech(1, 16_000))
    assert after[0].index == first_frame(start, 16_000, FrameRate(60))
    assert after[0].utterance == 3


def test_an_interruption_throws_away_what_waits(stage: MakeStage, speech: Speech) -> None:
    made, pipeline = stage(), stage().pipeline
    state, frames = made.hear(pipeline.start(), speech(0.5, 16_000))
    state = pipeline.push(pipeline.end(pipeline.push(state, speech(3, 16_000))), speech(3, 16_000))
    assert pipeline.pending(state) > 300
    state, blend, start = pipeline.interrupt(state)
    assert pipeline.pending(state) == 0
    assert blend[0].index == frames[-1].index + 1
    assert blend[0].utterance == 2  # 1 was queued already
    assert pipeline.next_sample(state) == start


def test_an_interruption_after_an_end_and_an_end_after_an_interruption(stage: MakeStage, speech: Speech) -> None:
    made, pipeline = stage(), stage().pipeline
    state, _ = made.end(made.hear(pipeline.start(), speech(0.5, 16_000))[0])
    state, blend, _ = pipeline.interrupt(state)
    assert blend[0].utterance == 1
    state, frames = made.end(state)
    assert frames == []
    state, frames = made.hear(state, speech(0.5, 16_000))
    assert frames[0].utterance == 2


def test_an_interruption_before_anything_rests(stage: MakeStage) -> None:
    _, blend, start = stage().pipeline.interrupt(stage().pipeline.start())
    assert start == 1920
    assert [frame.index for frame in blend] == list(range(8))
    np.testing.assert_array_equal(rows(blend), np.stack([rest_pose()] * 8))


def test_an_interruption_in_the_future_happens_now(stage: MakeStage, speech: Speech) -> None:
    state, _ = stage().hear(stage().pipeline.start(), speech(0.5, 16_000))
    assert stage().pipeline.interrupt(state, 10**9)[2] == stage().pipeline.interrupt(state)[2]


@pytest.mark.parametrize("fps", ["1", "29.97", "60", "240"])
def test_an_interruption_reaches_back_thirty_seconds_and_no_further(stage: MakeStage, speech: Speech, fps: str) -> None:
    pipeline = stage(fps=fps).pipeline
    state, frames = stage(fps=fps).hear(pipeline.start(), speech(32.2, 16_000))
    newest = pipeline.clock.frame_sample(frames[-1].index + 1)
    oldest = pipeline.clock.frame_sample(frames[-1].index + 1 - pipeline.clock.history_frames)
    assert newest - oldest == pytest.approx(480_000, abs=16_000 / float(FrameRate.parse(fps).fraction) + 1)
    blend, first = pipeline.interrupt(state, oldest)[1], frames[-1].index + 1 - pipeline.clock.history_frames
    if blend:  # at 1 fps none falls into the 120 ms
        assert blend[0].index == first
        contract.verify_interruption(frames[first - 1].values, blend, rest_pose(), FrameRate.parse(fps), BLEND, 0)
    too_far = pipeline.clock.frame_sample(frames[-1].index - pipeline.clock.history_frames)
    for bad in (too_far, 0, -1):
        with pytest.raises(
            StreamError, match=f"media sample {bad}: the earliest that can still be changed is {oldest}"
        ):
            pipeline.interrupt(state, bad)


def test_stopping_at_the_very_beginning_is_allowed_while_it_is_remembered(stage: MakeStage, speech: Speech) -> None:
    state, _ = stage().hear(stage().pipeline.start(), speech(1, 16_000))
    _, blend, start = stage().pipeline.interrupt(state, 0)
    assert blend[0].index == 0
    assert start == 1920
    np.testing.assert_array_equal(rows(blend), np.stack([rest_pose()] * len(blend)))
