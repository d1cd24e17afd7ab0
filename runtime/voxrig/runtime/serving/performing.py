"""An open session: its stream, and what is owed to the client."""

import math
from collections import Counter, deque
from typing import Final, NamedTuple

import grpc
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.pipeline import StreamError
from voxrig.runtime.animation.stream import StreamState
from voxrig.runtime.core.audio import AudioError
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.models.asking import Asking
from voxrig.runtime.serving.access.account import Account
from voxrig.runtime.serving.cues import take
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.runtime.serving.stage import Part
from voxrig.runtime.serving.tells import Told, news
from voxrig.v1 import performance_pb2 as pb

_LONGEST_TAIL_SECONDS: Final = 10


class Ending(NamedTuple):
    """An utterance that has ended, and whose end is told once all its frames are."""

    utterance: int
    next_sample: int


class Performing:
    """What session `number` does from its opening to its end."""

    def __init__(self, number: int, part: Part) -> None:
        self.part = part
        self.number = number
        self.origin = part.origin
        self.state: StreamState = part.pipeline.start()
        self.speaking = False
        self.closing = False
        self.endings: deque[Ending] = deque()
        self.frames: Counter[int] = Counter()
        """Shown of each utterance that has not ended."""
        self.pending = 0
        """Network steps that are ready, of what was heard."""
        self.unheard = 0
        """Samples that came and are not heard yet."""
        self._chunks: list[NDArray[np.float32]] = []
        self._told = Told()

    @property
    def next_sample(self) -> int:
        """Media sample that the next audio starts at, as the client counts."""
        return self.origin.sample + self.part.pipeline.next_sample(self.state) + self.unheard

    def audio(self, chunk: pb.AudioChunk, most: int, account: Account) -> None:
        """Take in a chunk of the running utterance, or the next one; of `most` bytes, heard on `account`.

        Raises:
            RefusalError: RESOURCE_EXHAUSTED for one that is too long or more than the account may hear, OUT_OF_RANGE
                for a gap or an overlap, INVALID_ARGUMENT for broken samples.
        """
        if len(chunk.samples) > most:
            raise RefusalError(
                grpc.StatusCode.RESOURCE_EXHAUSTED,
                f"the chunk has {len(chunk.samples)} bytes, the most is {most}; cut it into several",
            )
        expected = self.next_sample
        if chunk.first_sample != expected:
            what = "a gap" if chunk.first_sample > expected else "an overlap"
            raise RefusalError(
                grpc.StatusCode.OUT_OF_RANGE,
                f"the chunk starts at sample {chunk.first_sample}, but sample {expected} is next: {what} of "
                f"{abs(chunk.first_sample - expected)}; send from {expected} on",
            )
        try:
            samples = self.part.audio.decode(chunk.samples)
        except AudioError as error:
            raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, str(error)) from error
        if len(samples):
            account.hear(len(samples) / self.part.pipeline.rate)
            self._chunks.append(samples)
            self.unheard += len(samples)
            self.speaking = True

    def cue(self, cue: pb.Cue) -> list[pb.ServerMessage]:
        """Obey a cue, or raise RefusalError as `cues.take`; return what is to be told."""
        origin = self.origin.sample
        at = max(cue.media_sample - origin, 0)
        self.state, start, ignored = take(self.part.pipeline, self.state, cue, at)
        if ignored:
            return [self.event(pb.Event.CUE_IGNORED, media_sample=start, message=ignored)]
        if origin + start == cue.media_sample:
            return []
        text = (
            f"media sample {cue.media_sample} is computed already: the cue {cue.name!r} acts from {origin + start} on"
        )
        return [self.event(pb.Event.CUE_LATE, media_sample=start, message=text)]

    def end_utterance(self, end: pb.EndUtterance) -> list[pb.ServerMessage]:
        """End the running utterance. Raises RefusalError: FAILED_PRECONDITION without one, OUT_OF_RANGE."""
        if not self.speaking:
            raise RefusalError(grpc.StatusCode.FAILED_PRECONDITION, "no utterance is running: send audio first")
        limit = _LONGEST_TAIL_SECONDS * self.part.pipeline.rate
        if end.tail_samples > limit:
            raise RefusalError(
                grpc.StatusCode.OUT_OF_RANGE,
                f"a tail of {end.tail_samples} samples is too long, the most is {limit}; send silence",
            )
        self._end(end.tail_samples)
        return []

    def interrupt(self, interrupt: pb.Interrupt) -> list[pb.ServerMessage]:
        """Stop speaking; return the event and the easing frames. Raises RefusalError OUT_OF_RANGE: too far back."""
        pipeline, at = self.part.pipeline, None
        if interrupt.HasField("at_sample"):
            at = max(interrupt.at_sample - self.origin.sample, 0)
        try:
            self.state, frames, next_sample = pipeline.interrupt(self.state, at)
        except StreamError as error:
            begun = f", counted from {self.origin.sample} on, where this session began" if self.origin.sample else ""
            raise RefusalError(grpc.StatusCode.OUT_OF_RANGE, f"{error}{begun}") from error
        self.speaking = False
        self.endings.clear()
        self.frames.clear()  # of utterances that were cut nothing more is told
        cut = next_sample - pipeline.clock.blend_samples
        first = pipeline.clock.first_frame(cut)
        utterance = self.state.utterance
        event = self.event(pb.Event.INTERRUPTED, utterance=utterance, frame_index=first, media_sample=cut)
        if self.part.outlet is not None:
            self.part.outlet.interrupted(first)
        return [event, *self.show(frames)]

    def close(self) -> None:
        """Take no more, and end what is said."""
        if self.speaking:
            self._end(0)
        self.closing = True

    def settle(self) -> list[pb.ServerMessage]:
        """Count what is pending, and tell of utterances that have ended."""
        self.pending = self.part.pipeline.pending(self.state)
        answers = []
        shown = self.state.queue[0].utterance if self.state.queue else math.inf
        while self.endings and self.endings[0].utterance < shown:
            utterance, next_sample = self.endings.popleft()
            answers.append(
                self.event(
                    pb.Event.UTTERANCE_ENDED,
                    utterance=utterance,
                    frame_count=self.frames.pop(utterance, 0),
                    next_sample=next_sample,
                )
            )
        return answers

    def hearing(self) -> Asking[None]:
        """Hear what was taken in: chunks that came one after the other are heard as one, which costs less."""
        if self._chunks:
            samples = self._chunks[0] if len(self._chunks) == 1 else np.concatenate(self._chunks)
            self._chunks, self.unheard = [], 0
            self.state = yield from self.part.pipeline.pushing(self.state, samples)
            self.pending = self.part.pipeline.pending(self.state)

    def show(self, frames: list[Frame]) -> list[pb.ServerMessage]:
        """Return consecutive frames of one utterance, and right after each what is to be told of it; none for none.

        Raises:
            ArithmeticError: a frame is not finite, and so is none after it: a network's state has come to NaN.
        """
        if not frames:
            return []
        for frame in frames:  # a product with itself is the quickest look at all numbers: 0.4 us
            if not math.isfinite(frame.values.dot(frame.values)):
                raise ArithmeticError(f"frame {frame.index} is not finite; a network of this session gives NaN")
        first = frames[0]
        self.frames[first.utterance] += len(frames)
        if self.part.outlet is not None:
            self.part.outlet.frames(frames)
        self._told, events = news(self.part.tells, self._told, self.state, frames, self.part.pipeline.clock)
        answers, begun = [], 0
        for event in events:
            end = event.frame_index + 1 - first.index
            if end > begun:
                answers.append(self._framed(frames[begun:end]))
                begun = end
            answers.append(self._addressed(event))
        if begun < len(frames):
            answers.append(self._framed(frames[begun:]))
        return answers

    def _end(self, tail: int) -> None:
        utterance = self.state.utterance
        self.state = self.part.pipeline.end(self.state, tail)
        self.endings.append(Ending(utterance, self.part.pipeline.next_sample(self.state)))
        self.speaking = False

    def _framed(self, frames: list[Frame]) -> pb.ServerMessage:
        message = pb.ServerMessage(session=self.number)
        told, origin = message.frames, self.origin
        told.first_index = origin.frame + frames[0].index
        told.utterance = origin.utterance + frames[0].utterance
        told.media_samples.extend([origin.sample + frame.sample for frame in frames])
        told.values = b"".join([frame.values.astype("<f4", copy=False).tobytes() for frame in frames])
        return message

    def event(self, kind: pb.Event.Kind, **fields: int | str) -> pb.ServerMessage:
        """Return an event as the client is told it; `fields` count as the stream does."""
        return self._addressed(pb.Event(kind=kind, **fields))  # type: ignore[arg-type]

    def _addressed(self, event: pb.Event) -> pb.ServerMessage:
        self.origin.told(event)
        event.next_sample = event.next_sample + self.origin.sample if event.next_sample else self.next_sample
        return pb.ServerMessage(session=self.number, event=event)
