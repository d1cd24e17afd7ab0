"""What the clients over gRPC and over the engine link share: sessions by their number, and messages on their way."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.wire import ConnectionLostError, SessionError, open_message
from voxrig.v1 import performance_pb2 as pb


class PerformConnection:
    """One connection and its sessions.

    A transport derives from it: it sends what is in `_outbox` (None: this side has done writing), gives what comes to
    `_receive`, and says by `_lose` that the connection has ended.

    `max_chunk_bytes` is the most of one audio message; more than `queued_messages` messages wait in `send_message`.
    """

    def __init__(self, max_chunk_bytes: int, queued_messages: int) -> None:
        self.max_chunk_bytes = max_chunk_bytes
        self._outbox: asyncio.Queue[pb.ClientMessage | None] = asyncio.Queue(queued_messages)
        self._numbers = 0
        self._sessions: dict[int, PerformSession] = {}
        self._opening: dict[int, tuple[asyncio.Future[PerformSession], pb.AudioFormat]] = {}
        self._half_closed = False
        self._lost: ConnectionLostError | None = None
        self._finished = False
        self._ended = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_lost(self) -> bool:
        """Whether the connection has ended."""
        return self._lost is not None

    async def open(self, rig: str, sample_rate: int, **settings: Any) -> PerformSession:
        """Open a session; `settings` are those of `wire.open_message`. Raises SessionError where the server refuses.

        Cancelled, it leaves no session open.
        """
        message = open_message(rig, sample_rate, **settings)
        self._numbers += 1
        number = self._numbers
        await self.send_message(pb.ClientMessage(session=number, open=message))
        answer: asyncio.Future[PerformSession] = asyncio.get_running_loop().create_future()
        self._opening[number] = (answer, message.audio)
        try:
            return await answer
        except asyncio.CancelledError:
            self._abandon(number)
            raise

    async def send_message(self, message: pb.ClientMessage) -> None:
        """Queue one message; it travels with whatever else waits. Cancelled, it has not been queued.

        Raises ConnectionLostError, also after `done_writing`.
        """
        if self._lost is not None:
            raise self._lost
        if self._half_closed:
            raise ConnectionLostError("nothing can be sent: this side has said that it has done writing")
        await self._outbox.put(message)
        if self._lost is not None:  # meanwhile: make room again, so that whoever else waits comes to know as well
            self._outbox.get_nowait()
            raise self._lost

    async def done_writing(self) -> None:
        """Say that nothing more is sent: the server closes every session once all that was sent is done."""
        if self._lost is None and not self._half_closed:
            self._half_closed = True
            try:
                await self._outbox.put(None)
            except asyncio.CancelledError:
                self._half_closed = False
                raise

    async def finished(self) -> None:
        """Wait until the server has finished everything, after `done_writing`.

        Raises ConnectionLostError where the connection ends in any other way.
        """
        await self._ended.wait()
        if not self._finished:
            assert self._lost is not None
            raise self._lost

    async def stop(self) -> None:
        """End the connection now, whatever is under way."""
        self._lose("the connection was closed by this side")
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Run work of the transport for as long as there is a connection."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _receive(self, message: pb.ServerMessage) -> None:
        """Take one message of the server (for the transport). Raises ValueError for frames that are none."""
        number = message.session
        if number in self._opening:
            answer, audio = self._opening[number]
            if message.HasField("opened"):
                self._sessions[number] = PerformSession(self, number, audio, message.opened)
            del self._opening[number]  # only now: had that failed, `_lose` would have to find it
            if not answer.done():
                if message.HasField("opened"):
                    answer.set_result(self._sessions[number])
                else:
                    answer.set_exception(SessionError(message.error))
        elif number in self._sessions and self._sessions[number].receive(message):
            del self._sessions[number]

    def _lose(self, reason: str, in_order: bool = False) -> None:
        """End every session (for the transport); `in_order`: the server has finished and said so."""
        if self._lost is not None:
            return
        self._lost = ConnectionLostError(reason)
        self._finished = in_order and self._half_closed and not self._sessions and not self._opening
        self._ended.set()
        for session in self._sessions.values():
            session.lose(self._lost)
        for answer, _ in self._opening.values():
            if not answer.done():
                answer.set_exception(self._lost)
        while not self._outbox.empty():  # whoever waits in `send` wakes; nothing more is taken
            self._outbox.get_nowait()

    def _abandon(self, number: int) -> None:
        """Close a session that nobody waits for any more, whether it is open yet or not."""
        self._opening.pop(number, None)
        self._sessions.pop(number, None)

        async def close() -> None:
            with suppress(ConnectionLostError):
                await self.send_message(pb.ClientMessage(session=number, close=pb.CloseSession()))

        self._begin(close())
