"""Many clips side by side give what each gives alone, in a live session."""

from collections.abc import Callable

import numpy as np
import pytest

from voxrig.baking.performing import Part, Performed, perform, warm_up
from voxrig.runtime.animation.character import SPEECH_ALONE, Character
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.onnx import OnnxModel

Speech = Callable[..., np.ndarray]


@pytest.fixture
def runner(tiny_bundle: Bundle) -> BatchRunner:
    return BatchRunner(OnnxModel(tiny_bundle))


def parts(runner: BatchRunner, speech: Speech, lengths: list[float], *, tracks: bool = False) -> list[Part]:
    listener = shipped_listener()
    made = []
    for seed, seconds in enumerate(lengths, 1):
        rate = (24_000, 16_000, 48_000)[seed % 3]
        pipeline = Pipeline(
            runner.model.spec, profile("metahuman"), FrameRate((60, 30)[seed % 2]), rate,
            character=Character(seed), listener=listener, tracks=tracks,
        )  # fmt: skip
        cues = ((rate // 4, read_cue("emotion", {"joy": 0.7})), (rate // 2, read_cue("gaze", {"yaw": 20.0})))
        made.append(Part(pipeline, speech(seconds, rate, seed), cues))
    return made


def alone(part: Part, runner: BatchRunner) -> np.ndarray:
    """The frames of a live session that gets its sound in pieces and its cues before them."""
    pipeline = part.pipeline
    state = pipeline.start()
    for sample, cue in part.cues:
        state, _ = pipeline.cue(state, sample, cue)
    frames = []
    for at in range(0, len(part.samples), 1_000):
        state, more = run(pipeline, runner, pipeline.push(state, part.samples[at : at + 1_000]))
        frames += more
    frames += run(pipeline, runner, pipeline.end(state))[1]
    return np.stack([frame.values for frame in frames])


@pytest.mark.parametrize("batch", [1, 3, 32])
def test_each_part_is_what_a_live_session_would_show(runner: BatchRunner, speech: Speech, batch: int) -> None:
    made = parts(runner, speech, [0.8, 1.7, 0.3, 1.1, 0.02])
    done = dict(perform(made, runner, batch))
    assert sorted(done) == [0, 1, 2, 3, 4]
    for number, part in enumerate(made):
        performed = done[number]
        assert isinstance(performed, Performed)
        np.testing.assert_array_equal(performed.take.values, alone(part, runner))
        assert performed.take.fps == part.pipeline.fps
        assert performed.layers == {}


def test_parts_are_taken_as_there_is_room(runner: BatchRunner, speech: Speech) -> None:
    made = parts(runner, speech, [0.5] * 6)
    taken = []

    def one_by_one():  # type: ignore[no-untyped-def]
        for part in made:
            taken.append(part)
            yield part

    finished = []
    for number, _ in perform(one_by_one(), runner, 2):
        finished.append(number)
        assert len(taken) <= len(finished) + 2
    assert sorted(finished) == list(range(6))


def test_layers_add_up_to_where_the_take_moves(runner: BatchRunner, speech: Speech) -> None:
    [(_, performed)] = perform(parts(runner, speech, [1.5], tracks=True), runner)
    assert isinstance(performed, Performed)
    assert list(performed.layers) == ["speech", "emotion", "blink", "gaze", "head", "idle"]
    rest = performed.layers["head"].values[0]
    moved = [np.abs(layer.values - rest).max(axis=0) > 1e-3 for layer in performed.layers.values()]
    shown = np.abs(performed.take.values - rest).max(axis=0) > 5e-2
    assert shown.any()
    assert not (shown & ~np.any(moved, axis=0)).any()


def test_one_that_fails_leaves_the_others_alone(runner: BatchRunner, speech: Speech) -> None:
    made = parts(runner, speech, [0.6, 0.6, 0.9])
    broken = Part(made[1].pipeline, np.zeros((3, 3), np.float32))  # no mono sound
    unreadable = Part(made[1].pipeline, made[1].samples, ((0, "no cue"),))  # type: ignore[arg-type]
    done = dict(perform([made[0], broken, unreadable, made[2]], runner, 4))
    assert isinstance(done[1], Exception)
    assert isinstance(done[2], Exception) or np.array_equal(done[2].take.values, alone(made[1], runner))
    for number, part in ((0, made[0]), (3, made[2])):
        assert np.array_equal(done[number].take.values, alone(part, runner))  # type: ignore[union-attr]


def test_progress_adds_up_to_the_steps(runner: BatchRunner, speech: Speech) -> None:
    made = parts(runner, speech, [0.5, 1.0, 2.0])
    told: list[int] = []
    list(perform(made, runner, 2, told.append))
    assert sum(told) >= 60 * 3.5
    assert sum(told) <= 60 * (3.5 + 3 * 0.2)
    assert all(part > 0 for part in told)


def test_warming_up_changes_nothing(runner: BatchRunner, speech: Speech) -> None:
    pipeline = Pipeline(runner.model.spec, profile("metahuman"), FrameRate(60), 24_000, character=SPEECH_ALONE)
    part = Part(pipeline, speech(0.4, 24_000))
    [(_, before)] = perform([part], runner)
    warm_up(part, runner)
    [(_, after)] = perform([part], runner)
    assert isinstance(before, Performed)
    assert isinstance(after, Performed)
    np.testing.assert_array_equal(before.take.values, after.take.values)
