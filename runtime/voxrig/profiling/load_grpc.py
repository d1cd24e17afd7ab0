"""A connection of a load over gRPC: one `Perform` call with one or many sessions."""

import asyncio
import time
from collections.abc import Sequence
from fractions import Fraction

from voxrig.profiling.address import dialled
from voxrig.profiling.characters import Character
from voxrig.profiling.load_http2 import Http2Connection, framed
from voxrig.profiling.load_messages import for_session, opening
from voxrig.profiling.load_speech import LoadSpeech
from voxrig.profiling.session_line import SessionLine
from voxrig.v1 import performance_pb2 as pb

PERFORM = "/voxrig.v1.Voxrig/Perform"
_CLOSE = pb.ClientMessage(close=pb.CloseSession()).SerializeToString()


class GrpcLine(SessionLine):
    """Sessions 1, 2, ... of one call.

    Args:
        target: "host:port" of the server.
        characters: who speaks on it.
        speech: what they say.
        messages: of each variant, what is sent with each chunk, without the session.
        token: that it shows; empty: none.
    """

    def __init__(
        self,
        target: str,
        characters: Sequence[Character],
        speech: LoadSpeech,
        messages: dict[int, list[tuple[bytes, ...]]],
        token: str = "",
    ) -> None:
        super().__init__(target, characters, speech, messages)
        self._connection = Http2Connection(target, self._heard, self._ended, token)
        self._call = 0
        self._alone: list[bytes] | None = None  # one session: what it sends is ready, to the byte
        if len(self.characters) == 1:
            self._alone = [framed(for_session(1, parts)) for parts in self._messages[0]]

    async def open(self) -> None:
        """Connect, and open all sessions in one request."""
        self._opened = asyncio.get_running_loop().create_future()
        await dialled(self._target, self._connection)
        self._call = self._connection.begin(PERFORM)
        rate, load = self._speech.rate, self._speech.load
        messages = [
            pb.ClientMessage(session=place + 1, open=opening(load, rate, one.number))
            for place, one in enumerate(self.characters)
        ]
        self._connection.send(self._call, framed(pb.PerformRequest(messages=messages).SerializeToString()))
        await self._opened

    def send(self, number: int) -> None:
        """Send chunk `number` of all characters as one request."""
        now = time.perf_counter()
        if self._alone is not None:
            self._connection.send(self._call, self._alone[number])
        else:
            parts = (for_session(place + 1, chunks[number]) for place, chunks in enumerate(self._messages))
            self._connection.send(self._call, framed(b"".join(parts)))
        if self._sent(number, now):
            ends = (for_session(place + 1, (_CLOSE,)) for place in range(len(self.characters)))
            self._connection.send(self._call, framed(b"".join(ends)), last=True)

    @property
    def received(self) -> int:
        """Bytes that came."""
        return self._connection.received

    def stop(self) -> None:
        """Break off."""
        self._lost = True
        self._connection.stop()

    def _heard(self, call: int, data: bytes, now: float) -> None:  # noqa: ARG002
        for message in pb.PerformResponse.FromString(data).messages:
            frames = message.frames
            count = len(frames.media_samples)
            if count:
                self._came(message.session, frames.first_index, count, now)
            else:
                self._other(message)

    def _other(self, message: pb.ServerMessage) -> None:
        if message.HasField("opened"):
            ahead = message.opened.look_ahead
            self._has_opened(message.session, Fraction(ahead.numerator, ahead.denominator))
        elif message.HasField("error"):
            self._failed(message.session, message.error.message, message.error.session_closed)
        elif message.event.kind == pb.Event.CLOSED:
            self._closed += 1

    def _ended(self, call: int) -> None:  # noqa: ARG002
        self._ended_early("call", "call before all had been said: is it a Voxrig server's gRPC port?")
