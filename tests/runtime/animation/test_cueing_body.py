"""What cues for the body change in a plan: the hands' acts, busy hands, the manner, and the head and eyes with them."""

import itertools

import pytest

from voxrig.runtime.animation.body.acts import POINT_LEAD
from voxrig.runtime.animation.body.asked import (
    FREE,
    NOT_ASKED,
    USUAL,
    AskedGesture,
    AskedHold,
    AskedPoint,
    HandsPolicy,
)
from voxrig.runtime.animation.body.vocabulary import GESTURES, lead
from voxrig.runtime.animation.cueing_body import HEAD_LEAD, BodyCue, with_body
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.animation.gesture import NO_GESTURE, Gesture
from voxrig.runtime.animation.plan import Look, Orders, Plan
from voxrig.runtime.animation.schedule import MOST_CUES, ScheduleError
from voxrig.runtime.animation.target import Place, Target
from voxrig.runtime.animation.track import NEVER
from voxrig.runtime.core.smoothing import ease

RATE = 24_000


def told(plan: Plan, seconds: float, name: str, **values: float) -> Plan:
    cue = read_cue(name, values)
    assert isinstance(cue, BodyCue)
    return with_body(cue, plan, round(seconds * RATE), 0, RATE)


def over(plan: Plan, count: int = 240, at: int = 0) -> Orders:
    return plan.over(at, count, RATE)


def test_a_body_that_is_told_nothing_costs_nothing() -> None:
    orders = over(Plan(), 5)
    assert orders.acts == ((NOT_ASKED, NEVER),) * 5
    assert orders.hands == (FREE,) * 5
    assert orders.manner == (USUAL,) * 5
    assert all(isinstance(one, tuple) for one in orders)
    assert orders.changes == ()


def test_a_gesture_begins_at_its_pose() -> None:
    orders = over(told(Plan(), 0.5, "gesture", stop=0.8, left=1.0))
    assert orders.acts[29] == (NOT_ASKED, NEVER)
    assert set(orders.acts[30:]) == {(AskedGesture("stop", 0.8, left=True), 30)}
    assert set(orders.gestures) == {(NO_GESTURE, NEVER)}
    assert list(orders.changes) == [], "the face has nothing to do with it"


def test_the_same_gesture_anew_is_another_one() -> None:
    orders = over(told(told(Plan(), 0.5, "gesture", beat=0.5), 1.0, "gesture", beat=0.5))
    assert [first for _, first in orders.acts[55:65]] == [30] * 5 + [60] * 5


@pytest.mark.parametrize("rate", [0.5, 1.0, 2.0])
def test_a_refusal_shakes_the_head_as_the_hands_do_it(rate: float) -> None:
    orders = over(told(Plan(), 0.5, "gesture", refuse=0.5, rate=rate))
    head = GESTURES["refuse"].head
    assert head.shake > 0.0
    [first] = {at for gesture, at in orders.gestures if gesture == head}
    assert first / 60 + HEAD_LEAD == pytest.approx(0.5 + lead("refuse", rate), abs=1 / 60)
    assert list(orders.changes) == [first]


def test_a_larger_gesture_moves_the_head_more() -> None:
    heads = [max(g.shake for g, _ in over(told(Plan(), 0.5, "gesture", refuse=n)).gestures) for n in (0.0, 0.5, 1.0)]
    assert 0.0 < heads[0] < heads[1] <= heads[2] <= 1.0


def test_a_pointing_hand_takes_the_eyes_along() -> None:
    orders = over(told(Plan(), 0.5, "point", x=1.0, y=0.2, z=1.5, hold=1.0, right=1.0))
    assert orders.acts[30] == (AskedPoint(1.0, 0.2, 1.5, right=True, hold=1.0), 30)
    looks = [n for n, target in enumerate(orders.target) if target == Target(1.0, 0.2, 1.5)]
    assert looks == list(range(30, 30 + len(looks)))
    assert len(looks) / 60 == pytest.approx(POINT_LEAD + 1.0, abs=1 / 60)
    assert set(over(told(Plan(), 0.5, "point", yaw=20.0, look=0.0)).target) == {None}


def test_a_place_in_the_world_is_pointed_at_from_where_the_head_is() -> None:
    plan = Plan()
    plan = Plan(place=plan.place.added(0, Place(2.0, 1.6, 0.0, yaw=90.0), 0))
    [asked] = {
        asked for asked, first in over(told(plan, 0.5, "point", x=5.0, y=1.6, z=0.0, world=1.0)).acts if first > 0
    }
    assert asked[:3] == pytest.approx((0.0, 0.0, 3.0), abs=1e-9)


def test_a_release_ends_what_the_hands_do() -> None:
    plan = told(told(Plan(), 0.5, "point", yaw=20.0), 1.0, "point", release=1.0)
    assert over(plan).acts[60] == (NOT_ASKED, 60)


def test_hands_are_busy_until_they_are_free() -> None:
    plan = told(told(told(Plan(), 0.5, "hands", left=1.0), 1.0, "hands", right=1.0), 1.5, "hands", left=0.0)
    runs = [(policy, len(list(run))) for policy, run in itertools.groupby(over(plan).hands)]
    assert runs == [(FREE, 30), (HandsPolicy(True, False), 30), (HandsPolicy(True, True), 30),
                    (HandsPolicy(False, True), 150)]  # fmt: skip


def test_hands_hold_still_and_are_let_go() -> None:
    plan = told(told(Plan(), 0.5, "hands", hold=4.0), 1.0, "hands", hold=0.0)
    orders = over(plan)
    assert orders.acts[59] == (AskedHold(4.0), 30)
    assert orders.acts[60] == (NOT_ASKED, 60)
    assert set(orders.hands) == {FREE}


def test_a_manner_goes_over_and_a_posture_is_the_bodys_to_ease() -> None:
    manners = over(told(Plan(), 0.5, "body", energy=0.8, lean=10.0, sitting=1.0, transition=1.0)).manner
    assert set(manners[:30]) == {USUAL}
    assert manners[60].energy == pytest.approx(0.8 * ease(0.5))
    assert set(manners[90:]) == {USUAL._replace(energy=0.8, lean=10.0, sitting=True, transition=1.0)}
    assert {manner[5:] for manner in manners[30:]} == {manners[30][5:]}
    assert (manners[30].lean, manners[30].sitting) == (10.0, True)


def test_a_body_keeps_what_a_cue_does_not_say() -> None:
    plan = told(told(Plan(), 0.1, "body", side=5.0, mirror=1.0), 0.5, "body", space=0.5, transition=0.0)
    assert over(plan).manner[-1] == USUAL._replace(side=5.0, mirror=True, space=0.5, transition=0.8)


def test_orders_do_not_depend_on_how_poses_are_cut() -> None:
    plan = told(told(told(Plan(), 0.21, "gesture", refuse=0.5), 0.4, "body", energy=1.0), 0.9, "point", yaw=30.0)
    plan = told(plan, 1.3, "hands", left=1.0)
    whole = over(plan)
    for name in ("acts", "hands", "manner", "gestures", "target"):
        single = [getattr(over(plan, 1, at), name)[0] for at in range(240)]
        assert single == list(getattr(whole, name)), name


def test_too_many_are_refused() -> None:
    plan = Plan()
    for number in range(MOST_CUES):
        plan = told(plan, 1.0 + number, "body", energy=0.5)
    with pytest.raises(ScheduleError, match="256 body cues wait"):
        told(plan, 9.0, "body", energy=0.5)


def test_a_gaze_that_was_asked_for_stays_where_a_hand_points_without_looking() -> None:
    plan = Plan()
    plan = Plan(gaze=plan.gaze.added(0, Look(Target(0.0, 0.0, 2.0)), 0))
    assert set(over(told(plan, 0.5, "point", yaw=20.0, look=0.0)).target) == {Target(0.0, 0.0, 2.0)}


def test_the_heads_part_of_a_gesture_is_a_gesture_of_the_head() -> None:
    for name, gesture in GESTURES.items():
        orders = over(told(Plan(), 0.1, "gesture", **{name: 0.5}), 300)
        heads = {head for head, _ in orders.gestures if head != NO_GESTURE}
        assert heads == ({gesture.head} if gesture.head != NO_GESTURE else set())
        assert all(isinstance(head, Gesture) for head in heads)
