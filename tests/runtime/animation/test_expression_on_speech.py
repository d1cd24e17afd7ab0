"""Emotion never breaks lip-sync: every one at full intensity on real speech, judged on a head by the scoring tool."""

import importlib.util
import json
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from voxrig.runtime.animation.character import SPEECH_ALONE, Character
from voxrig.runtime.animation.emotion import CATEGORIES, everywhere
from voxrig.runtime.animation.face import NATIVE_COUNT
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.animation.temper import Temper
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import OnnxModel

ROOT = Path(__file__).parents[3]
CLIPS = ("gatekeeper", "healer", "warning")
TOOL = ROOT.parent / "shared" / "tools" / "score_lips.py"
FPS = 60
BEFORE = 180  # frames that an emotion has been there when the clip begins

pytestmark = pytest.mark.skipif(not TOOL.exists(), reason=f"needs the scoring tool and its head: {TOOL}")

Floats = NDArray[np.float32]


class Seen(NamedTuple):
    """What the tool says of a take."""

    score: dict[str, float]
    gap: NDArray[np.float64]
    met: list[bool]


@cache
def tool() -> ModuleType:
    """Load the scoring tool, which imports its neighbour by bare name."""
    sys.path.insert(0, str(TOOL.parent))
    try:
        spec = importlib.util.spec_from_file_location("score_lips", TOOL)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(TOOL.parent))
    return module


Phones = list[tuple[str, float, float]]


@cache
def runner() -> BatchRunner:
    return BatchRunner(OnnxModel(bundle.load(bundle.DEFAULT)))


def performed(name: str, character: Character) -> Floats:
    """Return the native poses of a clip, half a second of silence after it, by a character that was there before."""
    samples, rate = soundfile.read(ROOT / "samples" / f"{name}.wav", dtype="float32")
    samples = np.pad(samples, (BEFORE * rate // FPS, rate // 2))
    pipeline = Pipeline(runner().model.spec, profile("metahuman"), FrameRate(FPS), rate, character=character)
    _, frames = run(pipeline, runner(), pipeline.end(pipeline.push(pipeline.start(), samples)))
    return np.stack([frame.values for frame in frames])[BEFORE:]


def phones(name: str) -> Phones:
    return [(p, a, b) for p, a, b in json.loads((ROOT / "samples" / f"{name}.json").read_text("utf-8"))["phones"]]


def feeling(**amounts: float) -> Character:
    """A character with every layer on that feels so."""
    return Character(3, temper=Temper(baseline=everywhere(**amounts), heard=0.0))


def posed(poses: Floats) -> list[dict[str, float]]:
    """Return native poses as the tool takes them."""
    tool()
    arkit = profile("arkit")
    values = arkit.from_native(poses[:, :NATIVE_COUNT], poses[:, NATIVE_COUNT:].reshape(-1, 3, 4))
    keys = [sys.modules["render_face"].key(name) for name in arkit.names]
    return [dict(zip(keys, row, strict=True)) for row in values.astype(float).tolist()]


def judge(name: str, character: Character) -> Seen:
    """Score a take on the tool's head."""
    score, frames, said_by = tool(), posed(performed(name, character)), phones(name)
    gap, *_ = measured = score.measure(frames)
    keep, score.measure = score.measure, lambda _: measured
    try:
        said: dict[str, float] = score.score(frames, said_by, FPS, 0.0)
    finally:
        score.measure = keep
    limit = 0.15 * np.percentile(gap, 95)
    spans = [(round((a - 0.04) * FPS), round((b + 0.04) * FPS)) for p, a, b in said_by if p in score.BILABIAL]
    return Seen(said, gap, [bool(gap[max(a, 0) : b].min() < limit) for a, b in spans])


@cache
def judged(category: str | None) -> dict[str, Seen]:
    character = SPEECH_ALONE if category is None else feeling(**{category: 1.0})
    return {name: judge(name, character) for name in CLIPS}


def recall(takes: dict[str, Seen]) -> float:
    return float(np.mean([met for take in takes.values() for met in take.met]))


def test_a_living_face_without_an_emotion_speaks_as_speech_alone() -> None:
    for name, take in judged(None).items():
        assert np.corrcoef(judge(name, feeling()).gap, take.gap)[0, 1] >= 0.99
    assert sum(len(take.met) for take in judged(None).values()) >= 15
    assert recall(judged(None)) > 0.9


@pytest.mark.parametrize("category", CATEGORIES)
def test_lips_still_close_with_an_emotion(category: str) -> None:
    assert recall(judged(None)) - recall(judged(category)) <= 0.03


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_mouth_moves_the_same_with_an_emotion(category: str) -> None:
    """The same lip gap over time, at the same time."""
    for name, take in judged(category).items():
        plain = judged(None)[name]
        assert np.corrcoef(take.gap, plain.gap)[0, 1] >= 0.95
        assert abs(take.score["lag_ms"] - plain.score["lag_ms"]) <= 1000 / FPS + 0.1


@pytest.mark.parametrize("category", CATEGORIES)
def test_open_and_round_sounds_stay_what_they_are(category: str) -> None:
    """On the mean of the clips, by how many sounds each has: in the shortest, five vowels tell little."""
    takes, plain = judged(category), judged(None)
    assert all(take.score["false_closure"] <= plain[name].score["false_closure"] for name, take in takes.items())
    for figure in ("rounding_auc", "openness_rho", "dental_auc"):
        known = {name: take for name, take in takes.items() if np.isfinite(plain[name].score[figure])}
        change = [take.score[figure] - plain[name].score[figure] for name, take in known.items()]
        assert np.average(change, weights=[take.score["phones"] for take in known.values()]) > -0.05, figure


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_silent_mouth_does_not_gape(category: str) -> None:
    """The lips of a face that waits are no more than two and a half millimetres further apart than at rest."""
    waiting, rest = (performed("healer", who)[-1:] for who in (feeling(**{category: 1.0}), SPEECH_ALONE))
    assert tool().measure(posed(waiting))[0].max() < tool().measure(posed(rest))[0].max() + 0.25


def test_blends_close_the_lips_too() -> None:
    takes = {name: judge(name, feeling(joy=0.5, surprise=0.3, disgust=0.2)) for name in CLIPS}
    assert recall(judged(None)) - recall(takes) <= 0.03
