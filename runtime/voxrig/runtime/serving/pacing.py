"""The tick loop: one batched network call for everybody who has audio to show.

No timer: work is done as it comes, and what comes while a tick runs makes the next batch. A tick takes one step of each
session, so that a long clip never delays the others. All session logic runs in one worker thread; the event loop only
moves messages.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.serving.connection import Connection, Seat, cost
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.refusal import Refused
from voxrig.runtime.serving.session import Row
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

log = logging.getLogger(__name__)

_STEPS_TAKEN = 60
"""A session's messages are taken in until they made this many steps; the rest waits for the next tick."""


@dataclass(slots=True)
class _Turn:
    """A connection's part in one tick."""

    connection: Connection
    seats: list[Seat]
    answers: list[pb.ServerMessage] = field(default_factory=list)
    taken_bytes: int = 0


@dataclass(slots=True)
class _Report:
    """What a tick did."""

    batches: list[int] = field(default_factory=list)
    waits: list[tuple[float, bool]] = field(default_factory=list)
    seconds: float = 0.0


class Pacer:
    """Runs the sessions of all connections that `join`."""

    def __init__(self, metrics: Metrics, max_buffered_seconds: float, clock: Callable[[], float] = time.perf_counter):
        self._metrics = metrics
        self._max_buffered_seconds = max_buffered_seconds
        self._clock = clock
        self._connections: list[Connection] = []
        self._leaving: list[Connection] = []
        self._work = asyncio.Event()

    def now(self) -> float:
        """Seconds on the clock that arrivals are stamped with."""
        return self._clock()

    def wake(self) -> None:
        """Note that there may be work."""
        self._work.set()

    def join(self, connection: Connection) -> None:
        """Serve the sessions of `connection` from now on."""
        self._connections.append(connection)
        self._metrics.connections += 1

    def leave(self, connection: Connection) -> None:
        """Free the sessions of `connection`; a tick under way is finished first."""
        self._leaving.append(connection)
        self.wake()

    @contextmanager
    def connection(self, stage: Stage, live: bool = True) -> Iterator[Connection]:
        """Serve a client's sessions while the block runs; at its end whatever is open is freed."""
        connection = Connection(stage, self.wake, live)
        self.join(connection)
        try:
            yield connection
        finally:
            self.leave(connection)

    async def run(self) -> None:
        """Serve until cancelled."""
        loop = asyncio.get_running_loop()
        worker = ThreadPoolExecutor(1, thread_name_prefix="voxrig-tick")
        try:
            while True:
                await self._work.wait()
                self._work.clear()
                self._free()
                while turns := self._turns():
                    report = await loop.run_in_executor(worker, self._tick, turns)
                    self._deliver(turns, report)
                    self._free()
        finally:
            worker.shutdown()

    def _turns(self) -> list[_Turn]:
        turns = []
        for connection in self._connections:
            if not connection.congested:
                seats = [seat for seat in connection.seats.values() if self._has_work(connection, seat)]
                if seats:
                    turns.append(_Turn(connection, seats))
        return turns

    @staticmethod
    def _has_work(connection: Connection, seat: Seat) -> bool:
        session = seat.session
        return bool(seat.inbox) or session.pending > 0 or (connection.closing and session.is_open)

    def _tick(self, turns: list[_Turn]) -> _Report:
        """Take messages in, run one step of every session that has one. In the worker thread."""
        start = self._clock()
        report = _Report()
        asking: dict[BatchRunner, list[tuple[_Turn, Seat, Row]]] = {}
        for turn in turns:
            for seat in turn.seats:
                try:
                    self._hear(turn, seat)
                    if seat.session.pending:
                        row = seat.session.row()
                        asking.setdefault(row.runner, []).append((turn, seat, row))
                except Exception:
                    _fail(turn, seat)
        for runner, members in asking.items():
            self._run(runner, members, report)
        report.seconds = self._clock() - start
        return report

    def _hear(self, turn: _Turn, seat: Seat) -> None:
        session = seat.session
        begun = session.pending
        while seat.inbox and session.pending <= begun + _STEPS_TAKEN:
            if session.pending and session.buffered_seconds >= self._max_buffered_seconds:
                break
            message, arrived = seat.inbox.popleft()
            turn.taken_bytes += cost(message)
            if isinstance(message, Refused):
                turn.answers += session.refuse(message)
            else:
                turn.answers += session.receive(message)
            seat.punctuality.heard(session.pending, arrived)
        if turn.connection.closing and not seat.inbox:
            turn.answers += session.close()
            seat.punctuality.heard(session.pending, self._clock())

    def _run(self, runner: BatchRunner, members: list[tuple[_Turn, Seat, Row]], report: _Report) -> None:
        try:
            results = runner.step([row.features for _, _, row in members], [row.state for _, _, row in members])
        except Exception:
            for turn, seat, _ in members:
                _fail(turn, seat)
            return
        report.batches.append(len(members))
        now = self._clock()
        for (turn, seat, _), (controls, state) in zip(members, results, strict=True):
            try:
                turn.answers += seat.session.advance(controls, state)
                report.waits.append(seat.punctuality.done(now))
            except Exception:
                _fail(turn, seat)

    def _deliver(self, turns: list[_Turn], report: _Report) -> None:
        metrics = self._metrics
        for turn in turns:
            turn.connection.deliver(turn.answers, turn.taken_bytes)
            for answer in turn.answers:
                metrics.frames += len(answer.frames.media_samples)
                metrics.errors += answer.HasField("error")
                metrics.sessions_opened += answer.HasField("opened")
        metrics.ticks += 1
        metrics.tick_ms.add(report.seconds * 1000.0)
        for size in report.batches:
            metrics.rows += size
            metrics.batch.add(size)
        for wait, late in report.waits:
            metrics.late += late
            metrics.wait_ms.add(wait * 1000.0)

    def _free(self) -> None:
        """Forget the connections that left. Between ticks, so that no session is freed while it runs."""
        for connection in self._leaving:
            for seat in connection.seats.values():
                try:
                    seat.session.release()
                except Exception:
                    log.exception("freeing a session failed")
            self._connections.remove(connection)
            self._metrics.connections -= 1
        self._leaving.clear()


def _fail(turn: _Turn, seat: Seat) -> None:
    log.exception("session failed")
    turn.answers += seat.session.fail()
