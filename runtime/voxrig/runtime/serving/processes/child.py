"""A parent's view of one of its processes."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from voxrig.runtime.serving.processes.control import DRAIN, RELOAD, STOP, Assignment, asking


class ChildError(ValueError):
    """A process could not start; the message is its own."""


class Child:
    """One process, from its start to its end.

    Attributes:
        pid: of the process.
        ready: what it said when it was ready.
        counts: its counters as it told them last, a second ago at most while it runs.
        failure: what it said of why it can't serve; empty if it said nothing.
        told: how often it has said something: while it serves, once a second.
    """

    def __init__(self, process: Process, assignment: Assignment) -> None:
        self.assignment = assignment
        self.pid = process.pid
        self.ready: Mapping[str, Any] = {}
        self.counts: Mapping[str, float] = {}
        self.failure = ""
        self.told = 0
        self._process = process
        self._started = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, command: Sequence[str], assignment: Assignment) -> "Child":
        """Start `command` and tell it what to do."""
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
        assert process.stdin is not None
        process.stdin.write(assignment.line())
        return cls(process, assignment)

    async def until_ready(self) -> None:
        """Wait until it serves. Raises ChildError where it ends before."""
        await self._started.wait()
        if not self.ready:
            code = await self._process.wait()
            raise ChildError(self.failure or f"process {self.assignment.number} {ending(code)} before it was ready")

    async def ended(self) -> int:
        """Wait until it is gone; return its exit code, below 0 for a signal's number."""
        await self._reading
        return await self._process.wait()

    def drain(self) -> None:
        """Ask it to stop in good order."""
        self._ask(DRAIN)

    def stop(self) -> None:
        """Ask it to stop at once."""
        self._ask(STOP)

    def reload(self) -> None:
        """Ask it to load its models again."""
        self._ask(RELOAD)

    def kill(self) -> None:
        """End it without a word."""
        with suppress(ProcessLookupError):
            self._process.kill()

    def _ask(self, what: str) -> None:
        assert self._process.stdin is not None
        if not self._process.stdin.is_closing():
            self._process.stdin.write(asking(what))

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            try:
                told = json.loads(line)
                event = told.pop("event")
            except (ValueError, KeyError, AttributeError, TypeError):
                continue  # something printed in the process
            self.told += 1
            if event == "ready":
                self.ready = told
                self._started.set()
            elif event == "failed":
                self.failure = told["error"]
            else:
                self.counts = told
        self._started.set()


def ending(code: int) -> str:
    """Say how a process with this exit code ended."""
    return f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
