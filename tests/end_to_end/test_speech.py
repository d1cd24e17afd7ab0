"""Is it clearly speech? The shipped models on the project's own clips, whose voices they never heard."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import OnnxModel

SAMPLES = Path(__file__).parents[2] / "samples"
CLIPS = sorted(path.stem for path in SAMPLES.glob("*.wav"))
FPS = 60
Phones = list[tuple[str, float, float]]


@cache
def baked(model: str) -> dict[str, tuple[Take, Phones]]:
    """Every clip baked to ARKit at 60 fps by a shipped model, with its phones."""
    loaded = bundle.load(model)
    runner, arkit, out = BatchRunner(OnnxModel(loaded)), profile("arkit"), {}
    for name in CLIPS:
        samples, rate = soundfile.read(SAMPLES / f"{name}.wav", dtype="float32")
        pipeline = Pipeline(loaded.spec, arkit, FrameRate(FPS), rate)
        _, frames = run(pipeline, runner, pipeline.end(pipeline.push(pipeline.start(), samples)))
        take = Take.from_frames(
            frames, profile=arkit.name, names=arkit.names, bones=arkit.bones, fps=FrameRate(FPS), sample_rate=rate
        )
        out[name] = take, json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))["phones"]
    return out


@pytest.fixture(scope="module", params=bundle.shipped())
def takes(request: pytest.FixtureRequest) -> dict[str, tuple[Take, Phones]]:
    """What each shipped model makes of the clips."""
    return baked(request.param)


def curve(take: Take, name: str) -> NDArray[np.float32]:
    return take.controls[:, take.names.index(name)]


def opening(take: Take) -> NDArray[np.float32]:
    """How far the lips part: the jaw less what they close of it, and what they bare."""
    lips = curve(take, "MouthLowerDownLeft") + curve(take, "MouthUpperUpLeft")
    return np.asarray(curve(take, "JawOpen") - curve(take, "MouthClose") + 0.2 * lips, np.float32)


def during(values: NDArray[np.float32], start: float, end: float) -> NDArray[np.float32]:
    return values[round(start * FPS) : max(round(end * FPS), round(start * FPS) + 1)]


def collect(takes: dict[str, tuple[Take, Phones]], sounds: str, of: str) -> list[float]:
    """Mean over the middle half of each phone in `sounds`."""
    out = []
    for take, phones in takes.values():
        values = opening(take) if of == "opening" else curve(take, of)
        for symbol, a, b in phones:
            if symbol in sounds:
                out.append(float(during(values, a + (b - a) / 4, b - (b - a) / 4).mean()))
    return out


def test_lips_meet_in_bilabials(takes: dict[str, tuple[Take, Phones]]) -> None:
    met = []
    for take, phones in takes.values():
        gap = opening(take)
        limit = 0.2 * np.percentile(gap, 95)
        met += [during(gap, a - 0.04, b + 0.04).min() < limit for symbol, a, b in phones if symbol in "pbm"]
    assert len(met) >= 15
    assert np.mean(met) >= 0.8


def test_open_vowels_are_open_and_close_ones_less(takes: dict[str, tuple[Take, Phones]]) -> None:
    wide, narrow = collect(takes, "aɑæɒ", "opening"), collect(takes, "iuɪʊ", "opening")
    assert np.mean(wide) > 1.25 * np.mean(narrow)
    # People's mouths tell them apart no better: sounds lean on their neighbours.
    assert np.mean(np.subtract.outer(wide, narrow) > 0) > 0.65


def test_rounded_sounds_are_rounded(takes: dict[str, tuple[Take, Phones]]) -> None:
    rounded, spread = collect(takes, "uw", "MouthPucker"), collect(takes, "ieɪs", "MouthPucker")
    assert np.mean(np.subtract.outer(rounded, spread) > 0) > 0.9


def test_f_and_v_bring_the_lip_to_the_teeth(takes: dict[str, tuple[Take, Phones]]) -> None:
    dental, other = collect(takes, "fv", "MouthRollLower"), collect(takes, "aɑɪiʌ", "MouthRollLower")
    assert np.mean(np.subtract.outer(dental, other) > 0) > 0.8


def test_the_mouth_keeps_time_with_the_words(takes: dict[str, tuple[Take, Phones]]) -> None:
    """Shifted by a fifth of a second, the opening fits the words worse."""
    for take, phones in takes.values():
        gap = opening(take)
        spoken = np.zeros(len(gap), np.float32)
        for symbol, a, b in phones:
            spoken[round(a * FPS) : round(b * FPS)] = (
                1.0 if symbol in "aɑæɒʌɛeɔo" else 0.0 if symbol in "pbmfv" else 0.5
            )
        fits = {shift: np.corrcoef(np.roll(spoken, shift), gap)[0, 1] for shift in range(-12, 13)}
        best = max(fits, key=lambda shift: fits[shift])
        assert abs(best) <= 3, "within 50 ms"
        assert fits[best] > fits[-12] + 0.15
        assert fits[best] > fits[12] + 0.15


def test_the_mouth_rests_before_the_first_word(
    takes: dict[str, tuple[Take, Phones]], request: pytest.FixtureRequest
) -> None:
    """A quarter of a second before it; the jaw of `studio`, which hears it coming, may have begun to drop."""
    most = 0.1 if request.node.callspec.params["takes"] == bundle.BAKING else 0.02
    for take, phones in takes.values():
        quiet = take.controls[: round((phones[0][1] - 0.25) * FPS)]
        assert quiet.size == 0 or np.abs(quiet).max() < most


def test_studio_drops_its_jaw_before_the_first_word_and_live_does_not() -> None:
    """Mean over the clips of the jaw 50 to 150 ms before the first sound."""
    early = {}
    for model in (bundle.BAKING, bundle.DEFAULT):
        spans = [(curve(take, "JawOpen"), phones[0][1]) for take, phones in baked(model).values()]
        early[model] = float(np.mean([during(jaw, first - 0.15, first - 0.05).mean() for jaw, first in spans]))
    assert early[bundle.BAKING] > 0.04
    assert early[bundle.BAKING] > 2 * early[bundle.DEFAULT]


@pytest.mark.parametrize("name", bundle.shipped())
@pytest.mark.parametrize("decibels", [-60, -50, -40])
def test_room_noise_does_not_hold_the_mouth_open(name: str, decibels: int) -> None:
    """Steady pink noise, too loud for the silence gate: the network itself rests."""
    loaded, arkit = bundle.load(name), profile("arkit")
    spectrum = np.fft.rfft(np.random.default_rng(0).standard_normal(4 * 24_000))
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)))
    noise *= 10 ** (decibels / 20) / noise.std()
    pipeline = Pipeline(loaded.spec, arkit, FrameRate(FPS), 24_000)
    state = pipeline.end(pipeline.push(pipeline.start(), noise.astype(np.float32)))
    frames = run(pipeline, BatchRunner(OnnxModel(loaded)), state)[1]
    jaw = np.array([frame.values[arkit.names.index("JawOpen")] for frame in frames])
    assert jaw.mean() < 0.035
    assert jaw.max() < 0.1
