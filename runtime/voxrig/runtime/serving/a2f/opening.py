"""A clip's header: the session that it asks for, and what is done to its frames."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from voxrig.ace import audio_pb2, controller_pb2
from voxrig.runtime.animation.style import RANGES, Style
from voxrig.runtime.core.arkit import ARKIT_ANGLES, ARKIT_SHAPES
from voxrig.runtime.core.resample import MAX_RATE, MIN_RATE
from voxrig.runtime.serving.a2f.emotions import Mix, read_emotions, read_mix
from voxrig.runtime.serving.a2f.face import Face, read_face
from voxrig.runtime.serving.a2f.number import ClipError, finite
from voxrig.runtime.serving.a2f.shaping import Shaping
from voxrig.runtime.serving.settings import Settings
from voxrig.v1 import performance_pb2 as pb

HEAD: Final = tuple(name for name in ARKIT_ANGLES if name.startswith("Head"))
"""Columns that follow the shapes where the head is asked for, in radians."""

_LIPS: Final = 5.0  # from lipOpenOffset's range, 0.2 either way, to lip_offset's, 1 either way
_LIFE: Final[Mapping[str, Mapping[str, str]]] = {
    "off": dict.fromkeys(("blink", "gaze", "head", "idle", "body"), "off"),
    "on": {"head": "off", "body": "off"},
    "head": {"body": "off"},
}
_MOST_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Opening:
    """What a header says.

    Attributes:
        audio: as the client sends it, to be told back.
        rate: samples a second.
        session: the session to open.
        shaping: what is done to its weights.
        mix: what is made of emotions.
        beginning: emotions before the first keyframe.
        remarks: on what was left out or cut to its range, for people.
    """

    audio: audio_pb2.AudioHeader
    rate: int
    session: pb.OpenSession
    shaping: Shaping
    mix: Mix
    beginning: Mapping[str, float]
    remarks: tuple[str, ...]


def read_opening(header: controller_pb2.AudioStreamHeader, settings: Settings, style: Style) -> Opening:
    """Read a clip's header.

    Args:
        header: the client's.
        settings: of the server.
        style: of the server's characters; strengths multiply its amplitudes.

    Raises:
        ClipError: audio that cannot be used, or a value that is NaN or an unknown emotion.
    """
    audio = _checked(header.audio_header)
    face, face_remarks = read_face(header.face_params.float_params)
    mix, mix_remarks = read_mix(header.emotion_post_processing_params, header.emotion_params)
    columns = (*ARKIT_SHAPES, *(HEAD if settings.a2f_life == "head" else ()))
    shapes = header.blendshape_params
    multipliers, unscaled = _by_column("multiplier", shapes.bs_weight_multipliers, columns)
    offsets, unshifted = _by_column("offset", shapes.bs_weight_offsets, columns)
    unknown = sorted({*unscaled, *unshifted})
    remarks = (*face_remarks, *mix_remarks, *((f"unknown blend shapes: {_listed(unknown)}",) if unknown else ()))
    clamp = shapes.enable_clamping_bs_weight
    return Opening(
        audio=audio,
        rate=audio.samples_per_second,
        session=pb.OpenSession(
            rig="arkit",
            frame_rate=pb.FrameRate(numerator=settings.a2f_fps, denominator=1),
            audio=pb.AudioFormat(encoding=pb.AudioFormat.S16LE, sample_rate=audio.samples_per_second, channels=1),
            options=_options(face, mix, settings, style),
        ),
        shaping=Shaping(columns, settings.a2f_fps, face, multipliers, offsets, clamp),
        mix=mix,
        beginning=read_emotions(header.emotion_params.beginning_emotion),
        remarks=remarks,
    )


def _checked(audio: audio_pb2.AudioHeader) -> audio_pb2.AudioHeader:
    """Return the audio header, or refuse it."""
    if audio.audio_format != audio_pb2.AudioHeader.AUDIO_FORMAT_PCM:
        raise ClipError(f"audio_format is {audio.audio_format}; send AUDIO_FORMAT_PCM (0)")
    if audio.channel_count != 1:
        raise ClipError(f"channel_count is {audio.channel_count}; send one channel")
    if audio.bits_per_sample != 16:
        raise ClipError(f"bits_per_sample is {audio.bits_per_sample}; send 16")
    if not MIN_RATE <= audio.samples_per_second <= MAX_RATE:
        raise ClipError(
            f"samples_per_second is {audio.samples_per_second}; send {MIN_RATE} to {MAX_RATE}, 16000 is enough"
        )
    return audio


def _by_column(what: str, given: Mapping[str, float], columns: tuple[str, ...]) -> tuple[dict[str, float], list[str]]:
    """Return the values of columns that there are, and the names of the others."""
    values = {name: finite(f"the {what} of blend shape {name:.40}", value) for name, value in given.items()}
    return {name: values[name] for name in columns if name in values}, [name for name in values if name not in columns]


def _options(face: Face, mix: Mix, settings: Settings, style: Style) -> dict[str, str]:
    """The options of the session: style where the face parameters turn it, what is heard, and life.

    A server that was told how far to follow the voice, or what its characters feel, keeps to that.
    """
    asked = {
        "lips": style.lips * face.lower_strength * face.skin_strength,
        "jaw": style.jaw * face.lower_strength * face.skin_strength,
        "tongue": style.tongue * face.tongue_strength,
        "lip_offset": style.lip_offset + _LIPS * face.lip_offset,
    }
    cut = {key: min(max(value, RANGES[key][0]), RANGES[key][1]) for key, value in asked.items()}
    dials = {key: f"{value:.6f}" for key, value in cut.items() if value != getattr(style, key)}
    heard = {"heard": f"{mix.heard:.6f}"} if settings.emotion == "auto" and settings.heard is None else {}
    return {**dials, **heard, **_LIFE[settings.a2f_life], "tell": "emotion"}


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(name[:40] for name in names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
