"""What cues make the hands do: on time, back again, and never with a jump."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.body.acting import Acting
from voxrig.runtime.animation.body.asked import (
    FREE,
    LATE,
    NOT_ASKED,
    USUAL,
    Asked,
    AskedGesture,
    AskedHold,
    AskedPoint,
    AskedRelease,
    BodyManner,
    HandsPolicy,
)
from voxrig.runtime.animation.body.following import followed, resting
from voxrig.runtime.animation.body.vocabulary import GESTURES, grown, key_posture, lead, ready
from voxrig.runtime.core.body.clearance import PAIRS, clearances
from voxrig.runtime.core.body.kinematics import skeleton_rotations
from voxrig.runtime.core.body.limits import excess
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, HIGH, INDEX, LOW, SIT, SITTING, STANDING, mirrored
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.chance import key_of

Doubles = NDArray[np.float64]
Told = Asked | HandsPolicy | BodyManner
Script = Mapping[int, Sequence[Told]]
POSES = 400
PLACED = [INDEX[f"{name}_{side}"] for side in "lr" for name in ("out", "up", "fore")]
RIGHT_HANDED = USUAL._replace(handedness=1.0)


def orders(
    script: Script, poses: int, manner: BodyManner
) -> tuple[list[tuple[Asked, int]], list[HandsPolicy], list[BodyManner]]:
    acts, hands, manners = [], [], []
    act: tuple[Asked, int] = (NOT_ASKED, -1)
    policy = FREE
    for at in range(poses):
        for told in script.get(at, ()):
            if isinstance(told, HandsPolicy):
                policy = told
            elif isinstance(told, BodyManner):
                manner = told
            else:
                act = (told, at)
        acts.append(act)
        hands.append(policy)
        manners.append(manner)
    return acts, hands, manners


def acted(
    script: Script,
    goals: Doubles | None = None,
    manner: BodyManner = RIGHT_HANDED,
    blocks: Sequence[int] = (),
    seed: int = 3,
) -> Doubles:
    """The goals that come of a script, what is told at which pose, in blocks of so many poses (none: in one go)."""
    goals = np.tile(SITTING if manner.sitting else STANDING, (POSES, 1)) if goals is None else goals
    told = orders(script, len(goals), manner)
    acting = Acting(key_of(seed))
    state, rows, out = acting.start(manner=manner), 0, []
    for count in (*blocks, len(goals)):
        some = slice(rows, min(rows + count, len(goals)))
        if some.start < some.stop:
            state, made = acting.steps(state, rows, goals[some], *(values[some] for values in told))
            out.append(made)
        rows += count
    return np.concatenate(out)


def shown(goals: Doubles) -> Doubles:
    return followed(resting(goals[0]), goals)[1]


def lively(poses: int = POSES, seed: int = 0) -> Doubles:
    """Goals as a network gives them: 30 a second, of hands that gesture."""
    steps = np.random.default_rng(seed).normal(0.0, 0.008, (poses // 2, 34)).cumsum(axis=0)
    steps[:, SIT] = 0.0
    return np.clip(np.repeat(ready(STANDING) + steps, 2, axis=0), LOW, HIGH)


def hardest(goals: Doubles) -> float:
    """Greatest acceleration of the hands' places, in arm lengths a second squared."""
    return float(np.abs(np.diff(shown(goals)[:, PLACED], 2, axis=0)).max()) * 3600.0


@pytest.mark.parametrize("name", GESTURES)
def test_every_gesture_is_in_range_on_time_and_goes_back(name: str) -> None:
    gesture, begin = GESTURES[name], 20
    goals = acted({begin: [AskedGesture(name, right=not gesture.both)]})
    assert (goals >= LOW).all()
    assert (goals <= HIGH).all()
    np.testing.assert_array_equal(goals[:begin], np.tile(STANDING, (begin, 1)))
    np.testing.assert_allclose(goals[-1], STANDING, atol=1e-12)
    postures, apex = shown(goals), begin + round(60 * lead(name))
    wrist = grown(gesture.keys[gesture.apex].hand, 1.0)[:3]
    away = np.linalg.norm(postures[:, HAND_R][:, :3] - wrist, axis=1)
    assert away[apex] < 0.03
    assert away[apex - 9] > 2.0 * away[apex] or name in ("rub", "bow")
    assert np.abs(np.diff(goals, axis=0)).max() < 0.2
    assert hardest(goals) < 40.0


@pytest.mark.parametrize("name", GESTURES)
def test_joints_stay_within_their_limits_and_hands_go_through_nothing(name: str) -> None:
    for size in (0.0, 1.0):
        for manner in (RIGHT_HANDED, RIGHT_HANDED._replace(sitting=True)):
            bones = solve(shown(acted({20: [AskedGesture(name, size)]}, manner=manner)))
            assert excess(bones).max() < 0.5
            gaps = dict(zip(PAIRS, clearances(skeleton_rotations(bones)).min(axis=0), strict=True))
            assert gaps.pop(("hand_l", "hand_r")) > -0.015
            assert min(gaps.values()) > 0.01


def test_a_gesture_is_as_large_quick_and_long_as_it_is_asked_to_be() -> None:
    small, large = (acted({20: [AskedGesture("size_big", size)]})[:, INDEX["out_l"]].max() for size in (0.1, 0.9))
    assert large > small + 0.1
    quick = shown(acted({20: [AskedGesture("stop", right=True, rate=2.0)]}))
    slow = shown(acted({20: [AskedGesture("stop", right=True)]}))
    apex = 20 + round(60 * lead("stop", 2.0))
    assert quick[apex, INDEX["up_r"]] > slow[apex, INDEX["up_r"]] + 0.1
    held = acted({20: [AskedGesture("stop", right=True, hold=3.0)]})
    assert held[250, INDEX["up_r"]] == pytest.approx(held[100, INDEX["up_r"]])
    assert slow[250, INDEX["up_r"]] == pytest.approx(STANDING[INDEX["up_r"]], abs=1e-3)


def test_the_hand_is_the_one_asked_for_or_the_usual_or_the_free_one() -> None:
    def moved(script: Script, manner: BodyManner = RIGHT_HANDED, seed: int = 3) -> tuple[bool, bool]:
        way = np.abs(acted(script, manner=manner, seed=seed)[100:140] - STANDING).max(axis=0)
        return bool(way[HAND_L].max() > 0.1), bool(way[HAND_R].max() > 0.1)

    beat = AskedGesture("beat", hold=1.5)
    assert moved({50: [beat]}) == (False, True)
    assert moved({50: [beat]}, RIGHT_HANDED._replace(handedness=-1.0)) == (True, False)
    assert moved({50: [beat]}, RIGHT_HANDED._replace(mirror=True)) == (True, False)
    assert moved({50: [beat._replace(left=True)]}) == (True, False)
    assert moved({50: [beat._replace(left=True, right=True)]}) == (True, True)
    assert moved({0: [HandsPolicy(right_busy=True)], 50: [beat]}) == (True, False)
    assert moved({0: [HandsPolicy(True, True)], 50: [beat]}) == (False, False)
    assert moved({50: [AskedGesture("shrug", hold=1.5)]}) == (True, True)
    assert moved({50: [AskedGesture("shrug", right=True, hold=1.5)]}) == (False, True)
    assert moved({0: [HandsPolicy(left_busy=True)], 50: [AskedGesture("shrug", hold=1.5)]}) == (False, True)
    assert moved({30: [AskedPoint(-1.0, 0.0, 2.0, hold=3.0)], 50: [beat]}) == (True, True)
    sides = {moved({50: [beat]}, USUAL._replace(handedness=0.0), seed) for seed in range(12)}
    assert sides == {(True, False), (False, True)}


SCRIPTS: dict[str, Script] = {
    "many": {10 + 9 * n: [AskedGesture(name, left=n % 3 == 0)] for n, name in enumerate(GESTURES)},
    "taken over": {20: [AskedGesture("wave", left=True)], 60: [AskedPoint(0.5, -0.1, 2.0, left=True)]},
    "held": {20: [AskedGesture("size_big")], 44: [AskedHold(1.0)]},
    "released": {20: [AskedGesture("size_big")], 44: [AskedRelease()]},
    "busy": {30: [HandsPolicy(left_busy=True)], 61: [FREE], 70: [HandsPolicy(True, True)]},
    "mirrored": {30: [RIGHT_HANDED._replace(mirror=True)], 52: [RIGHT_HANDED]},
    "sitting": {30: [RIGHT_HANDED._replace(sitting=True)], 62: [AskedGesture("ask")], 100: [RIGHT_HANDED]},
    "leaning": {30: [RIGHT_HANDED._replace(lean=12.0, side=6.0, turn=-20.0)], 41: [RIGHT_HANDED]},
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_nothing_that_is_told_makes_it_jump(name: str) -> None:
    for goals in (np.tile(key_posture(GESTURES["offer"], 1, STANDING, left=True), (POSES, 1)), lively()):
        made = acted(SCRIPTS[name], goals)
        assert (made >= LOW).all()
        assert (made <= HIGH).all()
        assert np.abs(np.diff(made, axis=0)).max() < 0.2
        assert np.abs(np.diff(made, axis=0))[:, PLACED].max() < 0.08
        assert hardest(made) < 40.0


@pytest.mark.parametrize("name", SCRIPTS)
def test_how_poses_are_put_together_makes_no_difference(name: str) -> None:
    goals = lively()
    whole = acted(SCRIPTS[name], goals)
    ones = acted(SCRIPTS[name], goals, blocks=(1,) * POSES)
    mixed = acted(SCRIPTS[name], goals, blocks=np.random.default_rng(1).integers(1, 40, 60).tolist())
    np.testing.assert_array_equal(whole, ones)
    np.testing.assert_array_equal(whole, mixed)


def test_without_cues_and_after_them_the_goals_are_the_networks_own() -> None:
    goals = lively()
    np.testing.assert_array_equal(acted({}, goals), goals)
    np.testing.assert_array_equal(acted({20: [AskedGesture("ask")]}, goals)[250:], goals[250:])
    np.testing.assert_allclose(acted({20: [RIGHT_HANDED._replace(mirror=True)]}, goals)[90:], mirrored(goals[90:]))


def test_busy_hands_rest_and_a_hold_stays_where_it_is() -> None:
    goals = lively()
    busy = acted({30: [HandsPolicy(left_busy=True)]}, goals)
    np.testing.assert_allclose(busy[70:, HAND_L], np.tile(STANDING[HAND_L], (POSES - 70, 1)), atol=1e-12)
    np.testing.assert_array_equal(busy[:, HAND_R], goals[:, HAND_R])
    sitting = acted({30: [HandsPolicy(left_busy=True)]}, goals, RIGHT_HANDED._replace(sitting=True))
    np.testing.assert_allclose(sitting[-1, HAND_L], SITTING[HAND_L], atol=1e-12)
    held = acted({30: [AskedHold(2.0)]}, goals)
    np.testing.assert_allclose(held[50:150, HAND_L], np.tile(held[50, HAND_L], (100, 1)), atol=1e-12)
    assert np.abs(held[50] - goals[29])[HAND_L].max() < 0.1
    np.testing.assert_array_equal(held[200:], goals[200:])


def test_sitting_down_takes_time_and_lasts() -> None:
    made = acted({30: [RIGHT_HANDED._replace(sitting=True)]})
    assert made[29, SIT] == 0.0
    assert 0.4 < made[30 + 27, SIT] < 0.6
    assert (made[30 + 54 :, SIT] == 1.0).all()
    assert acted({}, manner=RIGHT_HANDED._replace(sitting=True))[0, SIT] == 1.0


def test_a_posture_is_kept_in_degrees_and_after_its_transition() -> None:
    kept = RIGHT_HANDED._replace(lean=10.0, side=-4.0, turn=15.0, transition=1.0)
    made = np.degrees(acted({30: [kept]})[:, [INDEX["lean"], INDEX["side"], INDEX["twist"]]])
    np.testing.assert_allclose(made[90:], np.tile((10.0, -4.0, 15.0), (POSES - 90, 1)), atol=1e-9)
    assert 2.0 < made[58, 0] < 8.0
    at_once = np.degrees(acted({30: [kept._replace(transition=0.0)]})[:, INDEX["lean"]])
    assert at_once[30] == pytest.approx(10.0)


def test_an_act_that_comes_too_late_is_forgotten() -> None:
    for late, happens in ((LATE - 1, True), (LATE, False)):
        asked: tuple[Asked, int] = (AskedGesture("beat", right=True), 100 - late)
        acting = Acting(key_of(1))
        state, first = acting.steps(acting.start(), 99, STANDING[None], ((NOT_ASKED, -1),), (FREE,), (USUAL,))
        goals = np.tile(STANDING, (30, 1))
        _, made = acting.steps(state, 100, goals, (asked,) * 30, (FREE,) * 30, (USUAL,) * 30)
        assert bool(np.abs(made - goals).max() > 0.1) is happens
        np.testing.assert_array_equal(first[0], STANDING)


def test_an_act_that_an_interruption_brings_back_is_over() -> None:
    first: tuple[Asked, int] = (AskedGesture("beat", right=True), 20)
    second: tuple[Asked, int] = (AskedRelease(), 30)
    goals, acting = np.tile(STANDING, (140, 1)), Acting(key_of(1))
    told = [(NOT_ASKED, -1)] * 20 + [first] * 10 + [second] * 5 + [first] * 105
    _, made = acting.steps(acting.start(), 0, goals, told, [FREE] * 140, [USUAL] * 140)
    assert np.abs(made[29] - STANDING).max() > 0.1
    np.testing.assert_allclose(made[90:], goals[90:], atol=1e-12)


def test_an_unknown_gesture_is_an_error() -> None:
    with pytest.raises(KeyError, match="salute"):
        acted({20: [AskedGesture("salute")]})
