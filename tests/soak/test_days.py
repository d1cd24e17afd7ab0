"""Days of one session on a real server, faster than they pass: speech, pauses, interruptions, cues, lost connections.

    python dev.py test tests/soak/test_days.py -m benchmarks -s

Three days (VOXRIG_SOAK_DAYS for more or fewer) with the tiny model: what is soaked is all that is around it. Each frame
must come once, at its exact moment, and be finite; memory must not grow; at the end the session gives the frames that
it gave on the first day for what is said twice. The figures go to out/soak_days.json, too. (Hours with the shipped
models, without a server: tests/benchmarks/test_soak.py.)
"""

import asyncio
import gc
import json
import os
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
import pytest
from faults.tcp_proxy import TcpProxy
from numpy.typing import NDArray
from slope import per_hour

from voxrig.engine_bridges.link_client import connect
from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.reconnecting import Notice
from voxrig.engine_bridges.wire import Frame
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.server import running
from voxrig.runtime.serving.settings import Settings
from voxrig.v1 import performance_pb2 as pb

ROOT = Path(__file__).parents[2]
DAYS = float(os.environ.get("VOXRIG_SOAK_DAYS", "3"))
RATE = 24_000
FPS = 60
TURN_SECONDS = 20
"""Of media time, from one look at memory or one fault to the next."""
CUES: tuple[tuple[str, dict[str, float]], ...] = (
    ("emotion", {"joy": 0.7, "transition": 0.5, "hold": 4.0}),
    ("gaze", {"yaw": 15.0, "pitch": 5.0, "hold": 2.0}),
    ("blink", {"force": 1.0}),
    ("head", {"nod": 0.8}),
    ("style", {"jaw": 1.2}),
    ("style", {"jaw": 1.0}),
    ("emotion", {"neutral": 1.0}),
)
MB_A_DAY = 4.0
ALLOWED_MB = 6.0
"""However short the run is: a server and a client share the process, and allocators take memory by the piece."""


@dataclass
class Listening:
    """What has come of the session, frame after frame, and what was wrong with it."""

    next_index: int = 0
    cuts: int = 0
    wrong: list[str] = field(default_factory=list)
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, session: PerformSession) -> None:
        """Read until the session ends."""
        async for item in session.items():
            if isinstance(item, Frame):
                self._take(item)
            elif item.kind == pb.Event.INTERRUPTED:
                self.cuts += 1
                self.next_index = min(self.next_index, item.frame_index)
            self.moved.set()

    def _take(self, frame: Frame) -> None:
        if frame.index != self.next_index:
            self.wrong.append(f"frame {frame.index} in the place of {self.next_index}")
        if frame.sample != frame.index * RATE // FPS:
            self.wrong.append(f"frame {frame.index} at sample {frame.sample}")
        if not np.isfinite(frame.values).all():
            self.wrong.append(f"frame {frame.index} is not finite")
        self.next_index = frame.index + 1

    async def until(self, sample: int) -> None:
        """Wait for all frames before a media sample."""
        while self.next_index < -(-sample * FPS // RATE):
            self.moved.clear()
            await self.moved.wait()


async def live(
    session: PerformSession, heard: Listening, proxy: TcpProxy, speech: NDArray[np.float32], days: float, look: "Looks"
) -> int:
    """Say things for so many days of media time; return how many connections were broken."""
    rng, broken, turn = random.Random(5), 0, 0
    while session.next_sample < days * 86_400 * RATE:
        begun = session.next_sample
        for name, values in rng.sample(CUES, 2):
            await session.cue(name, begun + rng.randrange(TURN_SECONDS * RATE), values)
        said = speech[rng.randrange(len(speech) // 2) :][: 12 * RATE]
        for start in range(0, len(said), RATE):
            await session.send(said[start : start + RATE])
        if turn % 7 == 3:  # somebody breaks in
            await session.interrupt()
        elif turn % 11 == 5:  # the network does
            proxy.cut(reset=turn % 2 == 0)
            broken += 1
            await session.end_utterance()
        else:
            await session.end_utterance(rng.randrange(RATE))
        await session.send(np.zeros(max(0, begun + TURN_SECONDS * RATE - session.next_sample), np.float32))
        await session.end_utterance()
        await heard.until(session.next_sample)
        turn += 1
        look.at(session.next_sample / RATE)
    return broken


class Looks:
    """Memory, once in a while, by seconds of media time."""

    def __init__(self, every: float) -> None:
        self.moments: list[float] = []
        self.resident: list[float] = []
        self._every = every
        self._process = psutil.Process()

    def at(self, seconds: float) -> None:
        """Look, if it is time."""
        if not self.moments or seconds >= self.moments[-1] + self._every:
            gc.collect()
            self.moments.append(seconds)
            self.resident.append(self._process.memory_info().rss / 1e6)


async def days_of(settings: Settings, speech: NDArray[np.float32], days: float) -> dict[str, object]:
    """Live so long and return the figures. Asserts that all is in order."""
    heard, look, told = Listening(), Looks(days * 86_400 / 200), list[Notice]()
    begun = time.perf_counter()
    async with (
        running(settings) as server,
        TcpProxy(("127.0.0.1", server.link_port or 0)) as proxy,
        connect("127.0.0.1", proxy.port, watch=told.append) as connection,
    ):
        session = await connection.open("arkit", RATE, seed=7)
        listening = asyncio.create_task(heard.listen(session))
        broken = await live(session, heard, proxy, speech, days, look)
        end = session.next_sample
        await session.close()
        await listening
    kinds = [one.kind for one in told]
    assert heard.wrong[:5] == []
    assert heard.next_index == -(-end * FPS // RATE)
    assert heard.cuts > 0
    assert kinds.count("resumed") == broken > 0
    assert "rebuilt" not in kinds
    elapsed = time.perf_counter() - begun
    return {
        "days": days,
        "times real time": round(end / RATE / elapsed, 1),
        "frames": heard.next_index,
        "interruptions": heard.cuts,
        "lost connections": broken,
        "memory, MB": [round(look.resident[0]), round(max(look.resident)), round(look.resident[-1])],
        "memory, MB a day": round(24 * per_hour(look.moments, look.resident), 2),
    }


@pytest.fixture
def settings(tiny_bundle: Bundle) -> Settings:
    return Settings(port=0, models=(str(tiny_bundle.path),), max_load=0.0, tick_ms=0.0)


async def test_minutes_of_one_session(settings: Settings, speech) -> None:
    """The same, for as long as a test may take."""
    async with asyncio.timeout(80):
        figures = await days_of(settings, speech(24.0, RATE), 5 / 1440)
    assert figures["frames"] == 5 * 60 * FPS


@pytest.mark.benchmarks
async def test_days_of_one_session(settings: Settings, speech, capsys: pytest.CaptureFixture[str]) -> None:
    figures = await days_of(settings, speech(24.0, RATE), DAYS)
    (ROOT / "out").mkdir(exist_ok=True)
    (ROOT / "out" / "soak_days.json").write_text(json.dumps(figures, indent=2), encoding="utf-8")
    with capsys.disabled():
        print(json.dumps(figures))
    assert float(str(figures["memory, MB a day"])) * DAYS < max(MB_A_DAY * DAYS, ALLOWED_MB)
