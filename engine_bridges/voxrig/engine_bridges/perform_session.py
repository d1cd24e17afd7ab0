"""One character's stream on a connection, as a client sees it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from fractions import Fraction
from typing import Protocol

from voxrig.engine_bridges.wire import (
    ConnectionLostError,
    Frame,
    Samples,
    SessionError,
    decode,
    encode,
    sample_bytes,
)
from voxrig.v1 import performance_pb2 as pb

_NOT_FOUND = 5


class Sender(Protocol):
    """The connection that a session sends on."""

    max_chunk_bytes: int

    @property
    def is_lost(self) -> bool:
        """Whether the call has ended."""

    async def send_message(self, message: pb.ClientMessage) -> None:
        """Queue one message."""


class PerformSession:
    """One character's stream on a connection. Made by `PerformClient.open`; iterate over it for its frames."""

    def __init__(self, client: Sender, number: int, audio: pb.AudioFormat, opened: pb.SessionOpened) -> None:
        self.number = number
        self.opened = opened
        self.controls = tuple(opened.controls)
        self.bones = tuple(opened.bones)
        self.look_ahead = Fraction(opened.look_ahead.numerator, opened.look_ahead.denominator)
        """Seconds of later audio a frame needs."""
        self.next_sample = 0
        """Media sample of the next audio sent; set it to an error's `next_sample` to go on after a refused chunk."""
        self._client = client
        self._audio = audio
        self._inbox: asyncio.Queue[Frame | pb.Event | Exception] = asyncio.Queue()
        self._order = asyncio.Lock()  # held by an interrupt until its answer says where audio goes on
        self._interrupts = 0
        self._cut = False  # by an interrupt, and nothing was said since
        self._answer: asyncio.Future[pb.Event] | None = None
        self._closed = False

    async def send(self, samples: Samples) -> None:
        """Queue audio for sending, straight after what was sent before. Waits while the connection is congested.

        Longer audio than a server takes at once goes as several messages; an `interrupt` meanwhile drops the rest, and
        so does cancelling (`next_sample` then says how far it came). Raises ConnectionLostError.
        """
        data = encode(samples, self._audio)
        size = sample_bytes(self._audio)
        whole = max(size, self._client.max_chunk_bytes // size * size)
        interrupts = self._interrupts
        for start in range(0, max(1, len(data)), whole):
            async with self._order:
                if self._interrupts != interrupts:
                    return
                part = data[start : start + whole]
                chunk = pb.AudioChunk(first_sample=self.next_sample, samples=part)
                await self.send_message(pb.ClientMessage(audio=chunk))
                self.next_sample += len(part) // size  # only now: what was cancelled while it waited was not sent
                self._cut = self._cut and not part

    async def end_utterance(self, tail_samples: int = 0) -> None:
        """End the running utterance, with `tail_samples` of silence appended by the server.

        Does nothing where an interrupt has just ended it, as when that came while the last of it was being sent.
        """
        async with self._order:
            if self._cut:
                return
            await self.send_message(pb.ClientMessage(end_utterance=pb.EndUtterance(tail_samples=tail_samples)))
            self.next_sample += tail_samples

    async def cue(self, name: str, media_sample: int, values: Mapping[str, float] | None = None) -> None:
        """Send a timed instruction: `cue("gaze", 48_000, {"yaw": 20.0})`.

        It acts at `media_sample`, however early it is sent; the protocol's page has the names and their values. One
        that is late or that nothing acts on is told by an event among `items`.
        """
        await self.send_message(pb.ClientMessage(cue=pb.Cue(name=name, media_sample=media_sample, values=values)))

    async def interrupt(self, at_sample: int | None = None) -> pb.Event:
        """Stop speaking at `at_sample` (default: at once); return the INTERRUPTED event, where audio goes on.

        The event is also met among `items`, before the easing frames. Raises SessionError where the server refuses.
        Cancelling ends the waiting, not the interrupt: audio sent then still waits for its answer.
        """
        self._interrupts += 1
        return await asyncio.shield(asyncio.create_task(self._interrupt(at_sample)))

    async def _interrupt(self, at_sample: int | None) -> pb.Event:
        async with self._order:
            self._answer = asyncio.get_running_loop().create_future()
            await self.send_message(pb.ClientMessage(interrupt=pb.Interrupt(at_sample=at_sample)))
            event = await self._answer
            self.next_sample = event.next_sample
            self._cut = True
            return event

    async def close(self) -> None:
        """Let the session end once everything sent is done; iteration then ends too."""
        await self.send_message(pb.ClientMessage(close=pb.CloseSession()))

    async def send_message(self, message: pb.ClientMessage) -> None:
        """Queue any message of the protocol for this session.

        Raises SessionError where the session is closed, ConnectionLostError where the call has ended.
        """
        if self._closed and not self._client.is_lost:
            raise self._gone(message.WhichOneof("message") or "")
        message.session = self.number
        await self._client.send_message(message)

    async def items(self) -> AsyncIterator[Frame | pb.Event]:
        """Yield frames and events in the order they come, the CLOSED event last.

        What is not read yet waits in memory, also when the iteration is left and begun again. Raises SessionError for
        a refused message (iterate again to go on) and ConnectionLostError.
        """
        while not (self._closed and self._inbox.empty()):
            item = await self._inbox.get()
            if isinstance(item, Exception):
                raise item
            yield item

    async def __aiter__(self) -> AsyncIterator[Frame]:
        """Yield the frames of `items` only."""
        async for item in self.items():
            if isinstance(item, Frame):
                yield item

    def receive(self, message: pb.ServerMessage) -> bool:
        """Take one message of the server (for the connection); return whether the session is closed by it."""
        match message.WhichOneof("message"):
            case "frames":
                for frame in decode(message.frames, self.opened.stride):
                    self._inbox.put_nowait(frame)
            case "event":
                self._closed = message.event.kind == pb.Event.CLOSED
                self._inbox.put_nowait(message.event)
                if message.event.kind == pb.Event.INTERRUPTED and self._answer and not self._answer.done():
                    self._answer.set_result(message.event)
            case "error":
                self._closed = message.error.session_closed
                refusal = SessionError(message.error)
                if message.error.refused == "interrupt" and self._answer and not self._answer.done():
                    self._answer.set_exception(refusal)
                else:
                    self._inbox.put_nowait(refusal)
        if self._closed and self._answer and not self._answer.done():
            self._answer.set_exception(self._gone("interrupt"))  # it closed just before the interrupt came
        return self._closed

    def _gone(self, refused: str) -> SessionError:
        """Say what the server says of a message to a session that is closed."""
        text = f"session {self.number} is closed"
        return SessionError(pb.Error(code=_NOT_FOUND, message=text, session_closed=True, refused=refused))

    def lose(self, error: ConnectionLostError) -> None:
        """End with `error` (for the connection)."""
        self._closed = True
        self._inbox.put_nowait(error)
        if self._answer and not self._answer.done():
            self._answer.set_exception(error)
