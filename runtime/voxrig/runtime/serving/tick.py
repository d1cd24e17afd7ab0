"""One tick: messages taken in, what they make heard, and a few steps of every session in one batched network call."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.models.asking import together
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.serving.connection import Connection
from voxrig.runtime.serving.load import Done, Load
from voxrig.runtime.serving.refusal import Refused
from voxrig.runtime.serving.seat import Seat, cost, is_resume
from voxrig.runtime.serving.session import Row
from voxrig.runtime.serving.stage_times import OTHER, StageTimes
from voxrig.v1 import performance_pb2 as pb

log = logging.getLogger(__name__)

_SECONDS_TAKEN = 1.0
"""A session's messages are taken in until they made this much audio; the rest waits for the next tick."""
_CHUNKS_TAKEN = 100
"""... and until so many of them were audio, since the smallest chunk costs what a long one does."""
_BESIDES_SECONDS = 0.005
"""All sessions' messages besides audio are taken in for about so long in a tick: opening a session takes milliseconds,
and many openings at once, or a flood of cues, may not make everybody's frames late."""
_STEPS_AT_ONCE = 6
"""Steps of one session in a tick, at most: 100 ms. A client in real time has one or two."""
_SOON = 2.0 / STEP_RATE
"""Steps that are due so many seconds from now are due: clients don't send like clockwork."""
_AHEAD_SECONDS = 0.010
"""Steps that are not due, of clips sent at once and of bakes, are done in what due ones leave of so long: real time
goes first, and is not held up for long."""
_ENOUGH = 2 * _STEPS_AT_ONCE
"""Steps that are ready, from which on audio of a session is taken in only as far as ..."""
_SECONDS_AHEAD = 2.0
"""... all sessions together have not taken so much in this tick: hearing it takes milliseconds a second."""


@dataclass(slots=True)
class Turn:
    """A connection's part in one tick."""

    connection: Connection
    seats: list[Seat]
    answers: list[pb.ServerMessage] = field(default_factory=list)
    taken_bytes: int = 0


@dataclass(slots=True)
class Report(Done):
    """What a tick did, and for how long."""

    batches: list[int] = field(default_factory=list)
    queued: list[float] = field(default_factory=list)
    waits: list[tuple[float, bool]] = field(default_factory=list)
    besides: float = 0.0  # seconds spent on messages other than audio
    seconds: float = 0.0


class Member(NamedTuple):
    """A session's part in a network call; `due` of its steps are not ahead of their time."""

    turn: Turn
    seat: Seat
    row: Row
    due: int


class Ticker:
    """Runs ticks, one after the other, in whatever thread calls.

    Args:
        max_buffered_seconds: audio of a session that may wait before no more is taken in.
        times: is told of the stages of ticks.
        clock: seconds.
        load: knows what steps cost; is told the time.

    Attributes:
        thread: the one that ticked last, 0 for none.
    """

    def __init__(
        self,
        max_buffered_seconds: float,
        times: StageTimes,
        clock: Callable[[], float] = time.perf_counter,
        load: Load | None = None,
    ) -> None:
        self.thread = 0
        self._load = load or Load()
        self._max_buffered_seconds = max_buffered_seconds
        self._times = times
        self._clock = clock

    def tick(self, turns: Sequence[Turn]) -> Report:
        """Take messages in, run a few steps of every session that has some."""
        self.thread = threading.get_ident()
        start = self._clock()
        self._load.at(start)
        self._times.begin()
        report = Report()
        listening: list[tuple[Turn, Seat, float]] = []
        ready: list[tuple[Turn, Seat]] = []
        for turn in turns:
            for seat in turn.seats:
                try:
                    listening.append((turn, seat, self._take(turn, seat, report)))
                except Exception as error:
                    _fail(turn, seat, error)
        self._times.lap("ingest")
        done = together([seat.session.hearing() for _, seat, _ in listening], self._times)
        for (turn, seat, since), heard in zip(listening, done, strict=True):
            try:
                if heard is not None:
                    raise heard
                self._settle(turn, seat, since)
                if seat.session.pending:
                    ready.append((turn, seat))
            except Exception as error:
                _fail(turn, seat, error)
        asking = self._asking(ready, report)
        self._times.lap(OTHER)
        for runner, members in asking.items():
            self._run(runner, members, report)
        self._times.lap(OTHER)
        report.seconds = self._clock() - start
        return report

    def _take(self, turn: Turn, seat: Seat, report: Report) -> float:
        """Take messages in; return when the oldest audio arrived that no step is known of yet."""
        session, now = seat.session, self._clock()
        since, most, chunks = now, session.buffered_seconds + _SECONDS_TAKEN, 0
        is_ahead = session.pending >= _ENOUGH
        before = waiting = session.buffered_seconds
        while seat.inbox and chunks < _CHUNKS_TAKEN and waiting <= most:
            if waiting and waiting >= self._max_buffered_seconds:
                break
            if session.has_ended and not is_resume(seat.inbox[0][0]):
                break  # it is for whatever has the number next
            is_chunk = session.is_open and _is_audio(seat.inbox[0][0])
            if is_chunk and is_ahead and report.heard + waiting - before >= _SECONDS_AHEAD:
                break
            if not is_chunk and report.besides >= _BESIDES_SECONDS:
                break
            chunks += is_chunk
            begun = now if is_chunk else self._clock()
            message, arrived = seat.inbox.popleft()
            since = min(since, arrived)
            report.queued.append(now - arrived)
            turn.taken_bytes += cost(message)
            pending = session.pending
            turn.answers += session.refuse(message) if isinstance(message, Refused) else session.receive(message)
            if session.pending != pending:
                seat.punctuality.heard(session.pending, since)
                since = now
            if not is_chunk:
                report.besides += self._clock() - begun
            waiting = session.buffered_seconds
        report.heard += max(waiting - before, 0.0)
        return since

    def _settle(self, turn: Turn, seat: Seat, since: float) -> None:
        """Note the steps of the audio that was heard; and once nothing more can come, close."""
        session = seat.session
        seat.punctuality.heard(session.pending, since)
        if turn.connection.closes(seat) and not seat.inbox:
            turn.answers += session.close()
            seat.punctuality.heard(session.pending, since)

    def _asking(self, ready: Sequence[tuple[Turn, Seat]], report: Report) -> dict[BatchRunner, list[Member]]:
        """Return the steps to run: all that are due, and as many ahead of their time as these leave room for."""
        soon = self._clock() + _SOON
        dues = [
            0 if turn.connection.transport == "bake" else seat.punctuality.due(soon, _STEPS_AT_ONCE)
            for turn, seat in ready
        ]
        report.due = sum(dues)
        room = max(int(_AHEAD_SECONDS / self._load.cost.each) - report.due, 1)
        asking: dict[BatchRunner, list[Member]] = {}
        for (turn, seat), due in zip(ready, dues, strict=True):
            if steps := min(due + room, seat.session.pending, _STEPS_AT_ONCE):
                row = seat.session.row(steps)
                room -= max(steps - due, 0)
                report.steps += steps
                asking.setdefault(row.runner, []).append(Member(turn, seat, row, due))
        return asking

    def _run(self, runner: BatchRunner, members: Sequence[Member], report: Report) -> None:
        """Run a network for all of its sessions at once; or, where that fails, for each alone."""
        try:
            results = runner.steps([one.row.features for one in members], [one.row.state for one in members])
        except Exception as error:
            if len(members) == 1:
                _fail(members[0].turn, members[0].seat, error)
                return
            log.warning("a network failed for %d sessions at once (%s); each is run alone", len(members), error)
            for member in members:
                self._run(runner, [member], report)
            return
        self._times.lap("network")
        report.batches += [sum(len(one.row.features) > n for one in members) for n in range(_STEPS_AT_ONCE)]
        works = [one.seat.session.advancing(*result) for one, result in zip(members, results, strict=True)]
        done = together(works, self._times)
        now = self._clock()
        for member, answers in zip(members, done, strict=True):
            if isinstance(answers, Exception):
                _fail(member.turn, member.seat, answers)
            else:
                member.turn.answers += answers
                self._note(member, now, report)

    def _note(self, member: Member, now: float, report: Report) -> None:
        """Note how late a session's steps are."""
        punctuality = member.seat.punctuality
        for step in range(len(member.row.features)):
            wait, late = punctuality.done(now)
            report.waits.append((wait, late and step < member.due))  # a bake's steps are never late: nobody hears it
            report.late += step < member.due and punctuality.behind > self._load.patience


def _is_audio(message: pb.ClientMessage | Refused) -> bool:
    return isinstance(message, pb.ClientMessage) and message.HasField("audio")


def _fail(turn: Turn, seat: Seat, error: Exception) -> None:
    log.error("session failed", exc_info=error)
    turn.answers += seat.session.fail()
