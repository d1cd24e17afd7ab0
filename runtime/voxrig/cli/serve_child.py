"""One of the processes of `voxrig serve --processes N`: started by their parent as `python -m voxrig.cli.serve_child`.

It says what it has to say in lines of JSON, and obeys its parent alone, except that SIGTERM makes it drain.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from voxrig.cli.starting import quick_start

if TYPE_CHECKING:
    from voxrig.runtime.serving.processes.control import Assignment
    from voxrig.runtime.serving.server import Server

_REPORT_SECONDS = 1.0
TOLD = ("sessions", "sessions_opened", "frames", "late", "errors")
"""The counters that the parent is told."""


def main() -> None:
    """Serve until the parent asks to stop or is gone. Exit code 1 and an event `failed` where that can't be."""
    with ExitStack() as start:
        start.enter_context(quick_start(lambda text: logging.getLogger(__name__).warning("%s", text)))
        from voxrig.runtime.serving.processes.control import Assignment, lines, report

        told = lines()
        try:
            asyncio.run(_serve(Assignment.read(next(told, "")), told, start))
        except (ValueError, OSError) as error:
            report("failed", {"error": str(error)})
            sys.exit(1)


async def _serve(assignment: "Assignment", told: Iterator[str], start: ExitStack) -> None:
    from voxrig.cli.served import served
    from voxrig.runtime.serving.processes.control import obey, report
    from voxrig.runtime.serving.stopping import Stopping

    stopping = Stopping()
    counts: dict[str, float] = {}
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a terminal; the parent tells us
    if sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.asked.set)
    again = asyncio.Event()
    obey(told, stopping.asked.set, stopping.hurry, again.set)
    tasks: list[asyncio.Task[None]] = []

    def say_ready(server: "Server") -> None:
        report("ready", told_of(server))
        tasks.append(asyncio.create_task(_report(server)))

    def say_failed(why: str) -> None:
        report("failed", {"error": why})

    try:
        await served(assignment, stopping, start, say_ready, counts, again, say_failed)
    finally:
        for task in tasks:
            task.cancel()
        report("stopped", {name: counts[name] for name in TOLD if name in counts} | {"sessions": 0})


async def _report(server: "Server") -> None:
    """Tell the counters again and again: those of a process that is lost are known then, and that this one lives."""
    from voxrig.runtime.serving.processes.control import report

    while True:
        await asyncio.sleep(_REPORT_SECONDS)
        numbers = server.snapshot()
        # In a thread, since a parent that doesn't read must not hold up ticks.
        await asyncio.to_thread(report, "counts", {name: numbers[name] for name in TOLD})


def told_of(server: "Server") -> dict[str, Any]:
    """Return what a server says of itself when it is ready."""
    from voxrig.runtime.serving.announce import software_version

    return {
        "target": server.target,
        "port": server.port,
        "link_port": server.link_port,
        "metrics_port": server.metrics_port,
        "models": [f"{spec.name} {spec.version}" for spec in server.stage.models],
        "version": software_version(),
    }


if __name__ == "__main__":
    main()
