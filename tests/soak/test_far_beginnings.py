"""A session that begins a year into its timeline counts and moves as one that begins at 0: nothing drifts with time."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.models.asking import alone
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.session import Session
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.v1 import performance_pb2 as pb

DAY = 86_400
SPEECH_ALONE = dict.fromkeys(("emotion", "blink", "gaze", "head", "idle"), "off")
"""What is left to chance goes by the time on the timeline, and so is another then."""


def said(
    stage: Stage, audio: NDArray[np.float32], rate: int, fps: Fraction, first_frame: int, **options: str
) -> list[pb.Frames]:
    """Say it from `first_frame` on; return the messages with frames."""
    sample = first_frame * rate / fps
    assert sample.denominator == 1
    opening = pb.OpenSession(
        rig="arkit",
        frame_rate=pb.FrameRate(numerator=fps.numerator, denominator=fps.denominator),
        audio=pb.AudioFormat(encoding=pb.AudioFormat.F32LE, sample_rate=rate, channels=1),
        begin=pb.Beginning(frame_index=first_frame, media_sample=int(sample), utterance=3),
        seed=7,
        options=options,
    )
    session = Session(1, stage)
    [opened] = session.receive(pb.ClientMessage(open=opening))
    assert opened.HasField("opened"), opened
    chunk = pb.AudioChunk(first_sample=int(sample), samples=audio.astype("<f4").tobytes())
    answers = session.receive(pb.ClientMessage(audio=chunk))
    answers += session.receive(pb.ClientMessage(end_utterance=pb.EndUtterance()))
    while session.pending:
        row = session.row(1)
        [(controls, state)] = row.runner.steps([row.features], [row.state])
        answers += alone(session.advancing(controls, state))
    return [answer.frames for answer in answers if answer.HasField("frames")]


@pytest.mark.parametrize("days", [3, 365])
@pytest.mark.parametrize(
    ("rate", "fps"), [(24_000, Fraction(60)), (44_100, Fraction(30_000, 1001)), (48_000, Fraction(24))]
)
def test_times_are_exact_and_speech_is_the_same(
    tiny_bundle: Bundle, speech, days: int, rate: int, fps: Fraction
) -> None:
    stage = Stage(Settings(models=(str(tiny_bundle.path),)))
    audio = speech(1.0, rate)
    step = (Fraction(1) / fps * rate).denominator  # so many frames make whole samples
    first = int(days * DAY * fps) // step * step
    early = said(stage, audio, rate, fps, 0, **SPEECH_ALONE)
    late = said(stage, audio, rate, fps, first, **SPEECH_ALONE)
    samples = [sample for frames in late for sample in frames.media_samples]
    assert samples == [int((first + n) * rate / fps) for n in range(-(-fps.numerator // fps.denominator))]
    assert {frames.utterance for frames in late} == {3}
    assert late[0].first_index == first
    assert b"".join(frames.values for frames in late) == b"".join(frames.values for frames in early)


@pytest.mark.parametrize("days", [3, 365])
def test_life_goes_on_and_stays_in_its_bounds(tiny_bundle: Bundle, speech, days: int) -> None:
    stage = Stage(Settings(models=(str(tiny_bundle.path),)))
    late = said(stage, speech(8.0, 24_000), 24_000, Fraction(60), days * DAY * 60)
    values = np.frombuffer(b"".join(frames.values for frames in late), "<f4").reshape(480, 61)
    assert np.isfinite(values).all()
    assert 0.0 <= values[:, :52].min() <= values[:, :52].max() <= 1.0
    assert values[:, :52].max(axis=0)[0] > 0.5  # it blinks
    assert np.abs(np.diff(values[:, 52:], axis=0)).max() < 0.3  # it doesn't jump
