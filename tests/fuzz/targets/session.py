"""Conversations: bytes as a program of well-formed messages, so that most of them are taken and sessions go on."""

from collections.abc import Iterator

from voxrig.runtime.animation.cues import CUE_NAMES
from voxrig.v1 import performance_pb2 as pb

from ..cursor import Cursor
from ..house import house
from ..target import Target

_RATES = (24_000, 16_000, 8_000, 44_100, 48_000, 22_050)
_FRAME_RATES = ((60, 1), (30, 1), (30_000, 1001), (24, 1), (240, 1), (1, 1), (0, 1))
_RIGS = ("arkit", "metahuman", "arkit", "nobody")
_KEYS = (
    *("joy", "x", "y", "z", "yaw", "pitch", "force", "allow", "rate", "nod", "shake", "jaw", "lips", "release"),
    *("transition", "hold", "talking", "listening", "world", "beat", "left", "right", "desirability", "posture"),
)
_OPTIONS = (
    *(("emotion", "off"), ("emotion", "joy=0.4"), ("tell", "visemes,emotion"), ("body", "on"), ("head", "off")),
    *(("style", "clear"), ("jaw", "1.4"), ("heard", "0.5"), ("behind", "drop"), ("idle", "off"), ("x", "y")),
)
_MOST = 10  # messages
_CUTS = 2
"""Interruptions that an input has at most: with a body each takes as long as ten other inputs."""


def check(data: bytes) -> None:
    way = data[0] if data else 0
    messages = _messages(Cursor(data[1:]))
    if way < 224:
        house().converse(messages, most=way & 7)
    else:
        house().serve(messages, lost=way & 15)


def _messages(cursor: Cursor) -> Iterator[pb.ClientMessage]:
    following: dict[int, int] = {}
    count = cuts = 0
    while cursor.more and count < _MOST:
        count += 1
        step = cursor.whole(1)
        session, kind = step >> 7, step & 7
        message = pb.ClientMessage(session=session)
        due = following.get(session, 0)
        if kind == 0 or session not in following:
            _open(message.open, cursor)
            following[session] = message.open.begin.media_sample
        elif kind in (1, 2, 3):
            samples = cursor.below(256) * (8 if kind == 3 else 1)
            bits = cursor.take(2).ljust(2, b"\0") * samples
            message.audio.first_sample, message.audio.samples = due, bits
            following[session] = due + samples
        elif kind == 4:
            _cue(message.cue, cursor, due)
        elif kind == 5:
            message.end_utterance.tail_samples = cursor.whole(2) >> 4
            following[session] = due + message.end_utterance.tail_samples
        elif kind == 6 and cuts < _CUTS:
            cuts += 1
            message.interrupt.SetInParent()
            if cursor.whole(1) & 1:
                message.interrupt.at_sample = max(0, due - cursor.whole(2))
            following[session] = due + cursor.whole(2)
        else:
            message.close.SetInParent()
        yield message


def _open(opening: pb.OpenSession, cursor: Cursor) -> None:
    opening.rig = cursor.choice(_RIGS)
    opening.frame_rate.numerator, opening.frame_rate.denominator = cursor.choice(_FRAME_RATES)
    opening.audio.encoding = pb.AudioFormat.S16LE
    opening.audio.sample_rate = cursor.choice(_RATES)
    opening.audio.channels = 1
    opening.seed = cursor.whole(1)
    flags = cursor.whole(1)
    for _ in range(flags & 3):
        key, value = cursor.choice(_OPTIONS)
        opening.options[key] = value
    if flags & 4:
        second = cursor.below(100_000)
        opening.begin.frame_index = second * 60
        opening.begin.media_sample = second * opening.audio.sample_rate
        opening.begin.utterance = cursor.whole(1)
    if flags & 8:
        opening.resume_window_ms = cursor.whole(2)


def _cue(cue: pb.Cue, cursor: Cursor, due: int) -> None:
    cue.name = cursor.choice(CUE_NAMES)
    cue.media_sample = max(0, due + cursor.whole(2) - 32_768)
    for _ in range(cursor.below(4)):
        cue.values[cursor.choice(_KEYS)] = cursor.float32() if cursor.whole(1) & 1 else cursor.whole(1) / 128 - 1.0


def seeds() -> list[bytes]:
    opening = b"\0\0\0\0\7\0"
    begun = b"\0\0\0\0\7\4\5\0\0\0\2"
    voice = b"\3\x80\x12\x34"
    return [
        b"\0" + opening + voice + voice + b"\5\x40\1" + b"\7",
        b"\xe3" + begun + voice + b"\6\1\x10\0\0\0" + voice,
        b"\xe2\0\0\0\0\7\x08\x88\x13" + voice + voice + b"\5\x40\1" + voice,
        b"\0\0\1\2\1\7\2\2\1" + voice + b"\4\1\0\x80\1\0\0\x90" + b"\x80\0\0\0\1\0" + b"\x83\xff\1\2" + voice,
    ]


TARGET = Target(check, seeds, longest=96)
