"""How fast is each part? Latency, cost and capacity of a whole server: `voxrig profile`; of baking: test_bake.py.

    python -m pytest tests/benchmarks/test_speed.py -m benchmarks -s

Times depend on the machine and on what else it does: compare rows of one run.
"""

import json
import os
import platform
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from voxrig.engine_bridges.wire import decode
from voxrig.runtime.animation.character import SPEECH_ALONE, Character
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.stream import StreamState
from voxrig.runtime.animation.style import NATURAL, ControlStyle, Style
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.core.resample import Resampler
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.onnx import OnnxModel, State
from voxrig.v1 import performance_pb2 as pb

ROOT = Path(__file__).parents[2]
OUT = ROOT / "out"
BUSY = Style(
    lips=1.3, jaw=1.2, sharpness=1.4, effort=0.7, tongue=0.8, lip_offset=-0.2,
    rest={"mouthCornerPullL": 0.1, "browDownL": 0.1}, controls={"jawOpen": ControlStyle(1.2, 0.02)},
)  # fmt: skip

pytestmark = pytest.mark.benchmarks


def speech(seconds: float) -> tuple[NDArray[np.float32], int]:
    clip, rate = soundfile.read(ROOT / "samples" / "gatekeeper.wav", dtype="float32")
    return np.resize(clip, round(seconds * rate)).astype(np.float32), int(rate)


def microseconds(work: Callable[[], object], times: int, rounds: int = 7) -> float:
    """Median CPU time of one `work()`."""
    work()
    costs = []
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(times):
            work()
        costs.append((time.process_time() - begun) / times)
    return float(np.median(costs)) * 1e6


def on(pipeline: Pipeline, state: StreamState, controls: NDArray[np.float32], model: State, steps: int) -> None:
    """Advance so many steps, the network's results given."""
    for _ in range(steps):
        state, _ = pipeline.advance(state, controls, model)


def report(name: str, figures: dict[str, Any], table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    OUT.mkdir(exist_ok=True)
    machine = {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()}
    path = OUT / f"{name}.json"
    path.write_text(json.dumps({"machine": machine, **figures}, indent=2), encoding="utf-8")
    with capsys.disabled():
        Console(width=120).print(table)


def test_cost_of_each_part(capsys: pytest.CaptureFixture[str]) -> None:
    """CPU microseconds for one character-frame at 60 frames a second."""
    loaded = bundle.load(bundle.DEFAULT)
    model, mel = OnnxModel(loaded), loaded.spec.log_mel()
    samples, rate = speech(4.0)
    figures: dict[str, float] = {}

    for source in (16_000, 48_000):
        resampler, second = Resampler(source), np.resize(samples, source)
        start = resampler.start()
        figures[f"resample {source // 1000} kHz"] = (
            microseconds(lambda r=resampler, s=start, x=second: r.step(s, x), 20) / 60
        )
    start_mel, second = mel.start(), samples[:24_000]
    figures["mel, 2 frames"] = microseconds(lambda: mel.step(start_mel, second), 50) / 60
    one = samples[:400]
    figures["mel, 2 frames, one step a call"] = microseconds(lambda: mel.step(start_mel, one), 2_000)

    rows = mel.step(mel.start(), samples[: 64 * 400])[1]
    for count in (1, 8, 32, 64):
        features = np.ascontiguousarray(rows[:count])
        states = tuple(np.zeros((count, *s.shape), np.float32) for s in loaded.spec.states)
        cost = microseconds(lambda f=features, s=states: model.step(f, s), max(5, 400 // count))
        figures[f"network, batch {count}"] = cost / count
    runner = BatchRunner(model)
    listed, states_of = list(rows[:32]), [model.start() for _ in range(32)]
    figures["network and gathering, batch 32"] = microseconds(lambda: runner.step(listed, states_of), 12) / 32

    listener = shipped_listener()
    kinds = {
        "": (NATURAL, SPEECH_ALONE),
        ", style of everything": (BUSY, SPEECH_ALONE),
        ", living": (NATURAL, Character()),
    }
    for rig, (kind, (style, character)) in product(("arkit", "metahuman"), kinds.items()):
        pipeline = Pipeline(
            loaded.spec, profile(rig), FrameRate(60), rate, style, character=character, listener=listener
        )
        state = pipeline.push(pipeline.start(), samples)
        for _ in range(60):
            controls, following = runner.step([pipeline.features(state)], [pipeline.model_state(state)])[0]
            state, _ = pipeline.advance(state, controls, following)
        figures[f"compose, {rig}{kind}"] = (
            microseconds(lambda p=pipeline, s=state, c=controls, f=following: on(p, s, c, f, 120), 5) / 120
        )
    if listener is not None:
        heard = np.zeros((1, *listener.spec.inputs[0].shape), np.float32)
        fresh = tuple(part[None] for part in listener.start())
        figures["hearing emotion, once in 6 frames"] = microseconds(lambda: listener.step(heard, fresh), 200)
    stride = profile("metahuman").stride
    values = np.zeros(stride, np.float32)

    def encode() -> bytes:
        frames = pb.Frames(first_index=1, media_samples=[400], values=values.astype("<f4").tobytes())
        message = pb.PerformResponse(messages=[pb.ServerMessage(session=1, frames=frames)] * 32)
        return message.SerializeToString()

    wire = encode()
    figures["encode, metahuman, 32 bundled"] = microseconds(encode, 50) / 32
    figures["decode, metahuman, 32 bundled"] = (
        microseconds(lambda: [decode(m.frames, stride) for m in pb.PerformResponse.FromString(wire).messages], 50) / 32
    )
    table = Table("part", "µs of CPU per character-frame", title="cost of each part")
    for part, cost in figures.items():
        table.add_row(part, f"{cost:.1f}")
    report("cost", figures, table, capsys)
    assert figures["network, batch 32"] < figures["network, batch 1"]


def test_mel_bands_are_those_of_the_bundle() -> None:
    """The cost above is that of the features the shipped model hears."""
    assert bundle.load(bundle.DEFAULT).spec.log_mel() == LogMel()
