"""A session on a bare connection: says things to the server under test, and checks what every answer must be."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

import grpc
import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.compliance.line import PATIENCE, GrpcLine, Line, LinkLine, RawLink
from voxrig.engine_bridges.compliance.rule import require
from voxrig.engine_bridges.link_packets import fill
from voxrig.engine_bridges.wire import Frame, decode
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

RATE = 16_000
SEED = 20


@dataclass(frozen=True)
class Target:
    """The server under test."""

    host: str
    port: int
    over: str
    """grpc or link."""

    @contextmanager
    def line(self) -> Iterator[Line]:
        """Connect; at the end the connection is broken off. Raises OSError, RuleBrokenError."""
        line: Line = GrpcLine(f"{self.host}:{self.port}") if self.over == "grpc" else LinkLine(self.host, self.port)
        try:
            yield line
        finally:
            line.drop()

    def raw(self) -> RawLink:
        """Connect a socket of the engine link that has said nothing yet. Raises OSError."""
        try:
            return RawLink(self.host, self.port)
        except OSError as error:
            raise OSError(f"no engine link answers at {self.host}:{self.port}: {error}") from error

    def describe(self) -> pb.DescribeResponse:
        """Ask the server what it is."""
        if self.over == "grpc":
            with grpc.insecure_channel(f"{self.host}:{self.port}") as channel:
                stub: Any = rpc.VoxrigStub(channel)  # type: ignore[no-untyped-call]
                try:
                    answer: pb.DescribeResponse = stub.Describe(pb.DescribeRequest(), timeout=PATIENCE)
                except grpc.RpcError as error:
                    text = f"no Voxrig server answers at {self.host}:{self.port} over gRPC"
                    raise OSError(f"{text} ({error.code().name})") from error
                return answer
        description = pb.DescribeResponse()
        with self.raw() as raw:
            require("hello" in raw.greet(), f"what answers at {self.host}:{self.port} is no engine link")
            raw.send({"describe": {}})
            fill(description, raw.next().get("describe", {}))
        return description


class Talk:
    """One session. Every frame that comes is checked: its number, time, utterance and size."""

    def __init__(self, line: Line, number: int = 1) -> None:
        self.line = line
        self.number = number
        self.opened = pb.SessionOpened()
        self.frames: list[Frame] = []
        """Those that count: what an interruption made void is taken out."""
        self.next_sample = 0

    def open(self, **settings: Any) -> pb.SessionOpened:
        """Open the session (16 kHz, s16le, mono, 60 frames a second, `arkit`, unless `settings` say otherwise)."""
        self.send(open=opening(**settings))
        message = self.line.next(self.number)
        require(message.HasField("opened"), f"`open` was answered by {_shown(message)}, not by `opened`")
        self.opened = message.opened
        return self.opened

    def send(self, **content: Any) -> None:
        """Send a message of the protocol: `send(close=pb.CloseSession())`."""
        self.line.send(self.message(**content))

    def message(self, **content: Any) -> pb.ClientMessage:
        """Return a message for this session."""
        return pb.ClientMessage(session=self.number, **content)

    def say(self, samples: NDArray[np.int16], places: tuple[int, ...] | list[int] = ()) -> None:
        """Send samples from the next one on, cut at `places`."""
        self.line.send(*self.chunks(samples, places))

    def chunks(self, samples: NDArray[np.int16], places: tuple[int, ...] | list[int] = ()) -> list[pb.ClientMessage]:
        """Return the messages that `say` sends."""
        messages = []
        for part in np.split(samples, list(places)):
            chunk = pb.AudioChunk(first_sample=self.next_sample, samples=part.tobytes())
            messages.append(self.message(audio=chunk))
            self.next_sample += len(part)
        return messages

    def end(self, tail: int = 0) -> None:
        """End the utterance."""
        self.send(end_utterance=pb.EndUtterance(tail_samples=tail))
        self.next_sample += tail

    def close(self) -> list[pb.Event]:
        """Close, and return the events that come up to CLOSED, that included."""
        self.send(close=pb.CloseSession())
        return self.until(pb.Event.CLOSED)

    def until(self, kind: pb.Event.Kind) -> list[pb.Event]:
        """Take frames and events up to an event of `kind`; return the events, that one last."""
        events: list[pb.Event] = []
        while not events or events[-1].kind != kind:
            events += self._take(self.line.next(self.number))
        return events

    def until_frame(self, index: int) -> list[pb.Event]:
        """Take frames and events until the frame of that index has come; return the events."""
        events: list[pb.Event] = []
        while not self.frames or self.frames[-1].index < index:
            events += self._take(self.line.next(self.number))
        return events

    def refused(self, what: str, code: int, closed: bool = False, at: int | None = None) -> pb.Error:
        """Take frames until an error comes, which must be so; return it.

        `at`: the sample that was next when the server refused, where that is not `next_sample`.
        """
        while (message := self.line.next(self.number)).HasField("frames"):
            self._take(message)
        require(message.HasField("error"), f"{what} was answered by {_shown(message)}, not by an error")
        error = message.error
        require(error.code == code, f"{what} was refused with code {error.code}, not {code}: {error.message!r}")
        require(error.session_closed == closed, f"{what}: session_closed is {error.session_closed}, not {closed}")
        require(error.refused == what, f"`refused` is {error.refused!r}, not {what!r}")
        require(error.message, f"the error of {what} has no message")
        wanted = 0 if closed else self.next_sample if at is None else at
        require(error.next_sample == wanted, f"{what}: next_sample is {error.next_sample}, not {wanted}")
        return error

    def first_frame(self, sample: int) -> int:
        """Return the first frame whose time is at or after a media sample."""
        return ceil(Fraction(sample, self.opened.sample_rate) * self._fps())

    def _take(self, message: pb.ServerMessage) -> list[pb.Event]:
        if message.HasField("event"):
            event = message.event
            if event.kind == pb.Event.INTERRUPTED:
                self.frames = [frame for frame in self.frames if frame.index < event.frame_index]
            return [event]
        require(message.HasField("frames"), f"{_shown(message)} came where frames or an event should")
        count, size = len(message.frames.media_samples), len(message.frames.values)
        stride = self.opened.stride
        require(count, "a message of frames has none")
        require(size == count * stride * 4, f"{count} frames of {stride} floats came in {size} bytes")
        for frame in decode(message.frames, stride):
            index = self.frames[-1].index + 1 if self.frames else 0
            require(frame.index == index, f"frame {frame.index} came where frame {index} should")
            sample = frame.index * self.opened.sample_rate * self._fps().denominator // self._fps().numerator
            require(frame.sample == sample, f"frame {index} has media sample {frame.sample}, not {sample}")
            self.frames.append(frame)
        return []

    def _fps(self) -> Fraction:
        return Fraction(self.opened.frame_rate.numerator, self.opened.frame_rate.denominator)


def opening(
    rig: str = "arkit",
    rate: int = RATE,
    fps: Fraction | int = 60,
    encoding: pb.AudioFormat.Encoding = pb.AudioFormat.S16LE,
    channels: int = 1,
    seed: int = SEED,
    **more: Any,
) -> pb.OpenSession:
    """Return a message that opens a session."""
    exact = Fraction(fps)
    return pb.OpenSession(
        rig=rig,
        frame_rate=pb.FrameRate(numerator=exact.numerator, denominator=exact.denominator),
        audio=pb.AudioFormat(encoding=encoding, sample_rate=rate, channels=channels),
        seed=seed,
        **more,
    )


def same(left: list[Frame], right: list[Frame]) -> str:
    """Say how two performances differ, or nothing where they are the same to the bit."""
    if len(left) != len(right):
        return f"there are {len(left)} frames and {len(right)}"
    for a, b in zip(left, right, strict=True):
        if (a.index, a.sample, a.utterance) != (b.index, b.sample, b.utterance):
            return f"frame {a.index} of utterance {a.utterance} is elsewhere frame {b.index} of {b.utterance}"
        if a.values.tobytes() != b.values.tobytes():
            return f"the values of frame {a.index} differ by up to {np.abs(a.values - b.values).max():.3g}"
    return ""


def performed(target: Target, samples: NDArray[np.int16], places: list[int] | None = None, **settings: Any) -> Talk:
    """Say one utterance in a session of its own, and return it, closed."""
    with target.line() as line:
        talk = Talk(line)
        talk.open(**settings)
        talk.say(samples, places or [])
        talk.end()
        talk.close()
        return talk


def _shown(message: pb.ServerMessage) -> str:
    kind = message.WhichOneof("message") or "an empty message"
    if message.HasField("event"):
        return f"the event {pb.Event.Kind.Name(message.event.kind)}"
    return f"the error {message.error.message!r}" if message.HasField("error") else f"`{kind}`"
