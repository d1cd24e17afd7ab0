"""A clip on its way in: a client's messages, made into those of a session of our own.

Keyframes wait here until the audio of their time goes in, so that a long clip may have any number of them.
"""

import math
from bisect import insort
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from voxrig.ace import a2f_pb2, controller_pb2, emotion_with_timecode_pb2
from voxrig.runtime.serving.a2f.emotions import Keyframe, read_emotions
from voxrig.runtime.serving.a2f.number import ClipError
from voxrig.runtime.serving.a2f.opening import Opening
from voxrig.v1 import performance_pb2 as pb

LONGEST_BUFFER: Final = 10
"""Seconds of audio in one message."""
LONGEST_CLIP: Final = 300
"""Seconds of a clip, and latest keyframe."""
MOST_KEYFRAMES: Final = 10_000
"""That may wait for the audio of their time."""

_SAMPLE_BYTES: Final = 2
_BURST: Final = (
    128  # changes of emotion at any distance; further ones are a second apart, since a session keeps so many
)


class Piece(NamedTuple):
    """What goes to the session at once.

    Attributes:
        messages: for the session.
        samples: the audio among them, as bytes.
        asked: keyframes that begin in it, in their order.
    """

    messages: list[pb.ClientMessage]
    samples: bytes
    asked: list[Keyframe]


class Intake:
    """What has come of a clip.

    Args:
        opening: its header.
        max_chunk_bytes: most that a message to the session may carry.
    """

    def __init__(self, opening: Opening, max_chunk_bytes: int) -> None:
        self._opening = opening
        self._piece_bytes = min(opening.rate, max_chunk_bytes // _SAMPLE_BYTES) * _SAMPLE_BYTES
        self._carry = b""
        self._samples = 0
        self._waiting: list[Keyframe] = []
        self._given: Mapping[str, float] = {}
        self._paid = 0  # the media sample up to which changes were made, at one a second

    @property
    def samples(self) -> int:
        """Samples that have come."""
        return self._samples

    def begin(self) -> Piece:
        """Return what opens the session, with the emotions that the clip begins with."""
        opening = pb.ClientMessage(open=self._opening.session)
        if not self._opening.beginning:
            return Piece([opening], b"", [])
        first = Keyframe(0, 0.0, self._opening.beginning)
        return Piece([opening, self._cue(0, first, 0.0)], b"", [first])

    def take(self, message: controller_pb2.AudioStream) -> Iterator[Piece]:
        """Take a message between the header and the end of audio; yield what goes to the session, in its order.

        Raises:
            ClipError: it is no audio, or audio or a keyframe in it cannot be.
        """
        if message.WhichOneof("stream_part") != "audio_with_emotion":
            kind = message.WhichOneof("stream_part") or "a message without content"
            raise ClipError(f"{kind} came where audio was due; send one header, then audio, then end_of_audio")
        part = message.audio_with_emotion
        self._check_length(part)
        if len(self._waiting) + len(part.emotions) > MOST_KEYFRAMES:
            raise ClipError(f"more than {MOST_KEYFRAMES} keyframes wait for their audio; send them with it")
        for emotions in part.emotions:
            insort(self._waiting, self._keyframe(emotions), key=lambda keyframe: keyframe.sample)
        data = self._carry + part.audio_buffer
        whole = len(data) - len(data) % _SAMPLE_BYTES
        self._carry = data[whole:]
        for start in range(0, whole, self._piece_bytes):
            yield self._piece(data[start : min(start + self._piece_bytes, whole)])

    def end(self) -> None:
        """Check that what came is a clip.

        Raises:
            ClipError: it has no samples, or ends within one.
        """
        if self._carry:
            raise ClipError("the clip ends within a sample: send an even number of bytes in all, two a sample")
        if not self._samples:
            raise ClipError("the clip has no audio; send at least one sample before end_of_audio")

    def _check_length(self, part: a2f_pb2.AudioWithEmotion) -> None:
        rate, count = self._opening.rate, len(part.audio_buffer) // _SAMPLE_BYTES
        if count > LONGEST_BUFFER * rate:
            raise ClipError(f"the buffer has {count / rate:.1f} s, the most is {LONGEST_BUFFER} s; cut it into several")
        if self._samples + count > LONGEST_CLIP * rate:
            raise ClipError(f"the clip is longer than {LONGEST_CLIP} s; send it as several")

    def _keyframe(self, given: emotion_with_timecode_pb2.EmotionWithTimeCode) -> Keyframe:
        if not 0.0 <= given.time_code <= LONGEST_CLIP:  # NaN neither
            raise ClipError(f"a keyframe's time_code is {given.time_code:g}; send seconds from 0 to {LONGEST_CLIP}")
        # Of two cues at one sample the later is all there is: a keyframe at 0 goes over from the beginning.
        earliest = 1 if self._opening.beginning else 0
        sample = max(math.floor(given.time_code * self._opening.rate + 0.5), earliest)
        return Keyframe(sample, given.time_code, read_emotions(given.emotion))

    def _piece(self, samples: bytes) -> Piece:
        """Make the next audio, with the keyframes of its time before it."""
        messages: list[pb.ClientMessage] = []
        asked: list[Keyframe] = []
        end = self._samples + len(samples) // _SAMPLE_BYTES
        while self._waiting and self._waiting[0].sample < end:
            start = max(self._waiting[0].sample, self._paid - _BURST * self._opening.rate)
            is_last = len(self._waiting) == 1 or self._waiting[1].sample > start
            if is_last and start >= end:
                break
            keyframe = self._waiting.pop(0)
            asked.append(keyframe)
            if is_last and keyframe.emotions != self._given:
                messages.append(self._cue(start, keyframe, self._opening.mix.transition))
                self._paid = max(self._paid, start) + self._opening.rate
        messages.append(pb.ClientMessage(audio=pb.AudioChunk(first_sample=self._samples, samples=samples)))
        self._samples = end
        return Piece(messages, samples, asked)

    def _cue(self, start: int, keyframe: Keyframe, transition: float) -> pb.ClientMessage:
        self._given = keyframe.emotions
        values = self._opening.mix.shown(keyframe.emotions) or {"neutral": 1.0}
        return pb.ClientMessage(
            cue=pb.Cue(media_sample=start, name="emotion", values={**values, "transition": transition})
        )
