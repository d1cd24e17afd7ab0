"""A session without a face: it answers as a server must, with values made of the numbers of frames."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np

from voxrig.engine_bridges.link_packets import contents
from voxrig.v1 import performance_pb2 as pb

_LARGEST = 900_000
_OUT_OF_RANGE, _PRECONDITION = 11, 9


class ScriptedSession:
    """One session; every method yields what it answers. Frames need no look-ahead."""

    def __init__(self, opening: pb.OpenSession) -> None:
        rate = opening.frame_rate
        self.opened = pb.SessionOpened(
            rig=opening.rig,
            controls=[f"Control{number}" for number in range(20)],
            minimum=[-1.0] * 20,
            maximum=[1.0] * 20,
            bones=["head"],
            stride=24,
            frame_rate=rate,
            look_ahead=pb.Fraction(numerator=0, denominator=1),
            models=[pb.Model(name="scripted", version="1", summary="ü" * 300)],
            blend_samples=opening.audio.sample_rate * 12 // 100,
            sample_rate=opening.audio.sample_rate,
            seed=opening.seed or 77,
        )
        self._step = Fraction(opening.audio.sample_rate * rate.denominator, rate.numerator)
        self._utterance = 0
        self._sent = 0
        self._begun = 0
        self._next = 0
        self._speaking = False

    def audio(self, chunk: pb.AudioChunk) -> Iterator[pb.ServerMessage]:
        """Take audio."""
        if chunk.first_sample != self._next:
            yield self._error(_OUT_OF_RANGE, "audio")
            return
        self._next += len(chunk.samples) // 2
        self._speaking = self._speaking or bool(chunk.samples)
        yield from self._frames()

    def end_utterance(self, end: pb.EndUtterance) -> Iterator[pb.ServerMessage]:
        """End the utterance."""
        if not self._speaking:
            yield self._error(_PRECONDITION, "end_utterance")
            return
        self._next += end.tail_samples
        yield from self._frames()
        count = self._sent - self._begun
        yield self._event(pb.Event.UTTERANCE_ENDED, frame_count=count)
        self._utterance, self._begun, self._speaking = self._utterance + 1, self._sent, False

    def interrupt(self, interrupt: pb.Interrupt) -> Iterator[pb.ServerMessage]:
        """Cut, and ease."""
        cut = min(interrupt.at_sample, self._next) if interrupt.HasField("at_sample") else self._next
        self._utterance += 1
        self._sent = self._begun = ceil(cut / self._step)
        self._next = cut + self.opened.blend_samples
        self._speaking = False
        yield self._event(pb.Event.INTERRUPTED, frame_index=self._sent, media_sample=cut)
        yield from self._frames()

    def cue(self, cue: pb.Cue) -> Iterator[pb.ServerMessage]:
        """Ignore a cue, and say so."""
        values = {"joy": 0.25, "anger": 1.0 / 3.0}
        yield self._event(pb.Event.CUE_IGNORED, media_sample=cue.media_sample, message="line\nbreak", values=values)

    def close(self, _: pb.CloseSession) -> Iterator[pb.ServerMessage]:
        """End everything."""
        if self._speaking:
            yield from self.end_utterance(pb.EndUtterance())
        yield pb.ServerMessage(event=pb.Event(kind=pb.Event.CLOSED))

    def _frames(self) -> Iterator[pb.ServerMessage]:
        """Send all frames before the next sample, in messages of at most about a megabyte."""
        last = ceil(self._next / self._step)
        most = _LARGEST // (4 * self.opened.stride)
        while self._sent < last:
            indices = range(self._sent, min(last, self._sent + most))
            values = np.sin(np.outer(indices, np.arange(1, self.opened.stride + 1)) + self._utterance).astype("<f4")
            samples = [int(index * self._step) for index in indices]
            yield pb.ServerMessage(
                frames=pb.Frames(
                    first_index=self._sent,
                    utterance=self._utterance,
                    media_samples=samples,
                    values=values.tobytes(),
                )
            )
            self._sent = indices.stop

    def _event(self, kind: pb.Event.Kind, **fields: Any) -> pb.ServerMessage:
        event = pb.Event(kind=kind, utterance=self._utterance, next_sample=self._next, **fields)
        return pb.ServerMessage(event=event)

    def _error(self, code: int, refused: str) -> pb.ServerMessage:
        text = "refused by the script: ä → \r\n done"
        return pb.ServerMessage(error=pb.Error(code=code, message=text, refused=refused, next_sample=self._next))


def whole(message: Any) -> dict[str, Any]:
    """Return a message as a map with every scalar field, as a server sends it."""
    result = contents(message)
    for field in message.DESCRIPTOR.fields:
        is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
        if field.name not in result and not field.has_presence:
            if field.is_repeated:
                result[field.name] = {} if is_map else []
            elif field.enum_type is not None:
                result[field.name] = field.enum_type.values_by_number[0].name
            else:
                result[field.name] = field.default_value
        elif field.name in result and field.message_type is not None and not is_map:
            value = getattr(message, field.name)
            result[field.name] = [whole(item) for item in value] if field.is_repeated else whole(value)
    return result
