"""Pointing really points: from the shoulder through the finger tip at the place."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.body.acting import Acting
from voxrig.runtime.animation.body.acts import POINT_LEAD
from voxrig.runtime.animation.body.asked import FREE, USUAL, AskedPoint, BodyManner
from voxrig.runtime.animation.body.following import followed, resting
from voxrig.runtime.animation.body.pointing import ACROSS, TWIST, pointed
from voxrig.runtime.core.body.kinematics import places, skeleton_rotations, world_turns
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, HIGH, INDEX, LOW, STANDING
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.core.skeleton import ENDS, PLACES, rest_places

Doubles = NDArray[np.float64]
EYES = rest_places()[[PLACES["eye_l"], PLACES["eye_r"]]].mean(axis=0)


def off(posture: Doubles, target: tuple[float, float, float], side: str) -> float:
    """Degrees between the way from the shoulder to the finger tip and that to the target."""
    rotations = skeleton_rotations(solve(posture[None]))
    joints, turns = places(rotations)[0], world_turns(rotations)[0]
    finger, shoulder = PLACES[f"index_03_{side}"], joints[PLACES[f"upperarm_{side}"]]
    tip = joints[finger] + turns[finger] @ np.array(ENDS[f"index_03_{side}"])
    arm, way = tip - shoulder, EYES + np.array(target) - shoulder
    return math.degrees(math.acos(min(1.0, float(arm @ way) / float(np.linalg.norm(arm) * np.linalg.norm(way)))))


def points(asked: AskedPoint, manner: BodyManner = USUAL) -> Doubles:
    """The posture 0.6 s after the finger should be there, and 1.0 s after it has gone back."""
    goals, at = np.tile(STANDING, (320, 1)), 20
    acts = [(asked, at) if n >= at else (AskedPoint(0, 0, 1), -1) for n in range(len(goals))]
    acting = Acting(key_of(2))
    _, made = acting.steps(acting.start(), 0, goals, acts, [FREE] * len(goals), [manner] * len(goals))
    assert (made >= LOW).all()
    assert (made <= HIGH).all()
    return followed(resting(made[0]), made)[1]


@pytest.mark.parametrize(
    ("target", "side"),
    [
        ((0.0, 0.0, 2.0), "r"),
        ((1.0, 0.0, 2.0), "l"),
        ((-1.5, 0.3, 2.0), "r"),
        ((2.0, -0.5, 0.0), "l"),
        ((0.3, -1.2, 1.0), "l"),
        ((-0.5, 0.6, 2.0), "r"),
        ((-3.0, 0.0, -0.4), "r"),
        ((0.15, -0.3, 0.7), "l"),
    ],
)
def test_the_nearer_hand_points_at_it_and_goes_back(target: tuple[float, float, float], side: str) -> None:
    made = points(AskedPoint(*target, hold=2.0), USUAL._replace(handedness=1.0))
    there = 20 + round(60 * POINT_LEAD)
    for at in (there + 30, there + 60):
        assert off(made[at], target, side) < 2.0
    assert off(made[there], target, side) < 8.0
    other = HAND_R if side == "l" else HAND_L
    np.testing.assert_allclose(made[:, other], np.tile(STANDING[other], (len(made), 1)), atol=1e-9)
    np.testing.assert_allclose(made[-1], STANDING, atol=1e-3)
    assert abs(math.degrees(made[there + 40, INDEX["twist"]])) <= TWIST + 0.1


def test_it_points_where_it_should_however_the_chest_is_turned() -> None:
    for manner in (USUAL._replace(turn=20.0), USUAL._replace(lean=12.0, side=-6.0), USUAL._replace(mirror=True)):
        made = points(AskedPoint(-0.8, 0.1, 2.0, hold=2.5), manner)
        assert off(made[140], (-0.8, 0.1, 2.0), "r") < 8.0


def test_across_the_body_an_arm_only_goes_so_far() -> None:
    posture = pointed(-2.0, 0.0, 0.5, True, STANDING)
    out, _, fore = posture[HAND_L][:3]
    assert -ACROSS - 8.0 < math.degrees(math.atan2(out, fore)) < -ACROSS + 12.0
    assert off(posture, (-2.0, 0.0, 0.5), "l") > 8.0


def test_the_elbow_is_nearly_straight_and_the_palm_is_not_up() -> None:
    rotations = skeleton_rotations(solve(pointed(0.5, 0.0, 2.0, True, STANDING)[None]))
    joints, palm = places(rotations)[0], world_turns(rotations)[0, PLACES["hand_l"]] @ (0.0, -1.0, 0.0)
    shoulder, elbow, wrist = (joints[PLACES[f"{name}_l"]] for name in ("upperarm", "lowerarm", "hand"))
    upper, lower = elbow - shoulder, wrist - elbow
    bend = math.degrees(math.acos(float(upper @ lower) / float(np.linalg.norm(upper) * np.linalg.norm(lower))))
    assert bend < 50.0
    assert palm[1] < -0.3
