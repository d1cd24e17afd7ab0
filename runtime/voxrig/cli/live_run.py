"""One clip through a server in real time, as a microphone and an engine would: what came back, and when."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.playout import PlayoutBuffer, PlayoutCounts
from voxrig.engine_bridges.wire import Frame

CHUNK_MS = 20
MARGIN_MS = 20
"""Playing waits this much longer than the audio, the look-ahead and one frame make it wait."""


@dataclass
class LiveRun:
    """What happened, with moments in seconds of `time.perf_counter`."""

    session: PerformSession
    rate: int
    fps: Fraction
    samples: int
    begun: float
    sent: list[float] = field(default_factory=list)
    """When each chunk was handed over for sending."""
    frames: list[Frame] = field(default_factory=list)
    arrived: list[float] = field(default_factory=list)
    playout: PlayoutCounts = field(default_factory=PlayoutCounts)

    @property
    def delay(self) -> float:
        """Seconds that playing is behind the microphone."""
        return float(self.session.look_ahead + 1 / self.fps) + (CHUNK_MS + MARGIN_MS) / 1000

    @property
    def chunk(self) -> int:
        """Samples sent at once."""
        return max(1, self.rate * CHUNK_MS // 1000)

    def latencies(self) -> NDArray[np.float64]:
        """Seconds from sending the last sample that a frame needs to its arrival, for each frame.

        Frame n needs the samples before n / fps + look-ahead, or all where the clip ends earlier.
        """
        waits = []
        for frame, arrived in zip(self.frames, self.arrived, strict=True):
            needed = ceil((frame.index / self.fps + self.session.look_ahead) * self.rate)
            last_chunk = (min(max(1, needed), self.samples) - 1) // self.chunk
            waits.append(arrived - self.sent[last_chunk])
        return np.array(waits)

    def late(self) -> int:
        """Frames that came after the moment at which they were to be shown."""
        return sum(
            arrived > self.begun + self.delay + frame.index / float(self.fps)
            for frame, arrived in zip(self.frames, self.arrived, strict=True)
        )


async def run_live(
    session: PerformSession,
    samples: NDArray[np.float32],
    rate: int,
    fps: Fraction,
    progress: Callable[[float], None],
) -> LiveRun:
    """Send `samples` (float32 [n], at `rate` Hz) on the wall clock, and play the frames that come back.

    `progress` is told the seconds played. Raises SessionError, ConnectionLostError.
    """
    buffer = PlayoutBuffer(len(session.controls), len(session.bones), rate)
    run = LiveRun(session, rate, fps, len(samples), time.perf_counter(), playout=buffer.counts)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_send(run, samples))
        tasks.create_task(_receive(run, buffer))
        tasks.create_task(_play(run, buffer, progress))
    return run


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.perf_counter()))


async def _send(run: LiveRun, samples: NDArray[np.float32]) -> None:
    for start in range(0, run.samples, run.chunk):
        part = samples[start : start + run.chunk]
        await _until(run.begun + (start + len(part)) / run.rate)  # a microphone has it no earlier
        run.sent.append(time.perf_counter())
        await run.session.send(part)
    await run.session.close()


async def _receive(run: LiveRun, buffer: PlayoutBuffer) -> None:
    async for frame in run.session:
        run.arrived.append(time.perf_counter())
        run.frames.append(frame)
        buffer.push((frame,))


async def _play(run: LiveRun, buffer: PlayoutBuffer, progress: Callable[[float], None]) -> None:
    """Ask for a pose as often as frames come, on the clock of the audio being played."""
    start = run.begun + run.delay
    shown = 0
    while shown * run.rate < run.samples * run.fps:
        await _until(start + shown / float(run.fps))
        now = time.perf_counter() - start
        buffer.sample(now * run.rate)
        progress(now)
        shown = max(shown + 1, ceil(now * run.fps))
