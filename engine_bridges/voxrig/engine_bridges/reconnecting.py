"""From the loss of a connection to all of its sessions on another: who is tried when, and for how long."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Literal, NamedTuple, TypeVar

from voxrig.engine_bridges.back_off import BackOff
from voxrig.engine_bridges.perform_line import PerformLine, RefusedError
from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.restoring import BusyError, Restoring
from voxrig.engine_bridges.wire import ConnectionLostError, SessionError

T = TypeVar("T")

DIAL_SECONDS = 5.0
"""For how long one try to connect waits for the server."""

Dial = Callable[[float], Awaitable[PerformLine]]
"""Connect within so many seconds. Raises ConnectionLostError, RefusedError where another try is no use."""


class Notice(NamedTuple):
    """What happens to a connection, for who wants to know: `watch` of `connect`.

    Attributes:
        kind: the connection was "lost" and is tried again; it is "back"; a session was "resumed", where nothing was
            lost, or "rebuilt" on a server that didn't have it any more, or has "ended" since that could not be done.
        session: its number; None: it is about the connection.
        text: for people.
    """

    kind: Literal["lost", "back", "resumed", "rebuilt", "ended"]
    session: int | None
    text: str


class Window:
    """For how long a lost connection is tried: `seconds` from its loss.

    A connection that is lost again without having brought anything goes on with the same window, so that a server that
    a session makes fall is not tried for ever.
    """

    def __init__(self, seconds: float, back_off: BackOff) -> None:
        self.seconds = seconds
        self.back_off = back_off
        self._until: float | None = None
        self._back_at = 0.0
        self._progress = 0

    def open(self, progress: int) -> None:
        """Note a loss; `progress` counts what has come so far."""
        now = self.back_off.clock()
        if self._until is None or progress > self._progress or now - self._back_at >= self.seconds:
            self._until = now + self.seconds
            self.back_off.reset()
        self._progress = progress

    def back(self) -> None:
        """Note that the connection is there again."""
        self._back_at = self.back_off.clock()

    @property
    def until(self) -> float:
        """The moment at which it closes."""
        return 0.0 if self._until is None else self._until

    @property
    def left(self) -> float:
        """Seconds until then."""
        return max(0.0, self.until - self.back_off.clock())

    async def line(self, dial: Dial, reason: str) -> PerformLine:
        """Return a new line. Raises ConnectionLostError where there is none before the window closes."""
        last = ""
        while self.left:
            await self.back_off.pause()
            try:
                return await dial(min(DIAL_SECONDS, max(self.left, 0.1)))
            except RefusedError:
                raise
            except ConnectionLostError as error:
                last = f": {error}"
        raise ConnectionLostError(f"{reason}; it was not back within {self.seconds:g} s{last}")

    async def within(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what `work` does. Raises ConnectionLostError where the window closes before."""
        doing = asyncio.ensure_future(work)
        closing = asyncio.ensure_future(self.back_off.wait(self.left))
        try:
            await asyncio.wait((doing, closing), return_when=asyncio.FIRST_COMPLETED)
            if not doing.done():
                raise ConnectionLostError(f"the server that is back did not answer within {self.seconds:g} s")
            return doing.result()
        finally:
            for task in (doing, closing):
                task.cancel()
            await asyncio.gather(doing, closing, return_exceptions=True)


async def bring(session: PerformSession, line: PerformLine, window: Window, watch: Callable[[Notice], None]) -> None:
    """Bring a session to a new line, and send what the server hasn't got; where it can't be brought, it ends.

    Raises ConnectionLostError where the server doesn't answer before the window closes.
    """
    restoring, pause = Restoring(session, line), window.back_off.another()
    while not session.is_closed:
        try:
            kind = await window.within(restoring.ask())
        except BusyError as busy:
            if window.left:
                await pause.pause()
                continue
            session.end(busy)
        except SessionError as error:
            session.end(error)
        else:
            watch(Notice(kind, session.number, f"session {session.number} was {kind}"))
            await restoring.feed()
            return
        watch(Notice("ended", session.number, f"session {session.number} could not be brought back"))
