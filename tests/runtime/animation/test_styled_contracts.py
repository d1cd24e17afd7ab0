"""The contracts of the architecture hold with a style that uses everything, and cues that turn it."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.cues import StyleChange
from voxrig.runtime.animation.face import Face
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.stream import StreamState
from voxrig.runtime.animation.style import Style
from voxrig.runtime.animation.styling import Styling
from voxrig.runtime.core.native import NATIVE_CONTROLS
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import contract

Floats = NDArray[np.float32]
Speech = Callable[..., Floats]
MakeStage = Callable[..., Any]
Verify = Callable[..., None]
MOUTH = [i for i, name in enumerate(NATIVE_CONTROLS) if name.split("_")[-1].startswith(("mouth", "jaw", "tongue"))]


def cued(pipeline: Pipeline, state: StreamState) -> StreamState:
    """Turn dials at 0.2, 0.3 (while that is under way) and 0.55 s; all of them arrive before any audio."""
    for seconds, values, transition in (
        (0.2, {"jaw": 0.4, "sharpness": 0.3}, 0.25),
        (0.3, {"jaw": 1.8, "effort": 0.0, "lip_offset": 0.5}, 0.1),
        (0.55, {"sharpness": 1.0, "lips": 0.0, "tongue": 2.0}, 0.0),
    ):
        state, start = pipeline.cue(state, round(seconds * pipeline.rate), StyleChange(values, transition))
        assert start == round(seconds * pipeline.rate)
    return state


def clip(made: Any, chunks: list[Floats]) -> Floats:
    state, frames = made.hear(cued(made.pipeline, made.pipeline.start()), *chunks)
    return np.stack([frame.values for frame in frames + made.end(state)[1]])


@pytest.mark.parametrize(("rate", "fps"), [(16_000, "60"), (44_100, "29.97")])
def test_frames_do_not_depend_on_chunks(
    any_stage: MakeStage, speech: Speech, everything: Style, rate: int, fps: str
) -> None:
    made = any_stage(rate, fps, style=everything)
    rows = contract.verify_chunk_invariance(lambda chunks: clip(made, chunks), speech(0.9, rate))
    assert not np.allclose(rows, any_stage(rate, fps).rows([speech(0.9, rate)]), atol=0.01)
    contract.verify_repeatable(lambda chunks: clip(made, chunks), speech(0.5, rate))


@pytest.mark.parametrize("rig", ["metahuman", "arkit"])
def test_a_session_with_interruptions_does_not_depend_on_chunks(
    stage: MakeStage, speech: Speech, everything: Style, verify_session: Verify, rig: str
) -> None:
    made = stage(22_050, "59.94", rig, everything)
    verify_session(
        lambda size: made.session(speech, size, cued(made.pipeline, made.pipeline.start())), (1, 97, 441, 5_000)
    )


@pytest.mark.parametrize("arrives", [0.0, 0.1, 0.37, 0.5])
def test_a_cue_may_come_any_time_before_its_own(
    stage: MakeStage, speech: Speech, everything: Style, arrives: float
) -> None:
    """Also where it begins what needs a memory: sharpness and effort."""
    values = {"sharpness": 1.7, "effort": 1.0, "jaw": 1.5}
    for style in (Style(), everything):
        made, sound = stage(style=style), speech(1.2, 16_000)
        first, _ = made.pipeline.cue(made.pipeline.start(), 9_600, StyleChange(values, 0.2))
        expected = np.stack([f.values for f in made.hear(first, sound)[1]])
        at = round(arrives * 16_000)
        state, frames = made.hear(made.pipeline.start(), sound[:at])
        state, start = made.pipeline.cue(state, 9_600, StyleChange(values, 0.2))
        assert start == 9_600
        frames += made.hear(state, sound[at:])[1]
        contract.verify_same(f"a cue at {arrives} s", np.stack([f.values for f in frames]), expected)


def test_a_late_cue_acts_from_the_next_pose_on(stage: MakeStage, speech: Speech) -> None:
    made, sound = stage(24_000), speech(1.0, 24_000)
    state, before = made.hear(made.pipeline.start(), sound[:12_000])
    state, start = made.pipeline.cue(state, 100, StyleChange({"jaw": 0.0}, 0.0))
    assert start == len(before) * 400
    after = made.hear(state, sound[12_000:])[1]
    plain = made.hear(made.pipeline.start(), sound)[1]
    jaw = NATIVE_CONTROLS.index("CTRL_expressions_jawOpen")
    assert max(f.values[jaw] for f in after) == 0.0
    contract.verify_same(
        "before", np.stack([f.values for f in before]), np.stack([f.values for f in plain[: len(before)]])
    )
    assert max(f.values[jaw] for f in plain[len(before) :]) > 0.1


def test_sessions_in_one_batch_are_as_if_alone(
    any_stage: MakeStage, speech: Speech, everything: Style, verify_together: Verify
) -> None:
    stages = [any_stage(rate, style=style) for rate, style in ((16_000, everything), (24_000, Style()))]
    verify_together(stages, [speech(0.4, s.pipeline.rate, i) for i, s in enumerate(stages)])


def test_a_frame_hears_its_look_ahead_and_no_more(any_stage: MakeStage, speech: Speech, everything: Style) -> None:
    made, fps = any_stage(24_000, style=everything), FrameRate(60)
    contract.verify_look_ahead(made.unended, speech(1.5, 24_000), 24_000, fps, made.pipeline.look_ahead, [0, 1, 7, 48])


def test_the_state_does_not_grow(stage: MakeStage, speech: Speech, everything: Style) -> None:
    """One minute, with a cue a second; those that are over are forgotten."""
    made, loop = stage(style=everything), speech(1.0, 16_000)
    state, sizes, waiting = made.pipeline.start(), [], []
    for second in range(150):
        state, _ = made.pipeline.cue(state, second * 16_000, StyleChange({"jaw": 1.0 + second % 2}, 0.2))
        state, frames = made.hear(state, loop)
        if second > 40:
            sizes.append(contract.state_bytes(state))
            waiting.append(len(state.plan.style.cues))
    contract.verify_bounded(sizes, allowance=70 * frames[0].values.nbytes)
    assert max(waiting) <= 65


def test_the_mouth_is_at_the_styles_rest_within_150_ms(any_stage: MakeStage, speech: Speech, everything: Style) -> None:
    made = any_stage(style=everything)
    sound = np.concatenate((speech(1.2, 16_000)[3_000:], np.zeros(16_000, np.float32)))
    rows = made.rows([sound])
    rest = made.rows([np.zeros(3_200, np.float32)])[5]
    expected = dict.fromkeys(NATIVE_CONTROLS, 0.0) | {f"CTRL_expressions_{k}": v for k, v in everything.rest.items()}
    assert rest[NATIVE_CONTROLS.index("CTRL_expressions_browDownL")] == np.float32(0.2)
    for i in MOUTH:
        assert rest[i] == pytest.approx(expected[NATIVE_CONTROLS[i]], abs=0.04), NATIVE_CONTROLS[i]
    contract.verify_rest(rows[:, MOUTH] - rest[MOUTH], FrameRate(60), Fraction(len(sound) - 16_000, 16_000), 0.0)


def test_an_interruption_eases_to_the_styles_rest(any_stage: MakeStage, speech: Speech, everything: Style) -> None:
    made = any_stage(style=everything)
    state, frames = made.hear(made.pipeline.start(), speech(1.5, 16_000))
    _, blend, _ = made.pipeline.interrupt(state, 16_000)
    spec = made.pipeline.spec
    rest = Styling(spec, Face(spec.controls), everything).rest(everything.dials)
    contract.verify_interruption(frames[59].values, blend, rest, FrameRate(60), Fraction(120, 1000), 0)
    assert np.abs(blend[-1].values - rest).max() < np.abs(frames[59].values - rest).max() / 20


def test_utterances_begin_without_the_memory_of_the_last(stage: MakeStage, speech: Speech, everything: Style) -> None:
    made = stage(24_000, style=everything)
    state, _ = made.hear(made.pipeline.start(), speech(1, 24_000))
    state, _, start = made.pipeline.interrupt(state, 7_200)
    after = made.hear(state, speech(1, 24_000, 5))[1]
    alone = made.hear(made.pipeline.start(), np.zeros(start % 400, np.float32), speech(1, 24_000, 5))[1][1:]
    contract.verify_same(
        "afresh", np.stack([f.values for f in after[8:]]), np.stack([f.values for f in alone[8 : len(after)]])
    )
