"""The way to a server and back, of whatever transport: one call, or one socket."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, Protocol

from voxrig.engine_bridges.wire import ConnectionLostError
from voxrig.v1 import performance_pb2 as pb


class RefusedError(ConnectionLostError):
    """The server won't have this client, or is none of ours: trying again is no use."""


class Owner(Protocol):
    """Who is told what a line brings."""

    def receive(self, number: int, message: pb.ServerMessage) -> None:
        """Take one message of the server for session `number`. Raises ValueError for frames that are none."""

    def ended(self, line: "PerformLine", reason: str, *, in_order: bool, for_good: bool, for_now: bool) -> None:
        """Note that a line has ended: `in_order` by the server, `for_good` where another would end as well.

        `for_now`: the server has no room for the client, and may have later; until it finds out, a line that was lost
        takes that room.
        """


class PerformLine(ABC):
    """One way there and back. A transport derives from it: it sends what is in `outbox` (None: no more is sent).

    `limits` are the server's, `most_bytes` is the most of one audio message; more than `queued` messages wait in `put`.
    """

    def __init__(self, limits: pb.Limits, most_bytes: int, queued: int) -> None:
        self.limits = limits
        self.max_chunk_bytes = most_bytes
        self.outbox: asyncio.Queue[pb.ClientMessage | None] = asyncio.Queue(queued)
        self._owner: Owner | None = None
        self._over = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, owner: Owner) -> None:
        """Send and receive from now on."""
        self._owner = owner
        self._writing = self.begin(self._write())
        self.begin(self._read())

    def begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run work for as long as there is the line."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """End it now, whatever is under way."""
        current = asyncio.current_task()
        tasks = tuple(task for task in self._tasks if task is not current)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def leave(self, messages: Sequence[pb.ClientMessage], seconds: float) -> None:
        """Say these as the last words, in the place of all that waits; give the server so long to end the line."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.gather(self._writing, return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._say_last(messages)
                await self._over.wait()

    def drain(self) -> None:
        """Throw away what waits to be sent, so that whoever waits in `put` wakes."""
        while not self.outbox.empty():
            self.outbox.get_nowait()

    def _receive(self, number: int, message: pb.ServerMessage) -> None:
        if self._owner is not None:
            self._owner.receive(number, message)

    def _end(self, reason: str, *, in_order: bool = False, for_good: bool = False, for_now: bool = False) -> None:
        """Tell the owner of the end, once."""
        self._over.set()
        owner, self._owner = self._owner, None
        if owner is not None:
            owner.ended(self, reason, in_order=in_order, for_good=for_good, for_now=for_now)

    @abstractmethod
    async def _write(self) -> None:
        """Send what is in the outbox until that is None."""

    @abstractmethod
    async def _read(self) -> None:
        """Receive until the end, and tell it."""

    @abstractmethod
    async def _say_last(self, messages: Sequence[pb.ClientMessage]) -> None:
        """Send these, and that no more is sent; do nothing where that can't be done any more."""
