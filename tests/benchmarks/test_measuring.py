"""What it costs that a server counts and times itself, and what a scrape costs while characters speak.

    python -m pytest tests/benchmarks/test_measuring.py -m benchmarks -s

32 living characters on one connection of a real tick loop, a chunk of 20 ms each at a time, without pauses. Shares are
of the CPU time of the same run.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from prometheus_client.exposition import choose_encoder
from rich.console import Console
from rich.table import Table

from voxrig.runtime.serving.connection import Connection
from voxrig.runtime.serving.families import Families
from voxrig.runtime.serving.histogram import Histogram
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.metrics_page import MetricsPage
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.runtime.serving.stage_times import StageTimes
from voxrig.runtime.serving.tracing import NO_TRACER
from voxrig.v1 import performance_pb2 as pb

pytestmark = pytest.mark.benchmarks

ROOT = Path(__file__).parents[2]
RATE, CHARACTERS, CHUNK = 24000, 32, 480
ROUNDS = int(os.environ.get("VOXRIG_MEASURING_ROUNDS", "30"))
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


class Crowd:
    """Characters on a tick loop of their own, that speak whenever they are told to."""

    def __init__(self, timed: bool) -> None:
        settings = Settings(models=("live",), stage_times=timed, max_sessions=CHARACTERS)
        self.stage = Stage(settings)
        self.stage.warm_up()
        self.metrics = Metrics()
        self.metrics.stages = self.stage.times.seconds
        self.pacer = Pacer(self.metrics, settings.max_buffered_seconds, self.stage.times)
        self.seconds = 0.0
        """CPU time of all speaking."""
        clip, rate = soundfile.read(ROOT / "samples" / "gatekeeper.wav", dtype="float32")
        assert rate == RATE
        self._clip = np.resize(clip, RATE * 60)
        self._sample = 0
        self._connection: Connection

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Crowd"]:
        ticking = asyncio.create_task(self.pacer.run())
        audio = pb.AudioFormat(encoding=pb.AudioFormat.F32LE, sample_rate=RATE, channels=1)
        opening = pb.OpenSession(rig="metahuman", frame_rate=pb.FrameRate(numerator=60, denominator=1), audio=audio)
        with self.pacer.connection(self.stage) as self._connection:
            opened = [pb.ClientMessage(session=n, open=opening) for n in range(CHARACTERS)]
            self._connection.put(opened, self.pacer.now())
            reading = asyncio.create_task(self._read())
            await self.speak(1.0)
            self.seconds = 0.0
            yield self
        for task in (ticking, reading):
            task.cancel()
        await asyncio.gather(ticking, reading, return_exceptions=True)

    def _pending(self) -> bool:
        return any(seat.session.pending for seat in self._connection.seats.values())

    async def _read(self) -> None:
        while await self._connection.take():
            pass

    async def speak(self, seconds: float) -> float:
        """Say so much, every frame taken; return the CPU seconds that it took."""
        begun = time.process_time()
        for _ in range(round(seconds * RATE / CHUNK)):
            samples = self._clip[self._sample : self._sample + CHUNK].tobytes()
            chunk = pb.AudioChunk(first_sample=self._sample, samples=samples)
            self._sample += CHUNK
            heard = self.metrics.queue_ms.count
            messages = [pb.ClientMessage(session=n, audio=chunk) for n in range(CHARACTERS)]
            self._connection.put(messages, self.pacer.now())
            while self.metrics.queue_ms.count < heard + CHARACTERS or self._pending():
                await asyncio.sleep(0.0005)
        taken = time.process_time() - begun
        self.seconds += taken
        return taken


def price(work: Callable[[], object], times: int = 20_000) -> float:
    """CPU seconds of one `work()`."""
    begun = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - begun) / times


async def test_counting_and_timing_cost_less_than_a_percent():
    """The same crowd with stages timed and not, in turns; and what is counted, times its price."""
    async with Crowd(timed=True).running() as timed, Crowd(timed=False).running() as plain:
        frames, laps = timed.metrics.frames, timed.stage.times.laps
        ratios = []
        for number in range(ROUNDS):
            order = (timed, plain) if number % 2 else (plain, timed)
            took = {crowd: await crowd.speak(0.5) for crowd in order}
            ratios.append(took[timed] / took[plain])
        frames, laps = timed.metrics.frames - frames, timed.stage.times.laps - laps
        counted = timed.metrics
        adds = sum(h.count for h in (counted.tick_ms, counted.batch, counted.queue_ms, counted.wait_ms))
        seconds = timed.seconds
    histogram, times, metrics = Histogram(), StageTimes(), Metrics()
    answer = pb.ServerMessage(frames=pb.Frames(media_samples=[0, 400]))
    shares = {
        "stages": laps * price(lambda: times.lap("mel")) / seconds,
        "histograms": adds * price(lambda: histogram.add(3.3)) / seconds,
        "answers": frames * price(lambda: metrics.answered(answer, "grpc")) / seconds,
        "no tracer": counted.ticks * 2 * price(lambda: NO_TRACER.tick(0.0, {}, ())) / seconds,
    }
    table = Table(title=f"measuring, share of {seconds / frames * 1e6:.0f} µs CPU a frame, {CHARACTERS} characters")
    table.add_column("what")
    table.add_column("share %", justify="right")
    for name, share in shares.items():
        table.add_row(name, f"{share * 100:.3f}")
    table.add_row("sum of counts x prices", f"{sum(shares.values()) * 100:.3f}")
    told = f"{(np.median(ratios) - 1) * 100:+.2f} (quartiles {(np.percentile(ratios, 25) - 1) * 100:+.2f}, "
    table.add_row("stages timed against not timed", told + f"{(np.percentile(ratios, 75) - 1) * 100:+.2f})")
    Console(width=100).print(table)
    assert laps > 0
    assert sum(shares.values()) < 0.01


async def test_a_scrape_waits_for_no_tick_and_no_tick_for_it():
    """What a page costs, the longest that it holds the event loop, and the ticks with 50 pages a second and none."""
    async with Crowd(timed=True).running() as crowd:
        families = Families(crowd.metrics, "1", lambda: crowd.stage.models, CHARACTERS)
        page = MetricsPage(families, lambda: True)
        encode, _ = choose_encoder(OPENMETRICS)
        whole = price(lambda: encode(families), 200)
        pieces = max(price(lambda f=family: encode(_One(f)), 200) for family in families.collect())  # type: ignore[misc]
        told = {}
        for name, every in (("none", None), ("50 a second", 0.02)):
            crowd.metrics.tick_ms = Histogram()
            scraping = asyncio.create_task(_scrape(page, every)) if every else None
            begun = crowd.metrics.frames
            seconds = await crowd.speak(6.0)
            if scraping:
                scraping.cancel()
                await asyncio.gather(scraping, return_exceptions=True)
            told[name] = (crowd.metrics.tick_ms.snapshot("ms"), seconds / (crowd.metrics.frames - begun) * 1e6)
    table = Table(title=f"a page: {whole * 1e3:.2f} ms of CPU, at most {pieces * 1e3:.2f} ms on end")
    for column in ("pages", "tick p50 ms", "p99", "max", "CPU µs a frame"):
        table.add_column(column, justify="right")
    for name, (tick, cost) in told.items():
        row = (tick["ms_p50"], tick["ms_p99"], tick["ms_max"], cost)
        table.add_row(name, *(f"{value:.1f}" for value in row))
    Console(width=100).print(table)
    assert pieces < whole / 3


class _One:
    def __init__(self, family: object) -> None:
        self._family = family

    def collect(self) -> list[object]:
        return [self._family]


async def _scrape(page: MetricsPage, every: float) -> None:
    while True:
        await page.read("/metrics", OPENMETRICS)
        await asyncio.sleep(every)
