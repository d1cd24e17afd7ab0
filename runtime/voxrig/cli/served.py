"""A server in this process, from its start to its end: all that `voxrig serve` runs, or one of its processes."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from voxrig.runtime.serving.processes.control import Assignment
    from voxrig.runtime.serving.server import Server
    from voxrig.runtime.serving.stopping import Stopping

_TOLD_SECONDS = 2.0
"""What clients may take to read that their sessions have ended, once the server has failed."""


async def served(
    assignment: "Assignment",
    stopping: "Stopping",
    start: ExitStack,
    say_ready: Callable[["Server"], None],
    counts: dict[str, float],
    again: asyncio.Event | None = None,
    say_failed: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until `stopping` is asked, then drain. A server that fails ends the process, with `HUNG_EXIT`.

    Args:
        assignment: what to serve, and which of how many processes this is.
        stopping: ends it.
        start: what only the start needs; closed when the server is ready.
        say_ready: called then.
        counts: filled with the server's counters at its end, however it comes.
        again: set where the models are to be loaded again; SIGHUP does so too.
        say_failed: called before the process is ended because the server failed.
    """
    from voxrig.engine_bridges.outlets import UdpOutlets
    from voxrig.runtime.serving.access.handles import make_room
    from voxrig.runtime.serving.collecting import spared_collector
    from voxrig.runtime.serving.reloading import on_hangup
    from voxrig.runtime.serving.server import running

    settings = assignment.settings
    make_room(settings.max_connections)
    again = again or asyncio.Event()
    with UdpOutlets(
        livelink=settings.livelink,
        vmc=settings.vmc,
        shapes=settings.vmc_shapes,
        send_to=settings.send_to,
        first_number=1 + assignment.number,
        number_step=assignment.count,
    ) as outlets:
        async with running(
            settings, outlets=outlets, shared_ports=assignment.shared_ports, page_secret=assignment.page_secret
        ) as server:
            start.close()
            async with spared_collector(lambda: server.stage.sessions):
                with on_hangup(again.set):
                    say_ready(server)
                    try:
                        await _until_stopped(server, stopping, again)
                    finally:
                        counts |= server.snapshot()
                    if server.failed.is_set():
                        await server.tending.told(_TOLD_SECONDS)
                        _end(say_failed)
        if server.pacer.tick is not None:
            _end(say_failed)


async def _until_stopped(server: "Server", stopping: "Stopping", again: asyncio.Event) -> None:
    """Wait until the server has drained, or failed; load its models again whenever that is asked for."""

    async def drained() -> None:
        await stopping.asked.wait()
        await server.drain(server.stage.settings.drain_seconds, stopping.hurried)

    async def reloading() -> None:
        while True:
            await again.wait()
            again.clear()
            await server.tending.reloader.reload()

    tasks = [asyncio.create_task(work) for work in (drained(), server.failed.wait(), reloading())]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _end(say_failed: Callable[[str], None]) -> None:
    """End the process at once: a thread that hangs can't be waited for, and Python would."""
    from voxrig.runtime.serving.watchdog import HUNG_EXIT

    say_failed("its ticks hang or have failed; its log says where")
    logging.shutdown()
    sys.stdout.flush()
    os._exit(HUNG_EXIT)
