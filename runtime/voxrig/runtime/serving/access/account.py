"""Whom clients speak for, and how much of the server that one may have at once and in an hour."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from typing import Final

import grpc

from voxrig.runtime.serving.refusal import RefusalError

_HOUR: Final = 3600.0


class Account:
    """What all connections of one token, or of one client certificate, share. Any thread may call its methods.

    Args:
        name: for people and logs; never a secret.
        max_connections: open at once; None: any number. So for the next two.
        max_sessions: open at once, on all of its connections.
        audio_seconds_per_hour: of sound that its sessions may hear. It is a stock that is full at first and fills up
            again evenly within an hour: a voice in real time uses 3600 s an hour, and with so many is never refused.
        clock: seconds.
    """

    def __init__(
        self,
        name: str,
        max_connections: int | None = None,
        max_sessions: int | None = None,
        audio_seconds_per_hour: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._lock = threading.Lock()
        self.connections = 0
        """Open now."""
        self.sessions = 0
        """Open now, on all of its connections."""
        self._clock = clock
        self._filled = clock()
        self._stock = 0.0
        self._max_connections: int | None
        self._max_sessions: int | None
        self._per_hour: float | None = None
        self.limit(max_connections, max_sessions, audio_seconds_per_hour)
        self._ended = False
        self._enders: dict[object, Callable[[], object]] = {}

    def __repr__(self) -> str:
        return f"Account({self.name!r})"

    @property
    def ended(self) -> bool:
        """Whether its token is no longer good: its connections are ended, and none is opened."""
        return self._ended

    def limit(
        self, max_connections: int | None, max_sessions: int | None, audio_seconds_per_hour: float | None
    ) -> None:
        """Set its limits from now on; what is open goes on. A stock that had no limit is full at first."""
        with self._lock:
            self._max_connections = max_connections
            self._max_sessions = max_sessions
            if audio_seconds_per_hour is not None and self._per_hour is None:
                self._stock = audio_seconds_per_hour
            self._per_hour = audio_seconds_per_hour

    def connect(self) -> None:
        """Count a connection. Raises RefusalError: RESOURCE_EXHAUSTED, or UNAUTHENTICATED once it has `ended`."""
        with self._lock:
            self._check_good()
            if self._max_connections is not None and self.connections >= self._max_connections:
                raise self._refusal(f"{self.connections} connections, the most it may have; close one")
            self.connections += 1

    def disconnect(self) -> None:
        """Count a connection less."""
        with self._lock:
            self.connections -= 1

    def open_session(self) -> None:
        """Count a session. Raises RefusalError: RESOURCE_EXHAUSTED, or UNAUTHENTICATED once it has `ended`."""
        with self._lock:
            self._check_good()
            if self._max_sessions is not None and self.sessions >= self._max_sessions:
                raise self._refusal(f"{self.sessions} sessions open, the most it may have; close one")
            self.sessions += 1

    def close_session(self) -> None:
        """Count a session less."""
        with self._lock:
            self.sessions -= 1

    def hear(self, seconds: float) -> None:
        """Take sound from the stock. Raises RefusalError RESOURCE_EXHAUSTED where less is left; then none is taken."""
        if self._per_hour is None:
            return
        with self._lock:
            now = self._clock()
            self._stock = min(self._per_hour, self._stock + (now - self._filled) * self._per_hour / _HOUR)
            self._filled = now
            if seconds > self._stock:
                later = "send shorter chunks"
                if seconds <= self._per_hour:
                    later = f"go on in {ceil((seconds - self._stock) * _HOUR / self._per_hour)} s"
                raise self._refusal(f"used its {self._per_hour:g} s of sound an hour; {later}")
            self._stock -= seconds

    def end(self) -> None:
        """Say that its token is no longer good, and have its connections ended."""
        with self._lock:
            self._ended = True
            enders = list(self._enders.values())
        for ender in enders:
            ender()

    @contextmanager
    def until_ended(self, ender: Callable[[], object]) -> Iterator[None]:
        """Have `ender` called, by whoever calls `end`, if that comes while the block runs.

        Raises RefusalError UNAUTHENTICATED where it has ended already.
        """
        key = object()
        with self._lock:
            self._check_good()
            self._enders[key] = ender
        try:
            yield
        finally:
            with self._lock:
                del self._enders[key]

    @contextmanager
    def while_good(self) -> Iterator[None]:
        """Run the block in the current task, and break it off with RefusalError UNAUTHENTICATED once it has ended.

        `end` must be called in the task's event loop.
        """
        task = asyncio.current_task()
        assert task is not None
        with self.until_ended(task.cancel):
            try:
                yield
            except asyncio.CancelledError:
                if not self._ended or task.uncancel() > 0:  # or cancelled by somebody else too
                    raise
                raise withdrawn() from None

    def _check_good(self) -> None:
        if self._ended:
            raise withdrawn()

    def _refusal(self, text: str) -> RefusalError:
        return RefusalError(
            grpc.StatusCode.RESOURCE_EXHAUSTED, f"account {self.name} has {text}, or have its limit raised"
        )


def withdrawn() -> RefusalError:
    """Return what a client is told whose token was removed."""
    return RefusalError(grpc.StatusCode.UNAUTHENTICATED, "the token is no longer good; ask for a new one")


ANYONE: Final = Account("anyone")
"""Whoever comes to a server without tokens and client certificates: no limits but the server's own."""
