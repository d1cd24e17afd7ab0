"""How few keys are enough? Curve reduction on the sample clips, what it costs, and what the files give back.

    python -m pytest tests/benchmarks/test_keys.py -m benchmarks -s

Keys and errors are the same on every machine, times are not. Asserted is only that no error is over its bound.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import yaml
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from voxrig.baking.performing import Part, Performed, perform
from voxrig.engine_bridges.writers.unity_anim import write_unity_anim
from voxrig.engine_bridges.writers.usd import write_usd
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.keys import (
    TURN,
    SmoothKeys,
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


def anim_error(path: Path, clip: Clip) -> tuple[float, int]:
    """Largest error of a shape in a Unity clip at any frame, and how many keys all shapes have."""
    node = yaml.load(path.read_text("utf-8").replace("--- !u!74 &7400000", "---"), yaml.CSafeLoader)["AnimationClip"]
    wanted, error, count, rate = clip.arkit().values, 0.0, 0, float(clip.take.fps.fraction)
    for column, curve in enumerate(node["m_FloatCurves"]):
        rows = curve["curve"]["m_Curve"]
        fields = {name: np.array([row[name] for row in rows], np.float32) for name in ("value", "inSlope", "outSlope")}
        frames = np.array([round(row["time"] * rate) for row in rows])
        keys = SmoothKeys(frames, fields["value"], fields["inSlope"] / rate, fields["outSlope"] / rate)
        error = max(error, worst(smooth_at(keys, np.arange(len(clip.take))) / 100, wanted[:, column]))
        count += len(rows)
    return error, count


def usd_error(path: Path, clip: Clip) -> tuple[float, int]:
    """The same of a USD file, read by UsdSkel."""
    from pxr import Usd, UsdSkel

    stage = Usd.Stage.Open(str(path))
    prim = stage.GetPrimAtPath(f"/{clip.name}/Animations/{clip.name}")
    query = UsdSkel.Cache().GetAnimQuery(UsdSkel.Animation(prim))
    found = np.array([query.ComputeBlendShapeWeights(frame) for frame in range(len(clip.take))])
    samples = len(prim.GetAttribute("blendShapeWeights").GetTimeSamples())
    return worst(found, clip.arkit().controls[:, :52]), samples * 52


def test_round_trips(clips: dict[str, Clip], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the files give back of 52 shapes at every frame: largest error, keys, size, CPU time to write."""
    table = Table("clip", "file", "bound", "largest error", "keys", "of all", "kB", "ms", title="52 shapes and bones")
    for name, clip in clips.items():
        for ending, write, error in (
            ("anim", write_unity_anim, anim_error),
            ("usda", write_usd, usd_error),
            ("usdc", write_usd, usd_error),
        ):
            for bound in (0.0, 0.002, 0.01):
                path = tmp_path / f"{name}_{str(bound)[2:]}.{ending}"
                cost = milliseconds(lambda w=write, p=path, b=bound, c=clip: w(c, p, bound=b, turn=TURN * (b > 0)))
                found, keys = error(path, clip)
                assert found <= bound + 1e-6 * (bound == 0)
                all_keys = 52 * len(clip.take)
                size = path.stat().st_size / 1000
                cells = (f"{found:.7f}", f"{keys}", f"{all_keys / keys:.1f}x fewer", f"{size:.0f}", f"{cost:.1f}")
                table.add_row(name, ending, f"{bound}", *cells)
    show(table, capsys)
