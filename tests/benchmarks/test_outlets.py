"""What sending to game engines over UDP costs, and how much later a live voice is shown for it.

    python -m pytest tests/benchmarks/test_outlets.py -m benchmarks -s

Only what must hold on any machine is asserted: that every frame was sent.
"""

import asyncio
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.outlet_player import OutletPlayer
from voxrig.engine_bridges.outlets import UdpOutlets
from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.routes import Route, Routes
from voxrig.engine_bridges.targets import parse_target, resolve
from voxrig.engine_bridges.udp_sender import UdpSender
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.serving.server import running
from voxrig.runtime.serving.settings import Settings

ROOT = Path(__file__).parents[2]
ROUNDS = 3000

pytestmark = pytest.mark.benchmarks


class NoSender(UdpSender):
    """Counts only: what is measured is the encoding."""

    def send(self, packet: bytes | bytearray, address: object) -> bool:
        self.counts.sent += 1
        return True


def each(action: Callable[[int], object]) -> float:
    """CPU microseconds of a call, the median of 20 shares of the rounds."""
    costs = []
    for share in range(20):
        start = time.thread_time()
        for number in range(share * ROUNDS // 20, (share + 1) * ROUNDS // 20):
            action(number)
        costs.append((time.thread_time() - start) / (ROUNDS // 20) * 1e6)
    return float(np.median(costs))


def test_cost_of_a_frame(receiver):
    there = receiver()
    poses = np.random.default_rng(1).uniform(0, 0.5, (ROUNDS, 61)).astype(np.float32)
    table = Table("receiver", "packets", "bytes", "encode µs", "encode and send µs")
    for protocol, shapes in (("livelink", "arkit"), ("vmc", "arkit"), ("vmc", "vrm")):
        route = Route(
            protocol, resolve(parse_target(protocol, there.address)), "Hero" if protocol == "livelink" else ""
        )
        routes = Routes([route], FrameRate(60), shapes)
        costs = []
        for sender in (NoSender(), UdpSender()):
            costs.append(each(lambda n, routes=routes, sender=sender: routes.send(poses[n], n, sender)))
            there.taken()
        routes.send(poses[0], 0, sender)
        sizes = [len(packet) for packet in there.taken()]
        sender.close()
        table.add_row(f"{protocol} {shapes}", str(len(sizes)), str(sum(sizes)), *(f"{cost:.1f}" for cost in costs))
    for rig in ("arkit", "metahuman"):
        table.add_row(f"pacing, rig {rig}", "", "", f"{pacing(rig):.1f}", "")
    Console(width=100).print(table)


def pacing(rig: str) -> float:
    """CPU microseconds to take a frame in and out of a player."""
    player = OutletPlayer(profile(rig), FrameRate(60), 0.0)
    values = np.zeros(profile(rig).stride, np.float32)
    values[3 - 12 :: 4] = 1.0 if rig == "metahuman" else 0.0

    def turn(number: int) -> None:
        player.arrived((Frame(number, number * 400, 0, values),), number / 60)
        player.play(number / 60)

    cost = each(turn)
    assert player.counts.sent == ROUNDS
    return cost


def test_added_delay_of_a_live_voice(receiver):
    """From a frame's making in the server to its sending; the client speaks samples/healer.wav in real time."""
    samples, rate = soundfile.read(ROOT / "samples" / "healer.wav", dtype="float32")
    table = Table("chunk ms", "frames sent", "left out", "added ms, mean")
    for chunk_ms in (10, 20, 40):
        counts = asyncio.run(spoken(samples, rate, chunk_ms, receiver().address))
        assert counts["outlet_sent"] + counts["outlet_skipped"] == counts["outlet_arrived"] == 459
        added = counts["outlet_waited"] / counts["outlet_sent"] * 1000
        table.add_row(
            *(str(int(one)) for one in (chunk_ms, counts["outlet_sent"], counts["outlet_skipped"])), f"{added:.1f}"
        )
    Console(width=100).print(table)


async def spoken(samples: NDArray[np.float32], rate: int, chunk_ms: int, target: str) -> dict[str, float]:
    """Return what the outlets counted."""
    chunk = rate * chunk_ms // 1000
    settings = Settings(port=0, models=("live",), link=False)
    with UdpOutlets(livelink=[target]) as outlets:
        async with running(settings, outlets=outlets) as server, connect(server.target) as client:
            session = await client.open("arkit", rate, frame_rate=Fraction(60))
            reading = asyncio.create_task(drain(session))
            start = time.perf_counter()
            for first in range(0, len(samples), chunk):
                await asyncio.sleep(max(0.0, start + (first + chunk) / rate - time.perf_counter()))
                await session.send(samples[first : first + chunk])
            await session.close()
            await reading
            while outlets.snapshot()["outlet_sessions"]:
                await asyncio.sleep(0.05)
        return outlets.snapshot()


async def drain(session: PerformSession) -> None:
    async for _ in session:
        pass
