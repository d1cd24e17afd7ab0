"""What the clients over gRPC and over the engine link share: sessions by their number, and messages on their way."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from voxrig.engine_bridges.back_off import BackOff
from voxrig.engine_bridges.perform_line import PerformLine
from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.reconnecting import Dial, Notice, Window, bring
from voxrig.engine_bridges.session_log import KEEP_SECONDS, SessionLog
from voxrig.engine_bridges.wire import ConnectionLostError, SessionError, open_message
from voxrig.v1 import performance_pb2 as pb

RESUME_SECONDS = 20.0
"""For how long a connection that is lost is tried again, unless it is said otherwise."""
LEAVE_SECONDS = 0.5
"""For how long a server is waited for to hear that its sessions are over."""


class PerformConnection:
    """One connection and its sessions.

    Where its line is lost and `resume_seconds` is not 0, another is dialled by `dial`, and the sessions go on; `watch`
    is told. Meanwhile what is sent is kept.
    """

    def __init__(
        self,
        line: PerformLine,
        dial: Dial,
        resume_seconds: float = RESUME_SECONDS,
        watch: Callable[[Notice], None] | None = None,
        back_off: BackOff | None = None,
        keep_seconds: float = KEEP_SECONDS,
    ) -> None:
        self._line: PerformLine | None = line
        self._dial = dial
        self._resume_seconds = resume_seconds
        self._keep_seconds = keep_seconds
        self._watch = watch or _unwatched
        self._window = Window(resume_seconds, back_off or BackOff())
        self.max_chunk_bytes = line.max_chunk_bytes
        """The most of one audio message."""
        self._limits = line.limits
        self._numbers = 0
        self._sessions: dict[int, PerformSession] = {}
        self._opening: dict[int, tuple[asyncio.Future[PerformSession], pb.ClientMessage]] = {}
        self._half_closed = False
        self._settled = True  # every session is on the line that there is
        self._lost: ConnectionLostError | None = None
        self._finished = False
        self._ended = asyncio.Event()
        self._changed = asyncio.Event()  # set when a line comes, or none will come any more
        self._received = 0
        self._returning: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        line.start(self)

    @property
    def is_lost(self) -> bool:
        """Whether the connection has ended."""
        return self._lost is not None

    async def open(self, rig: str, sample_rate: int, **settings: Any) -> PerformSession:
        """Open a session; `settings` are those of `wire.open_message`. Raises SessionError where the server refuses.

        Cancelled, it leaves no session open.
        """
        message = open_message(rig, sample_rate, **settings)
        window_ms = min(round(self._resume_seconds * 1000), int(self._limits.max_resume_window_ms))
        message.resume_window_ms = message.resume_window_ms or window_ms
        self._numbers += 1
        opening = pb.ClientMessage(session=self._numbers, open=message)
        await self._put(opening)
        answer: asyncio.Future[PerformSession] = asyncio.get_running_loop().create_future()
        self._opening[opening.session] = (answer, opening)
        try:
            return await answer
        except asyncio.CancelledError:
            self._abandon(opening.session)
            raise

    async def send_for(self, session: PerformSession, message: pb.ClientMessage) -> None:
        """Queue one message of a session; it travels with whatever else waits. Cancelled, it has not been queued.

        While the connection is lost it is kept, and audio waits once much is. Raises ConnectionLostError, also after
        `done_writing`.
        """
        log = session.log
        while True:
            self._check_open()
            if log is not None and log.is_full and message.HasField("audio"):
                session.moved.clear()
                await session.moved.wait()
            elif session.is_live and self._line is not None:
                if await self._put_on(self._line, message):
                    if log is not None:
                        log.append(message)
                    return
            else:
                assert log is not None
                log.append(message)
                return

    async def done_writing(self) -> None:
        """Say that nothing more is sent: the server closes every session once all that was sent is done.

        Cancelled, it may have closed some of the sessions.
        """
        if self._lost is not None or self._half_closed:
            return
        for session in tuple(self._sessions.values()):
            if session.log is not None and not session.is_closed and not session.log.is_closing:
                await self.send_for(session, pb.ClientMessage(session=session.number, close=pb.CloseSession()))
        if self._line is not None and self._settled:
            self._half_closed = True
            try:
                await self._line.outbox.put(None)
            except asyncio.CancelledError:
                self._half_closed = False
                raise
        self._half_closed = True  # where the line was lost, that is said once all is there again

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
        kept = [session.number for session in self._sessions.values() if session.resume_id and not session.is_closed]
        self._lose("the connection was closed by this side")
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        line, self._line = self._line, None
        if line is not None:
            if kept:  # else the server would keep them for us
                await line.leave([message for number in kept for message in _over(number)], LEAVE_SECONDS)
            await line.close()

    def receive(self, number: int, message: pb.ServerMessage) -> None:
        """Take one message of the server (for the line). Raises ValueError for frames that are none."""
        if self._lost is not None:
            return
        self._received += 1
        if number in self._opening and message.WhichOneof("message") in ("opened", "error"):
            answer, opening = self._opening[number]
            if message.HasField("opened"):
                log = SessionLog(opening, self._keep_seconds) if self._resume_seconds else None
                self._sessions[number] = PerformSession(self, opening, message.opened, log)
            del self._opening[number]  # only now: had that failed, `_lose` would have to find it
            if not answer.done():
                if message.HasField("opened"):
                    answer.set_result(self._sessions[number])
                else:
                    answer.set_exception(SessionError(message.error))
        elif number in self._sessions and self._sessions[number].receive(message):
            del self._sessions[number]

    def ended(self, line: PerformLine, reason: str, *, in_order: bool, for_good: bool, for_now: bool) -> None:
        """Note that the line has ended (for the line): another is dialled, or every session ends."""
        if line is not self._line or self._lost is not None:
            return
        done = self._half_closed and not self._sessions and not self._opening
        for_good = for_good and not (for_now and self._received)  # who was never let in is told at once
        if for_good or done or not self._resume_seconds:
            self._finished = done and (in_order or bool(self._resume_seconds))
            self._lose(reason)
            return
        self._line, self._settled = None, False
        for session in self._sessions.values():
            session.is_live = False
            session.moved.set()
        line.drain()
        self._changed.clear()
        self._window.open(self._received)
        self._watch(Notice("lost", None, reason))
        self._returning = self._begin(self._return(line, self._returning, reason))

    async def _return(self, old: PerformLine, before: asyncio.Task[None] | None, reason: str) -> None:
        """Come back to the server, or to one in its place."""
        if before is not None:
            before.cancel()
            await asyncio.gather(before, return_exceptions=True)
        await old.close()
        try:
            line = await self._window.line(self._dial, reason)
        except ConnectionLostError as error:
            self._lose(str(error))
            return
        self._line = line
        self._adopt(line)
        line.start(self)
        self._changed.set()
        self._window.back()
        self._watch(Notice("back", None, "the connection is there again"))
        sessions = tuple(self._sessions.values())
        try:
            for _, opening in tuple(self._opening.values()):
                await line.outbox.put(opening)
            await asyncio.gather(*(bring(session, line, self._window, self._watch) for session in sessions))
        except ConnectionLostError as error:
            self._lose(str(error))
            return
        for session in sessions:
            if session.is_closed:
                self._sessions.pop(session.number, None)
        self._settled = True
        if self._half_closed:
            await line.outbox.put(None)

    def _adopt(self, line: PerformLine) -> None:
        """Take a new line, where a client keeps more of it (for those that derive)."""

    async def online(self) -> PerformLine:
        """Return the line; wait for it where it was lost. Raises ConnectionLostError."""
        while True:
            if self._lost is not None:
                raise self._lost
            if self._line is not None:
                return self._line
            await self._changed.wait()

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _check_open(self) -> None:
        if self._lost is not None:
            raise self._lost
        if self._half_closed:
            raise ConnectionLostError("nothing can be sent: this side has said that it has done writing")

    async def _put(self, message: pb.ClientMessage) -> None:
        """Queue what belongs to no session that is kept."""
        while True:
            self._check_open()
            if await self._put_on(await self.online(), message):
                return

    async def _put_on(self, line: PerformLine, message: pb.ClientMessage) -> bool:
        """Queue a message; return whether the line was still there when there was room for it."""
        await line.outbox.put(message)
        if line is self._line and self._lost is None:
            return True
        with suppress(asyncio.QueueEmpty):  # make room again, so that whoever else waits comes to know as well
            line.outbox.get_nowait()
        return False

    def _lose(self, reason: str) -> None:
        """End every session."""
        if self._lost is not None:
            return
        self._lost = ConnectionLostError(reason)
        for session in self._sessions.values():
            session.lose(self._lost)
        for answer, _ in self._opening.values():
            if not answer.done():
                answer.set_exception(self._lost)
        if self._line is not None:
            self._line.drain()  # whoever waits in `send` wakes; nothing more is taken
        self._changed.set()
        self._ended.set()

    def _abandon(self, number: int) -> None:
        """Close a session that nobody waits for any more, whether it is open yet or not."""
        self._opening.pop(number, None)
        self._sessions.pop(number, None)

        async def close() -> None:
            with suppress(ConnectionLostError):
                await self._put(pb.ClientMessage(session=number, close=pb.CloseSession()))

        self._begin(close())


def _over(number: int) -> tuple[pb.ClientMessage, ...]:
    """Return what ends a session at once."""
    return (
        pb.ClientMessage(session=number, interrupt=pb.Interrupt()),
        pb.ClientMessage(session=number, close=pb.CloseSession()),
    )


def _unwatched(_: Notice) -> None:
    """Tell nobody."""
