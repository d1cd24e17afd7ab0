"""Several processes that speak, where one cannot: each with its share of the characters, on the same clock."""

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.profiling.characters import Character
from voxrig.profiling.driving import Part, Target, drive, lines_of, opened, stop
from voxrig.profiling.load import Load, LoadError
from voxrig.profiling.load_speech import LoadSpeech
from voxrig.profiling.pace import Pace

_READY_SECONDS: Final = 60.0
_SETTLED: Final = 0.3
_NOT_THE_FIRST: Final = "another client process failed"


@dataclass(slots=True)
class Spoken:
    """What one client process did.

    Attributes:
        characters: its own.
        lags: seconds that each chunk of the window was sent late.
        cpu_seconds: of the process while the window lasted.
        received: bytes that the server sent.
    """

    characters: list[Character]
    lags: NDArray[np.float64]
    cpu_seconds: float
    received: int


class Gathering:
    """Where client processes wait for each other: all sessions are open before anybody speaks.

    Attributes:
        start: when the speech begins, `time.perf_counter` of this machine; 0 until it is known.
    """

    def __init__(self, context: Any, parties: int) -> None:
        self.start = context.Value("d", 0.0)
        self._barrier = context.Barrier(parties)

    def ready(self) -> float:
        """Wait for the others; return when the speech begins. Raises LoadError where another one failed."""
        try:
            if self._barrier.wait(_READY_SECONDS) == 0:
                self.start.value = time.perf_counter() + _SETTLED
            self._barrier.wait(_READY_SECONDS)
        except threading.BrokenBarrierError:
            raise LoadError(_NOT_THE_FIRST) from None
        return float(self.start.value)

    def failed(self) -> None:
        """Let the others not wait."""
        self._barrier.abort()


_gathering: Gathering | None = None  # of this client process


def _join(gathering: Gathering) -> None:
    """Take in what a pool's processes share, and let the terminal's Ctrl-C end this one without a word."""
    global _gathering
    _gathering = gathering
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(1))


def run_part(load: Load, samples: NDArray[np.float32], rate: int, target: Target, part: Part) -> Spoken:
    """Speak a share of a load, in a process of its own. Raises LoadError, ConnectionError."""
    assert _gathering is not None
    try:
        return asyncio.run(_run_part(LoadSpeech(samples, rate, load), target, part, _gathering))
    except BaseException:
        _gathering.failed()
        raise


async def _run_part(speech: LoadSpeech, target: Target, part: Part, gathering: Gathering) -> Spoken:
    load = speech.load
    lines = lines_of(load, speech, target, part)
    try:
        await opened(lines)
        start, pace = await asyncio.to_thread(gathering.ready), Pace()
        speaking = asyncio.create_task(drive(lines, load, speech, start, pace))
        begun, ended = start + load.warm_up, start + load.warm_up + load.seconds
        await asyncio.sleep(max(0.0, begun - time.perf_counter()))
        before = time.process_time()
        await asyncio.sleep(max(0.0, ended - time.perf_counter()))
        used = time.process_time() - before
        await speaking
        received = sum(line.received for line in lines)
        return Spoken([one for line in lines for one in line.characters], pace.lags(begun, ended), used, received)
    finally:
        stop(lines)


class Chorus:
    """So many client processes for one load."""

    def __init__(self, load: Load, processes: int) -> None:
        self._load = load
        self._parts = [Part(first, processes) for first in range(min(processes, load.sessions))]
        self._context = multiprocessing.get_context("spawn")
        self._gathering = Gathering(self._context, len(self._parts))

    async def speak(self, samples: NDArray[np.float32], rate: int, target: Target) -> Sequence[Spoken]:
        """Speak the whole load. Raises as `run_part`."""
        loop = asyncio.get_running_loop()
        pool = ProcessPoolExecutor(len(self._parts), self._context, _join, (self._gathering,))
        try:
            jobs = [loop.run_in_executor(pool, run_part, self._load, samples, rate, target, one) for one in self._parts]
            told = await asyncio.gather(*jobs, return_exceptions=True)
        except BaseException:
            for process in multiprocessing.active_children():  # broken off: they would speak to their end
                process.terminate()
            raise
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        errors = [one for one in told if isinstance(one, BaseException)]
        for error in sorted(errors, key=lambda error: str(error) == _NOT_THE_FIRST):
            raise error
        return [one for one in told if isinstance(one, Spoken)]

    async def start(self) -> float:
        """Wait until all are ready; return when they speak."""
        while not self._gathering.start.value:
            await asyncio.sleep(0.01)
        return float(self._gathering.start.value)
