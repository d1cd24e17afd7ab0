"""A clip on its way out: a session's frames as messages of Audio2Face, each with the audio of its time."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from voxrig.ace import animation_data_pb2 as data_pb2
from voxrig.ace import controller_pb2, emotion_with_timecode_pb2
from voxrig.ace.emotion_aggregate_pb2 import EmotionAggregate
from voxrig.runtime.serving.a2f.emotions import NAMES, SHOWN_AS, Keyframe
from voxrig.runtime.serving.a2f.number import ClipError
from voxrig.runtime.serving.a2f.opening import Opening
from voxrig.v1 import performance_pb2 as pb

_SAMPLE_BYTES = 2


class Output:
    """What is owed to the client of a clip.

    A frame waits here until the audio of its whole span has come or there is no more: a short look-ahead may have it
    ready before.
    """

    def __init__(self, opening: Opening) -> None:
        self.frames = 0
        """Made so far."""
        self._rate = opening.rate
        self._fps = opening.session.frame_rate.numerator
        self._shaping = opening.shaping
        self._row: NDArray[np.float32] | None = None
        self._stride = 0
        self._audio = bytearray()
        self._waiting: deque[NDArray[np.float32]] = deque()
        self._asked: deque[Keyframe] = deque()
        self._asked_now: Keyframe | None = None
        self._shown: deque[tuple[int, Mapping[str, float]]] = deque()
        self._shown_now = dict.fromkeys(NAMES, 0.0)

    def hear(self, samples: bytes, asked: Iterable[Keyframe]) -> None:
        """Note audio that goes to the session, and the keyframes of its time."""
        self._audio += samples
        self._asked.extend(asked)

    def messages(self, answers: Sequence[pb.ServerMessage]) -> Iterator[controller_pb2.AnimationDataStream]:
        """Turn a session's answers into messages, one a frame.

        Raises:
            ClipError: an answer is an error.
        """
        for answer in answers:
            if answer.HasField("error"):
                raise ClipError(answer.error.message)
            if answer.HasField("opened"):
                self._stride = answer.opened.stride
            elif answer.event.kind == pb.Event.EMOTION:
                self._shown.append((answer.event.frame_index, answer.event.values))
            elif answer.HasField("frames"):
                rows = np.frombuffer(answer.frames.values, "<f4").reshape(-1, self._stride)
                self._waiting.extend(rows[:, : len(self._shaping.columns)])
        while self._waiting and self._span() * _SAMPLE_BYTES <= len(self._audio):
            yield self._next()

    def rest(self) -> Iterator[controller_pb2.AnimationDataStream]:
        """Yield what still waits: the clip's last frame, whose audio is filled up with silence."""
        while self._waiting:
            yield self._next()

    def _span(self) -> int:
        """Samples of the next frame."""
        return (self.frames + 1) * self._rate // self._fps - self.frames * self._rate // self._fps

    def _next(self) -> controller_pb2.AnimationDataStream:
        index, at = self.frames, self.frames / self._fps
        size = self._span() * _SAMPLE_BYTES
        audio = bytes(self._audio[:size]).ljust(size, b"\0")
        del self._audio[:size]
        self._row, weights = self._shaping.step(self._row, self._waiting.popleft())
        data = data_pb2.AnimationData(
            skel_animation=data_pb2.SkelAnimation(
                blend_shape_weights=[data_pb2.FloatArrayWithTimeCode(time_code=at, values=weights.tolist())]
            ),
            audio=data_pb2.AudioWithTimeCode(time_code=at, audio_buffer=audio),
        )
        data.metadata["emotion_aggregate"].Pack(self._aggregate(index, at))
        self.frames += 1
        return controller_pb2.AnimationDataStream(animation_data=data)

    def _aggregate(self, index: int, at: float) -> EmotionAggregate:
        """What was asked for at a frame, and what the face shows."""
        sample = -(-index * self._rate // self._fps)
        while self._asked and self._asked[0].sample <= sample:
            self._asked_now = self._asked.popleft()
        while self._shown and self._shown[0][0] <= index:
            values = self._shown.popleft()[1]
            self._shown_now = dict.fromkeys(NAMES, 0.0) | {
                name: values[category] for category, name in SHOWN_AS.items() if category in values
            }
        aggregate = EmotionAggregate(a2f_smoothed_output=[_at(at, self._shown_now)])
        if self._asked_now is not None:
            asked = dict.fromkeys(NAMES, 0.0) | dict(self._asked_now.emotions)
            aggregate.input_emotions.append(_at(self._asked_now.seconds, asked))
        return aggregate


def _at(seconds: float, emotion: Mapping[str, float]) -> emotion_with_timecode_pb2.EmotionWithTimeCode:
    return emotion_with_timecode_pb2.EmotionWithTimeCode(time_code=seconds, emotion=emotion)
