"""Utterances, interruptions and time on one session's stream."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.clock import BLEND
from voxrig.runtime.animation.face import rest_pose
from voxrig.runtime.animation.pipeline import Pipeline, StreamError
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.smoothing import ease
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate, first_frame
from voxrig.runtime.models import contract
from voxrig.runtime.models.bundle import Bundle

Floats = NDArray[np.float32]
Speech = Callable[..., Floats]
MakeStage = Callable[..., Any]
FPS = ("1", "24", "25", "29.97", "30", "48", "50", "59.94", "60", "120", "240")


def rows(frames: list[Any]) -> Floats:
    return np.stack([frame.values for frame in frames])


@pytest.mark.parametrize("fps", FPS)
def test_other_frame_rates_sample_the_same_sixty_poses(stage: MakeStage, speech: Speech, fps: str) -> None:
    sound = speech(1.3, 16_000)
    poses = rows(stage().clip(sound, tail=2000))
    rate = FrameRate.parse(fps)
    for frame in stage(fps=fps).clip(sound):
        position = frame.index / rate.fraction * 60
        before, share = int(position), float(position % 1)
        if not share:
            np.testing.assert_array_equal(frame.values, poses[before])
        else:
            np.testing.assert_allclose(
                frame.values, poses[before] + np.float32(share) * (poses[before + 1] - poses[before]), atol=1e-6
            )


def test_frames_are_in_the_sessions_profile(stage: MakeStage, speech: Speech) -> None:
    sound = speech(0.5, 16_000)
    native, arkit = rows(stage().clip(sound)), rows(stage(rig="arkit").clip(sound))
    assert native.shape == (30, 251 + 12)
    assert arkit.shape == (30, 61)
    bones = native[:, 251:].reshape(30, 3, 4)
    np.testing.assert_array_equal(arkit, profile("arkit").from_native(native[:, :251], bones))
    np.testing.assert_array_equal(bones, np.broadcast_to(np.float32([0, 0, 0, 1]), bones.shape))


@pytest.mark.parametrize(
    ("rate", "fps", "expected"),
    [
        (24_000, "60", Fraction(1950, 24_000)),
        (24_000, "30", Fraction(1950, 24_000)),
        (24_000, "120", Fraction(1950, 24_000) + Fraction(1, 120)),
        (16_000, "60", Fraction(1950, 24_000) + Fraction(1, 1000)),
        (8_000, "29.97", Fraction(1950, 24_000) + Fraction(2, 1000) + Fraction(499, 500 * 60)),
    ],
)
def test_the_declared_look_ahead_is_exact(stage: MakeStage, rate: int, fps: str, expected: Fraction) -> None:
    assert stage(rate, fps).pipeline.look_ahead == expected


@pytest.mark.parametrize("fps", FPS)
@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 192_000])
def test_look_ahead_stays_in_its_promise(tiny_bundle: Bundle, tiny_fast_bundle: Bundle, rate: int, fps: str) -> None:
    for made, promise in ((tiny_bundle, 0.100), (tiny_fast_bundle, 0.050)):
        assert Pipeline(made.spec, profile("arkit"), FrameRate.parse(fps), rate).look_ahead <= promise


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


def test_pushing_nothing_changes_nothing(stage: MakeStage) -> None:
    made = stage()
    state, _ = made.end(made.pipeline.start())
    assert made.pipeline.push(state, np.zeros(0, np.float32)) is state


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


def test_a_state_is_a_value_and_can_be_replayed(stage: MakeStage, speech: Speech) -> None:
    made = stage(22_050, "59.94")
    state, _ = made.hear(made.pipeline.start(), speech(0.5, 22_050))
    before = contract.state_bytes(state)
    first = made.hear(state, speech(0.5, 22_050, 5))[1]
    made.end(state)
    made.pipeline.interrupt(state)
    again = made.hear(state, speech(0.5, 22_050, 5))[1]
    np.testing.assert_array_equal(rows(first), rows(again))
    assert contract.state_bytes(state) == before


# Interruptions


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
def test_an_interruption_reaches_back_two_seconds_and_no_further(stage: MakeStage, speech: Speech, fps: str) -> None:
    pipeline = stage(fps=fps).pipeline
    state, frames = stage(fps=fps).hear(pipeline.start(), speech(4.2, 16_000))
    newest = pipeline.clock.frame_sample(frames[-1].index + 1)
    oldest = pipeline.clock.frame_sample(frames[-1].index + 1 - pipeline.clock.history_frames)
    assert newest - oldest == pytest.approx(32_000, abs=16_000 / float(FrameRate.parse(fps).fraction) + 1)
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
