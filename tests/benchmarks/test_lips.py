"""How well do the lips read? Scores of the shipped bundles on voices kept out of training, beside a baseline.

    python -m pytest tests/benchmarks/test_lips.py -m benchmarks -s

The scorer poses ARKit weights on a head and measures the gap between its lips, so that a rig is judged by what is seen.
"""

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from voxrig.exporters.datasets.speech import Clip, read_emodb, read_grid, read_ljspeech, read_tts
from voxrig.exporters.training.corpus import HELD_OUT_SPEAKERS, is_held_out
from voxrig.runtime.animation.pipeline import Pipeline, run
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate, frame_count
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import OnnxModel

SHARED = Path(__file__).parents[3] / "shared"
OUT = Path(__file__).parents[2] / "out"
FPS = FrameRate(60)
TAIL = 0.4  # seconds of silence behind each clip: pauses are scored as well
METRICS = (
    "closure_recall", "false_closure", "dental_auc", "rounding_auc", "openness_rho", "lag_ms", "silence_gap", "jitter",
)  # fmt: skip

pytestmark = [
    pytest.mark.benchmarks,
    # The scoring tool divides by the spread of a curve that may be flat, and gives nan for what a clip doesn't hold.
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
    pytest.mark.skipif(not SHARED.is_dir(), reason="the evaluation speech (../shared) is not beside this checkout"),
]


@pytest.fixture(scope="module")
def scorer() -> Iterator[ModuleType]:
    """Load the scoring tool; it imports its neighbour by bare name."""
    tools = SHARED / "tools"
    sys.path.insert(0, str(tools))
    spec = importlib.util.spec_from_file_location("score_lips", tools / "score_lips.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(tools))


def clip_sets() -> dict[str, list[Clip]]:
    """Clips that no shipped bundle was trained on: 48 of synthesized voices, all of LJ Speech, 40 of EmoDB and GRID."""
    data = SHARED / "data"
    held_tts = [c for i, c in enumerate(read_tts(data)) if is_held_out(c, i) and "*" not in c.speaker]
    held_emodb = [c for c in read_emodb(data) if c.speaker in HELD_OUT_SPEAKERS]
    held_grid = [c for i, c in enumerate(read_grid(data)) if is_held_out(c, i)]
    return {
        "tts, held-out voices": _spread(held_tts, 48),
        "tts, held-out voices, 8 kHz": _spread(held_tts, 24),
        "ljspeech": list(read_ljspeech(data)),
        "emodb, held-out speakers": _spread(held_emodb, 40),
        "grid, held-out clips": _spread(held_grid, 40),
    }


def telephone(audio: NDArray[np.float32], rate: int) -> tuple[NDArray[np.float32], int]:
    """Take 16 kHz sound down to 8 kHz, band-limited to 3.6 kHz by a windowed sinc."""
    assert rate == 16_000
    offset = np.arange(-64, 65)
    taps = np.sinc(0.45 * offset) * np.hanning(129)
    return np.convolve(audio, taps / taps.sum(), mode="same")[::2].astype(np.float32), 8_000


def _spread(clips: list[Clip], count: int) -> list[Clip]:
    picks = np.linspace(0, len(clips) - 1, min(count, len(clips))).round().astype(int)
    return [clips[i] for i in picks]


def bake(name: str) -> Callable[[NDArray[np.float32], int], Take]:
    """Return a function that bakes a clip with a shipped bundle, as `voxrig bake` does."""
    loaded = bundle.load(name)
    runner = BatchRunner(OnnxModel(loaded))
    arkit = profile("arkit")

    def animate(audio: NDArray[np.float32], rate: int) -> Take:
        pipeline = Pipeline(loaded.spec, arkit, FPS, rate)
        state = pipeline.end(pipeline.push(pipeline.start(), audio))
        _, frames = run(pipeline, runner, state)
        return Take.from_frames(
            frames, profile=arkit.name, names=arkit.names, bones=arkit.bones, fps=FPS, sample_rate=rate
        )

    return animate


def loudness_jaw(audio: NDArray[np.float32], rate: int) -> Take:
    """The baseline: the jaw follows the loudness of the last 50 ms, nothing else moves."""
    arkit = profile("arkit")
    count = frame_count(len(audio), rate, FPS)
    values = np.zeros((count, arkit.stride), np.float32)
    power = np.concatenate(([0.0], np.cumsum(audio.astype(np.float64) ** 2)))
    window = rate // 20
    for n in range(count):
        middle = min(n * rate // 60 + window // 2, len(audio))
        low = max(middle - window, 0)
        decibels = 10 * np.log10((power[middle] - power[low]) / window + 1e-9)
        values[n, arkit.names.index("JawOpen")] = np.clip((decibels + 50) / 35, 0, 1) * 0.3
    return Take("arkit", arkit.names, (), FPS, values, 0, rate)


def score(scorer: ModuleType, take: Take, clip: Clip) -> dict[str, float]:
    names = [sys.modules["render_face"].key(name) for name in take.names]
    frames = [dict(zip(names, row, strict=True)) for row in take.controls.astype(float).tolist()]
    phones = [(p, a, b) for p, a, b in clip.phones if p not in scorer.MODIFIERS]
    result: dict[str, float] = scorer.score(frames, phones, float(FPS.fraction), 0.0)
    return result


def test_lips_against_loudness(scorer: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    animators: dict[str, Callable[[NDArray[np.float32], int], Take]] = {n: bake(n) for n in bundle.shipped()}
    animators["loudness"] = loudness_jaw
    results: dict[str, dict[str, Any]] = {}
    for title, clips in clip_sets().items():
        scores: dict[str, list[dict[str, float]]] = {name: [] for name in animators}
        for clip in clips:
            audio, rate = clip.audio()
            if title.endswith("8 kHz"):
                audio, rate = telephone(audio, rate)
            audio = np.concatenate((audio, np.zeros(round(TAIL * rate), np.float32)))
            for name, animate in animators.items():
                scores[name].append(score(scorer, animate(audio, rate), clip))
        results[title] = {"clips": len(clips)}
        for name, rows in scores.items():
            for kind, pick in (("median", np.nanmedian), ("mean", np.nanmean)):
                results[title][f"{name} {kind}"] = {m: float(pick([r[m] for r in rows])) for m in METRICS}
    OUT.mkdir(exist_ok=True)
    (OUT / "lips.json").write_text(json.dumps(results, indent=2), encoding="utf-8")
    with capsys.disabled():
        show(results)
    held, lj = results["tts, held-out voices"], results["ljspeech"]
    for title, scores_of in (("tts", held), ("ljspeech", lj)):
        live, loud = scores_of["live median"], scores_of["loudness median"]
        assert live["closure_recall"] > loud["closure_recall"], title
        assert live["openness_rho"] > loud["openness_rho"], title
        assert abs(live["lag_ms"]) <= 50, title
    # Measured .9 and above; loudness alone gives about a half and cannot round.
    assert held["live median"]["closure_recall"] >= 0.75
    assert held["live median"]["rounding_auc"] >= 0.9
    assert held["live median"]["openness_rho"] >= 0.5


def show(results: dict[str, dict[str, Any]]) -> None:
    for title, scores in results.items():
        table = Table(title=f"{title}: {scores['clips']} clips")
        table.add_column("lips by")
        for metric in METRICS:
            table.add_column(metric, justify="right")
        for name, values in scores.items():
            if name != "clips":
                table.add_row(name, *(f"{values[m]:.2f}" if m != "lag_ms" else f"{values[m]:+.0f}" for m in METRICS))
        Console(width=140).print(table)
