"""A header: the session that it asks for."""

import pytest

from voxrig.ace.a2f_pb2 import BlendShapeParameters, EmotionParameters, EmotionPostProcessingParameters, FaceParameters
from voxrig.ace.audio_pb2 import AudioHeader
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.style import NATURAL, Style
from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.serving.a2f.number import ClipError
from voxrig.runtime.serving.options import read_options
from voxrig.runtime.serving.settings import Settings, SettingsError
from voxrig.v1 import performance_pb2 as pb

OFF = dict.fromkeys(("blink", "gaze", "head", "idle", "body"), "off")


def test_the_session_of_a_bare_header(opening):
    read = opening()
    assert read.session == pb.OpenSession(
        rig="arkit",
        frame_rate=pb.FrameRate(numerator=30, denominator=1),
        audio=pb.AudioFormat(encoding=pb.AudioFormat.S16LE, sample_rate=16_000, channels=1),
        options={"heard": "0.600000", "tell": "emotion", **OFF},
    )
    assert read.shaping.columns == ARKIT_SHAPES
    assert (read.beginning, read.remarks) == ({}, ())
    assert read_options(read.session.options, NATURAL, Character()).style == NATURAL


@pytest.mark.parametrize(
    ("life", "options"), [("off", OFF), ("on", {"head": "off", "body": "off"}), ("head", {"body": "off"})]
)
def test_life_is_as_the_server_has_it(opening, life, options):
    read = opening(settings=Settings(a2f_life=life, a2f_fps=60))
    assert {key: value for key, value in read.session.options.items() if key in OFF} == options
    assert read.shaping.columns[52:] == (("HeadYaw", "HeadPitch", "HeadRoll") if life == "head" else ())
    assert read.session.frame_rate.numerator == read.shaping.fps == 60


@pytest.mark.parametrize("settings", [Settings(emotion="off"), Settings(emotion="joy=0.3"), Settings(heard=0.2)])
def test_a_server_that_was_told_how_to_feel_keeps_to_that(opening, settings):
    assert "heard" not in opening(settings=settings).session.options


def test_strengths_multiply_the_servers_style(opening):
    style = Style(lips=0.8, jaw=1.5, tongue=0.5, lip_offset=0.1)
    given = {"lowerFaceStrength": 1.25, "skinStrength": 1.0, "tongueStrength": 3.0, "lipOpenOffset": -0.02}
    read = opening(style=style, face_params=FaceParameters(float_params=given))
    spoken = read_options(read.session.options, style, Character()).style
    assert (spoken.lips, spoken.jaw, spoken.tongue) == pytest.approx((1.0, 1.875, 1.5))
    assert spoken.lip_offset == pytest.approx(0.0, abs=1e-6)
    strong = opening(face_params=FaceParameters(float_params={"lowerFaceStrength": 2.0, "skinStrength": 2.0}))
    assert (strong.session.options["lips"], strong.session.options["jaw"]) == ("2.000000", "2.000000")


def test_blend_shapes_by_name(opening):
    names = {f"Tongue{number:02}": 1.0 for number in range(10)}
    shapes = BlendShapeParameters(
        bs_weight_multipliers={"JawOpen": 1.2, **names},
        bs_weight_offsets={"HeadYaw": 0.5},
        enable_clamping_bs_weight=True,
    )
    read = opening(blendshape_params=shapes)
    assert (read.shaping.multipliers, read.shaping.offsets, read.shaping.clamp) == ({"JawOpen": 1.2}, {}, True)
    assert read.remarks == ("unknown blend shapes: HeadYaw, " + ", ".join(sorted(names)[:7]) + " and 3 more",)
    assert opening(settings=Settings(a2f_life="head"), blendshape_params=shapes).shaping.offsets == {"HeadYaw": 0.5}


def test_emotions_of_a_header(opening):
    read = opening(
        emotion_params=EmotionParameters(beginning_emotion={"joy": 0.5, "fear": 0.0}, live_transition_time=0.2),
        emotion_post_processing_params=EmotionPostProcessingParameters(emotion_strength=1.0),
    )
    assert read.beginning == {"joy": 0.5}
    assert read.mix.transition == 0.2
    assert read.session.options["heard"] == "0.500000"


@pytest.mark.parametrize(
    ("audio", "text"),
    [
        (AudioHeader(), "channel_count is 0; send one channel"),
        (AudioHeader(channel_count=2, bits_per_sample=16, samples_per_second=16_000), "channel_count is 2"),
        (AudioHeader(channel_count=1, bits_per_sample=24, samples_per_second=16_000), "bits_per_sample is 24; send 16"),
        (AudioHeader(channel_count=1, bits_per_sample=16), "samples_per_second is 0; send 8000 to 192000"),
        (AudioHeader(audio_format=7), "audio_format is 7; send AUDIO_FORMAT_PCM"),
    ],
)
def test_audio_that_cannot_be_used(opening, audio, text):
    with pytest.raises(ClipError, match=text):
        opening(audio_header=audio)


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ({"a2f_fps": 25}, "a2f_fps is 25; it must be 30 or 60"),
        ({"a2f_life": "yes"}, "a2f_life is 'yes'; it must be off, on or head"),
        ({"a2f_idle_seconds": 0.0}, "a2f_idle_seconds is 0.0; it must be more than 0"),
    ],
)
def test_settings_that_cannot_be(setting, text):
    with pytest.raises(SettingsError, match=text):
        Settings(**setting)
