"""Sessions whose connection was lost, until their clients come for them; and what every client may not have got.

A session that can be resumed has a ticket from its opening on. The ticket keeps the answers that were handed to the
transport, since nobody knows which of them arrived. All of it lives in the event loop, and seats are moved from
connection to connection between ticks only.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from math import inf
from typing import TYPE_CHECKING, Final, NamedTuple

import grpc

from voxrig.runtime.serving.access.account import ANYONE, Account
from voxrig.runtime.serving.refusal import RefusalError, Refused
from voxrig.v1 import performance_pb2 as pb

if TYPE_CHECKING:
    from voxrig.runtime.serving.connection import Connection
from voxrig.runtime.serving.seat import Seat

Place = tuple["Connection", int]
"""Where a session is: a connection, and its number there."""

KEPT_BYTES: Final = 8 << 20
"""Of a session's answers that are kept, the latest. One whose client is away rests at that."""
KEPT_SECONDS: Final = 30.0
"""Answers older than that are there, or the connection is known to be lost."""
ENDED_BYTES: Final = 64 << 20
"""Of all sessions together that have ended, and whose clients may not know; the latest."""
_ANSWER_BYTES: Final = 1024
"""What an answer costs to keep besides what it says, about."""
_LONGEST_ATTENDING: Final = 0.005
"""Seconds that clients are served who come back, before a tick has its turn: each may have thousands of answers."""
_TIMER_SECONDS: Final = 0.01
"""After which a deadline has passed by any clock."""


class Ticket:
    """What brings one session back.

    Attributes:
        key: `SessionOpened.resume_id`.
        account: whose it is.
        seat: the session.
        connection, number: where it is, or was.
        deadline: when it is given up; None while it is on a connection that lives.
        waiting: closed once the session no longer waits for its client.
    """

    def __init__(self, key: str, seat: "Seat", connection: "Connection", number: int) -> None:
        self.key = key
        self.account: Account = connection.account
        self.seat = seat
        self.connection = connection
        self.number = number
        self.deadline: float | None = None
        self.waiting = ExitStack()
        self._kept: deque[tuple[pb.ServerMessage, int, float]] = deque()
        self._bytes = 0
        self._first = 0  # number of the first one kept

    @property
    def bytes(self) -> int:
        """What it costs to keep what is kept, about."""
        return self._bytes

    @property
    def is_full(self) -> bool:
        """Whether so much is kept that the session should rest."""
        return self._bytes >= KEPT_BYTES

    def keep(self, answer: pb.ServerMessage, size: int, now: float) -> None:
        """Take an answer that is on its way, or would be."""
        self._kept.append((answer, size, now))
        self._bytes += size + _ANSWER_BYTES
        if self.deadline is None and self.seat.received is None:  # else its client has yet to get what it lacks
            while self._kept and (self._bytes > KEPT_BYTES or self._kept[0][2] < now - KEPT_SECONDS):
                self._bytes -= self._kept.popleft()[1] + _ANSWER_BYTES
                self._first += 1

    def check(self, received: int) -> None:
        """Raises RefusalError OUT_OF_RANGE where what follows the first `received` answers isn't kept."""
        end = self._first + len(self._kept)
        if not self._first <= received <= end:
            raise RefusalError(
                grpc.StatusCode.OUT_OF_RANGE,
                f"{received} messages of the session are said to have come, and those from {self._first} to {end} are "
                "kept; open it anew, with begin",
            )

    def after(self, received: int) -> list[tuple[pb.ServerMessage, int]]:
        """Return what follows the first `received` answers, and keep none of it any more; `check` has passed."""
        lacking = [(answer, size) for answer, size, _ in list(self._kept)[received - self._first :]]
        self._kept.clear()
        self._bytes, self._first = 0, received
        return lacking


class _Claim(NamedTuple):
    """A client that has come for a session; `seat` is the place that it goes to."""

    connection: "Connection"
    number: int
    seat: "Seat"
    request: pb.ResumeSession


class Cloakroom:
    """All tickets of a server.

    Args:
        clock: seconds.
        wake: is called when there may be something to attend to.
        moved: is told of each session that goes from a connection, and its number there, to another.
    """

    def __init__(
        self, clock: Callable[[], float], wake: Callable[[], None], moved: Callable[["Place", "Place"], None]
    ) -> None:
        self.clock = clock
        self._wake = wake
        self._moved = moved
        self._tickets: dict[str, Ticket] = {}
        self._claims: deque[_Claim] = deque()
        self._away: dict[str, Ticket] = {}
        self._ended: dict[str, Ticket] = {}  # of those that are away, in the order of their ends
        self._next = inf  # no deadline is before that

    def issue(self, key: str, seat: "Seat", connection: "Connection", number: int) -> Ticket:
        """Give a session that was just opened its ticket."""
        ticket = self._tickets[key] = Ticket(key, seat, connection, number)
        return ticket

    def find(self, key: str) -> Ticket | None:
        """Return the ticket of a session; None: there is none (any more)."""
        return self._tickets.get(key)

    def wait(self, ticket: Ticket) -> None:
        """Let a session wait for its client from now on, for as long as that may come."""
        window = ticket.seat.session.window
        ticket.deadline = self.clock() + window
        self._next = min(self._next, ticket.deadline)
        self._away[ticket.key] = ticket
        asyncio.get_running_loop().call_later(window + _TIMER_SECONDS, self._wake)
        ticket.waiting.close()  # it may have waited already, when it ended
        if ticket.account is ANYONE:  # who never ends, and would keep a server that has
            return
        try:
            ticket.waiting.enter_context(ticket.account.until_ended(self._look))
        except RefusalError:  # that is why its connection did
            self._look()

    def keep_end(self, ticket: Ticket, most: int) -> None:
        """Let a session that has ended wait likewise, while it is one of the latest, of `most` at the most."""
        self.wait(ticket)
        self._ended[ticket.key] = ticket
        kept = sum(one.bytes for one in self._ended.values())
        while len(self._ended) > most or kept > ENDED_BYTES:
            key, oldest = next(iter(self._ended.items()))
            kept -= oldest.bytes
            self._forget(key)

    def claim(self, connection: "Connection", number: int, seat: "Seat", request: pb.ResumeSession) -> None:
        """Note that a client has come; `attend` serves it."""
        self._claims.append(_Claim(connection, number, seat, request))

    def attend(self) -> None:
        """Bring sessions back that were come for, and free those that waited for too long. Between ticks."""
        begun = self.clock() if self._claims else 0.0
        later: list[_Claim] = []
        while self._claims:
            claim = self._claims.popleft()
            if claim.connection.congested:
                later.append(claim)  # it has not read yet what it came for before
                continue
            if claim.connection.seats.get(claim.number) is not claim.seat:
                continue  # it has left again
            try:
                self._return(claim)
            except RefusalError as refusal:
                claim.connection.turn_away(claim.seat, Refused(claim.number, refusal, "resume"))
            if self._claims and self.clock() - begun > _LONGEST_ATTENDING:
                asyncio.get_running_loop().call_soon(self._wake)
                break
        self._claims.extendleft(reversed(later))
        if self._away and self.clock() >= self._next:
            self._sweep()

    def _return(self, claim: _Claim) -> None:
        ticket = self._tickets.get(claim.request.id)
        if ticket is None or ticket.account is not claim.connection.account:
            raise RefusalError(
                grpc.StatusCode.NOT_FOUND,
                "this server has no session with that id, or it waited for too long; open it anew, with begin",
            )
        ticket.check(claim.request.received)
        ticket.seat.session.unpark()
        ticket.seat.received = claim.request.received
        before = (ticket.connection, ticket.number)
        ticket.connection.give_up(ticket)
        ticket.deadline = None
        ticket.waiting.close()
        self._away.pop(ticket.key, None)
        self._ended.pop(ticket.key, None)
        claim.connection.adopt(ticket, claim.number)
        self._moved(before, (claim.connection, claim.number))

    def _look(self) -> None:
        """Have `attend` look through all that wait."""
        self._next = -inf
        self._wake()

    def _sweep(self) -> None:
        now = self.clock()
        deadlines = [
            (-inf if ticket.account.ended else ticket.deadline or 0.0, key) for key, ticket in self._away.items()
        ]
        self._next = min((deadline for deadline, _ in deadlines if deadline > now), default=inf)
        for deadline, key in deadlines:
            if deadline <= now:
                self._forget(key)

    def _forget(self, key: str) -> None:
        ticket = self._tickets.pop(key)
        ticket.waiting.close()
        del self._away[key]
        self._ended.pop(key, None)
        ticket.connection.give_up(ticket)
        ticket.seat.session.release()
