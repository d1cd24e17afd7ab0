"""What the report of a bake costs: faces, strips, curves, and a page of 5,000 lines.

    python -m pytest tests/benchmarks/test_report.py -m benchmarks -s

Times depend on the machine and on what else it does: compare rows of one run.
"""

import statistics
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from rich.console import Console
from rich.table import Table

from voxrig.baking.performing import Part, Performed, perform
from voxrig.baking.report.coarse_mesh import coarse_mesh
from voxrig.baking.report.curve_plot import curves
from voxrig.baking.report.face_picture import draw
from voxrig.baking.report.page import write_json, write_page
from voxrig.baking.report.strip import COUNT, strip
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.overrides import NO_OVERRIDES
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.style import NATURAL
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import OnnxModel

pytestmark = pytest.mark.benchmarks

SAMPLES = Path(__file__).parents[2] / "samples"
LINES = 5000


def milliseconds(work: Callable[[], Any], times: int = 30) -> tuple[float, float]:
    """The least and the median of `times` runs, after one that warms up."""
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - begun))
    return min(taken), statistics.median(taken)


@pytest.fixture(scope="module")
def clips() -> list[Clip]:
    """The three samples, baked with the studio model."""
    chosen = bundle.load("studio")
    rig, character = profile("metahuman"), Character(7).with_options({"emotion": "joy=0.6"})
    parts = []
    for name in ("gatekeeper", "healer", "warning"):
        samples, rate = soundfile.read(SAMPLES / f"{name}.wav", dtype="float32")
        parts.append(Part(Pipeline(chosen.spec, rig, FrameRate(60), rate, NATURAL, NO_OVERRIDES, character), samples))
    made = []
    for number, performed in perform(parts, BatchRunner(OnnxModel(chosen))):
        assert isinstance(performed, Performed), performed
        seconds = Fraction(len(parts[number].samples), parts[number].pipeline.rate)
        made.append(Clip(f"line_{number}", performed.take, seconds=seconds))
    return made


def test_cost_of_each(clips: list[Clip], tmp_path: Path) -> None:
    poses = np.concatenate([clip.arkit().values[::50] for clip in clips])
    records = [
        {"id": clip.name, "status": "baked", "seconds": 5.0, "fps": "60", "curves": curves(clip)} for clip in clips
    ]
    many = [{**records[k % 3], "id": f"line_{k}", "text": "Nobody moves past this bridge. " * 3} for k in range(LINES)]
    begun = time.perf_counter()
    coarse_mesh.cache_clear()
    coarse_mesh()
    loading = 1000 * (time.perf_counter() - begun)
    table = Table("what", "least ms", "median ms")
    table.add_row("a face of 96 x 112 pixels", *per(milliseconds(lambda: [draw(pose) for pose in poses]), len(poses)))
    table.add_row(
        "the same of 192 x 224", *per(milliseconds(lambda: [draw(pose, (192, 224)) for pose in poses]), len(poses))
    )
    table.add_row(f"a strip of {COUNT} faces", *per(milliseconds(lambda: [strip(clip) for clip in clips]), len(clips)))
    table.add_row("a line's curves", *per(milliseconds(lambda: [curves(clip) for clip in clips]), len(clips)))
    page, lines = tmp_path / "report.html", tmp_path / "report.json"
    table.add_row(f"a page of {LINES} lines", *per(milliseconds(lambda: write_page({}, many, page), 3)))
    table.add_row("its JSON", *per(milliseconds(lambda: write_json({}, many, lines), 3)))
    table.add_row("the coarse head, once a process", f"{loading:.0f}", "")
    Console(width=100).print(table, f"page {page.stat().st_size / 1e6:.1f} MB, strip {len(strip(clips[0]))} bytes")
    assert page.stat().st_size < 25_000_000


def per(times: tuple[float, float], count: int = 1) -> tuple[str, str]:
    return f"{times[0] / count:.2f}", f"{times[1] / count:.2f}"
