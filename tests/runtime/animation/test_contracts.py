"""The contracts of the architecture, on every bundle there is."""

import gc
import tracemalloc
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from voxrig.runtime.animation.face import rest_pose
from voxrig.runtime.animation.running import run
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.native import NATIVE_CONTROLS
from voxrig.runtime.core.timing import FrameRate, frame_count
from voxrig.runtime.models import contract
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel

Floats = NDArray[np.float32]
Speech = Callable[..., Floats]
MakeStage = Callable[..., Any]
Verify = Callable[..., None]
FPS = ("24", "25", "29.97", "30", "48", "50", "59.94", "60", "120")
MOUTH = [i for i, name in enumerate(NATIVE_CONTROLS) if name.split("_")[-1].startswith(("mouth", "jaw", "tongue"))]
SAMPLES = Path(__file__).parents[3] / "samples"


# 1 and 2: chunk invariance; baking is the whole clip in one chunk.


@pytest.mark.parametrize(("rate", "fps"), [(16_000, "60"), (24_000, "29.97"), (44_100, "60")])
def test_frames_do_not_depend_on_chunks(any_stage: MakeStage, speech: Speech, rate: int, fps: str) -> None:
    rows = contract.verify_chunk_invariance(any_stage(rate, fps).rows, speech(0.9, rate))
    assert rows.std(axis=0).max() > 0.01  # it moves


@pytest.mark.parametrize("rig", ["metahuman", "arkit"])
def test_a_whole_session_does_not_depend_on_chunks(
    stage: MakeStage, speech: Speech, verify_session: Verify, rig: str
) -> None:
    """Nor does the first chunk decide anything."""
    made = stage(22_050, "59.94", rig)
    verify_session(lambda size: made.session(speech, size, made.pipeline.start()), contract.CHUNK_SIZES)


# 3: batch invariance, of the network and of whole sessions driven together.


def test_the_network_does_not_depend_on_its_batch(any_bundle: Bundle) -> None:
    rng = np.random.default_rng(0)
    walk = rng.standard_normal((64, 6, 128)).cumsum(axis=1) - 8
    contract.verify_batch_invariance(OnnxModel(any_bundle), walk.astype(np.float32))


def test_sessions_in_one_batch_are_as_if_alone(any_stage: MakeStage, speech: Speech) -> None:
    """As a server drives them: sessions of different rates and ages, one batched call for whoever has a step ready."""
    stages = [any_stage(rate, fps) for rate, fps in ((16_000, "60"), (24_000, "30"), (48_000, "29.97"), (8_000, "25"))]
    clips = [speech(0.4 + 0.1 * i, s.pipeline.rate, i) for i, s in enumerate(stages)]
    states = [s.pipeline.start() for s in stages]
    frames: list[list[Frame]] = [[] for _ in stages]
    for tick in range(60):
        for i, (s, clip) in enumerate(zip(stages, clips, strict=True)):
            size = s.pipeline.rate // 70 + i
            chunk = clip[(tick - i) * size : (tick - i + 1) * size] if tick >= i else clip[:0]
            states[i] = s.pipeline.push(states[i], chunk)
        ready = [i for i, s in enumerate(stages) if s.pipeline.pending(states[i])]
        results = stages[0].runner.step(
            [stages[i].pipeline.features(states[i]) for i in ready],
            [stages[i].pipeline.model_state(states[i]) for i in ready],
        )
        for i, result in zip(ready, results, strict=True):
            states[i], more = stages[i].pipeline.advance(states[i], *result)
            frames[i] += more
    for i, s in enumerate(stages):
        assert s.pipeline.next_sample(states[i]) == len(clips[i])
        frames[i] += run(s.pipeline, s.runner, states[i])[1] + s.end(run(s.pipeline, s.runner, states[i])[0])[1]
        contract.verify_same(f"session {i}", np.stack([f.values for f in frames[i]]), s.rows([clips[i]]))


# 4: declared look-ahead.


@pytest.mark.parametrize(("rate", "fps"), [(24_000, "60"), (16_000, "29.97"), (44_100, "50"), (8_000, "120")])
def test_a_frame_hears_its_look_ahead_and_no_more(any_stage: MakeStage, speech: Speech, rate: int, fps: str) -> None:
    made = any_stage(rate, fps)
    sound = speech(1.5, rate)
    frames = [0, 1, 2, 7, int(0.8 * FrameRate.parse(fps).fraction)]
    contract.verify_look_ahead(made.unended, sound, rate, FrameRate.parse(fps), made.pipeline.look_ahead, frames)


def test_a_frame_comes_with_the_last_sample_of_its_look_ahead(any_stage: MakeStage, speech: Speech) -> None:
    made, sound = any_stage(24_000), speech(1, 24_000)
    for index in (0, 1, 11):
        needed = index * 400 + int(made.pipeline.look_ahead * 24_000)
        assert len(made.unended([sound[: needed - 1]])) == index
        assert len(made.unended([sound[:needed]])) == index + 1


@pytest.mark.parametrize("start", [1, 12_345])
def test_look_ahead_holds_off_the_grid(stage: MakeStage, speech: Speech, start: int) -> None:
    made, rate = stage(22_050, "60"), 22_050
    first, _ = made.end(made.hear(made.pipeline.start(), speech(1, rate)[:start])[0])
    sound, look_ahead = speech(1, rate, 5), made.pipeline.look_ahead
    whole = {f.index: f.values for f in made.hear(first, sound)[1]}
    for index in list(whole)[::7]:
        limit = -int(-(Fraction(index, 60) + look_ahead) * rate // 1) - start
        noise = np.random.default_rng(0).uniform(-0.5, 0.5, len(sound) - limit).astype(np.float32)
        perturbed = {f.index: f.values for f in made.hear(first, np.concatenate((sound[:limit], noise)))[1]}
        contract.verify_same(f"frame {index}", perturbed[index][None], whole[index][None])
        # It comes when its look-ahead is there; starting off the grid costs at most a sample of rounding.
        assert index in {f.index for f in made.hear(first, sound[: limit + 1])[1]}


# 5: frame count and time.


@pytest.mark.parametrize("fps", FPS)
@pytest.mark.parametrize(("rate", "samples"), [(16_000, 16_000), (22_050, 12_345), (24_000, 401), (48_000, 1)])
def test_a_clip_has_exactly_its_frames(stage: MakeStage, speech: Speech, rate: int, samples: int, fps: str) -> None:
    frames = stage(rate, fps).clip(speech(1, rate)[:samples])
    contract.verify_frame_count(frames, 0, samples, rate, FrameRate.parse(fps))


@pytest.mark.parametrize("fps", FPS)
def test_utterances_share_out_the_frames_without_gap_or_overlap(stage: MakeStage, speech: Speech, fps: str) -> None:
    made, rate = stage(16_000, fps), FrameRate.parse(fps)
    state, start = made.pipeline.start(), 0
    for number, samples in enumerate((5_001, 7, 100, 3_333, 8_000)):
        state, frames = made.hear(state, speech(1, 16_000, number)[:samples])
        state, more = made.end(state)
        contract.verify_frame_count(frames + more, start, start + samples, 16_000, rate)
        assert {f.utterance for f in frames + more} <= {number}
        start += samples


# 6: nothing is left to chance.


def test_equal_input_gives_equal_frames(any_stage: MakeStage, speech: Speech) -> None:
    contract.verify_repeatable(any_stage().rows, speech(0.5, 16_000))


# 7: bounded.


def test_ten_minutes_have_exactly_their_frames_and_flat_memory(stage: MakeStage, speech: Speech) -> None:
    made, rate = stage(16_000, "29.97"), 16_000
    loop = speech(10, rate)
    state, count, last, sizes, traced = made.pipeline.start(), 0, -1, [], []
    for ten in range(60):
        if ten == 50:  # by 55, all of the history was made while traced
            tracemalloc.start()
        for at in range(0, len(loop), 4_000):
            state, frames = made.hear(state, loop[at : at + 4_000])
            assert [f.index for f in frames] == list(range(last + 1, last + 1 + len(frames)))
            count, last = count + len(frames), last + len(frames)
        sizes.append(contract.state_bytes(state))
        if ten >= 55:
            gc.collect()
            traced.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    state, frames = made.end(state)
    assert count + len(frames) == frame_count(600 * rate, rate, FrameRate.parse("29.97")) == 17_983
    assert frames[-1].sample == 17_982 * rate * 1001 // 30_000
    # After 40 s the history is full; what waits for its block varies, and the history forgets 64 frames at a time.
    contract.verify_bounded(sizes[4:], allowance=4 * 800 + 70 * frames[0].values.nbytes)
    assert max(traced) - traced[0] < 200_000  # live values are replaced by new ones; a leak of 1 kB a frame is 1 MB


def test_many_utterances_and_interruptions_leave_nothing_behind(stage: MakeStage, speech: Speech) -> None:
    made, sound = stage(), speech(0.3, 16_000)
    state, sizes = made.pipeline.start(), []
    for turn in range(260):
        state, frames = made.hear(state, sound)
        state = made.end(state, 7)[0] if turn % 2 else made.pipeline.interrupt(state)[0]
        if turn >= 120:  # the history is full
            sizes.append(contract.state_bytes(state))
        assert not state.queue
    contract.verify_bounded(sizes, allowance=70 * frames[0].values.nbytes)


def test_a_stream_is_as_exact_after_a_year(stage: MakeStage, speech: Speech) -> None:
    """The same sound a year into a session, started on the grid, gives the same values and exact numbers."""
    made, sound, year = stage(24_000, "30"), speech(0.5, 24_000), 365 * 86_400
    late = made.pipeline.start()._replace(start=year * 24_000, next_frame=year * 30)
    state, frames = made.hear(late, sound)
    frames += made.end(state)[1]
    contract.verify_frame_count(frames, year * 24_000, year * 24_000 + len(sound), 24_000, FrameRate(30))
    contract.verify_same("a year later", np.stack([f.values for f in frames]), made.rows([sound]))


# 8: silence and end, for the mouth.


@pytest.mark.parametrize("fps", ["24", "60"])
def test_silence_is_a_resting_mouth(any_stage: MakeStage, fps: str) -> None:
    rows = any_stage(fps=fps).rows([np.zeros(32_000, np.float32)])
    assert not rows[:, MOUTH].any()


@pytest.mark.parametrize("end", [16_000, 16_133, 16_266])
@pytest.mark.parametrize("fps", ["24", "29.97", "60"])
def test_the_mouth_rests_within_150_ms_of_the_end_of_speech(
    any_stage: MakeStage, speech: Speech, fps: str, end: int
) -> None:
    sound = speech(1.2, 16_000)[3_000:]
    sound[end:] = 0  # it breaks off while loud
    assert np.abs(sound[end - 400 : end]).max() > 0.02
    rows = any_stage(fps=fps).rows([np.concatenate((sound[:end], np.zeros(8_000, np.float32)))])
    rate = FrameRate.parse(fps)
    contract.verify_rest(rows[:, MOUTH], rate, Fraction(end, 16_000), tolerance=0.0)
    tail = any_stage(fps=fps).clip(sound[:end], tail=8_000)
    contract.verify_same("a tail", np.stack([f.values for f in tail]), rows)


# 9: interruption; see also test_pipeline.


def test_an_interruption_has_no_pop_and_what_follows_is_new(any_stage: MakeStage, speech: Speech) -> None:
    """On the native rig: ARKit's MouthClose is a product of two controls, both of which ease."""
    made = any_stage()
    state, frames = made.hear(made.pipeline.start(), speech(1.5, 16_000))
    rest = rest_pose()
    _, blend, _ = made.pipeline.interrupt(state, 16_000)
    contract.verify_interruption(frames[59].values, blend, rest, FrameRate(60), Fraction(120, 1000), 0)


# The same motion at every sample rate.

RATES = (16_000, 22_050, 44_100, 48_000, 96_000)


@pytest.mark.parametrize("rate", RATES)
def test_every_sample_rate_gives_the_same_motion(any_stage: MakeStage, speech: Speech, rate: int) -> None:
    reference = any_stage(24_000).rows([speech(2.5, 24_000)])
    rows = any_stage(rate).rows([speech(2.5, rate)])
    moving = reference.std(axis=0) > 0.005
    assert moving.any()
    difference = np.sqrt(np.mean((rows - reference)[:, moving] ** 2, axis=0))
    assert difference.max() < 0.02


def at_rate(sound: NDArray[np.float64], rate: int, wanted: int) -> Floats:
    """Band-limited resampling of a whole clip by its spectrum: independent of the resampler under test."""
    spectrum = np.fft.rfft(sound)
    count = round(len(sound) * wanted / rate)
    fitted = np.zeros(count // 2 + 1, complex)
    shared = min(len(fitted), len(spectrum))
    fitted[:shared] = spectrum[:shared]
    return (np.fft.irfft(fitted, count) * count / len(sound)).astype(np.float32)


@pytest.mark.skipif(not (SAMPLES / "warning.wav").exists(), reason="the sample clips are not there")
@pytest.mark.parametrize("rate", RATES)
def test_every_sample_rate_gives_the_same_motion_of_a_real_clip(any_stage: MakeStage, rate: int) -> None:
    sound, own = soundfile.read(SAMPLES / "warning.wav")
    reference = any_stage(24_000).rows([at_rate(sound, own, 24_000)])
    rows = any_stage(rate).rows([at_rate(sound, own, rate)])
    moving = reference.std(axis=0) > 0.005
    difference = np.sqrt(np.mean((rows[: len(reference)] - reference[: len(rows)])[:, moving] ** 2, axis=0))
    assert difference.max() < 0.02


def test_8_khz_runs_and_still_moves_with_the_words(any_stage: MakeStage, speech: Speech) -> None:
    reference, rows = any_stage(24_000).rows([speech(2.5, 24_000)]), any_stage(8_000).rows([speech(2.5, 8_000)])
    jaw = NATIVE_CONTROLS.index("CTRL_expressions_jawOpen")
    assert np.corrcoef(reference[:, jaw], rows[:, jaw])[0, 1] > 0.9
