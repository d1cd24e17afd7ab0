"""One character's stream on a connection, as a client sees it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from fractions import Fraction
from typing import Protocol

from voxrig.engine_bridges.arrivals import Arrivals
from voxrig.engine_bridges.session_log import SessionLog
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

    async def send_for(self, session: "PerformSession", message: pb.ClientMessage) -> None:
        """Queue one message."""


class PerformSession:
    """One character's stream on a connection. Made by `PerformClient.open`; iterate over it for its frames.

    It outlives a connection that is lost where there is a `log`: what was sent is sent again, and what comes again is
    left out.
    """

    def __init__(
        self, client: Sender, opening: pb.ClientMessage, opened: pb.SessionOpened, log: SessionLog | None = None
    ) -> None:
        self.number = opening.session
        self.opened = opened
        self.controls = tuple(opened.controls)
        self.bones = tuple(opened.bones)
        self.look_ahead = Fraction(opened.look_ahead.numerator, opened.look_ahead.denominator)
        """Seconds of later audio a frame needs."""
        self.next_sample = 0
        """Media sample of the next audio sent; set it to an error's `next_sample` to go on after a refused chunk."""
        self.log = log
        self.arrivals = Arrivals(opened)
        self.resume_id = opened.resume_id
        self.is_live = True
        """Whether what is sent goes out at once; else it is kept until the connection is there again."""
        self.moved = asyncio.Event()
        """Set whenever something came or changed."""
        self._client = client
        self._audio = opening.open.audio
        self._inbox: asyncio.Queue[Frame | pb.Event | Exception] = asyncio.Queue()
        self._order = asyncio.Lock()  # held by an interrupt until its answer says where audio goes on
        self._interrupts = 0
        self._cut = False  # by an interrupt, and nothing was said since
        self._answer: asyncio.Future[pb.Event] | None = None
        self._reply: asyncio.Future[pb.ServerMessage] | None = None
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
        await self._client.send_for(self, message)

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

    @property
    def is_closed(self) -> bool:
        """Whether the session has ended, with its connection or without."""
        return self._closed

    def receive(self, message: pb.ServerMessage) -> bool:
        """Take one message of the server (for the connection); return whether the session is closed by it."""
        kind = message.WhichOneof("message")
        if self._replied(kind, message):
            return False
        self.arrivals.received += 1
        match kind:
            case "frames":
                self._take_frames(message.frames)
            case "event":
                self._take_event(message.event)
            case "error":
                self._take_error(message.error)
        if self._closed and self._answer and not self._answer.done():
            self._answer.set_exception(self._gone("interrupt"))  # it closed just before the interrupt came
        self.moved.set()
        return self._closed

    def expect_reply(self) -> "asyncio.Future[pb.ServerMessage]":
        """Return what will be the answer to a `resume`, or to a second `open` (for the connection)."""
        self._reply = asyncio.get_running_loop().create_future()
        return self._reply

    def end(self, error: SessionError) -> None:
        """End because the server has no such session any more and won't open another (for the connection)."""
        self._closed = True
        self._give_up(error)

    def lose(self, error: ConnectionLostError) -> None:
        """End with `error` (for the connection)."""
        self._closed = True
        self._give_up(error)

    def _replied(self, kind: str | None, message: pb.ServerMessage) -> bool:
        """Hand over an answer that the connection waits for; return whether this was one."""
        if self._reply is None or self._reply.done():
            return False
        if kind not in ("resumed", "opened") and not (kind == "error" and message.error.session_closed):
            return False
        self._reply.set_result(message)
        return True

    def _take_frames(self, message: pb.Frames) -> None:
        came = decode(message, self.opened.stride)
        if not came:
            return
        for frame in self.arrivals.frames(came):
            self._inbox.put_nowait(frame)
        if self.log is not None:
            self.log.shown(came[-1].sample)

    def _take_event(self, event: pb.Event) -> None:
        if self.log is not None:
            if event.kind == pb.Event.INTERRUPTED and not (self.arrivals.coming_cuts < self.arrivals.cuts):
                self.log.interrupted(event)
            elif event.kind == pb.Event.CUE_LATE:
                self.log.late(event)
        if not self.arrivals.is_new(event):
            return
        self._closed = event.kind == pb.Event.CLOSED
        self._inbox.put_nowait(event)
        if event.kind == pb.Event.INTERRUPTED and self._answer and not self._answer.done():
            self._answer.set_result(event)

    def _take_error(self, error: pb.Error) -> None:
        self._closed = error.session_closed
        if self.log is not None and not self._closed:
            self.log.refused(error.refused, error.next_sample)
            if not self.arrivals.is_new_refusal(error):
                return
        refusal = SessionError(error)
        if error.refused == "interrupt" and self._answer and not self._answer.done():
            self._answer.set_exception(refusal)
        else:
            self._inbox.put_nowait(refusal)

    def _gone(self, refused: str) -> SessionError:
        """Say what the server says of a message to a session that is closed."""
        text = f"session {self.number} is closed"
        return SessionError(pb.Error(code=_NOT_FOUND, message=text, session_closed=True, refused=refused))

    def _give_up(self, error: Exception) -> None:
        self._inbox.put_nowait(error)
        if self._answer and not self._answer.done():
            self._answer.set_exception(error)
        self.moved.set()
