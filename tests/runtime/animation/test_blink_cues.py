"""Blinks asked for, forbidden and turned by cues."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.blink import FREE, NOT_ASKED, OPEN, Asked, Blinking, BlinkPolicy
from voxrig.runtime.animation.emotion import CALM
from voxrig.runtime.animation.gaze import STRAIGHT
from voxrig.runtime.animation.voice import QUIET
from voxrig.runtime.core.chance import key_of

MINUTE = 3600  # poses
FORBIDDEN = BlinkPolicy(allow=False)
NOTHING = (NOT_ASKED, -1)


class Train(NamedTuple):
    """Poses at which blinks began, and how far the lids were down at each pose, float[n, 2]."""

    begins: NDArray[np.int64]
    lids: NDArray[np.float64]


def live(
    seed: int,
    poses: int,
    policy: Callable[[int], BlinkPolicy] = lambda _: FREE,
    asked: tuple[Asked, int] = NOTHING,
    activity: Activity = Activity.LISTENING,
    start: int = 0,
) -> Train:
    blinking = Blinking(key_of(seed))
    state = blinking.start()
    begins, lids = [], []
    for at in range(start, start + poses):
        last, now = state.began, asked if asked[1] <= at else NOTHING
        state, shown = blinking.step(state, at, QUIET, CALM, STRAIGHT, activity, policy(at), now)
        if state.began != last:
            begins.append(at - start)
        lids.append(shown)
    return Train(np.array(begins, np.int64), np.array(lids))


def rate(*trains: Train) -> float:
    return sum(len(train.begins) for train in trains) * MINUTE / sum(len(train.lids) for train in trains)


def test_forbidden_blinks_do_not_begin_and_one_under_way_finishes() -> None:
    free = live(2, MINUTE)
    cut = int(free.begins[3]) + 3
    assert free.lids[cut - 1].min() > 0.0
    train = live(2, 5 * MINUTE, lambda at: FREE if at < cut else FORBIDDEN)
    assert len(train.begins) == 4
    over = cut + 40
    np.testing.assert_array_equal(train.lids[cut:over], free.lids[cut:over])
    assert train.lids[over:].max() == 0.0


def test_let_go_together_a_crowd_does_not_blink_together() -> None:
    firsts = []
    for seed in range(100):
        train = live(seed, MINUTE, lambda at: FORBIDDEN if at < 1200 else FREE)
        firsts.append(int(train.begins[0]))
    assert max(firsts.count(first) for first in firsts) < 8
    assert np.median(firsts) - 1200 == pytest.approx(120, abs=60)


@pytest.mark.parametrize("factor", [0.0, 0.5, 2.0])
def test_a_cue_turns_the_rate(factor: float) -> None:
    turned = rate(*(live(seed, 10 * MINUTE, lambda _: BlinkPolicy(rate=factor)) for seed in range(6)))
    assert turned == pytest.approx(factor * rate(*(live(seed, 10 * MINUTE) for seed in range(6))), rel=0.1)


def test_the_highest_rate_leaves_time_to_see() -> None:
    train = live(1, 5 * MINUTE, lambda _: BlinkPolicy(rate=4.0), activity=Activity.TALKING)
    assert 60.0 < rate(train) < 90.0
    assert np.mean(train.lids[:, 0] < 0.2) > 0.6


@pytest.mark.parametrize("policy", [FREE, FORBIDDEN])
def test_a_blink_asked_for_begins_at_its_pose(policy: BlinkPolicy) -> None:
    train = live(4, 400, lambda _: policy, asked=(Asked(), 200))
    assert 200 in train.begins
    assert train.lids[202:212].max() == 1.0
    assert train.lids[203].min() > 0.2
    if not policy.allow:
        assert list(train.begins) == [200]  # once
        assert tuple(train.lids[-1]) == OPEN


def test_a_blink_asked_for_has_the_strength_and_the_width_asked() -> None:
    train = live(4, 400, lambda _: FORBIDDEN, asked=(Asked(0.5, 1.5), 100))
    assert train.lids.max() == pytest.approx(0.5, abs=0.025)
    assert (train.lids[:, 0] >= 0.5 * train.lids[:, 0].max()).sum() == pytest.approx(90, abs=4)
    assert live(4, 400, lambda _: FORBIDDEN, asked=(NOT_ASKED, 100)).lids.max() == 0.0


@pytest.mark.parametrize("since", range(0, 30, 2))
def test_a_blink_asked_for_within_another_goes_on_from_there(since: int) -> None:
    free = live(2, MINUTE)
    pose = int(free.begins[3]) + since
    train = live(2, MINUTE, asked=(Asked(), pose))
    np.testing.assert_array_equal(train.lids[: pose + 1], free.lids[: pose + 1])
    steps = np.diff(train.lids[pose - 5 : pose + 60], axis=0)
    assert steps.max() < 0.66
    assert steps.min() > -0.4
    assert train.lids[pose : pose + 14].max() == 1.0


def test_one_asked_for_long_ago_is_not_made_up_for() -> None:
    assert live(4, 300, lambda _: FORBIDDEN, asked=(Asked(), 100), start=500).lids.max() == 0.0
    late = live(4, 300, lambda _: FORBIDDEN, asked=(Asked(), 490), start=500)
    assert list(late.begins) == [0]
