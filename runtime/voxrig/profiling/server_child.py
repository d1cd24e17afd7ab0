"""A server of the profiler's own: a process beside it, so that each one's CPU is its own."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import psutil

from voxrig.profiling.load import LoadError

_START_SECONDS: Final = 120.0
_STOP_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class ServerChild:
    """A `voxrig serve` that is ready.

    Attributes:
        target, link_target: where it listens.
        began: when the process was started, seconds of `time.perf_counter`.
        ready: seconds from there to its ready line.
        process: it, which others may belong to.
    """

    target: str
    link_target: str | None
    began: float
    ready: float
    process: psutil.Process

    @property
    def processes(self) -> int:
        """How many processes serve: its own, or all that it started."""
        return max(1, len(self.process.children(recursive=True)))


@asynccontextmanager
async def serving(arguments: Sequence[str]) -> AsyncIterator[ServerChild]:
    """Run `voxrig serve` with these arguments, on free ports, while the block runs.

    Raises LoadError where it does not start, in its own words.
    """
    unlimited = ("--max-load", "0")  # what is to be measured is where it comes to its end
    command = [sys.executable, "-m", "voxrig.cli.app", "serve", "--port", "0", "--json", *unlimited, *arguments]
    environment = {name: text for name, text in os.environ.items() if name != "VOXRIG_TOKENS"}  # it is ours alone
    with tempfile.TemporaryFile() as told:
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=told, env=environment, **apart()
        )
        try:
            line = await _ready_line(process)
            ready = time.perf_counter() - began
            if line is None:
                told.seek(0)
                words = told.read().decode(errors="replace").strip().splitlines()
                raise LoadError(f"voxrig serve did not start: {words[-1] if words else 'it said nothing'}")
            host = line["target"].rpartition(":")[0]
            link = f"{host}:{line['link_port']}" if line.get("link_port") else None
            yield ServerChild(line["target"], link, began, ready, psutil.Process(process.pid))
        finally:
            await stopped(process)


def apart() -> dict[str, Any]:
    """Return what keeps the terminal's Ctrl-C from a child: it is stopped by this process, in its turn."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


async def stopped(process: asyncio.subprocess.Process) -> None:
    """Stop a child in good order, or else at once."""
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()


async def _ready_line(process: asyncio.subprocess.Process) -> dict[str, Any] | None:
    """Return the ready line; None where the process ended without one. Raises LoadError where it never comes."""
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_START_SECONDS):
            while text := await process.stdout.readline():
                try:
                    line: Any = json.loads(text)
                except ValueError:
                    continue
                if isinstance(line, dict) and line.get("event") == "ready":
                    return line
    except TimeoutError:
        raise LoadError(f"voxrig serve was not ready within {_START_SECONDS:g} s") from None
    await process.wait()
    return None
