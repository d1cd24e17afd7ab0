"""Fit a style to a capture that is known: a bake in a style, shifted in time, with a tracker's noise."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from voxrig.runtime.animation.alignment import find_offset
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.animation.style import NATURAL, PREFIX, SHORT_NAMES, ControlStyle, Style
from voxrig.runtime.animation.style_fit import FitError, fit_style
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import OnnxModel

Floats = NDArray[np.float32]

SAMPLES = Path(__file__).parents[3] / "samples"
QUARTERS = ("UL", "UR", "DL", "DR")
TRUE = Style(
    rest={"mouthCornerPullL": 0.12, "mouthCornerPullR": 0.07, "jawOpen": 0.02},
    controls={
        "jawOpen": ControlStyle(1.4, 0.03),
        **{f"mouthLowerLipDepress{side}": ControlStyle(0.7, 0.0) for side in "LR"},
        **{f"mouthUpperLipRaise{side}": ControlStyle(1.3, 0.05) for side in "LR"},
        **{f"mouthLipsPurse{end}": ControlStyle(1.25, 0.0) for end in QUARTERS},
        **{f"mouthLowerLipRollIn{side}": ControlStyle(0.8, 0.0) for side in "LR"},
    },
)

pytestmark = pytest.mark.skipif(not bundle.shipped(), reason="no bundle came with the package")


@cache
def sound() -> tuple[Floats, int]:
    """All the samples, half a second of silence after each."""
    clips = [
        soundfile.read(SAMPLES / f"{name}.wav", dtype="float32")[0] for name in ("gatekeeper", "healer", "warning")
    ]
    return np.concatenate([part for clip in clips for part in (clip, np.zeros(12_000, np.float32))]), 24_000


def bake(rig: str, style: Style = NATURAL, fps: int = 60, seconds: float = 60.0) -> Take:
    samples, rate = sound()
    named, loaded = profile(rig), bundle.load(bundle.DEFAULT)
    pipeline = Pipeline(loaded.spec, named, FrameRate(fps), rate, style)
    state = pipeline.end(pipeline.push(pipeline.start(), samples[: round(seconds * rate)]))
    frames = run(pipeline, BatchRunner(OnnxModel(loaded)), state)[1]
    return Take.from_frames(
        frames, profile=rig, names=named.names, bones=named.bones, fps=FrameRate(fps), sample_rate=rate
    )


def captured(style: Style, fps: int = 60, late: int = 0, noise: float = 0.01) -> Take:
    """What a tracker would record of a face in `style`, `late` frames after the sound (before it where negative)."""
    take = bake("arkit", style, fps)
    rows = np.concatenate((np.repeat(take.values[:1], late, axis=0), take.values)) if late > 0 else take.values[-late:]
    tremble = np.random.default_rng(1).normal(0, noise, (len(rows), 52)).astype(np.float32)
    rows = np.concatenate((np.clip(rows[:, :52] + tremble, 0, 1), rows[:, 52:]), axis=1)
    return Take("arkit", take.names, take.bones, take.fps, rows, 0, take.sample_rate)


@cache
def natural() -> Take:
    return bake("metahuman")


def controls() -> tuple[str, ...]:
    return tuple(name.removeprefix(PREFIX) for name in bundle.load(bundle.DEFAULT).spec.controls)


@pytest.mark.parametrize(("fps", "late"), [(60, 9), (60, -14), (30, 5)])
def test_a_known_style_is_found_again(fps: int, late: int) -> None:
    fit = fit_style(captured(TRUE, fps, late), natural(), controls())
    assert fit.offset.seconds == pytest.approx(late / fps, abs=0.004)
    assert fit.offset.correlation > 0.95
    for name, true in TRUE.controls.items():
        found = fit.style.controls[name]
        assert found.gain == pytest.approx(true.gain, rel=0.1), name
        assert found.bias == pytest.approx(true.bias, abs=0.02), name
    assert fit.style.rest == pytest.approx(dict(TRUE.rest), abs=0.01)
    for item in fit.learned:
        if item.control not in TRUE.controls:
            assert item.style.gain == pytest.approx(1.0, abs=0.25), item.control
            assert item.style.bias == pytest.approx(0.0, abs=0.02), item.control
    assert not [name for name in fit.style.controls if "Together" in name]


def test_a_face_like_the_models_teaches_nothing() -> None:
    fit = fit_style(captured(NATURAL), natural(), controls())
    assert not fit.style.rest
    for name, found in fit.style.controls.items():
        assert abs(np.log(found.gain)) < 0.2, name
        assert abs(found.bias) <= 0.015, name
    assert (
        fit.style.controls["jawOpen"].gain == pytest.approx(1.0, abs=0.03) if "jawOpen" in fit.style.controls else True
    )


def test_what_does_not_move_or_not_with_the_sound_is_left_alone() -> None:
    capture = captured(TRUE)
    rows = capture.values.copy()
    still, wild = ("MouthFunnel",), ("MouthStretchLeft", "MouthStretchRight")
    rows[:, [capture.names.index(name) for name in still]] = 0.0
    rng = np.random.default_rng(3)
    for name in wild:
        rows[:, capture.names.index(name)] = np.convolve(rng.random(len(rows)), np.ones(20) / 20, mode="same")
    fit = fit_style(Take("arkit", capture.names, (), capture.fps, rows, 0, 24_000), natural(), controls())
    learned = {item.control: item for item in fit.learned}
    for name in ("mouthStretchL", "mouthStretchR", "tongueTipUp", "tongueUp"):
        assert learned[name].share == 0.0
        assert learned[name].style == ControlStyle()
        assert name not in fit.style.controls
    assert learned["jawOpen"].share == 1.0


def test_closures_survive_a_fitted_style() -> None:
    fit = fit_style(captured(TRUE, noise=0.03), natural(), controls())
    take = bake("metahuman", fit.style)
    share = take.controls[:, SHORT_NAMES.index("mouthLipsTogetherUL")]
    before = natural().controls[:, SHORT_NAMES.index("mouthLipsTogetherUL")]
    closed = before > 0.95
    assert closed.sum() > 40
    jaw, lower = (SHORT_NAMES.index(name) for name in ("jawOpen", "mouthLowerLipDepressL"))
    left, was = (take.controls[:, jaw] * (1 - share))[closed], (natural().controls[:, jaw] * (1 - before))[closed]
    assert (left <= was + 1e-3).all()
    assert (take.controls[closed, lower] <= natural().controls[closed, lower] + 1e-3).all()


def test_the_offset_of_curves_that_are_known() -> None:
    time = np.arange(1200) / 60
    curve = lambda shift: np.sin(5 * (time - shift)) + 0.6 * np.sin(13.7 * (time - shift) + 1)  # noqa: E731
    for shift in (-0.4, -0.105, 0.0, 0.0083, 0.31):
        assert find_offset(curve(shift), curve(0.0), 60).seconds == pytest.approx(shift, abs=0.002)
    assert find_offset(np.zeros(1200), curve(0.0), 60).correlation == 0.0


def test_what_cannot_be_fitted_is_told() -> None:
    capture = captured(TRUE)
    short = Take("arkit", capture.names, (), capture.fps, capture.values[:500], 0, 24_000)
    with pytest.raises(FitError, match=r"have 8\.3 s in common; at least 10 s are needed"):
        fit_style(short, natural(), controls())
    quiet = Take("metahuman", natural().names, natural().bones, FrameRate(60), natural().values * 0, 0, 24_000)
    with pytest.raises(FitError, match=r"hears 0\.0 s of speech in the sound; at least 5 s"):
        fit_style(capture, quiet, controls())
    other = Take("arkit", capture.names, (), capture.fps, np.roll(capture.values, 540, axis=0), 0, 24_000)
    with pytest.raises(FitError, match=r"does not follow the sound .*give the sound of this very recording"):
        fit_style(other, natural(), controls())
    with pytest.raises(FitError, match="trim them so that both begin together"):
        fit_style(captured(TRUE, late=32), natural(), controls())
