"""Hours of one session with everything on: does it stay the same session?

    python -m pytest tests/benchmarks/test_soak.py -m benchmarks -s

Six hours without a clock (VOXRIG_SOAK_HOURS for more or fewer, at least 2): speech and pauses, interruptions now and
then, cues of every kind. Memory must stay flat, times exact, every hour like the first, and the contracts as exact at
the end as at the beginning. Takes minutes; the figures go to out/soak.json, too.
"""

import gc
import json
import os
import pickle
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil
import pytest
import soundfile
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from voxrig.cli.liveliness.blinks import find_blinks
from voxrig.cli.liveliness.gaze_share import gaze_share
from voxrig.cli.liveliness.motion import Motion, Onlooker, joined
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.animation.stream import StreamState
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle, contract
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.onnx import OnnxModel

Floats = NDArray[np.float32]

ROOT = Path(__file__).parents[2]
HOURS = max(2, int(os.environ.get("VOXRIG_SOAK_HOURS", "6")))
RATE = 24_000
MINUTE = 60 * RATE
CUES: tuple[tuple[int, float, str, dict[str, float]], ...] = (
    (0, 2.0, "emotion", {"joy": 0.7, "transition": 0.5, "hold": 8.0}),
    (0, 30.0, "blink", {"force": 1.0}),
    (1, 5.0, "gaze", {"x": 0.5, "y": 0.1, "z": 0.9, "hold": 4.0}),
    (2, 3.0, "emotion", {"brows.anger": 0.6, "mouth.sadness": 0.4}),
    (2, 40.0, "emotion", {"neutral": 1.0, "transition": 1.0}),
    (3, 10.0, "style", {"jaw": 1.3, "effort": 0.4}),
    (3, 50.0, "style", {"jaw": 1.0, "effort": 0.0}),
    (4, 1.0, "activity", {"listening": 1.0}),
    (4, 20.0, "activity", {"auto": 1.0}),
    (5, 4.0, "blink", {"allow": 0.0}),
    (5, 12.0, "blink", {"allow": 1.0, "rate": 1.0}),
)
"""Minute of six, second, name and values; the gaze besides is tracked at 60 Hz, see `tracked`."""

pytestmark = pytest.mark.benchmarks


class Marathon:
    """One session and what was noted about it on the way."""

    def __init__(self) -> None:
        loaded = bundle.load("fast")
        rig = profile("metahuman")
        self.pipeline = Pipeline(
            loaded.spec, rig, FrameRate(60), RATE, character=Character(seed=11), listener=shipped_listener()
        )
        self.runner = BatchRunner(OnnxModel(loaded))
        self.onlooker = Onlooker(rig.names, rig.bones, 60.0)
        self.state: StreamState = self.pipeline.start()
        self.next_index = 0
        self.interruptions = 0
        self.wrong: list[str] = []

    def take(self, frames: Sequence[Frame], kept: list[Frame]) -> None:
        """Check that frames follow each other at exact times, and keep them in place of those they supersede."""
        for frame in frames:
            superseded = self.next_index - frame.index
            if superseded < 0 or superseded > len(kept):
                self.wrong.append(f"frame {frame.index} after {self.next_index - 1}")
            if frame.sample != frame.index * RATE // 60:
                self.wrong.append(f"frame {frame.index} at media sample {frame.sample}")
            if superseded > 0:
                del kept[len(kept) - superseded :]
            kept.append(frame)
            self.next_index = frame.index + 1

    def minute(self, number: int, clips: Sequence[Floats]) -> Motion:
        """Live one minute of media time."""
        kept: list[Frame] = []
        begun = self.pipeline.next_sample(self.state)
        for second, name, values in cues_of(number):
            self.state, _ = self.pipeline.cue(self.state, begun + round(second * RATE), read_cue(name, values))
        turn = number
        while (left := begun + MINUTE - self.pipeline.next_sample(self.state)) > 0:
            said = clips[turn % len(clips)][:left]
            for start in range(0, len(said), RATE // 2):
                chunk = said[start : start + RATE // 2]
                self.state, frames = run(self.pipeline, self.runner, self.pipeline.push(self.state, chunk))
                self.take(frames, kept)
            if number % 7 == 3 and turn == number:  # somebody breaks in, half a second of frames ago
                at = max(self.pipeline.clock.frame_sample(self.next_index) - RATE // 2, begun)
                self.state, frames, _ = self.pipeline.interrupt(self.state, at)
                self.interruptions += 1
            else:
                pause = min((0.4 + 0.2 * (turn % 5)) * RATE, left - len(said))
                self.state, frames = run(self.pipeline, self.runner, self.pipeline.end(self.state, round(pause)))
            self.take(frames, kept)
            turn += 1
        if self.next_index != self.state.next_frame:
            self.wrong.append(f"minute {number} ends at frame {self.next_index}, not {self.state.next_frame}")
        values = np.stack([frame.values for frame in kept])
        return self.onlooker.watch(values, np.zeros(len(values), np.bool_))

    def go_on(self, state: StreamState, chunks: Sequence[Floats]) -> Floats:
        """Return the frames of chunks said from `state` on."""
        rows: list[Floats] = []
        for chunk in chunks:
            state, frames = run(self.pipeline, self.runner, self.pipeline.push(state, chunk))
            rows += [frame.values for frame in frames]
        return np.stack(rows)


def cues_of(minute: int) -> Iterator[tuple[float, str, dict[str, float]]]:
    for turn, second, name, values in CUES:
        if turn == minute % 6:
            yield second, name, values
    if minute % 6 == 1:  # something walks by
        yield 20.0, "place", {"x": 1.0, "y": 1.7, "z": 0.0}
        for step in range(120):
            yield 20.0 + step / 60, "gaze", {"x": 0.5 + step / 120, "y": 1.6, "z": 1.5, "world": 1.0}
        yield 22.0, "gaze", {"release": 1.0}
        yield 22.0, "place", {"x": 0.0, "y": 0.0, "z": 0.0}


@pytest.fixture(scope="module")
def clips() -> list[Floats]:
    names = ("gatekeeper", "healer", "warning")
    return [soundfile.read(ROOT / "samples" / f"{name}.wav", dtype="float32")[0] for name in names]


class Life(NamedTuple):
    """How an hour was lived: blinks a minute, share of gaze at the partner, mean yaw, pitch and roll in degrees."""

    blinks: float
    share: float
    head: NDArray[np.float64]


def lived(hour: Motion) -> Life:
    return Life(find_blinks(hour.lids, 60).rate, gaze_share(hour).share, hour.head.mean(axis=0))


def report(figures: dict[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    (ROOT / "out").mkdir(exist_ok=True)
    (ROOT / "out" / "soak.json").write_text(json.dumps(figures, indent=2), encoding="utf-8")
    table = Table("figure", "at the end of each hour, or in it", title=f"{HOURS} hours of one session")
    for name, value in figures.items():
        table.add_row(name, str(value))
    with capsys.disabled():
        Console(width=120).print(table)


def test_hours_of_one_session(clips: list[Floats], capsys: pytest.CaptureFixture[str]) -> None:
    session, process = Marathon(), psutil.Process()
    lives: list[Life] = []
    arrays, values, blocks, resident = [], [], [], []
    begun = time.perf_counter()
    for hour in range(HOURS):
        lives.append(lived(joined([session.minute(60 * hour + minute, clips) for minute in range(60)])))
        gc.collect()
        arrays.append(contract.state_bytes(session.state))
        values.append(len(pickle.dumps(session.state)))
        blocks.append(sys.getallocatedblocks())
        resident.append(process.memory_info().rss)
    elapsed = time.perf_counter() - begun
    figures = {
        "times real time": round(3600 * HOURS / elapsed, 1),
        "frames": session.next_index,
        "interruptions": session.interruptions,
        "state, MB": [round(size / 1e6, 2) for size in values],
        "process, MB": [round(size / 1e6) for size in resident],
        "blocks of Python's memory": blocks,
        "blinks a minute": [round(life.blinks, 1) for life in lives],
        "gaze at the partner": [round(life.share, 3) for life in lives],
        "mean head, degrees": [life.head.round(2).tolist() for life in lives],
    }
    report(figures, capsys)

    assert session.wrong == []
    assert session.next_index == session.pipeline.clock.first_frame(session.pipeline.next_sample(session.state))
    assert session.next_index >= HOURS * 3600 * 60
    assert session.interruptions >= 8 * HOURS
    # What waits for its block, or is forgotten by the piece, varies a little.
    contract.verify_bounded(arrays, allowance=200_000)
    contract.verify_bounded(values, allowance=values[0] // 10)
    assert max(blocks) - blocks[0] < 10_000  # a leak of one value a frame would be 216,000 an hour
    assert max(resident) - resident[0] < 24e6

    for life in lives[1:]:
        assert life.blinks == pytest.approx(lives[0].blinks, rel=0.15)
        assert life.share == pytest.approx(lives[0].share, abs=0.06)
        np.testing.assert_allclose(life.head, lives[0].head, atol=1.0)

    sound = np.concatenate([*clips, *clips])[: 10 * RATE]
    whole = contract.verify_chunk_invariance(lambda chunks: session.go_on(session.state, chunks), sound)
    assert whole.std(axis=0).max() > 0.05  # it lives
    stored = pickle.loads(pickle.dumps(session.state))
    contract.verify_same("the stored session", session.go_on(stored, [sound]), whole)
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 5 * RATE).astype(np.float32)
    later = session.go_on(session.state, [np.concatenate((sound[: 5 * RATE], noise))])
    known = int((5 - session.pipeline.look_ahead) * 60)
    contract.verify_same("frames before other sound", later[:known], whole[:known])
