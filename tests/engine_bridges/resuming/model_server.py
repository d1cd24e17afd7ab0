"""A server of the protocol in its simplest form, in memory: what a frame shows depends on everything before it."""

import asyncio
import random
import struct
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from voxrig.engine_bridges.perform_line import PerformLine
from voxrig.engine_bridges.wire import ConnectionLostError
from voxrig.v1 import performance_pb2 as pb

RATE, FPS = 600, 60
PER_FRAME = RATE // FPS
LOOK_AHEAD = 2 * PER_FRAME
BLEND = 3 * PER_FRAME
HISTORY = 60


@dataclass
class Utterance:
    number: int
    start: int
    end: int | None = None
    told: int = 0


@dataclass
class ModelSession:
    """One session: audio of 4 bytes a sample, frames that are checksums of all that came before them."""

    opening: pb.OpenSession
    resume_id: str
    taken: int = 1
    closing: bool = False
    closed: bool = False
    answers: list[pb.ServerMessage] = field(default_factory=list)
    audio: dict[int, bytes] = field(default_factory=dict)
    cues: list[tuple[int, str]] = field(default_factory=list)
    shown: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        begin = self.opening.begin
        self.first = self.next_frame = begin.frame_index
        self.position = begin.media_sample
        self.utterances = deque([Utterance(begin.utterance, self.position)])
        self.speaking = False
        self.say(
            opened=pb.SessionOpened(
                controls=["a", "b", "c"],
                stride=3,
                frame_rate=pb.FrameRate(numerator=FPS, denominator=1),
                look_ahead=pb.Fraction(numerator=LOOK_AHEAD, denominator=RATE),
                sample_rate=RATE,
                seed=self.opening.seed or 77,
                resume_id=self.resume_id,
            )
        )

    def say(self, **content: object) -> None:
        self.answers.append(pb.ServerMessage(**content))  # type: ignore[arg-type]

    def event(self, kind: int, **fields: int) -> None:
        fields.setdefault("next_sample", self.position)
        self.say(event=pb.Event(kind=kind, **fields))  # type: ignore[arg-type]

    def refuse(self, code: int, kind: str) -> None:
        self.say(error=pb.Error(code=code, refused=kind, next_sample=self.position, message="refused"))

    def take(self, message: pb.ClientMessage) -> None:
        self.taken += 1
        kind = message.WhichOneof("message") or ""
        if self.closing and kind != "interrupt":
            self.refuse(9, kind)
        else:
            getattr(self, f"take_{kind}")(getattr(message, kind))

    def take_audio(self, chunk: pb.AudioChunk) -> None:
        if chunk.first_sample != self.position:
            self.refuse(11, "audio")
            return
        if b"\xff\xff\xff\xff" in chunk.samples:
            self.refuse(3, "audio")
            return
        for at in range(0, len(chunk.samples), 4):
            self.audio[self.position] = chunk.samples[at : at + 4]
            self.position += 1
        self.speaking |= bool(chunk.samples)

    def take_end_utterance(self, ending: pb.EndUtterance) -> None:
        if not self.speaking:
            self.refuse(9, "end_utterance")
            return
        for _ in range(ending.tail_samples):
            self.audio[self.position] = bytes(4)
            self.position += 1
        self.end()

    def end(self) -> None:
        self.utterances[-1].end = self.position
        self.utterances.append(Utterance(self.utterances[-1].number + 1, self.position))
        self.speaking = False

    def take_cue(self, cue: pb.Cue) -> None:
        at = max(cue.media_sample, self.next_frame * PER_FRAME)
        self.cues.append((at, cue.name))
        if at != cue.media_sample:
            self.event(pb.Event.CUE_LATE, media_sample=at)

    def take_interrupt(self, interrupt: pb.Interrupt) -> None:
        newest = self.next_frame * PER_FRAME
        cut = min(interrupt.at_sample, newest) if interrupt.HasField("at_sample") else newest
        first = -(-cut // PER_FRAME)
        if first < max(self.first, self.next_frame - HISTORY):
            self.refuse(11, "interrupt")
            return
        number = self.utterances[-1].number + 1
        self.audio = {at: value for at, value in self.audio.items() if at < cut}
        self.position, self.next_frame, self.speaking = cut + BLEND, first, False
        self.utterances = deque([Utterance(number, first * PER_FRAME)])
        self.event(pb.Event.INTERRUPTED, frame_index=first, media_sample=cut, utterance=number)
        for at in range(cut, self.position):
            self.audio[at] = bytes(4)
        frames = []
        while self.next_frame * PER_FRAME < self.position:
            frames.append(self.show(self.utterances[0]))
        self.frames(number, frames)

    def take_close(self, _: pb.CloseSession) -> None:
        if self.speaking:
            self.end()
        self.closing = True

    def show(self, utterance: Utterance) -> int:
        index = self.next_frame
        limit = (index * PER_FRAME) + LOOK_AHEAD + 1
        end = self.position if utterance.end is None else utterance.end
        heard = b"".join(self.audio[at] for at in range(index * PER_FRAME, min(limit, end)) if at in self.audio)
        active = sorted(cue for cue in self.cues if cue[0] <= index * PER_FRAME)
        before = self.shown.get(index - 1, self.opening.seed or 77)
        self.shown[index] = zlib.crc32(repr(active).encode(), zlib.crc32(heard, before)) & 0xFFFFFF
        self.next_frame += 1
        utterance.told += 1
        return index

    def frames(self, utterance: int, indices: Sequence[int]) -> None:
        if indices:
            rows = np.array([(index, utterance, self.shown[index]) for index in indices], "<f4")
            samples = [index * PER_FRAME for index in indices]
            self.say(
                frames=pb.Frames(
                    first_index=indices[0], utterance=utterance, media_samples=samples, values=rows.tobytes()
                )
            )

    def compute(self, most: int) -> None:
        """Show up to so many frames, and say what has come to its end."""
        while most > 0 and not self.closed:
            foremost = self.utterances[0]
            sample = self.next_frame * PER_FRAME
            if foremost.end is not None and sample >= foremost.end:
                self.event(
                    pb.Event.UTTERANCE_ENDED,
                    utterance=foremost.number,
                    frame_count=foremost.told,
                    next_sample=foremost.end,
                )
                self.utterances.popleft()
                continue
            if self.closing and not self.speaking and len(self.utterances) == 1:
                self.closed = True
                self.event(pb.Event.CLOSED)
            elif foremost.end is not None or sample + LOOK_AHEAD < self.position:
                self.frames(foremost.number, [self.show(foremost)])
            else:
                return
            most -= 1


class ModelServer:
    """All sessions, by their resume ids."""

    def __init__(self, chance: random.Random, *, resumes: bool = True) -> None:
        self.chance = chance
        self.resumes = resumes
        self.sessions: dict[str, ModelSession] = {}
        self.opened = 0
        self.line: ModelLine | None = None

    def kill(self) -> None:
        """Forget everything."""
        self.sessions.clear()

    def lose(self) -> None:
        """Break the line that there is; what is on its way is gone."""
        if self.line is not None:
            self.line.broken = True

    async def dial(self, _: float) -> "ModelLine":
        await asyncio.sleep(0)
        if self.chance.random() < 0.3:
            raise ConnectionLostError("nobody listens")
        self.line = ModelLine(self)
        return self.line

    def open(self, opening: pb.OpenSession) -> ModelSession:
        self.opened += 1
        resume_id = f"session {self.opened}" if self.resumes else ""
        session = ModelSession(opening, resume_id)
        if self.resumes:
            self.sessions[resume_id] = session
        return session


class ModelLine(PerformLine):
    """One connection: messages go and come a few at a time, and those on their way when it breaks are gone."""

    def __init__(self, server: ModelServer) -> None:
        super().__init__(pb.Limits(max_resume_window_ms=30_000), 4 * 64, 8)
        self.broken = False
        self._server = server
        self._up: deque[pb.ClientMessage] = deque()
        self._down: deque[tuple[int, pb.ServerMessage]] = deque()
        self._here: dict[int, tuple[ModelSession, int]] = {}  # number -> session, and how many of its answers went

    async def _write(self) -> None:
        while (message := await self.outbox.get()) is not None:
            copy = pb.ClientMessage()
            copy.CopyFrom(message)
            self._up.append(copy)

    async def _say_last(self, messages: Sequence[pb.ClientMessage]) -> None:
        self._up += messages
        while self._up:
            self._take(self._up.popleft())
        self._end("the server has finished", in_order=True)

    async def _read(self) -> None:
        chance = self._server.chance
        while not self.broken:
            await asyncio.sleep(0)
            for _ in range(chance.randrange(4)):
                if self._up:
                    self._take(self._up.popleft())
            for session, _ in self._here.values():
                session.compute(chance.randrange(4))
            self._down += self._answers()
            for _ in range(chance.randrange(6)):
                if self._down and not self.broken:
                    self._receive(*self._down.popleft())
        self._end("the line broke")

    def _take(self, message: pb.ClientMessage) -> None:
        kind, number = message.WhichOneof("message"), message.session
        if kind == "open":
            self._here[number] = self._server.open(message.open), 0
        elif kind == "resume":
            session = self._server.sessions.get(message.resume.id)
            if session is None:
                error = pb.Error(code=5, refused="resume", session_closed=True, message="no such session")
                self._down.append((number, pb.ServerMessage(error=error)))
                return
            resumed = pb.SessionResumed(taken=session.taken, next_sample=session.position)
            self._down.append((number, pb.ServerMessage(resumed=resumed)))
            self._here[number] = session, message.resume.received
        else:
            self._here[number][0].take(message)

    def _answers(self) -> Iterator[tuple[int, pb.ServerMessage]]:
        for number, (session, told) in self._here.items():
            for answer in session.answers[told:]:
                copy = pb.ServerMessage()
                copy.CopyFrom(answer)
                copy.session = number
                yield number, copy
            self._here[number] = session, len(session.answers)


def samples(count: int, seed: int) -> bytes:
    """Audio of the model: any bytes but the one that it refuses."""
    chance = random.Random(seed)
    return b"".join(struct.pack("<I", chance.randrange(1 << 31)) for _ in range(count))
