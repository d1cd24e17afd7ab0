"""How few keys are enough? Curve reduction on the sample clips, and what it costs.

    python -m pytest tests/benchmarks/test_keys.py -m benchmarks -s

Keys and errors are the same on every machine, times are not. Asserted is only that no error is over its bound.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from voxrig.baking.performing import Part, Performed, perform
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import (
    linear_at,
    linear_keys,
    rotation_keys,
    shared_keys,
    smooth_at,
    smooth_keys,
)
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import OnnxModel

SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = ("gatekeeper", "healer", "warning")
BOUNDS = (0.002, 0.005, 0.01, 0.02)

pytestmark = pytest.mark.benchmarks


@pytest.fixture(scope="module")
def clips() -> dict[str, Clip]:
    """The sample clips at 60 frames a second with the bundle that bakes, all layers on."""
    chosen = bundle.load("studio")
    runner, made = BatchRunner(OnnxModel(chosen)), {}
    for name in NAMES:
        samples, rate = soundfile.read(SAMPLES / f"{name}.wav", dtype="float32")
        pipeline = Pipeline(chosen.spec, profile("metahuman"), FrameRate(60), rate, character=Character(1))
        ((_, performed),) = perform([Part(pipeline, samples)], runner)
        assert isinstance(performed, Performed)
        made[name] = Clip(name, performed.take)
    return made


def milliseconds(work: Callable[[], object]) -> float:
    """Least CPU time of five runs."""
    work()
    costs = []
    for _ in range(5):
        begun = time.process_time()
        work()
        costs.append(time.process_time() - begun)
    return 1000 * min(costs)


def show(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        Console(width=120).print(table)


def worst(read: NDArray[np.float64], curve: NDArray[np.float32]) -> float:
    return float(np.abs(read - curve).max())


@pytest.mark.parametrize("rig", ["metahuman", "arkit"])
def test_keys_of_the_samples(clips: dict[str, Clip], rig: str, capsys: pytest.CaptureFixture[str]) -> None:
    """All frames: those of the curves that move by more than the bound either way."""
    table = Table("clip", "bound", "curves that move", "all frames", "lines", "smooth", "lines, keys shared", title=rig)
    for name, clip in clips.items():
        curves = clip.take.controls if rig == "metahuman" else clip.arkit().controls[:, :52]
        frames = np.arange(len(curves))
        for bound in BOUNDS:
            moving = np.ascontiguousarray(curves[:, np.ptp(curves, axis=0) > 2 * bound])
            lines = [linear_keys(curve, bound) for curve in moving.T]
            smooth = [smooth_keys(curve, bound) for curve in moving.T]
            shared = len(shared_keys(moving, bound).frames) * moving.shape[1]
            for curve, line, bent in zip(moving.T, lines, smooth, strict=True):
                assert worst(linear_at(line, frames), curve) <= bound
                assert worst(smooth_at(bent, frames), curve) <= bound
            counts = [sum(len(keys.frames) for keys in made) for made in (lines, smooth)]
            cells = [f"{count} ({moving.size / count:.1f}x)" for count in (*counts, shared)]
            table.add_row(name, f"{bound}", f"{moving.shape[1]}", f"{moving.size}", *cells)
    show(table, capsys)


def test_cost_of_reduction(clips: dict[str, Clip], capsys: pytest.CaptureFixture[str]) -> None:
    """CPU milliseconds for 300 frames of a clip's 251 curves or three bones, bound 0.01."""
    table = Table("clip", "lines", "smooth", "lines, keys shared", "bones", title="ms for 5 s at 60 frames a second")
    for name, clip in clips.items():
        curves = [np.ascontiguousarray(curve) for curve in clip.take.controls.T]
        works = (
            lambda c=curves: [linear_keys(curve) for curve in c],
            lambda c=curves: [smooth_keys(curve) for curve in c],
            lambda t=clip.take: shared_keys(t.controls),
            lambda t=clip.take: [rotation_keys(t.quaternions[:, bone]) for bone in range(3)],
        )
        table.add_row(name, *(f"{milliseconds(work) * 300 / len(clip.take):.2f}" for work in works))
    show(table, capsys)
