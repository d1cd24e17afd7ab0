"""What a server does besides talking to clients: its ticks, and looking after them, its sessions and its models."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from grpc_health.v1._async import HealthServicer

from voxrig.runtime.serving.expiry import Expiry
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.reloading import Reloader
from voxrig.runtime.serving.stage import Stage
from voxrig.runtime.serving.watchdog import hung

log = logging.getLogger(__name__)

_FAILED: Final = "the server failed and ends; connect again"
_LOOK_SECONDS: Final = 0.05


class Tending:
    """Made by `tended`; lives in the event loop.

    Attributes:
        failed: set when no tick will come any more. Every session has been told; whoever runs the server should let it
            say so (`told`) and end the process, not wait for its threads.
        reloader: replaces the models.
    """

    def __init__(self, stage: Stage, pacer: Pacer, doctor: HealthServicer) -> None:
        self.failed = asyncio.Event()
        self.reloader = Reloader(stage, pacer)
        self._stage = stage
        self._pacer = pacer
        self._doctor = doctor

    async def told(self, seconds: float) -> None:
        """Wait until all clients that are there know why their sessions have ended, for up to `seconds`."""
        told = self._pacer.clients  # not those who come back meanwhile
        try:
            async with asyncio.timeout(seconds):
                while told & self._pacer.clients:
                    await asyncio.sleep(_LOOK_SECONDS)
                await asyncio.sleep(_LOOK_SECONDS)  # what was handed over last goes out
        except TimeoutError:
            log.info("some clients did not read that their sessions have ended")

    async def tick(self) -> None:
        """Run ticks until cancelled, or until they fail."""
        try:
            await self._pacer.run()
        except Exception:
            log.critical("the tick loop failed; no session goes on, and the server ends", exc_info=True)
            await self._fail()

    async def watch(self, seconds: float) -> None:
        """Wait for a tick that hangs, and give everything up then."""
        where = await hung(self._pacer, seconds, time.monotonic)
        log.critical("a tick hangs for %g s, no session goes on, and the server ends; it is in %s", seconds, where)
        await self._fail()

    async def expire(self, expiry: Expiry, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """End sessions that are over, for ever."""
        while True:
            await sleep(expiry.period)
            self._pacer.between(lambda: expiry.look(self._pacer, time.monotonic()))

    async def _fail(self) -> None:
        self._stage.failed = self._stage.draining = True  # fronts send it nobody
        self._pacer.fail(_FAILED)
        await self._doctor.enter_graceful_shutdown()
        self.failed.set()


@asynccontextmanager
async def tended(stage: Stage, pacer: Pacer, doctor: HealthServicer) -> AsyncIterator[Tending]:
    """Run ticks, and look after them, while the block runs."""
    settings = stage.settings
    tending = Tending(stage, pacer, doctor)
    expiry = Expiry(settings.max_idle_seconds, settings.max_session_seconds)
    tasks = [asyncio.create_task(tending.tick())]
    if settings.hang_seconds:
        tasks.append(asyncio.create_task(tending.watch(settings.hang_seconds)))
    if expiry.period:
        tasks.append(asyncio.create_task(tending.expire(expiry)))
    if settings.reload_models:
        tasks.append(asyncio.create_task(tending.reloader.watch()))
    try:
        yield tending
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
