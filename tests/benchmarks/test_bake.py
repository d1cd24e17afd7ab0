"""How fast is a bake? Batch sizes, peers beside it, processes, Ray, and what each format costs.

    python dev.py test tests/benchmarks/test_bake.py -m benchmarks -s

Speeds are seconds of sound over seconds of CPU (a core that does nothing else) or over the clock, as the column says.
They depend on the machine and on what else it does: compare rows of one run.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from rich.table import Table
from side_by_side.clips import Sound
from side_by_side.peers import HeadAudio, PeerMissingError, Pylipsync
from test_speed import report

from voxrig.baking.dialogue_bake import Outcome, Way, bake_dialogue
from voxrig.baking.formats import FORMATS
from voxrig.baking.performing import Part, Performed, perform, warm_up
from voxrig.baking.recordings import dialogue_of_folder
from voxrig.baking.settings import BakeSettings
from voxrig.baking.working import seldom_collected
from voxrig.exporters.datasets.speech import Clip
from voxrig.runtime.animation.character import SPEECH_ALONE, Character
from voxrig.runtime.animation.heard_track import heard_track
from voxrig.runtime.animation.layers import NO_LIFE
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.onnx import OnnxModel

ROOT = Path(__file__).parents[2]
CLIPS = ("gatekeeper", "healer", "warning")
LINES = int(os.environ.get("VOXRIG_BENCHMARK_LINES", "96"))
ROUNDS = 3

pytestmark = pytest.mark.benchmarks

Samples = tuple[NDArray[np.float32], int]


@pytest.fixture(scope="module")
def clips() -> list[Samples]:
    return [soundfile.read(ROOT / "samples" / f"{name}.wav", dtype="float32") for name in CLIPS]


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of recordings: the samples again and again, each file with its own bytes."""
    folder = tmp_path_factory.mktemp("recordings")
    for number in range(LINES):
        samples, rate = soundfile.read(ROOT / "samples" / f"{CLIPS[number % 3]}.wav", dtype="float32")
        soundfile.write(folder / f"line_{number:03d}.wav", samples * (0.7 + 0.003 * number), rate)
    return folder


def speed(parts: list[Part], runner: BatchRunner, batch: int) -> float:
    """Median of seconds of sound over seconds of CPU."""
    warm_up(parts[0], runner)
    found = []
    for _ in range(ROUNDS):
        with seldom_collected():
            begun, seconds = time.process_time(), 0.0
            for _, performed in perform(parts, runner, batch):
                assert isinstance(performed, Performed)
                seconds += len(performed.take) / 60
            found.append(seconds / (time.process_time() - begun))
    return float(np.median(found))


def heard_speed(clips: list[Samples], listener: OnnxModel) -> float:
    """Median of seconds of sound over seconds of CPU, of hearing what emotion is in a voice."""
    costs = []
    for _ in range(ROUNDS + 1):
        begun = time.process_time()
        for samples, rate in clips:
            heard_track(samples, rate, listener)
        costs.append(time.process_time() - begun)
    return sum(len(samples) / rate for samples, rate in clips) / float(np.median(costs[1:]))


def peers(clips: list[Samples]) -> Iterator[tuple[str, float]]:
    """Times real time of the peers on the same clips, one after the other: lips only."""
    sounds = [Sound(Clip("sample", "samples", "", Path(), ()), samples, rate) for samples, rate in clips]
    seconds = sum(len(samples) / rate for samples, rate in clips)
    for peer in (HeadAudio, Pylipsync):
        try:
            installed = peer.install()
        except PeerMissingError:
            continue
        installed.play(sounds)
        yield installed.name, seconds / installed.play(sounds).cpu_seconds


def test_speed_on_one_core(clips: list[Samples], capsys: pytest.CaptureFixture[str]) -> None:
    """Batches of 1, 8 and 32; lips and jaw alone, the whole face, and all layers."""
    loaded = bundle.load(bundle.BAKING)
    runner, listener = BatchRunner(OnnxModel(loaded)), shipped_listener()
    kinds: dict[str, Callable[[int], Character]] = {
        "speech alone": lambda _: SPEECH_ALONE,
        "face: speech, emotion and blinks": lambda seed: Character(seed, NO_LIFE._replace(emotion=True, blink=True)),
        "all layers": Character,
    }
    figures: dict[str, dict[str, float]] = {}
    for name, character in kinds.items():
        figures[name] = {}
        for batch in (1, 8, 32):
            parts = [
                Part(
                    Pipeline(
                        loaded.spec, profile("metahuman"), FrameRate(60), clips[number % 3][1],
                        character=character(number + 1), listener=listener,
                    ),
                    clips[number % 3][0],
                )
                for number in range(max(6, 2 * batch))
            ]  # fmt: skip
            figures[name][f"batch {batch}"] = round(speed(parts, runner, batch), 1)
    assert listener is not None
    hearing = round(heard_speed(clips, listener), 1)
    beside = {name: round(rate, 1) for name, rate in peers(clips)}
    table = Table("bake, studio, 60 fps", "batch 1", "batch 8", "batch 32", title="x real time, one core's CPU")
    for name, row in figures.items():
        table.add_row(name, *(f"{value:.0f}" for value in row.values()))
    for name, value in beside.items():
        table.add_row(f"{name} (lips only)", f"{value:.0f}", "", "")
    table.add_row("hearing a voice's emotion, for a line without one", f"{hearing:.0f}", "", "")
    report("bake", {"speed": figures, "hearing": hearing, "peers": beside}, table, capsys)
    assert all(value > 0 for row in figures.values() for value in row.values())


def baked(lines: Path, folder: Path, settings: BakeSettings, way: Way) -> tuple[Outcome, float]:
    shutil.rmtree(folder, ignore_errors=True)
    dialogue = dialogue_of_folder(lines)
    begun = time.perf_counter()
    outcome = bake_dialogue(dialogue, settings, folder, way)
    elapsed = time.perf_counter() - begun
    assert outcome.count("baked") == LINES
    return outcome, elapsed


def test_processes_and_ray(lines: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole way: reading, baking, writing CSV, faces and report; start-up of workers and of Ray in it."""
    pytest.importorskip("ray")
    ways = {
        "1 process": Way(1),
        "2 processes": Way(2),
        "Ray, 2 workers": Way(2, ray="local"),
    }
    figures: dict[str, dict[str, float]] = {}
    kinds = {
        "CSV": BakeSettings(pictures=False),
        "CSV and report's faces": BakeSettings(),
        "CSV, GLB, USD, take": BakeSettings(formats=("csv", "glb", "usd", "take"), pictures=False),
    }
    for kind, settings in kinds.items():
        figures[kind] = {}
        for name, way in ways.items():
            outcome, elapsed = baked(lines, tmp_path / "out", settings, way)
            figures[kind][name] = round(outcome.seconds / elapsed, 1)
    table = Table(f"{LINES} lines", *ways, "2 over 1", title="x real time on the clock, start-up and writing in it")
    for kind, row in figures.items():
        table.add_row(kind, *(f"{v:.0f}" for v in row.values()), f"{row['2 processes'] / row['1 process']:.2f}")
    report("bake_processes", figures, table, capsys)


def test_cost_of_each_format(clips: list[Samples], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CPU and bytes of a file of the healer's 7.7 s, beside the baking itself."""
    from voxrig.baking.casting import cast
    from voxrig.baking.planning import plan
    from voxrig.baking.store import Store
    from voxrig.baking.working import clip_of, studio

    folder = tmp_path / "one"
    folder.mkdir()
    shutil.copy(ROOT / "samples" / "healer.wav", folder)
    settings = BakeSettings(formats=tuple(FORMATS), layers=True)
    dialogue = dialogue_of_folder(folder)
    [due] = plan(dialogue, settings, Store(tmp_path / "out"), {}).due
    loaded = studio(settings.model, settings.body_model)
    ready = cast(due.job, settings, loaded.runner.model.spec, loaded.listener)
    [(_, performed)] = perform([ready.part], loaded.runner, 1)
    assert isinstance(performed, Performed)
    clip = clip_of(ready, performed, settings)
    alone = clip_of(ready, performed._replace(layers={"speech": performed.layers["speech"]}), BakeSettings())
    figures = {}
    for name, one in FORMATS.items():
        path = tmp_path / f"take{one.endings[0]}"
        whole = alone if not one.needs_layers else clip
        one.write(whole, path, settings.manner("arkit"))
        costs = []
        for _ in range(ROUNDS):
            begun = time.process_time()
            one.write(whole, path, settings.manner("arkit"))
            costs.append(time.process_time() - begun)
        figures[name] = {"ms": round(1e3 * float(np.median(costs)), 1), "kB": round(path.stat().st_size / 1e3, 1)}
    table = Table("format", "ms", "kB", title=f"writing {float(clip.seconds):.1f} s at 60 fps, without layers")
    for name, row in figures.items():
        table.add_row(name, f"{row['ms']:.1f}", f"{row['kB']:.1f}")
    report("bake_formats", figures, table, capsys)
