"""One client's messages on their way to its sessions, and their answers on their way back; both bounded."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from voxrig.runtime.serving.metrics import Punctuality
from voxrig.runtime.serving.refusal import Refused
from voxrig.runtime.serving.session import Session
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

RESPONSE_BYTES = 1 << 20
"""A response takes in waiting answers up to this size: well below the 4 MiB that gRPC clients accept by default."""

_MESSAGE_BYTES = 256  # what a message costs to keep besides what it says, about


class Seat:
    """One session id of a connection: the session, and the messages for it that no tick has taken."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.inbox: deque[tuple[pb.ClientMessage | Refused, float]] = deque()
        self.punctuality = Punctuality()


class Connection:
    """Lives in the event loop, apart from what a tick does with the seats it was given.

    `wake` is called when there may be work for a tick. What is not `live` has no outlets: a bake moves nobody's face.
    """

    def __init__(self, stage: Stage, wake: Callable[[], None], live: bool = True) -> None:
        self.seats: dict[int, Seat] = {}
        self.closing = False
        """The client has done writing: sessions are closed when they have nothing more to do."""
        self._stage = stage
        self._settings = stage.settings
        self._wake = wake
        self._live = live
        self._inbox_bytes = 0
        self._waiting_seconds = 0.0  # of the session with the most audio, after the last tick: one may be under way
        self._readable = asyncio.Event()
        self._readable.set()
        self._outbox: deque[tuple[pb.ServerMessage, int]] = deque()
        self._outbox_bytes = 0
        self._answered = asyncio.Event()

    def put(self, messages: Iterable[pb.ClientMessage | Refused], now: float) -> None:
        """Take messages that arrived at `now` seconds, in order."""
        for message in messages:
            seat = self.seats.get(message.session)
            if seat is None:
                seat = self.seats[message.session] = Seat(Session(message.session, self._stage, self._live))
            seat.inbox.append((message, now))
            self._inbox_bytes += cost(message)
        self._update_readable()
        self._wake()

    async def readable(self) -> None:
        """Wait until this connection may send more."""
        await self._readable.wait()

    def done_writing(self) -> None:
        """Note that no more messages come: close every session once it has done what it was sent."""
        self.closing = True
        self._answered.set()  # with no session left, `take` is done
        self._wake()

    @property
    def congested(self) -> bool:
        """Whether so many answers wait unread that its sessions should rest."""
        return self._outbox_bytes >= self._settings.max_queued_bytes

    def deliver(self, answers: Iterable[pb.ServerMessage], taken_bytes: int) -> None:
        """Take a tick's answers; `taken_bytes` is the cost of the messages it took from the seats."""
        for answer in answers:
            size = answer.ByteSize()
            self._outbox.append((answer, size))
            self._outbox_bytes += size
        self._inbox_bytes -= taken_bytes
        for number in [n for n, seat in self.seats.items() if not seat.inbox and not seat.session.is_open]:
            del self.seats[number]
        self._waiting_seconds = max((seat.session.buffered_seconds for seat in self.seats.values()), default=0.0)
        self._update_readable()
        self._answered.set()

    async def take(self) -> list[pb.ServerMessage]:
        """Wait for answers; return as many as fit a response, or none when the connection is done."""
        while not self._outbox:
            if self.closing and not self.seats:
                return []
            self._answered.clear()
            await self._answered.wait()
        was_congested = self.congested
        answers: list[pb.ServerMessage] = []
        size = 0
        while self._outbox and (not answers or size + self._outbox[0][1] <= RESPONSE_BYTES):
            answer, answer_bytes = self._outbox.popleft()
            answers.append(answer)
            size += answer_bytes
        self._outbox_bytes -= size
        if was_congested and not self.congested:
            self._wake()
        return answers

    def _update_readable(self) -> None:
        settings = self._settings
        if self._inbox_bytes < settings.max_queued_bytes and self._waiting_seconds < settings.max_buffered_seconds:
            self._readable.set()
        else:
            self._readable.clear()


def cost(message: pb.ClientMessage | Refused) -> int:
    """Return about how many bytes it takes to keep `message`."""
    if isinstance(message, Refused):
        return _MESSAGE_BYTES + len(str(message.refusal))
    return _MESSAGE_BYTES + (len(message.audio.samples) if message.HasField("audio") else message.ByteSize())
