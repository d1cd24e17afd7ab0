"""The contracts of the architecture over all layers together: speech, emotion, blinks, gaze, head and idle life."""

import gc
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.animation.layers import NO_LIFE, Layers
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.stream import StreamState
from voxrig.runtime.animation.style import Style
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.native import NATIVE_CONTROLS
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import contract
from voxrig.runtime.models.spec import ModelSpec

Floats = NDArray[np.float32]
Speech = Callable[..., Floats]
MakeStage = Callable[..., Any]
Verify = Callable[..., None]

ALIVE = Character(seed=7).with_options({"body": "on"})
SHORT = [name.removeprefix("CTRL_expressions_") for name in NATIVE_CONTROLS]
CUES: tuple[tuple[float, str, dict[str, float]], ...] = (
    (0.1, "emotion", {"joy": 0.9, "brows.anger": 0.5, "transition": 0.3}),
    (0.2, "gaze", {"x": 0.4, "y": -0.1, "z": 0.8}),
    (0.25, "blink", {"force": 1.0}),
    (0.3, "style", {"jaw": 1.4, "effort": 0.5}),
    (0.35, "activity", {"listening": 1.0}),
    (0.5, "gaze", {"yaw": -20.0, "pitch": 10.0, "hold": 0.2}),
    (0.6, "blink", {"allow": 0.0}),
    (0.65, "emotion", {"sadness": 1.0, "hold": 0.1}),
    (0.4, "head", {"nod": 1.0, "tilt": -0.5}),
    (0.3, "gesture", {"offer": 0.8, "left": 1.0}),
    (0.45, "body", {"energy": 0.8, "lean": 6.0, "sitting": 1.0, "transition": 0.3}),
    (0.6, "point", {"yaw": 40.0, "pitch": 5.0, "hold": 0.3}),
    (0.8, "hands", {"left": 1.0}),
    (0.7, "event", {"desirability": 0.5, "unexpectedness": 0.5}),
)


def cued(pipeline: Pipeline, state: StreamState) -> StreamState:
    """Give all the cues before any audio."""
    for seconds, name, values in CUES:
        sample = round(seconds * pipeline.rate)
        state, start = pipeline.cue(state, sample, read_cue(name, values))
        assert start == sample
    return state


def rows(frames: list[Frame]) -> Floats:
    return np.stack([frame.values for frame in frames])


def clip(made: Any, chunks: list[Floats]) -> Floats:
    state, frames = made.hear(cued(made.pipeline, made.pipeline.start()), *chunks)
    return rows(frames + made.end(state)[1])


# 1, 2: chunks.


@pytest.mark.parametrize(("rate", "fps"), [(16_000, "60"), (44_100, "29.97")])
def test_frames_do_not_depend_on_chunks(
    any_stage: MakeStage, speech: Speech, everything: Style, rate: int, fps: str
) -> None:
    made = any_stage(rate, fps, style=everything, character=ALIVE)
    sound = speech(0.9, rate)
    shown = contract.verify_chunk_invariance(lambda chunks: clip(made, chunks), sound)
    assert not np.allclose(shown[:, :263], clip(any_stage(rate, fps, style=everything), [sound]), atol=0.01)


@pytest.mark.parametrize("fps", ["24", "60", "59.94", "120"])
def test_a_session_with_interruptions_does_not_depend_on_chunks(
    stage: MakeStage, speech: Speech, verify_session: Verify, fps: str
) -> None:
    made = stage(22_050, fps, "arkit", character=ALIVE)
    verify_session(lambda size: made.session(speech, size, cued(made.pipeline, made.pipeline.start())), (1, 97, 5_000))


# 3: batches.


def test_sessions_in_one_batch_are_as_if_alone(any_stage: MakeStage, speech: Speech, verify_together: Verify) -> None:
    both = ((16_000, ALIVE), (24_000, Character(2).with_options({"body": "arms,energy=0.7"})))
    stages = [any_stage(rate, character=character) for rate, character in both]
    verify_together(stages, [speech(0.4, s.pipeline.rate, i) for i, s in enumerate(stages)])


@pytest.mark.parametrize(("fps", "most"), [("60", 7), ("29.97", 32), ("24", 5)])
def test_steps_taken_together_give_the_frames_of_single_ones(
    stage: MakeStage, speech: Speech, everything: Style, fps: str, most: int
) -> None:
    """As a bake takes them, and as a live session does, with cues, an interruption and two utterances."""

    def session(most: int) -> list[Frame]:
        made = stage(22_050, fps, style=everything, character=ALIVE)
        pipeline, frames = made.pipeline, []
        state = cued(pipeline, pipeline.start())
        for number in range(3):
            state = pipeline.push(state, speech(0.7, 22_050, number))
            state = state if number == 1 else pipeline.end(state, 400)
            while pipeline.pending(state):
                rows = pipeline.waiting(state, most)
                [(controls, model)] = made.runner.steps([rows], [pipeline.model_state(state)])
                state, more = pipeline.advance(state, controls, model)
                frames += more
            if number == 1:
                state, more, _ = pipeline.interrupt(state, 26_000)
                frames += more
        return frames

    single, together = session(1), session(most)
    assert [(f.index, f.sample, f.utterance) for f in single] == [(f.index, f.sample, f.utterance) for f in together]
    contract.verify_same(f"{most} steps at once", rows(together), rows(single))


# 4, 5: look-ahead and time.


def test_a_frame_hears_its_look_ahead_and_no_more(any_stage: MakeStage, speech: Speech) -> None:
    made, fps = any_stage(24_000, character=ALIVE), FrameRate(60)
    contract.verify_look_ahead(made.unended, speech(1.5, 24_000), 24_000, fps, made.pipeline.look_ahead, [0, 1, 7, 48])


@pytest.mark.parametrize("fps", ["1", "24", "29.97", "60", "240"])
def test_frames_come_at_their_times(stage: MakeStage, speech: Speech, fps: str) -> None:
    frames = stage(22_050, fps, character=ALIVE).clip(speech(1.3, 22_050))
    contract.verify_frame_count(frames, 0, round(1.3 * 22_050), 22_050, FrameRate.parse(fps))


def test_other_frame_rates_show_the_same_life(stage: MakeStage, speech: Speech) -> None:
    """Frames at 24 fps lie on the motion of 120 fps: every fifth of them."""
    slow, fast = (stage(24_000, fps, character=ALIVE).rows([speech(2.0, 24_000)]) for fps in ("24", "120"))
    np.testing.assert_array_equal(slow, fast[::5])


# 6: seeds.


def test_equal_seeds_give_equal_frames_and_others_do_not(stage: MakeStage) -> None:
    silence = np.zeros(16_000 * 8, np.float32)
    first, again, other = (stage(character=Character(seed)).rows([silence]) for seed in (3, 3, 4))
    contract.verify_same("the same seed", again, first)
    lid = SHORT.index("eyeBlinkL")
    assert np.abs(first[:, lid] - other[:, lid]).max() > 0.5


@pytest.mark.parametrize("layer", Layers._fields)
def test_a_layer_that_is_off_leaves_the_face_alone(stage: MakeStage, speech: Speech, layer: str) -> None:
    """One layer alone moves only what is its own; with all off there is speech alone."""
    sound = np.concatenate((speech(1.5, 16_000), np.zeros(48_000, np.float32)))
    plain = stage().rows([sound])
    alone = stage(character=Character(7, NO_LIFE._replace(**{layer: True}))).rows([sound])
    moved = {name for name, column in zip(SHORT, np.abs(alone - plain).max(axis=0), strict=False) if column > 1e-6}
    bones = np.abs(alone - plain)[:, 251:].max(axis=0) > 1e-6
    own = {
        "body": (),
        "emotion": ("brow", "eye", "mouth", "nose", "jawChin", "neck", "jawOpen"),
        "blink": ("eyeBlink",),
        "gaze": ("eye",),
        "head": (),  # bones alone
        "idle": ("neck", "nose", "mouth", "brow", "eye", "jaw"),
    }[layer]
    assert all(name.startswith(own) for name in moved), moved
    if layer == "body":  # it moves a body, and this rig has none
        assert not moved
        assert not bones.any()
        return
    assert bones[:4].any() == (layer in ("gaze", "head"))
    assert moved or bones.any()


# 7: bounded.


def test_the_state_does_not_grow(stage: MakeStage, speech: Speech) -> None:
    """Five minutes of speech and pauses; for two of them the gaze is led sixty times a second."""
    made, loop = stage(character=ALIVE), np.concatenate((speech(1.3, 16_000), np.zeros(11_200, np.float32)))
    gaze = read_cue("gaze", {"x": 0.1, "y": 0.0, "z": 1.0})
    state, sizes, traced = made.pipeline.start(), [], []
    for second in range(0, 300, 2):
        for sixtieth in range(120 if second < 120 else 0):
            state, _ = made.pipeline.cue(state, (second * 60 + sixtieth) * 16_000 // 60, gaze)
        state, frames = made.hear(state, loop)
        if second > 80 and second % 20 == 0:  # it takes seconds to measure
            sizes.append(contract.state_bytes(state))
        if second == 220:
            tracemalloc.start()
        if second > 280:
            gc.collect()
            traced.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    contract.verify_bounded(sizes, allowance=70 * 2 * frames[0].values.nbytes)
    assert max(traced) - traced[0] < 500_000  # a leak of 1 kB a frame would be 1 MB
    assert len(state.plan.gaze.starts) <= 62 * 60 + 240  # a minute of the past, and what waits


def test_life_is_as_exact_after_a_year(stage: MakeStage, speech: Speech) -> None:
    made, sound, year = stage(24_000, character=ALIVE), speech(1.0, 24_000), 365 * 86_400
    late = made.pipeline.start()._replace(start=year * 24_000, next_frame=year * 60)
    state, frames = made.hear(late, sound)
    frames += made.end(state)[1]
    contract.verify_frame_count(frames, year * 24_000, year * 24_000 + len(sound), 24_000, FrameRate(60))
    assert np.isfinite(rows(frames)).all()
    again = made.hear(late, *np.split(sound, 24))[1]
    contract.verify_same("in pieces, a year later", rows(again), rows(frames[: len(again)]))


# 8: silence and end.

SPEECH_CONTROLS = ("jawOpen", "mouthLipsTogether", "mouthFunnel", "mouthLipsPurse", "tongue", "mouthPress")


def test_the_mouth_rests_within_150_ms_and_life_goes_on(any_stage: MakeStage, speech: Speech) -> None:
    sound = np.concatenate((speech(1.2, 16_000)[3_000:], np.zeros(16_000 * 12, np.float32)))
    shown = any_stage(character=ALIVE).rows([sound])
    mouth = [i for i, name in enumerate(SHORT) if name.startswith(SPEECH_CONTROLS)]
    end = Fraction(len(sound) - 16_000 * 12, 16_000)
    contract.verify_rest(shown[: int(end * 60) + 60][:, mouth], FrameRate(60), end, tolerance=0.02)
    contract.verify_rest(shown[:, mouth], FrameRate(60), end, tolerance=0.2)
    silent = shown[int(end * 60) + 30 :]
    assert np.ptp(silent[:, SHORT.index("eyeBlinkL")]) > 0.8
    assert np.abs(np.diff(silent[:, 251:255], axis=0)).max(axis=1).min() > 0.0  # the head never stands still


# 9: interruption.


@pytest.mark.parametrize("fps", ["24", "60", "240"])
def test_an_interruption_has_no_pop_in_any_layer(stage: MakeStage, speech: Speech, fps: str) -> None:
    made, rate = stage(fps=fps, character=ALIVE), FrameRate.parse(fps)
    state, frames = made.hear(cued(made.pipeline, made.pipeline.start()), speech(1.6, 16_000))
    state, blend, _ = made.pipeline.interrupt(state, 14_321)
    kept = [frame for frame in frames if frame.index < blend[0].index]
    state, after = made.hear(state, speech(1.0, 16_000, 5))
    shown = rows(kept + blend + after)
    poses = 60.0 / float(rate.fraction)
    steps = np.abs(np.diff(shown[:, :251], axis=0)).max(axis=0)
    for name, step in zip(SHORT, steps, strict=True):
        quickest = 0.7 if name.startswith("eyeBlink") else 0.4 if name.startswith("eyeLook") else 0.25
        assert step < min(quickest * poses, 1.01), name
    head = shown[:, 251:255]
    assert np.abs(np.diff(head, axis=0)).max() < np.radians(120) / 2 / float(rate.fraction)


def test_an_interruption_is_the_same_whenever_it_is_told(stage: MakeStage, speech: Speech) -> None:
    """Cut at a frame, it gives the same whether later frames had been computed or not."""
    made, sound = stage(24_000, character=ALIVE), speech(3.0, 24_000)
    state, frames = made.hear(made.pipeline.start(), sound[:36_000])
    cut = frames[-1].sample + 400
    _, early, _ = made.pipeline.interrupt(state, cut)
    _, late, _ = made.pipeline.interrupt(made.hear(state, sound[36_000:])[0], cut)
    assert [frame.index for frame in early] == [frame.index for frame in late]
    contract.verify_same("told late", rows(late), rows(early))


def test_tracks_show_each_layer_alone(stage: MakeStage, speech: Speech) -> None:
    made = stage(24_000, character=ALIVE)
    made = replace(made, pipeline=replace(made.pipeline, tracks=True))
    frames = made.clip(speech(2.0, 24_000))
    plain = stage(24_000).rows([speech(2.0, 24_000)])
    tracks = np.stack([frame.tracks for frame in frames if frame.tracks is not None])
    assert tracks.shape == (len(frames), 7, 471)
    np.testing.assert_array_equal(tracks[:, 0, :263], plain)
    assert not tracks[:, 2, :251][:, [i for i, n in enumerate(SHORT) if not n.startswith("eye")]].any()


def test_a_model_with_other_features_lives_too_and_hears_no_emotion(stage: MakeStage, speech: Speech) -> None:
    """A face network of one's own may hear other bands than the listener was trained on."""
    shipped, mel = stage(24_000, character=ALIVE), LogMel(48)
    spec = shipped.pipeline.spec
    other = ModelSpec.create(
        name="other", version="1", look_ahead_samples=1_950, mel=mel, states=(), controls=spec.controls,
        training=spec.training, licence="Apache-2.0",
    )  # fmt: skip
    pipeline = replace(shipped.pipeline, spec=other)
    state, frames = pipeline.end(pipeline.push(pipeline.start(), speech(1.0, 24_000))), []
    while pipeline.pending(state):
        state, more = pipeline.advance(state, np.zeros(len(spec.controls), np.float32), ())
        frames += more
    assert len(frames) == 60
    assert np.isfinite(rows(frames)).all()
    assert state.trail is not None
    assert state.trail.state.listening.network is None
