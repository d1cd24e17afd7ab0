"""How a server is told to stop: once to stop in good order, twice to stop at once."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from grpc_health.v1._async import HealthServicer

from voxrig.runtime.serving.stage import Stage

_LOOK_SECONDS = 0.05


class Stopping:
    """What was asked of a server. Lives in the event loop."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        """Take no new sessions, finish those that run, stop."""
        self.hurried = asyncio.Event()
        """Stop now, whatever runs."""

    def ask(self) -> None:
        """Ask to stop; asked again, to stop at once."""
        if self.asked.is_set():
            self.hurried.set()
        self.asked.set()

    def hurry(self) -> None:
        """Ask to stop at once."""
        self.asked.set()
        self.hurried.set()

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Have SIGTERM and Ctrl-C (on Windows Ctrl-Break too) ask while the block runs. In the main thread only."""
        loop = asyncio.get_running_loop()
        if sys.platform == "win32":  # no add_signal_handler there; a handler's call wakes the loop all the same
            numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGBREAK)
            before = [signal.signal(number, lambda *_: loop.call_soon_threadsafe(self.ask)) for number in numbers]
            try:
                yield
            finally:
                for number, handler in zip(numbers, before, strict=True):
                    signal.signal(number, handler)
        else:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self.ask)
            try:
                yield
            finally:
                for number in (signal.SIGINT, signal.SIGTERM):
                    loop.remove_signal_handler(number)


async def drain(stage: Stage, health: HealthServicer, seconds: float, hurried: asyncio.Event) -> None:
    """Take no new sessions, and wait until those that are open are closed, `seconds` are over or somebody hurries.

    Connections are still accepted meanwhile: health checks are told NOT_SERVING, and whoever opens a session why it
    can't, where a closed port would say neither.
    """
    stage.draining = True
    await health.enter_graceful_shutdown()
    try:
        async with asyncio.timeout(seconds):
            while stage.sessions and not hurried.is_set():
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        pass
