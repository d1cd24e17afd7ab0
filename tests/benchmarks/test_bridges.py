"""Latency through each bridge, side by side in one run.

    python -m pytest tests/benchmarks/test_bridges.py -m benchmarks -s

The same clip, paced, one bridge after the other: from sending the last sample that a frame needs to having the frame in
a client of that kind. Programs in other languages are driven through pipes, which is in their figures. Only what must
hold on any machine is asserted: that every frame arrived.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from bridges.ace import ace
from bridges.journey import Bridge, Journey, travel
from bridges.programs import csharp_puppet, native_puppet
from bridges.puppet import puppet
from bridges.udp import udp
from bridges.web import web
from rich.console import Console
from rich.table import Table

from voxrig.runtime.animation.clock import session_look_ahead
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle

ROOT = Path(__file__).parents[2]
OUT = ROOT / "out"
SECONDS = float(os.environ.get("VOXRIG_BENCHMARK_SECONDS", "8"))
REFERENCE = (sys.executable, "-m", "voxrig.engine_bridges.compliance.puppet")

pytestmark = pytest.mark.benchmarks


@contextmanager
def process(*arguments: str) -> Iterator[dict[str, Any]]:
    """Run a `voxrig` command until the end of the block; yields its ready line."""
    command = [sys.executable, "-m", "voxrig.cli.app", *arguments, "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as running:
        assert running.stdout is not None
        yield json.loads(running.stdout.readline())
        running.terminate()


def voxrig_puppet(over: str, address: str, journey: Journey) -> AbstractAsyncContextManager[Bridge]:
    return puppet((*REFERENCE, *address.split(":"), "--over", over), journey)


async def measured(bridge: AbstractAsyncContextManager[Bridge], samples: np.ndarray) -> Journey:
    async with asyncio.timeout(SECONDS + 60), bridge as opened:
        return await travel(opened, samples)


def test_latency_through_each_bridge(
    program: Callable[..., str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Real-time speech through each bridge of one server."""
    clip, rate = soundfile.read(ROOT / "samples" / "gatekeeper.wav", dtype="int16")
    samples = np.resize(clip, round(SECONDS * rate)).astype(np.int16)
    spec = bundle.load("live").spec

    def journey(fps: int = 60) -> Journey:
        return Journey(rate, fps, session_look_ahead(spec.look_ahead, rate, FrameRate(fps)))

    native, csharp = native_puppet(program, tmp_path), csharp_puppet(program, tmp_path)
    with process("serve", "--port", "0") as ready, process("view", "--port", "0", "--no-open") as page:
        target, link = ready["target"], f"127.0.0.1:{ready['link_port']}"
        at = link.split(":")
        bridges: dict[str, Callable[[], AbstractAsyncContextManager[Bridge]]] = {
            "gRPC, Python": lambda: voxrig_puppet("grpc", target, journey()),
            "engine link, Python": lambda: voxrig_puppet("link", link, journey()),
            "engine link, C++": lambda: puppet((*native, *at), journey()),
            "engine link, C# (mono)": lambda: puppet((*csharp, *at), journey()),
            "engine link, GDScript (Godot 3)": lambda: puppet(godot(at), journey()),
            "WebSocket of the viewer": lambda: web(page["url"], journey()),
            "Audio2Face-3D, 30 fps": lambda: ace(target, journey(30)),
            "Live Link Face, UDP": lambda: udp(target, journey(), "livelink"),
            "VMC, UDP": lambda: udp(target, journey(), "vmc"),
        }
        journeys = {name: asyncio.run(measured(make(), samples)) for name, make in bridges.items()}
    table = Table("bridge", "first frame ms", "p50 ms", "p90 ms", "p99 ms", "max ms")
    table.title = f"latency beyond look-ahead through each bridge, {SECONDS:g} s paced in chunks of 20 ms"
    figures: dict[str, Any] = {"seconds": SECONDS}
    for name, done in journeys.items():
        frames = round(SECONDS * done.fps)
        missing = set(range(frames)) - set(done.came)
        assert len(missing) <= (frames // 50 if "UDP" in name else 0), f"{name} lacks frames {sorted(missing)[:5]}"
        waits = done.waits([index for index in range(frames) if index in done.came])
        row = {"first": waits[0], "max": waits.max()}
        row |= {f"p{share}": float(np.percentile(waits, share)) for share in (50, 90, 99)}
        figures[name] = {**row, "missing": len(missing)}
        table.add_row(name, *(f"{row[key]:.1f}" for key in ("first", "p50", "p90", "p99", "max")))
    OUT.mkdir(exist_ok=True)
    (OUT / "bridges.json").write_text(json.dumps(figures, indent=2), encoding="utf-8")
    with capsys.disabled():
        Console(width=120).print(table)


def godot(at: list[str]) -> tuple[str, ...]:
    return (sys.executable, str(ROOT / "engine_bridges" / "godot" / "puppet.py"), *at)
