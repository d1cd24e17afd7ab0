"""How fast is it? Cost of each part, latency of many paced sessions, speed of baking.

    python -m pytest tests/benchmarks/test_speed.py -m benchmarks -s

Times depend on the machine and on what else it does: compare rows of one run. Only what must hold on any machine is
asserted: that every frame arrived.
"""

import asyncio
import json
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import soundfile
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from voxrig.engine_bridges.client import PerformClient, connect
from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.wire import decode
from voxrig.runtime.animation.character import SPEECH_ALONE, Character
from voxrig.runtime.animation.pipeline import Pipeline, run
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
CHUNK_SECONDS = Fraction(1, 50)
SECONDS = float(os.environ.get("VOXRIG_BENCHMARK_SECONDS", "8"))

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


def test_bake_speed(capsys: pytest.CaptureFixture[str]) -> None:
    samples, rate = speech(60.0)
    table = Table(
        "bundle", "speech alone", "living", title="baking 60 s to MetaHuman at 60 fps, × real time on one core"
    )
    figures, listener = {}, shipped_listener()
    for name in bundle.shipped():
        loaded = bundle.load(name)
        runner = BatchRunner(OnnxModel(loaded))
        for kind, character in (("speech alone", SPEECH_ALONE), ("living", Character())):
            pipeline = Pipeline(
                loaded.spec, profile("metahuman"), FrameRate(60), rate, character=character, listener=listener
            )
            on_silence = pipeline.end(pipeline.push(pipeline.start(), np.zeros(rate, np.float32)))
            run(pipeline, runner, on_silence)  # warm
            begun = time.process_time()
            _, frames = run(pipeline, runner, pipeline.end(pipeline.push(pipeline.start(), samples)))
            figures[f"{name}, {kind}"] = 60.0 / (time.process_time() - begun)
            assert len(frames) == 3600
        table.add_row(name, *(f"{figures[f'{name}, {kind}']:.0f}" for kind in ("speech alone", "living")))
    report("bake", figures, table, capsys)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, psutil.Process]]:
    """Run a server in a process of its own, as users do; `voxrig serve` names its address when it is ready."""
    command = [sys.executable, "-m", "voxrig.cli.app", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"127\.0\.0\.1:\d+", line)
        assert found, line
        yield found.group(), psutil.Process(process.pid)
        process.terminate()


@dataclass
class Flow:
    """One paced session: when each chunk was sent, when each frame came."""

    session: PerformSession
    sent: list[float]
    came: dict[int, float]


async def flow(client: PerformClient, samples: NDArray[np.float32], rate: int, start: float) -> Flow:
    """Send 20 ms chunks on the wall clock, from `start` seconds of the loop's clock on."""
    loop = asyncio.get_running_loop()
    session = await client.open("metahuman", rate, encoding=pb.AudioFormat.S16LE)
    this = Flow(session, [], {})
    chunk = int(CHUNK_SECONDS * rate)

    async def send() -> None:
        for number, at in enumerate(range(0, len(samples), chunk)):
            await asyncio.sleep(max(0.0, start + number * float(CHUNK_SECONDS) - loop.time()))
            this.sent.append(loop.time())
            await session.send(samples[at : at + chunk])
        await session.close()

    sending = asyncio.create_task(send())
    async for frame in session:
        this.came[frame.index] = loop.time()
    await sending
    return this


def latencies(this: Flow, rate: int, frames: int) -> list[float]:
    """Milliseconds from the sending of the last sample a frame needed to its arrival."""
    chunk = int(CHUNK_SECONDS * rate)
    out = []
    for index in range(frames):
        needed = (Fraction(index, 60) + this.session.look_ahead) * rate  # samples before this
        number = -(-needed // chunk) - 1
        if number < len(this.sent):
            out.append((this.came[index] - this.sent[int(number)]) * 1e3)
    return out


async def drive(target: str, count: int, bundled: bool) -> list[Flow]:
    samples, rate = speech(SECONDS)
    loop = asyncio.get_running_loop()
    connections = [connect(target) for _ in range(1 if bundled else count)]
    clients = [await c.__aenter__() for c in connections]
    start = loop.time() + 0.5
    # Sessions of one connection come from one game tick; those of many connections from anywhere.
    flows = [
        flow(clients[0 if bundled else i], samples, rate, start + (0 if bundled else i * float(CHUNK_SECONDS) / count))
        for i in range(count)
    ]
    done = await asyncio.gather(*flows)
    for connection in connections:
        await connection.__aexit__(None, None, None)
    return done


def test_latency_of_paced_sessions(server: tuple[str, psutil.Process], capsys: pytest.CaptureFixture[str]) -> None:
    """Real-time speech through the real server; client and server share this machine's cores."""
    target, process = server
    _, rate = speech(0.1)
    table = Table(
        "sessions", "connections", "p50 ms", "p90 ms", "p99 ms", "max ms", "server CPU µs a frame", "client CPU"
    )
    table.title = f"latency beyond look-ahead, {SECONDS:g} s paced, 20 ms chunks, MetaHuman at 60 fps"
    figures: dict[str, Any] = {"seconds": SECONDS}
    frames = round(SECONDS * 60)
    for count in (1, 16, 32, 48, 64):
        for bundled in (False, True):
            if count == 1 and bundled:
                continue
            before, own = sum(process.cpu_times()[:2]), time.process_time()
            flows = asyncio.run(drive(target, count, bundled))
            cpu = (sum(process.cpu_times()[:2]) - before) / (count * frames) * 1e6
            client_cpu = (time.process_time() - own) / (count * frames) * 1e6
            assert all(sorted(f.came) == list(range(frames)) for f in flows)
            times = np.concatenate([latencies(f, rate, frames) for f in flows])
            p50, p90, p99 = np.percentile(times, [50, 90, 99])
            kind = "bundled" if bundled else "one each"
            figures[f"{count} {kind}"] = {
                "p50": p50, "p90": p90, "p99": p99, "max": times.max(), "server_us_per_frame": cpu,
                "client_us_per_frame": client_cpu,
            }  # fmt: skip
            cells = (f"{value:.1f}" for value in (p50, p90, p99, times.max()))
            table.add_row(str(count), "1" if bundled else str(count), *cells, f"{cpu:.0f}", f"{client_cpu:.0f}")
    report("latency", figures, table, capsys)


def test_mel_bands_are_those_of_the_bundle() -> None:
    """The cost above is that of the features the shipped model hears."""
    assert bundle.load(bundle.DEFAULT).spec.log_mel() == LogMel()
