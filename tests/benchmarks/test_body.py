"""What a body costs beside its face, and ten hours of one: limits, clearances, feet, and no pops.

    python dev.py test tests/benchmarks/test_body.py -m benchmarks -s

The ten hours (VOXRIG_BODY_HOURS for more or fewer) are a session without a clock: speech and pauses, interruptions in
the middle of words, gestures, pointing, busy hands, styles, sitting and mirroring by cue. A pop is an angular
acceleration of a bone of trunk, arms or legs above `POP`. Takes minutes; the figures go to out/body.json, too.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from voxrig.exporters.body_report.motion import angular_accelerations
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.core.body.bones import BODY_BONES, PARTS
from voxrig.runtime.core.body.clearance import PAIRS, clearances
from voxrig.runtime.core.body.kinematics import places, skeleton_rotations
from voxrig.runtime.core.body.limits import excess
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.chance import key_of, uniform
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.skeleton import PLACES
from voxrig.runtime.core.timing import STEP_RATE, FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.mover import shipped_mover
from voxrig.runtime.models.onnx import OnnxModel

Floats = NDArray[np.float32]

POP: Final = 1000.0
"""rad/s^2. A wrist that is flicked passes 500; a pose that is left out at 2 m/s makes a forearm's 6,000."""

TOUCH: Final = 0.01
"""Metres that hands may seem to go into each other where they touch."""

ROOT: Final = Path(__file__).parents[2]
HOURS: Final = float(os.environ.get("VOXRIG_BODY_HOURS", "10"))
RATE: Final = 24_000
GESTURES: Final = ("offer", "ask", "dismiss", "refuse", "stop", "self", "shrug", "size_big", "wave", "list_two", "rub")
MOVING: Final = [BODY_BONES.index(bone) for part in ("torso", "arms", "legs") for bone in PARTS[part]]

pytestmark = pytest.mark.benchmarks


def performer(body: str, seed: int = 5) -> Pipeline:
    character = Character(seed).with_options({"body": body})
    spec = bundle.load("live").spec
    listener, mover = shipped_listener(), shipped_mover()
    rig = profile("metahuman")
    return Pipeline(spec, rig, FrameRate(60), RATE, character=character, listener=listener, mover=mover)


def clips() -> list[Floats]:
    read = [soundfile.read(path, dtype="float32") for path in sorted((ROOT / "samples").glob("*.wav"))]
    assert {rate for _, rate in read} == {RATE}
    return [sound for sound, _ in read]


def cues(turn: int) -> Iterator[tuple[float, str, dict[str, float]]]:
    """What is asked for in a turn: seconds after its start, name, values."""
    luck = [uniform(key_of(99), 1, turn, draw) for draw in range(10)]
    if luck[0] < 0.5:
        name = GESTURES[int(luck[1] * len(GESTURES))]
        yield 0.2 + 2.0 * luck[2], "gesture", {name: luck[3], "hold": luck[4]}
    if luck[5] < 0.15:
        yield 1.0, "point", {"yaw": 140.0 * luck[6] - 70.0, "pitch": 40.0 * luck[7] - 20.0}
    if luck[5] > 0.7:
        yield 0.5, "body", {"energy": 2.0 * luck[6] - 1.0, "space": 2.0 * luck[7] - 1.0, "lean": 12.0 * luck[8] - 4.0}
    if turn % 17 == 3:
        yield 0.8, "hands", {"left": float(luck[6] < 0.5), "right": float(luck[7] < 0.5)}
    if turn % 23 == 5:
        yield 0.6, "body", {"sitting": float(luck[8] < 0.5), "mirror": float(luck[9] < 0.5)}
    if turn % 11 == 2:
        yield 0.4, "emotion", {("joy", "anger", "sadness", "fear")[int(4 * luck[9])]: 1.0, "hold": 4.0}


def test_ten_hours_of_a_body() -> None:
    pipeline, runner, said = performer("on"), BatchRunner(OnnxModel(bundle.load("live"))), clips()
    state, turn = pipeline.start(), 0
    worst = {"joint beyond its limit, degrees": 0.0, "feet and pelvis moved, mm": 0.0, "angular acceleration": 0.0}
    least, into = np.full(len(PAIRS), np.inf), np.zeros(len(PAIRS))
    pops, frames_seen, calm = 0, 0, []
    before = np.zeros((0, 52, 4))
    while frames_seen < HOURS * 3600 * STEP_RATE:
        begun = pipeline.next_sample(state)
        for seconds, name, values in cues(turn):
            state, _ = pipeline.cue(state, begun + round(seconds * RATE), read_cue(name, values))
        sound = said[turn % len(said)]
        shown = []
        if turn % 4 == 1:  # somebody breaks in
            state, shown = run(pipeline, runner, pipeline.push(state, sound[: len(sound) * 2 // 5]))
            state, more, _ = pipeline.interrupt(state)
        else:
            pause = round((0.3 + 6.0 * uniform(key_of(98), 2, turn) ** 3) * RATE)
            state, more = run(pipeline, runner, pipeline.end(pipeline.push(state, sound), pause))
        rows = np.stack([frame.values for frame in (*shown, *more)])
        bones = rows[:, 263:].reshape(len(rows), 52, 4)
        rotations = skeleton_rotations(bones)
        found = places(rotations)
        still = ("pelvis", "foot_l", "foot_r") if turn % 23 not in (5, 6) else ("pelvis",)  # else one sits down
        moved = max(float(np.ptp(found[:, PLACES[joint]], axis=0).max()) for joint in still)
        worst["feet and pelvis moved, mm"] = max(worst["feet and pelvis moved, mm"], 1000.0 * moved)
        over = float(excess(bones).max())
        worst["joint beyond its limit, degrees"] = max(worst["joint beyond its limit, degrees"], over)
        gaps = clearances(rotations)
        least, into = np.minimum(least, gaps.min(axis=0)), into + (gaps < -TOUCH).sum(axis=0)
        joined = np.concatenate((before, bones.astype(np.float64)))
        pushed = angular_accelerations(joined[:, MOVING])[1:-1].max(axis=1)
        calm.append(float(np.percentile(pushed, 99)))
        worst["angular acceleration"] = max(worst["angular acceleration"], float(pushed.max()))
        pops += int((pushed > POP).sum())
        before, frames_seen, turn = joined[-2:], frames_seen + len(rows), turn + 1
    figures = {
        "hours": frames_seen / 3600 / STEP_RATE, "turns": turn, **worst,
        **{f"least clearance, {a} and {b}, mm": 1000.0 * gap for (a, b), gap in zip(PAIRS, least, strict=True)},
        "% of poses with something over 10 mm into another": 100.0 * into.sum() / frames_seen,
        "angular acceleration, 99 % of poses": float(np.mean(calm)), "pops": pops,
    }  # fmt: skip
    kept("ten hours", figures)
    assert figures["joint beyond its limit, degrees"] < 0.01
    assert figures["feet and pelvis moved, mm"] < 0.1
    assert pops == 0


def cost(pipeline: Pipeline, runner: BatchRunner, sound: Floats, at_once: int) -> tuple[float, float]:
    """Return microseconds of CPU a frame: of the face's network, and of everything else."""
    state = pipeline.end(pipeline.push(pipeline.start(), sound))
    count, network, rest = 0, 0.0, 0.0
    while pipeline.pending(state):
        begun = time.thread_time()
        [(controls, model)] = runner.steps([pipeline.waiting(state, at_once)], [pipeline.model_state(state)])
        answered = time.thread_time()
        state, frames = pipeline.advance(state, controls, model)
        network, rest, count = network + answered - begun, rest + time.thread_time() - answered, count + len(frames)
    return network / count * 1e6, rest / count * 1e6


def test_what_a_body_costs_beside_its_face() -> None:
    mover = shipped_mover()
    assert mover is not None
    figures: dict[str, float] = {}
    runner, sound = BatchRunner(OnnxModel(bundle.load("live"))), clips()[0]
    face, body = performer("off"), performer("on")
    for at_once, name in ((1, "live, one step a call"), (32, "in a bake, 32 steps a call")):
        rounds = [(cost(face, runner, sound, at_once), cost(body, runner, sound, at_once)) for _ in range(9)]
        network, rest, whole = np.median([(one[0], one[1], other[1]) for one, other in rounds], axis=0).tolist()
        figures[f"{name}: the face's network"], figures[f"{name}: the face's layers"] = network, rest
        figures[f"{name}: the body adds"] = whole - rest
    row, state = np.zeros((1, *mover.spec.inputs[0].shape), np.float32), tuple(s[None] for s in mover.start())
    begun = time.thread_time()
    for _ in range(2000):
        mover.step(row, state)
    figures["of it the network, 30 steps/s, alone"] = (time.thread_time() - begun) / 4000 * 1e6
    postures = np.random.default_rng(0).normal(0.2, 0.1, (1000, 34))
    solve(postures)
    begun = time.thread_time()
    solve(postures)
    figures["of it posture to bones"] = (time.thread_time() - begun) * 1e3
    kept("cost, microseconds of CPU a frame", figures)
    assert all(np.isfinite(list(figures.values())))


def kept(title: str, figures: dict[str, float]) -> None:
    """Show figures, and keep them in out/body.json."""
    table = Table(title, "")
    for name, figure in figures.items():
        table.add_row(name, f"{figure:,.4g}")
    Console().print(table)
    path = ROOT / "out" / "body.json"
    path.parent.mkdir(exist_ok=True)
    known = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    path.write_text(json.dumps({**known, title: figures}, indent=1), encoding="utf-8")
