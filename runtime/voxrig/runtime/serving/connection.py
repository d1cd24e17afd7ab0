"""One client's messages on their way to its sessions, and their answers on their way back; both bounded."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

import grpc

from voxrig.runtime.serving.access.account import ANYONE, Account
from voxrig.runtime.serving.cloakroom import Cloakroom, Ticket
from voxrig.runtime.serving.outbox import Outbox, ends
from voxrig.runtime.serving.refusal import Refused
from voxrig.runtime.serving.seat import Seat, cost, is_resume
from voxrig.runtime.serving.session import Session
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

RESPONSE_BYTES = 1 << 20
"""A response takes in waiting answers up to this size: well below the 4 MiB that gRPC clients accept by default."""


class Connection:
    """Lives in the event loop, apart from what a tick does with the seats it was given.

    Args:
        stage: opens its sessions.
        wake: is called when there may be work for a tick.
        live: whether its sessions have outlets and can be resumed: a bake moves nobody's face.
        transport: how the client came, one of `census.TRANSPORTS`.
        account: who the client is.
        cloakroom: where sessions wait when the client is lost; None: nowhere.
    """

    def __init__(
        self,
        stage: Stage,
        wake: Callable[[], None],
        live: bool = True,
        transport: str = "grpc",
        account: Account = ANYONE,
        cloakroom: Cloakroom | None = None,
    ) -> None:
        self.seats: dict[int, Seat] = {}
        self.transport = transport
        self.account = account
        self.closing = False
        """The client has done writing: sessions are closed when they have nothing more to do."""
        self._stage = stage
        self._settings = stage.settings
        self._wake = wake
        self._live = live
        self._cloakroom = cloakroom if live else None
        self._tickets: dict[int, Ticket] = {}  # of the sessions whose answers are on their way
        self._has_tickets = False  # or had: else no answer needs a second look
        self._is_parked = False
        self._inbox_bytes = 0
        self._waiting_seconds = 0.0  # of the session with the most audio, after the last tick: one may be under way
        self._readable = asyncio.Event()
        self._readable.set()
        self._outbox = Outbox()
        self._answered = asyncio.Event()
        self._lost = False

    def put(self, messages: Iterable[pb.ClientMessage | Refused], now: float) -> None:
        """Take messages that arrived at `now` seconds, in order."""
        for message in messages:
            number = message.session
            seat = self.seats.get(number)
            if seat is None:
                seat = self._new_seat(number)
                if self._cloakroom is not None and is_resume(message):
                    seat.is_claiming = True
                    self._cloakroom.claim(self, number, seat, message.resume)  # type: ignore[union-attr]
            seat.inbox.append((message, now))
            self._inbox_bytes += cost(message)
        self._update_readable()
        self._wake()

    async def readable(self) -> None:
        """Wait until this connection may send more."""
        await self._readable.wait()

    def done_writing(self) -> None:
        """Note that no more messages come: sessions are closed once they have done what they were sent.

        But not one that can be resumed: its client may just be lost, and says itself when it is to be closed.
        """
        self.closing = True
        self._answered.set()  # with no session left, `take` is done
        self._wake()

    def lose(self) -> None:
        """Note that the client is lost: what is answered is still there to take, and nothing is waited for."""
        self._lost = True
        self._answered.set()

    @property
    def is_parked(self) -> bool:
        """Whether its client is lost, and its sessions wait for it."""
        return self._is_parked

    @property
    def congested(self) -> bool:
        """Whether so many answers wait unread that its sessions should rest."""
        if self._is_parked:
            return any(ticket.is_full for ticket in self._tickets.values())
        return self._outbox.bytes >= self._settings.max_queued_bytes

    def has_work(self, seat: Seat) -> bool:
        """Whether there is something to do for one of its seats."""
        session = seat.session
        if seat.is_claiming:
            return False
        return bool(seat.inbox) or session.pending > 0 or self.closes(seat)

    def closes(self, seat: Seat) -> bool:
        """Whether the session of a seat is to be closed once it has nothing more to do."""
        return self.closing and seat.session.is_open and not seat.session.resume_id

    def deliver(self, answers: Iterable[pb.ServerMessage], taken_bytes: int) -> None:
        """Take a tick's answers; `taken_bytes` is the cost of the messages it took from the seats."""
        for answer in answers:
            seat = self.seats.get(answer.session)
            if seat is None or seat.received is None:
                self._answer(answer)
            elif answer.HasField("resumed"):
                self._catch_up(seat, answer)
            else:  # of what it was sent before it came here
                self._tickets[answer.session].keep(answer, answer.ByteSize(), self._now())
        if self._outbox.bytes > self._settings.max_queued_bytes:
            dropping = {number for number, seat in self.seats.items() if seat.session.drops}
            self._outbox.shed(dropping, self._settings.max_queued_bytes // 2)
        self._inbox_bytes -= taken_bytes
        for number in [n for n, seat in self.seats.items() if not (seat.session.is_open or seat.is_claiming)]:
            self._vacate(number)
        self._weigh()
        self._answered.set()
        if self._is_parked:
            self._flush()

    async def take(self) -> list[pb.ServerMessage]:
        """Wait for answers; return as many as fit a response, or none when the connection is done or lost."""
        while not self._outbox.bytes:
            if self._lost or (self.closing and not any(map(self._is_going_on, self.seats.values()))):
                return []
            self._answered.clear()
            await self._answered.wait()
        was_congested = self.congested
        answers = []
        for answer, size in self._outbox.take(RESPONSE_BYTES):
            if self._has_tickets:
                self._keep(answer, size)
            answers.append(answer)
        if was_congested and not self.congested:
            self._wake()
        return answers

    def park(self) -> None:
        """Let the sessions that can be resumed wait for their client, which is lost, and free the others.

        Between ticks. Where `seats` is empty then, nothing more comes of this connection.
        """
        self._flush()
        self._is_parked = True
        for number, seat in list(self.seats.items()):
            room = self._cloakroom
            ticket = room.find(seat.session.resume_id) if room is not None else None
            if room is not None and ticket is not None and seat.session.park():
                room.wait(ticket)
            else:
                del self.seats[number]
                seat.session.release()

    def give_up(self, ticket: Ticket) -> None:
        """Let a session go elsewhere, or nowhere. Between ticks."""
        number = ticket.number
        if self._tickets.get(number) is ticket:
            del self._tickets[number]
            for answer, size in self._outbox.without(number):
                if not answer.HasField("resumed"):
                    ticket.keep(answer, size, self._now())
        if self.seats.get(number) is ticket.seat:
            del self.seats[number]
            self._inbox_bytes -= sum(cost(message) for message, _ in ticket.seat.inbox)
            self._weigh()  # no tick may do it: its others may have nothing to do
            if not self._is_parked:
                text = "the session was resumed on another connection, and goes on there"
                error = pb.Error(code=grpc.StatusCode.ABORTED.value[0], message=text, session_closed=True)
                self._answer(pb.ServerMessage(session=number, error=error))
                self._answered.set()

    def turn_away(self, seat: Seat, refused: Refused) -> None:
        """Note that what a seat claims can't be brought here. Between ticks."""
        seat.is_claiming = False
        request, arrived = seat.inbox.popleft()
        seat.inbox.appendleft((refused, arrived))
        self._inbox_bytes += cost(refused) - cost(request)

    def adopt(self, ticket: Ticket, number: int) -> None:
        """Take a session in, where its client has claimed it. Between ticks."""
        claiming, seat = self.seats[number], ticket.seat
        ticket.connection, ticket.number = self, number
        self._tickets[number] = ticket
        self._has_tickets = True
        self.seats[number] = seat
        seat.session.move(number)
        # What it was sent before is done first; only then it is known where its audio goes on.
        seat.inbox = deque(item for item in seat.inbox if not is_resume(item[0]))  # of a time before this
        self._inbox_bytes += sum(cost(message) for message, _ in seat.inbox)
        seat.inbox += claiming.inbox
        self._wake()

    def _catch_up(self, seat: Seat, resumed: pb.ServerMessage) -> None:
        """Say that a session is back, and then all that its client lacks."""
        assert seat.received is not None
        self._outbox.put(resumed, resumed.ByteSize())
        ticket = self._tickets[resumed.session]
        lacking = ticket.after(seat.received)
        for answer, size in lacking:
            answer.session = resumed.session
            self._outbox.put(answer, size)
        seat.received = None
        if not (seat.session.is_open or lacking):  # its client knows that it has ended
            self._forgo(ticket)

    def _new_seat(self, number: int) -> Seat:
        session = Session(number, self._stage, self._live, self.account, self._cloakroom is not None)
        seat = self.seats[number] = Seat(session)
        return seat

    def _vacate(self, number: int) -> None:
        """Free the number of a session that isn't open; what was sent behind its end is for what is opened there."""
        seat = self.seats[number]
        if seat.received is not None:  # it says first that it is back; what came before that is sent again
            while seat.inbox and not is_resume(seat.inbox[0][0]):
                self._inbox_bytes -= cost(seat.inbox.popleft()[0])
        elif not seat.inbox:
            del self.seats[number]
        elif seat.session.has_ended:
            self._new_seat(number).inbox, seat.inbox = seat.inbox, deque()

    def _answer(self, answer: pb.ServerMessage) -> None:
        if self._cloakroom is not None and answer.HasField("opened") and answer.opened.resume_id:
            self._has_tickets = True
            self._cloakroom.issue(answer.opened.resume_id, self.seats[answer.session], self, answer.session)
        self._outbox.put(answer, answer.ByteSize())

    def _keep(self, answer: pb.ServerMessage, size: int) -> None:
        """Keep an answer that is handed to the transport, where its session can be resumed."""
        kind = answer.WhichOneof("message")
        ticket = self._tickets.get(answer.session)
        if kind == "opened" and self._cloakroom is not None:
            ticket = self._cloakroom.find(answer.opened.resume_id)
            if ticket is not None:
                self._tickets[answer.session] = ticket
        if ticket is None or kind == "resumed":
            return
        ticket.keep(answer, size, self._now())
        if kind != "frames" and ends(answer):  # which the client may not come to know
            self._forgo(ticket)

    def _forgo(self, ticket: Ticket) -> None:
        """Have nothing more to do with a session that has ended, whose client may come for what it lacks."""
        assert self._cloakroom is not None
        del self._tickets[ticket.number]
        self._cloakroom.keep_end(ticket, self._settings.max_sessions)

    def _flush(self) -> None:
        """Keep what can't be sent."""
        for answer, size in self._outbox.take(None):
            self._keep(answer, size)

    def _now(self) -> float:
        return self._cloakroom.clock() if self._cloakroom is not None else 0.0

    @staticmethod
    def _is_going_on(seat: Seat) -> bool:
        """Whether a session has something to say yet, though its client has done writing."""
        session = seat.session
        return bool(seat.inbox) or seat.is_claiming or session.pending > 0 or not session.resume_id

    def _weigh(self) -> None:
        """Note how much waits to be done. Between ticks."""
        self._waiting_seconds = max((seat.session.buffered_seconds for seat in self.seats.values()), default=0.0)
        self._update_readable()

    def _update_readable(self) -> None:
        settings = self._settings
        if self._inbox_bytes < settings.max_queued_bytes and self._waiting_seconds < settings.max_buffered_seconds:
            self._readable.set()
        else:
            self._readable.clear()
