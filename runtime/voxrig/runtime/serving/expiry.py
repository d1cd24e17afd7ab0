"""Ends sessions whose client says nothing any more, and those that are open for too long."""

from dataclasses import dataclass

import grpc

from voxrig.runtime.serving.connection import Connection
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.seat import Seat, cost
from voxrig.v1 import performance_pb2 as pb


@dataclass(slots=True)
class _Seen:
    """Of an open session: when it was opened, how much its client had said, and for how long it has said nothing."""

    opened: float
    taken: int
    idle: float = 0.0


class Expiry:
    """Looks at the sessions again and again, by a clock that must not jump with the time of day.

    While the machine sleeps or the process is stopped nobody can say anything: a look counts no more than two periods.

    Args:
        max_idle: seconds without a message of a client, after which its session is ended; 0: never.
        max_open: seconds after which a session is ended; 0: never.
    """

    def __init__(self, max_idle: float, max_open: float) -> None:
        self._max_idle = max_idle
        self._max_open = max_open
        self._seen: dict[Seat, _Seen] = {}
        self._looked = 0.0

    @property
    def period(self) -> float:
        """Seconds from look to look: fine enough for either limit, and no finer; 0: none is needed."""
        limits = [limit for limit in (self._max_idle, self._max_open) if limit > 0]
        return max(min(1.0, min(limits) / 4.0), 0.01) if limits else 0.0

    def look(self, pacer: Pacer, now: float) -> None:
        """End what is over at `now` seconds. Between ticks."""
        passed, self._looked = min(now - self._looked, 2.0 * self.period), now
        seen, self._seen = self._seen, {}
        for connection in pacer.connections:
            for number, seat in list(connection.seats.items()):
                if not seat.session.is_open:
                    continue
                one = seen.get(seat)
                if one is None:
                    one = _Seen(now, seat.session.taken)
                elif seat.session.taken != one.taken or seat.session.pending or seat.inbox or connection.congested:
                    one.idle, one.taken = 0.0, seat.session.taken
                else:
                    one.idle += passed
                # One that is just coming back says so first.
                if (why := self._over(one, now)) and seat.received is None:
                    _end(pacer, connection, number, seat, why)
                else:
                    self._seen[seat] = one

    def _over(self, seen: _Seen, now: float) -> str:
        if 0 < self._max_open <= now - seen.opened:
            return f"the session was open for {self._max_open:g} s, the longest that max_session_seconds allows"
        if 0 < self._max_idle <= seen.idle:
            return f"nothing came from the client for {self._max_idle:g} s, the longest that max_idle_seconds allows"
        return ""


def _end(pacer: Pacer, connection: Connection, number: int, seat: Seat, why: str) -> None:
    taken = sum(cost(message) for message, _ in seat.inbox)
    seat.inbox.clear()
    seat.session.release()
    code = grpc.StatusCode.DEADLINE_EXCEEDED.value[0]
    error = pb.Error(code=code, message=f"{why}; open it again", session_closed=True)
    pacer.tell(connection, [pb.ServerMessage(session=number, error=error)], taken)
