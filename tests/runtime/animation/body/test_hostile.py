"""A body under what nobody should do to it: floods of cues, interruptions anywhere, a network that breaks, replays."""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from voxrig.runtime.animation.body.asked import NOT_ASKED
from voxrig.runtime.animation.body.embodying import Embodying
from voxrig.runtime.animation.body.vocabulary import GESTURES
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.cue_values import CueError
from voxrig.runtime.animation.cueing_body import BodyCue, with_body
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.animation.emotion import CALM, Affects
from voxrig.runtime.animation.plan import Plan
from voxrig.runtime.animation.schedule import MOST_CUES, ScheduleError
from voxrig.runtime.animation.stretch import Stretch
from voxrig.runtime.animation.track import MOST, TrackError
from voxrig.runtime.animation.voice import QUIET, Voices
from voxrig.runtime.core.body.bones import BODY_BONES, PARTS
from voxrig.runtime.core.body.kinematics import positions
from voxrig.runtime.core.body.limits import excess
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, HIGH, LOW, STANDING
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.chance import key_of, uniform
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.core.skeleton import PLACES
from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.models import bundle
from voxrig.runtime.models.asking import alone
from voxrig.runtime.models.onnx import OnnxModel

Doubles = NDArray[np.float64]
Told = tuple[int, str, dict[str, float]]

RATE: Final = 24_000
POSE: Final = RATE // STEP_RATE
POP: Final = 700.0
"""rad/s^2; a pose that is left out at 2 m/s makes a forearm's 6,000."""
LONG_AGO: Final = -(10**9)
MOVING: Final = [BODY_BONES.index(bone) for part in ("torso", "arms", "legs") for bone in PARTS[part]]


def planned(told: Sequence[Told], interrupted: Sequence[int] = ()) -> Plan:
    """Return the plan of cues, each at a pose, and of interruptions at poses."""
    plan = Plan()
    for pose, name, values in sorted(told, key=lambda cue: cue[0]):
        cue = read_cue(name, values)
        assert isinstance(cue, BodyCue)
        plan = with_body(cue, plan, pose * POSE, LONG_AGO, RATE)
    for pose in interrupted:
        plan = replace(plan, acts=plan.acts.added(pose * POSE, NOT_ASKED, LONG_AGO))
    return plan


def performed(plan: Plan, poses: int, model: OnnxModel | None = None, size: int = 32) -> Doubles:
    """Return the postures float64[poses, 34] of a body that hears nothing."""
    layer = Embodying(key_of(3), model, LogMel())
    state, at, shown = layer.start(plan.manner.first), 0, []
    while at < poses:
        count = min(size, poses - at)
        voices = Voices(np.array([QUIET] * count, np.float64), (), ())
        stretch = Stretch.of(at, voices, Affects(np.array([(*CALM[0], *CALM[1:])] * count)))
        still = np.zeros((count, 8))
        orders = plan.over(at, count, RATE)
        state, postures = alone(layer.steps(stretch, state, [None] * count, orders, still, still[:, 0]))
        shown.append(postures)
        at += count
    return np.concatenate(shown)


def hardest(postures: Doubles) -> float:
    """Return the largest angular acceleration of trunk, arms and legs, in rad/s^2."""
    bones = solve(postures)[:, MOVING].astype(np.float64)
    one, other = bones[:-1], bones[1:]
    other = other * np.where((one * other).sum(-1, keepdims=True) < 0.0, -1.0, 1.0)
    vector = one[..., 3:] * other[..., :3] - other[..., 3:] * one[..., :3] - np.cross(other[..., :3], one[..., :3])
    turning = 2.0 * vector * STEP_RATE
    return float(np.linalg.norm(np.diff(turning, axis=0), axis=-1).max() * STEP_RATE)


def checked(postures: Doubles) -> None:
    """Check that nothing pops, and that all is where a body can have it."""
    assert np.isfinite(postures).all()
    assert (postures >= LOW - 0.05).all()
    assert (postures <= HIGH + 0.05).all()
    assert excess(solve(postures)).max() < 0.01
    assert hardest(postures) < POP


def any_cue(case: int, number: int) -> tuple[str, dict[str, float]]:
    """Return a cue by luck."""
    luck = [uniform(key_of(case), 7, number, draw) for draw in range(8)]
    match int(4 * luck[0]):
        case 0:
            name = list(GESTURES)[int(luck[1] * len(GESTURES))]
            values = {name: luck[2], "hold": 2.0 * luck[3], "rate": 0.5 + 1.5 * luck[4]}
            return "gesture", values | ({"left": 1.0} if luck[5] < 0.3 else {}) | (
                {"right": 1.0} if luck[6] < 0.3 else {}
            )
        case 1:
            side = {"left": 1.0} if luck[3] < 0.3 else {"right": 1.0} if luck[3] > 0.7 else {}
            return "point", {"yaw": 360.0 * luck[1] - 180.0, "pitch": 180.0 * luck[2] - 90.0, "hold": luck[4], **side}
        case 2:
            hold = {"hold": 2.0 * luck[3]} if luck[4] < 0.4 else {}
            return "hands", {"left": float(luck[1] < 0.4), "right": float(luck[2] < 0.4), **hold}
    switches = {"mirror": float(luck[5] < 0.5), "sitting": float(luck[6] < 0.5)} if luck[7] < 0.4 else {}
    kept = {"lean": 24.0 * luck[1] - 12.0, "turn": 60.0 * luck[2] - 30.0, "energy": 2.0 * luck[3] - 1.0}
    return "body", {**kept, **switches, "transition": luck[4]}


@pytest.mark.parametrize("apart", [3, 12, 45])
def test_a_flood_of_cues_and_interruptions_makes_no_pop(apart: int) -> None:
    for case in range(6):
        told = [(pose, *any_cue(case, pose)) for pose in range(20, 900, apart)]
        interrupted = [int(880 * uniform(key_of(case), 8, number)) for number in range(5)]
        checked(performed(planned(told, interrupted), 900))


@pytest.mark.parametrize("yaw", [-170.0, -100.0, 60.0, 100.0, 170.0])
@pytest.mark.parametrize("pitch", [-60.0, 0.0, 60.0])
def test_a_hand_that_was_across_the_chest_points_behind_without_a_pop(yaw: float, pitch: float) -> None:
    for name in ("think", "self", "list_one"):
        for late in (4, 12, 20, 60):
            side = {"left": 1.0} if yaw > 0.0 else {"right": 1.0}
            told: list[Told] = [(30, name, {}), (30 + late, "point", {"yaw": yaw, "pitch": pitch, "hold": 0.2})]
            told[0] = (30, "gesture", {name: 0.6, "hold": 1.0, **side})
            checked(performed(planned(told), 240))


@pytest.mark.parametrize("pose", [31, 36, 45, 52, 60, 75, 100, 130])
def test_an_interruption_in_any_phase_takes_hands_back_within_a_second_and_a_half(pose: int) -> None:
    for name in ("stop", "welcome", "wave", "list_three"):
        shown = performed(planned([(30, "gesture", {name: 1.0, "hold": 60.0})], [pose]), pose + 120)
        checked(shown)
        hands = positions(shown[[0, pose + 90]])[:, [PLACES["hand_l"], PLACES["hand_r"]]]
        assert np.linalg.norm(hands[1] - hands[0], axis=-1).max() < 0.03


def test_pointing_at_ones_own_eyes_shoulder_or_feet_is_no_trouble() -> None:
    for x, y, z in ((0.0, 0.0, 0.0), (0.17, -0.27, -0.08), (0.0, -1.6, 0.0), (1e6, -1e6, 1e6), (0.0, 1e-9, 0.0)):
        told = [(10, "body", {"sitting": 1.0}), (20, "point", {"x": x, "y": y, "z": z})]
        checked(performed(planned(told), 200))


def test_busy_hands_stay_down_whatever_is_asked_of_them() -> None:
    told: list[Told] = [(0, "hands", {"left": 1.0, "right": 1.0})]
    told += [(60 + pose, *any_cue(5, pose)) for pose in range(0, 600, 7) if any_cue(5, pose)[0] in ("gesture", "point")]
    shown = performed(planned(told), 700)
    checked(shown)
    for hand in (HAND_L, HAND_R):
        assert np.abs(shown[:, hand] - STANDING[hand]).max() < 0.02


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_no_number_that_is_none_gets_in(bad: float) -> None:
    for name, values in (
        ("gesture", {"offer": bad}),
        ("gesture", {"offer": 0.5, "hold": bad}),
        ("point", {"yaw": bad}),
        ("point", {"x": bad, "y": 0.0, "z": 1.0}),
        ("hands", {"hold": bad}),
        ("body", {"lean": bad}),
        ("body", {"energy": 0.1, "transition": bad}),
    ):
        with pytest.raises((CueError, ValueError), match=r"nan|inf"):
            read_cue(name, values)


def test_cues_without_end_are_refused_before_they_fill_the_memory() -> None:
    plan, offer, lean = Plan(), read_cue("gesture", {"offer": 0.5}), read_cue("body", {"lean": 3.0})
    assert isinstance(offer, BodyCue)
    assert isinstance(lean, BodyCue)
    for number in range(MOST):
        plan = with_body(offer, plan, number, LONG_AGO, RATE)
    with pytest.raises(TrackError, match=f"{MOST} changes wait"):
        with_body(offer, plan, MOST, LONG_AGO, RATE)
    for number in range(MOST_CUES):
        plan = with_body(lean, plan, number, LONG_AGO, RATE)
    with pytest.raises(ScheduleError, match=f"{MOST_CUES} body cues wait"):
        with_body(lean, plan, MOST_CUES, LONG_AGO, RATE)
    checked(performed(plan, 120))


@pytest.mark.parametrize("number", [0, 1])
def test_a_network_that_breaks_leaves_the_body_where_it_is(number: int, tmp_path: Path) -> None:
    """Its goals are no numbers, or its state is."""
    shipped = bundle.load("body", "body")
    graph, name = onnx.load_from_string(shipped.model), shipped.spec.outputs[number].name
    for node in graph.graph.node:
        node.output[:] = ["sound" if output == name else output for output in node.output]
    graph.graph.initializer.append(numpy_helper.from_array(np.array(np.nan, np.float32), "none"))
    graph.graph.node.append(helper.make_node("Mul", ["sound", "none"], [name]))
    bundle.write(tmp_path / "broken", shipped.spec, graph.SerializeToString())
    broken = OnnxModel(bundle.load(tmp_path / "broken", "body"))
    shown = performed(planned([(30, "gesture", {"stop": 0.6, "right": 1.0})]), 240, broken)
    checked(shown)
    np.testing.assert_allclose(shown[:20], np.repeat(STANDING[None], 20, axis=0), atol=1e-6)
    assert shown[:, HAND_R.start + 1].max() > STANDING[HAND_R.start + 1] + 0.4
    np.testing.assert_allclose(shown[-1], STANDING, atol=1e-2)


@pytest.mark.parametrize(
    ("fps", "rig"), [("24", "metahuman"), ("30000/1001", "arkit"), ("120", "arkit"), ("240", "metahuman")]
)
def test_frames_of_any_rate_are_those_of_a_session_that_was_put_away_and_taken_out(
    stage: Callable[..., Any], speech: Callable[..., NDArray[np.float32]], fps: str, rig: str
) -> None:
    one = stage(rate=RATE, fps=fps, rig=rig, character=Character(5).with_options({"body": "on"}))
    sound, state = speech(1.5, RATE), one.pipeline.start()
    for name, values in (
        ("gesture", {"offer": 0.7, "hold": 60.0}),
        ("hands", {"left": 1.0}),
        ("body", {"mirror": 1.0}),
    ):
        state, _ = one.pipeline.cue(state, 6_000, read_cue(name, values))
    state, before = one.hear(state, sound[:RATE])
    copied = pickle.loads(pickle.dumps(state))
    ends = []
    for begun in (state, copied, state):
        after, cut, start = one.pipeline.interrupt(begun, before[-1].sample - RATE // 10)
        after, more = one.hear(after, sound[RATE:])
        assert [frame.index for frame in (*cut, *more)] == list(
            range(cut[0].index, cut[0].index + len(cut) + len(more))
        )
        ends.append(np.stack([frame.values for frame in (*cut, *more)]))
        assert start > before[-1].sample - RATE // 10
    assert ends[0].tobytes() == ends[1].tobytes() == ends[2].tobytes()
    assert np.isfinite(ends[0]).all()
    bones = ends[0][:, -4 * len(BODY_BONES) :].reshape(-1, 4)
    np.testing.assert_allclose(np.linalg.norm(bones, axis=1), 1.0, atol=1e-5)


def test_a_session_grows_no_further_than_an_interruption_reaches_back(stage: Callable[..., Any]) -> None:
    one = stage(rate=RATE, character=Character(5).with_options({"body": "on"}))
    state, sizes = one.pipeline.start(), []
    silence = np.zeros(RATE * 2, np.float32)
    for turn in range(26):
        begun = one.pipeline.next_sample(state)
        for number in range(4):
            state, _ = one.pipeline.cue(state, begun + 9_000 * number, read_cue(*any_cue(turn, number)))
        state, _ = one.hear(state, silence)
        if turn % 3 == 1:
            state, _, _ = one.pipeline.interrupt(state)
        elif turn % 3 == 2:
            state, _ = one.end(state, tail=777)
        sizes.append(len(pickle.dumps(state)))
    assert max(sizes[21:]) < 1.1 * max(sizes[16:21])  # an interruption reaches 30 s back, so long it grows
