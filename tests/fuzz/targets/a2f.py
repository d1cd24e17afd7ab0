"""Audio2Face clips: the bytes of their messages, each behind its length, up to what goes to the session."""

from random import Random

from google.protobuf.message import DecodeError

from voxrig.ace import controller_pb2
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.style import NATURAL
from voxrig.runtime.serving.a2f.intake import Intake
from voxrig.runtime.serving.a2f.number import ClipError
from voxrig.runtime.serving.a2f.opening import read_opening
from voxrig.runtime.serving.cues import read_cue
from voxrig.runtime.serving.options import read_options
from voxrig.runtime.serving.settings import Settings
from voxrig.v1 import performance_pb2 as pb

from ..proto_mutation import change
from ..target import Target

_SETTINGS = tuple(Settings(a2f_fps=fps, a2f_life=life) for fps, life in ((30, "off"), (60, "head")))
_CHARACTER = Character()


def check(data: bytes) -> None:
    parts = _parts(data)
    if parts is None:
        return
    settings = _SETTINGS[len(parts) % 2]
    try:
        opening = read_opening(parts[0].audio_stream_header, settings, NATURAL) if parts else None
        if opening is None:
            return
        read_options(opening.session.options, NATURAL, _CHARACTER)
        intake = Intake(opening, settings.max_chunk_bytes)
        following = 0
        pieces = [intake.begin(), *(piece for part in parts[1:] for piece in intake.take(part))]
        for piece in pieces:
            for message in piece.messages:
                following = _follows(message, following)
        assert following == intake.samples
        intake.end()
    except ClipError as error:
        assert str(error)


def _follows(message: pb.ClientMessage, following: int) -> int:
    """A session must take each of these; return the sample after it."""
    if message.HasField("cue"):
        read_cue(message.cue.name, message.cue.values)
    elif message.HasField("audio"):
        assert message.audio.first_sample == following
        assert message.audio.samples
        return following + len(message.audio.samples) // 2
    return following


def _parts(data: bytes) -> list[controller_pb2.AudioStream] | None:
    parts, at = [], 0
    while at + 2 <= len(data):
        size = int.from_bytes(data[at : at + 2], "little")
        try:
            parts.append(controller_pb2.AudioStream.FromString(data[at + 2 : at + 2 + size]))
        except DecodeError:
            return None
        at += 2 + size
    return parts


def _joined(parts: list[controller_pb2.AudioStream]) -> bytes:
    packed = [part.SerializeToString()[:65_535] for part in parts]
    return b"".join(len(one).to_bytes(2, "little") + one for one in packed)


def seeds() -> list[bytes]:
    header, voice, more, end = (controller_pb2.AudioStream() for _ in range(4))
    told = header.audio_stream_header
    told.audio_header.samples_per_second, told.audio_header.bits_per_sample = 16_000, 16
    told.audio_header.channel_count = 1
    told.face_params.float_params["lowerFaceStrength"] = 1.2
    told.emotion_post_processing_params.emotion_strength = 0.5
    told.emotion_params.beginning_emotion["joy"] = 0.5
    told.blendshape_params.bs_weight_multipliers["JawOpen"] = 1.2
    told.blendshape_params.bs_weight_offsets["MouthSmileLeft"] = 0.1
    voice.audio_with_emotion.audio_buffer = bytes(401)
    key = voice.audio_with_emotion.emotions.add()
    key.time_code = 0.01
    key.emotion["anger"] = 0.7
    more.audio_with_emotion.audio_buffer = bytes(99)
    end.end_of_audio.SetInParent()
    return [_joined([header, voice, more]), _joined([header, more, end]), _joined([voice])]


def mutate(data: bytes, chance: Random) -> bytes:
    parts = _parts(data)
    if not parts:
        return data
    for _ in range(chance.choice((1, 2, 3))):
        way = chance.randrange(8)
        if way == 0:
            parts.append(parts[chance.randrange(len(parts))])
        elif way == 1 and len(parts) > 1:
            del parts[chance.randrange(len(parts))]
        else:
            change(chance.choice(parts), chance)
    return _joined(parts)


TARGET = Target(check, seeds, mutate)
