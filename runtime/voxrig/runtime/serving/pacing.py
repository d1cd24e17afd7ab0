"""The tick loop: one batched network call for everybody who has audio to show.

Work is done as it comes, and what comes while a tick runs makes the next batch. A tick takes a few steps of each
session, what is due in real time first, so that a long clip never delays the others for long. The more a tick has to
do, the longer the next one waits for more: up to as long as the tick itself took, and never beyond the tick deadline.
So one session is answered at once, and many share what a call costs. All session logic runs in one worker thread; the
event loop only moves messages.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import grpc

from voxrig.runtime.serving.access.account import ANYONE, Account
from voxrig.runtime.serving.census import Census, census
from voxrig.runtime.serving.cloakroom import Cloakroom
from voxrig.runtime.serving.connection import Connection
from voxrig.runtime.serving.load import Load
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.runtime.serving.stage import Stage
from voxrig.runtime.serving.stage_times import StageTimes
from voxrig.runtime.serving.tick import Report, Ticker, Turn
from voxrig.runtime.serving.tracing import NO_TRACER, Tracer
from voxrig.v1 import performance_pb2 as pb

log = logging.getLogger(__name__)
T = TypeVar("T")

_PATIENCE_SECONDS = 5.0
"""What a tick may take at the end; one that takes longer hangs."""


class Pacer:
    """Runs the sessions of all connections that `join`.

    Args:
        metrics: counts what ticks do.
        max_buffered_seconds: audio of a session that may wait before no more is taken in.
        times: is told of the stages of ticks.
        deadline: seconds from the beginning of a tick to that of the next, at most, for which it waits for more work.
        tracer: is told of sessions and ticks.
        clock: seconds.
        load: is told how busy ticks are.

    Attributes:
        failure: why no tick will come any more; empty while all is well.
    """

    def __init__(
        self,
        metrics: Metrics,
        max_buffered_seconds: float,
        times: StageTimes | None = None,
        deadline: float = 0.0,
        tracer: Tracer = NO_TRACER,
        clock: Callable[[], float] = time.perf_counter,
        load: Load | None = None,
    ) -> None:
        self.failure = ""
        self._metrics = metrics
        self._times = times or StageTimes(on=False)
        self._load = load or Load(deadline=deadline)
        self._ticker = Ticker(max_buffered_seconds, self._times, clock, self._load)
        self._deadline = deadline
        self._tracer = tracer
        self._clock = clock
        self._connections: list[Connection] = []
        self._leaving: list[Connection] = []
        self._parked: list[Connection] = []
        self._cloakroom = Cloakroom(clock, self.wake, tracer.moved)
        self._waiting: list[Callable[[], None]] = []
        metrics.census = self.census
        metrics.busy = self._load
        self._work = asyncio.Event()
        self._ticking = False

    def now(self) -> float:
        """Seconds on the clock that arrivals are stamped with."""
        return self._clock()

    def census(self) -> Census:
        """Count what is open now."""
        return census(list(self._connections))

    @property
    def tick(self) -> int | None:
        """The number of the tick that runs now, None between ticks."""
        return self._metrics.ticks if self._ticking else None

    @property
    def thread(self) -> int:
        """The thread in which ticks run, 0 before the first one."""
        return self._ticker.thread

    @property
    def connections(self) -> Sequence[Connection]:
        """All that are served, with those that wait for their clients."""
        return tuple(self._connections)

    @property
    def clients(self) -> frozenset[Connection]:
        """The connections of those who are there, without those that wait for their clients."""
        return frozenset(self._connections).difference(self._leaving, self._parked)

    def between(self, call: Callable[[], None]) -> None:
        """Call once no tick runs: now, or after the one that does. From the event loop."""
        if self._ticking:
            self._waiting.append(call)
        else:
            call()

    def tell(self, connection: Connection, answers: Sequence[pb.ServerMessage], taken_bytes: int = 0) -> None:
        """Hand a client its answers, and count them; `taken_bytes` as in `Connection.deliver`."""
        self._tracer.delivered(connection, answers)
        connection.deliver(answers, taken_bytes)
        for answer in answers:
            self._metrics.answered(answer, connection.transport)

    def fail(self, why: str) -> None:
        """End every session, for no tick will come any more, and refuse whoever connects from now on."""
        self.failure = why
        self.end_all(why)

    def end_all(self, why: str) -> None:
        """Tell every session that it ends (UNAVAILABLE), after what it has been answered already, and let it go."""
        code = grpc.StatusCode.UNAVAILABLE.value[0]
        for connection in self.connections:
            errors = [
                pb.ServerMessage(session=number, error=pb.Error(code=code, message=why, session_closed=True))
                for number in connection.seats
            ]
            try:
                connection.deliver(errors, 0)
            except Exception:  # whatever it was that failed, the others are told
                log.exception("a client could not be told of the failure")
            connection.lose()

    def wake(self) -> None:
        """Note that there may be work."""
        self._work.set()

    def join(self, connection: Connection) -> None:
        """Serve the sessions of `connection` from now on."""
        self._connections.append(connection)
        self._metrics.connections += 1

    def leave(self, connection: Connection) -> None:
        """Free the sessions of `connection` but those that wait for it; a tick under way is finished first."""
        self._leaving.append(connection)
        if not self._ticking:
            self._free()

    @contextmanager
    def connection(self, stage: Stage, transport: str = "grpc", account: Account = ANYONE) -> Iterator[Connection]:
        """Serve a client's sessions while the block runs; at its end what is open waits for it, or is freed.

        Raises:
            RefusalError: the account has too many connections, or is ended; UNAVAILABLE after a `failure`.
        """
        if self.failure:
            raise RefusalError(grpc.StatusCode.UNAVAILABLE, self.failure)
        account.connect()
        connection = Connection(stage, self.wake, transport != "bake", transport, account, self._cloakroom)
        self.join(connection)
        try:
            yield connection
        finally:
            self.leave(connection)
            account.disconnect()

    async def run(self) -> None:
        """Serve until cancelled."""
        loop = asyncio.get_running_loop()
        worker = ThreadPoolExecutor(1, thread_name_prefix="voxrig-tick")
        under_way: asyncio.Future[Report] | None = None
        try:
            while True:
                await self._work.wait()
                self._work.clear()
                while turns := self._turns():
                    begun = self._clock()
                    self._ticking = True
                    under_way = loop.run_in_executor(worker, self._ticker.tick, turns)
                    report = await asyncio.shield(under_way)
                    self._ticking = False
                    self._deliver(turns, report)
                    self._free()
                    self._catch_up()
                    rest = max(min(report.seconds, self._deadline - report.seconds), 0.0)
                    await asyncio.sleep(rest)
                    now = self._clock()
                    self._load.ticked(now, now - begun - rest - report.besides, report)
        finally:
            if self._ticking and under_way is not None and not self.failure:
                await asyncio.wait((under_way,), timeout=_PATIENCE_SECONDS)
                self._ticking = not under_way.done()
            worker.shutdown(wait=False)

    def _turns(self) -> list[Turn]:
        """Return what the next tick works on. Others come first than in the last one: what it left has its turn."""
        self._cloakroom.attend()
        self._forget()
        turns = []
        ticks = self._metrics.ticks
        for connection in self._connections:
            if not connection.congested:
                seats = [seat for seat in connection.seats.values() if connection.has_work(seat)]
                if seats:
                    turns.append(Turn(connection, _from(ticks // len(self._connections), seats)))
        return _from(ticks, turns)

    def _deliver(self, turns: list[Turn], report: Report) -> None:
        metrics = self._metrics
        self._times.begin()
        for turn in turns:
            self.tell(turn.connection, turn.answers, turn.taken_bytes)
        metrics.ticks += 1
        metrics.tick_ms.add(report.seconds * 1000.0)
        for size in report.batches:
            if size:
                metrics.rows += size
                metrics.batch.add(size)
        for wait in report.queued:
            metrics.queue_ms.add(wait * 1000.0)
        for wait, late in report.waits:
            metrics.late += late
            metrics.wait_ms.add(wait * 1000.0)
        self._times.lap("deliver")
        self._tracer.tick(report.seconds, self._times.seconds, report.batches)

    def _catch_up(self) -> None:
        """Do what waited for the end of a tick."""
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call()

    def _free(self) -> None:
        """Let go of the connections that left. Between ticks, so that no session is freed while it runs."""
        for connection in self._leaving:
            connection.park()
            self._parked.append(connection)
            self._metrics.connections -= 1
        self._leaving.clear()
        self._forget()

    def _forget(self) -> None:
        """Forget the parked connections whose sessions are all gone."""
        for connection in [one for one in self._parked if not one.seats]:
            self._parked.remove(connection)
            self._connections.remove(connection)
            self._tracer.left(connection)


def _from(start: int, ring: list[T]) -> list[T]:
    """Return the same, begun elsewhere: at the `start`-th, counted around and around."""
    place = start % max(len(ring), 1)
    return ring[place:] + ring[:place]
