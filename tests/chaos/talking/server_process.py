"""`voxrig serve` as a process of its own, that is killed and started again on the same ports."""

import asyncio
import json
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

_PATIENCE = 60  # seconds; what hangs fails


class ServerProcess:
    """Runs as long as the block; several `processes` are one server."""

    def __init__(self, model: Path, processes: int = 1) -> None:
        self.ports = {"grpc": 0, "link": 0}
        self._model = model
        self._processes = processes
        self._running: asyncio.subprocess.Process

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._running.returncode is None:
            await self.kill()

    async def start(self) -> None:
        """Start it, and wait until it is ready."""
        ports = ("--port", self.ports["grpc"], "--link-port", self.ports["link"])
        several = ("--processes", self._processes) if self._processes > 1 else ()
        words = ("serve", "--json", "--max-load", 0, "--model", self._model, *ports, *several)
        pipe = asyncio.subprocess.PIPE
        command = [sys.executable, "-m", "voxrig.cli.app", *map(str, words)]
        self._running = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=asyncio.subprocess.DEVNULL)
        assert self._running.stdout is not None
        line = await asyncio.wait_for(self._running.stdout.readline(), _PATIENCE)
        ready: dict[str, Any] = json.loads(line)
        self.ports = {"grpc": ready["port"], "link": ready["link_port"]}

    async def kill(self) -> None:
        """End it at once, without a word, as a crash or a lost machine does; its ports are free when this returns."""
        below = self.children()
        self._running.kill()
        await self._running.wait()
        await asyncio.to_thread(psutil.wait_procs, below, _PATIENCE)

    def children(self) -> list[psutil.Process]:
        """The processes that serve, of a server of several."""
        return psutil.Process(self._running.pid).children()
