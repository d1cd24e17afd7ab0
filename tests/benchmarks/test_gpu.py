"""Networks on TensorRT, on ONNX Runtime's CUDA provider and on the CPU: agreement, latency, capacity, batch 1 to 256.

    python -m pytest tests/benchmarks/test_gpu.py -m benchmarks -s

Give it a machine with an NVIDIA GPU, the extra `tensorrt`, and onnxruntime-gpu in place of onnxruntime. What cannot
run is left out, and the reason told. A call is timed with its copies to the GPU and back, as a server makes it.
"""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from rich.table import Table

from voxrig.runtime.models import bundle
from voxrig.runtime.models.agreement import furthest, walk
from voxrig.runtime.models.backend import BackendError, open_model
from voxrig.runtime.models.batching import StepModel
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.engines import engines_folder
from voxrig.runtime.models.gpu import GpuError, find_gpu
from voxrig.runtime.models.nvinfer import NvinferError, load_nvinfer
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.models.tensorrt import LANES

pytestmark = pytest.mark.benchmarks

OUT = Path(__file__).parents[2] / "out"
SECONDS = float(os.environ.get("VOXRIG_BENCHMARK_SECONDS", "8"))
MODELS = (("live", "face", 60), ("fast", "face", 60), ("studio", "face", 60), ("listener", "emotion", 10),
          ("body", "body", 30))  # fmt: skip
"""Name, role, and steps a second of each character."""


def halves(chosen: Bundle, folder: Path) -> StepModel:
    """Open a model on TensorRT in half precision."""
    from voxrig.exporters.tensorrt import Order, export_engines

    try:
        gpu, nvinfer = find_gpu(), load_nvinfer("rtx")
    except (GpuError, NvinferError) as error:
        raise BackendError(str(error)) from error
    order = Order([chosen], [gpu.target], ("fp16",), engines_folder(folder))
    (built,) = export_engines(nvinfer, order)
    if built.refusal:
        raise BackendError(built.refusal)
    return open_model(chosen, "tensorrt", folder)


WAYS: dict[str, Callable[[Bundle, Path], StepModel]] = {
    "CPU, int8 where there is one": lambda chosen, _: OnnxModel(chosen),
    "CPU, fp32": lambda chosen, _: OnnxModel(chosen, int8=False),
    "ORT CUDA": lambda chosen, folder: open_model(chosen, "cuda", folder),
    "TensorRT fp32": lambda chosen, folder: open_model(chosen, "tensorrt", folder),
    "TensorRT fp16": halves,
}


def off_by(model: StepModel, reference: StepModel, size: int) -> float:
    """Largest difference of a control over a second of a random walk."""
    ours, theirs = (tuple(np.stack([state] * size) for state in one.start()) for one in (model, reference))
    most = 0.0
    for row in walk(reference.spec.inputs[0].shape[0], 60, size):
        controls, ours = model.step(row, ours)
        expected, theirs = reference.step(row, theirs)
        most = max(most, furthest(controls, expected))
    return most


def timed(model: StepModel, size: int, seconds: float) -> list[float]:
    """Microseconds of each of many calls, sorted."""
    rows = list(walk(model.spec.inputs[0].shape[0], 16, size))
    states = tuple(np.stack([state] * size) for state in model.start())
    for row in rows:
        _, states = model.step(row, states)
    took: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(took) < 20:
        begun = time.perf_counter()
        _, states = model.step(rows[len(took) % len(rows)], states)
        took.append((time.perf_counter() - begun) * 1e6)
    return sorted(took)


def measured(model: StepModel, reference: StepModel, steps: int, size: int, seconds: float) -> dict[str, Any]:
    took = timed(model, size, seconds)
    half, late = took[len(took) // 2], took[int(len(took) * 0.99)]
    return {
        "batch": size,
        "off_by": off_by(model, reference, size),
        "call_us_p50": half,
        "call_us_p99": late,
        "character_us": half / size,
        "characters": int(size / (half * 1e-6) / steps),  # if nothing else were to be done
    }


def test_networks_on_each_backend(tmp_path: Path) -> None:
    try:
        gpu = find_gpu()
        told = f"{gpu.name}, sm{gpu.capability[0]}{gpu.capability[1]}, CUDA {gpu.driver / 1000:.1f}"
    except GpuError as error:
        told = f"NO GPU, so only the CPU's rows: {error}"
    console = Console(width=140)
    console.print(told)
    results: list[dict[str, Any]] = []
    seconds = SECONDS / len(LANES) / len(WAYS)
    for name, role, steps in MODELS:
        chosen = bundle.load(name, role)
        reference = OnnxModel(chosen, int8=False)
        heads = ("backend", "batch", "off by", "call p50 µs", "p99 µs", "µs a character", f"characters at {steps}/s")
        table = Table(*heads, title=name)
        for way, opened in WAYS.items():
            try:
                model = opened(chosen, tmp_path / way.replace(" ", "_"))
            except BackendError as error:
                console.print(f"{name}, {way}: {error}")
                continue
            for size in LANES:
                row = measured(model, reference, steps, size, seconds)
                results.append({"model": name, "backend": way, **row})
                table.add_row(
                    way, str(size), f"{row['off_by']:.1e}", f"{row['call_us_p50']:.0f}", f"{row['call_us_p99']:.0f}",
                    f"{row['character_us']:.2f}", str(row["characters"]),
                )  # fmt: skip
        console.print(table)
    OUT.mkdir(exist_ok=True)
    (OUT / "gpu.json").write_text(json.dumps({"gpu": told, "rows": results}, indent=1), encoding="utf-8")
    assert {row["model"] for row in results} == {name for name, _, _ in MODELS}
    assert max(row["off_by"] for row in results if "int8" not in row["backend"]) < 1e-2
