"""One session id's side of the protocol: messages of the client in, messages of the server out.

Pure: no socket, no clock, no thread. Audio is checked and taken in at once; the network steps it asks for are run by
whoever owns the session, one at a time: `row`, a batched call, `advance`.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import grpc
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.pipeline import StreamError
from voxrig.runtime.core.audio import AudioError
from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import State
from voxrig.runtime.serving import announce
from voxrig.runtime.serving.cues import take
from voxrig.runtime.serving.performing import Ending, Performing
from voxrig.runtime.serving.refusal import RefusalError, Refused
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

_LONGEST_TAIL_SECONDS = 10
_LONGEST_MESSAGE = 1000  # characters: a client's own text may be quoted in an error


class Row(NamedTuple):
    """A network step that a session asks for."""

    runner: BatchRunner
    features: NDArray[np.float32]
    state: State


class Session:
    """What one session id of a connection stands for: nothing yet, an open session, or one that has ended."""

    def __init__(self, number: int, stage: Stage, live: bool = True) -> None:
        self._number = number
        self._stage = stage
        self._live = live
        self._stream: Performing | None = None
        self._handlers: dict[str, Callable[[pb.ClientMessage], list[pb.ServerMessage]]] = {
            "open": self._open,
            "audio": self._audio,
            "cue": self._cue,
            "end_utterance": self._end_utterance,
            "interrupt": self._interrupt,
            "close": self._close,
        }

    @property
    def is_open(self) -> bool:
        """Whether there is a session."""
        return self._stream is not None

    @property
    def pending(self) -> int:
        """Network steps that are ready."""
        return self._stream.pending if self._stream else 0

    @property
    def buffered_seconds(self) -> float:
        """Audio taken in and not yet shown."""
        return self.pending / STEP_RATE

    def receive(self, message: pb.ClientMessage) -> list[pb.ServerMessage]:
        """Obey a message, or refuse it and leave everything as it was; return the answers."""
        kind = message.WhichOneof("message") or ""
        try:
            if kind not in self._handlers:
                raise RefusalError(
                    grpc.StatusCode.INVALID_ARGUMENT, "the message has no content that this version of the server knows"
                )
            answers = self._handlers[kind](message)
        except RefusalError as refusal:
            return [self._error(refusal, kind)]
        return answers + self._settle()

    def refuse(self, refused: Refused) -> list[pb.ServerMessage]:
        """Answer a message that could not be read."""
        return [self._error(refused.refusal, refused.kind)]

    def close(self) -> list[pb.ServerMessage]:
        """Close as a CloseSession does, if it is open and not closing yet."""
        if self._stream is None or self._stream.closing:
            return []
        return self._close(pb.ClientMessage()) + self._settle()

    def fail(self) -> list[pb.ServerMessage]:
        """End the session because the server itself failed."""
        self.release()
        return [self._error(RefusalError(grpc.StatusCode.INTERNAL, "the server failed; its log says why"), "")]

    def release(self) -> None:
        """Free the session, whatever it was doing."""
        stream, self._stream = self._stream, None
        if stream is not None:
            self._stage.release()
            if stream.part.outlet is not None:
                stream.part.outlet.closed()

    def row(self) -> Row:
        """Return the next network step; only while one is `pending`."""
        stream = self._stream
        assert stream is not None
        pipeline = stream.part.pipeline
        return Row(stream.part.runner, pipeline.features(stream.state), pipeline.model_state(stream.state))

    def advance(self, controls: NDArray[np.float32], state: State) -> list[pb.ServerMessage]:
        """Take the result of `row`; return the frames it completes and the events they bring."""
        stream = self._stream
        assert stream is not None
        stream.state, frames = stream.part.pipeline.advance(stream.state, controls, state)
        stream.pending -= 1
        return stream.show(frames) + self._settle()

    def _open(self, message: pb.ClientMessage) -> list[pb.ServerMessage]:
        if self._stream is not None:
            raise RefusalError(
                grpc.StatusCode.ALREADY_EXISTS,
                f"session {self._number} is open already, and goes on; choose another number or close it first",
            )
        part = self._stage.open(message.open, self._live)
        self._stream = Performing(self._number, part)
        return [pb.ServerMessage(session=self._number, opened=announce.opened(part))]

    def _audio(self, message: pb.ClientMessage) -> list[pb.ServerMessage]:
        stream = self._running("audio")
        chunk = message.audio
        limit = self._stage.settings.max_chunk_bytes
        if len(chunk.samples) > limit:
            raise RefusalError(
                grpc.StatusCode.RESOURCE_EXHAUSTED,
                f"the chunk has {len(chunk.samples)} bytes, the most is {limit}; cut it into several",
            )
        expected = stream.next_sample
        if chunk.first_sample != expected:
            what = "a gap" if chunk.first_sample > expected else "an overlap"
            raise RefusalError(
                grpc.StatusCode.OUT_OF_RANGE,
                f"the chunk starts at sample {chunk.first_sample}, but sample {expected} is next: {what} of "
                f"{abs(chunk.first_sample - expected)}; send from {expected} on",
            )
        try:
            samples = stream.part.audio.decode(chunk.samples)
        except AudioError as error:
            raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, str(error)) from error
        if len(samples):
            stream.state = stream.part.pipeline.push(stream.state, samples)
            stream.speaking = True
        return []

    def _cue(self, message: pb.ClientMessage) -> list[pb.ServerMessage]:
        stream = self._running("a cue")
        cue = message.cue
        stream.state, start, ignored = take(stream.part.pipeline, stream.state, cue)
        if ignored:
            return [stream.event(pb.Event.CUE_IGNORED, media_sample=start, message=ignored)]
        if start == cue.media_sample:
            return []
        text = f"media sample {cue.media_sample} is computed already: the cue {cue.name!r} acts from {start} on"
        return [stream.event(pb.Event.CUE_LATE, media_sample=start, message=text)]

    def _end_utterance(self, message: pb.ClientMessage) -> list[pb.ServerMessage]:
        stream = self._running("an end of utterance")
        if not stream.speaking:
            raise RefusalError(grpc.StatusCode.FAILED_PRECONDITION, "no utterance is running: send audio first")
        tail = message.end_utterance.tail_samples
        limit = _LONGEST_TAIL_SECONDS * stream.part.pipeline.rate
        if tail > limit:
            raise RefusalError(
                grpc.StatusCode.OUT_OF_RANGE, f"a tail of {tail} samples is too long, the most is {limit}; send silence"
            )
        self._end(stream, tail)
        return []

    def _interrupt(self, message: pb.ClientMessage) -> list[pb.ServerMessage]:
        stream = self._running("an interrupt", even_closing=True)
        at = message.interrupt.at_sample if message.interrupt.HasField("at_sample") else None
        clock = stream.part.pipeline.clock
        try:
            stream.state, frames, next_sample = stream.part.pipeline.interrupt(stream.state, at)
        except StreamError as error:
            raise RefusalError(grpc.StatusCode.OUT_OF_RANGE, str(error)) from error
        stream.speaking = False
        stream.endings.clear()
        stream.frames.clear()  # of utterances that were cut nothing more is told
        cut = next_sample - clock.blend_samples
        event = stream.event(
            pb.Event.INTERRUPTED,
            utterance=stream.state.utterance,
            frame_index=clock.first_frame(cut),
            media_sample=cut,
        )
        if stream.part.outlet is not None:
            stream.part.outlet.interrupted(clock.first_frame(cut))
        return [event, *stream.show(frames)]

    def _close(self, _: pb.ClientMessage) -> list[pb.ServerMessage]:
        stream = self._running("a close")
        if stream.speaking:
            self._end(stream, 0)
        stream.closing = True
        return []

    def _end(self, stream: Performing, tail: int) -> None:
        utterance = stream.state.utterance
        stream.state = stream.part.pipeline.end(stream.state, tail)
        stream.endings.append(Ending(utterance, stream.next_sample))
        stream.speaking = False

    def _running(self, what: str, even_closing: bool = False) -> Performing:
        """Return the open session, or refuse `what` was sent to none."""
        if self._stream is None:
            raise RefusalError(
                grpc.StatusCode.NOT_FOUND, f"session {self._number} is not open, {what} cannot be taken: open it first"
            )
        if self._stream.closing and not even_closing:
            raise RefusalError(
                grpc.StatusCode.FAILED_PRECONDITION, f"session {self._number} is closing: {what} is too late"
            )
        return self._stream

    def _settle(self) -> list[pb.ServerMessage]:
        """Count what is pending, and tell of utterances that have ended, and of the end of the session."""
        stream = self._stream
        if stream is None:
            return []
        stream.pending = stream.part.pipeline.pending(stream.state)
        answers = []
        shown = stream.state.queue[0].utterance if stream.state.queue else math.inf
        while stream.endings and stream.endings[0].utterance < shown:
            utterance, next_sample = stream.endings.popleft()
            answers.append(
                stream.event(
                    pb.Event.UTTERANCE_ENDED,
                    utterance=utterance,
                    frame_count=stream.frames.pop(utterance, 0),
                    next_sample=next_sample,
                )
            )
        if stream.closing and not stream.endings:
            self.release()
            answers.append(pb.ServerMessage(session=self._number, event=pb.Event(kind=pb.Event.CLOSED)))
        return answers

    def _error(self, refusal: RefusalError, refused: str) -> pb.ServerMessage:
        stream = self._stream
        return pb.ServerMessage(
            session=self._number,
            error=pb.Error(
                code=refusal.code,
                message=str(refusal)[:_LONGEST_MESSAGE],
                session_closed=stream is None,
                next_sample=stream.next_sample if stream else 0,
                refused=refused,
            ),
        )
