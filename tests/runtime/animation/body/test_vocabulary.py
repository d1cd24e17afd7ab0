"""The vocabulary: every gesture is one that a body can make, with times to plan by."""

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.body.vocabulary import (
    FAR,
    GESTURES,
    LAG,
    READY,
    RESTS,
    SHAPES,
    key_posture,
    lead,
    ready,
)
from voxrig.runtime.core.body.kinematics import places, skeleton_rotations, world_turns
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, HIGH, LOW, SITTING, STANDING, mirrored
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.skeleton import PLACES

Doubles = NDArray[np.float64]
PALM, ALONG = np.array((0.0, -1.0, 0.0)), np.array((1.0, 0.0, 0.0))


def stroke(name: str, left: bool = True) -> Doubles:
    gesture = GESTURES[name]
    return key_posture(gesture, gesture.apex, STANDING, left=left)


def left_hand(posture: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """Where the left wrist is, where its palm faces and where its fingers point."""
    rotations = skeleton_rotations(solve(posture[None]))
    turn = world_turns(rotations)[0, PLACES["hand_l"]]
    return places(rotations)[0, PLACES["hand_l"]], turn @ PALM, turn @ ALONG


@pytest.mark.parametrize("name", GESTURES)
@pytest.mark.parametrize("left", [True, False])
def test_every_key_of_every_size_is_a_posture_that_a_body_can_have(name: str, left: bool) -> None:
    gesture = GESTURES[name]
    for number in range(len(gesture.keys)):
        for size in (0.0, 0.5, 1.0):
            for manner in (-1.0, 1.0):
                made = key_posture(gesture, number, STANDING, left=left, size=size, space=manner, openness=manner)
                assert (made >= LOW).all()
                assert (made <= HIGH).all()
                for hand in (HAND_L, HAND_R):
                    assert np.linalg.norm(made[hand][:3]) <= FAR + 1e-9


@pytest.mark.parametrize("name", GESTURES)
def test_every_gesture_has_phases_in_their_order_and_times_that_people_take(name: str) -> None:
    gesture = GESTURES[name]
    assert gesture.keys[0].phase == "preparation"
    assert {key.phase for key in gesture.keys[1:]} == {"stroke"}
    assert gesture.keys[gesture.apex].phase == "stroke"
    assert all(0.15 <= key.seconds <= 0.6 for key in gesture.keys)
    assert 0.5 <= gesture.retraction <= 1.0
    assert 0.4 < lead(name) < 1.1
    assert lead(name, 2.0) - LAG == pytest.approx((lead(name) - LAG) / 2.0)


@pytest.mark.parametrize("name", GESTURES)
def test_the_right_hand_does_what_the_left_one_would(name: str) -> None:
    np.testing.assert_allclose(stroke(name, left=False), mirrored(stroke(name)), atol=1e-12)


def test_a_larger_size_goes_further_and_what_touches_stays() -> None:
    for name in ("size_big", "offer", "welcome"):
        gesture = GESTURES[name]
        places_ = [
            key_posture(gesture, gesture.apex, STANDING, left=True, size=size)[HAND_L][:3] for size in (0, 0.5, 1)
        ]
        away = [float(np.linalg.norm(place - READY[:3])) for place in places_]
        assert away[0] < away[1] < away[2]
    small, large = (
        key_posture(GESTURES["self"], GESTURES["self"].apex, STANDING, left=True, size=size) for size in (0.0, 1.0)
    )
    np.testing.assert_array_equal(small, large)


def test_one_hand_leaves_the_other_to_itself_and_twins_do_not() -> None:
    beat = GESTURES["beat"]
    alone, twins = (key_posture(beat, beat.apex, SITTING, left=True, twin=twin) for twin in (False, True))
    np.testing.assert_array_equal(alone[HAND_R], SITTING[HAND_R])
    np.testing.assert_array_equal(twins[HAND_R], twins[HAND_L])
    assert not GESTURES["beat"].both
    assert GESTURES["shrug"].both


def test_palms_and_fingers_are_turned_as_people_turn_them() -> None:
    """The left hand's, in the world: X to the left, Y up, Z ahead."""
    for name in ("offer", "ask", "you", "weigh", "beckon"):
        assert left_hand(key_posture(GESTURES[name], 0 if name == "beckon" else 1, STANDING, left=True))[1][1] > 0.6
    for name in ("stop", "wave", "list_one", "list_two", "list_three"):
        _, palm, along = left_hand(stroke(name))
        assert palm[2] > 0.85
        assert along[1] > 0.85
    _, palm, along = left_hand(stroke("self"))
    assert palm[2] < -0.9
    assert along[0] < -0.8
    assert left_hand(stroke("refuse"))[1][1] < -0.7
    assert left_hand(stroke("thumbs_up"))[1][0] < -0.9
    for name in ("size_small", "size_big"):
        assert left_hand(stroke(name))[1][0] < -0.8


def test_hands_are_where_their_gesture_takes_place() -> None:
    assert abs(left_hand(stroke("self"))[0][0]) < 0.15
    assert left_hand(stroke("think"))[0][1] > 1.33
    rotations = skeleton_rotations(solve(np.stack([stroke("size_small"), stroke("size_big"), stroke("welcome")])))
    apart = [float(joints[PLACES["hand_l"]][0] - joints[PLACES["hand_r"]][0]) for joints in places(rotations)]
    assert 0.15 < apart[0] < 0.3
    assert 0.55 < apart[1] < apart[2]


def test_pinched_finger_tips_meet() -> None:
    posture = STANDING.copy()
    posture[HAND_L.start + 7 : HAND_L.stop] = SHAPES["pinch"]
    joints = places(skeleton_rotations(solve(posture[None])))[0]
    assert np.linalg.norm(joints[PLACES["thumb_03_l"]] - joints[PLACES["index_03_l"]]) < 0.04


def test_rests_are_postures_and_folded_hands_lie_close() -> None:
    for name, rest in RESTS.items():
        assert (rest >= LOW).all(), name
        assert (rest <= HIGH).all(), name
    joints = places(skeleton_rotations(solve(RESTS["folded"][None])))[0]
    palms = [joints[PLACES[f"middle_01_{side}"]] for side in "lr"]
    assert 0.03 < np.linalg.norm(palms[0] - palms[1]) < 0.14


def test_a_raised_hand_is_ready_and_the_other_stays() -> None:
    posture = ready(STANDING, right=False)
    np.testing.assert_array_equal(posture[HAND_L], READY)
    np.testing.assert_array_equal(posture[HAND_R], STANDING[HAND_R])
    assert ready(STANDING, openness=1.0)[HAND_L.start] > READY[0]
