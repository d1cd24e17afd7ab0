"""Joint limits and clearances: read right, and kept over all that a posture can be."""

import math

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.bones import BODY_BONES
from voxrig.runtime.core.body.clearance import PAIRS, clearances
from voxrig.runtime.core.body.kinematics import skeleton_rotations
from voxrig.runtime.core.body.limits import excess, turns
from voxrig.runtime.core.body.posture import HIGH, LOW, SITTING, SIZE, STANDING, both_hands, posture
from voxrig.runtime.core.body.solving import solve

Doubles = NDArray[np.float64]


def anyhow(count: int) -> Doubles:
    drawn: Doubles = LOW + (HIGH - LOW) * np.random.default_rng(3).random((count, SIZE))
    return drawn


def bones(name: str, x: float, y: float, z: float, w: float) -> NDArray[np.float32]:
    made = np.zeros((1, len(BODY_BONES), 4), np.float32)
    made[..., 3] = 1.0
    made[0, BODY_BONES.index(name)] = (x, y, z, w)
    return made


def test_twist_and_swing_are_told_apart() -> None:
    half = math.radians(20.0)
    s, c = math.sin(half), math.cos(half)
    arm, spine = BODY_BONES.index("upperarm_l"), BODY_BONES.index("spine_03")
    np.testing.assert_allclose(turns(bones("upperarm_l", s, 0, 0, c))[0, arm], (40, 0, 0), atol=1e-4)
    np.testing.assert_allclose(turns(bones("upperarm_l", 0, s, 0, c))[0, arm], (0, 40, 0), atol=1e-4)
    np.testing.assert_allclose(turns(bones("upperarm_l", 0, 0, s, c))[0, arm], (0, 0, 40), atol=1e-4)
    np.testing.assert_allclose(turns(bones("spine_03", s, 0, 0, c))[0, spine], (0, 40, 0), atol=1e-4)
    np.testing.assert_allclose(turns(bones("spine_03", 0, s, 0, c))[0, spine], (40, 0, 0), atol=1e-4)


def test_an_elbow_bent_backwards_is_beyond_its_limit() -> None:
    half = math.radians(30.0)
    bent = excess(bones("lowerarm_l", 0.0, math.sin(half), 0.0, math.cos(half)))
    assert bent[0, BODY_BONES.index("lowerarm_l")] > 50.0
    assert np.count_nonzero(bent) == 1
    mirrored = excess(bones("lowerarm_r", 0.0, -math.sin(half), 0.0, math.cos(half)))
    assert mirrored[0, BODY_BONES.index("lowerarm_r")] > 50.0


def test_both_sides_are_measured_alike() -> None:
    row = posture(**both_hands(out=0.3, up=-0.2, fore=0.6, pronation=-1.0, flexion=0.4, deviation=0.2, index=0.7))
    found = turns(solve(row[None]))[0]
    for bone in BODY_BONES:
        if bone.endswith("_l"):
            other = found[BODY_BONES.index(f"{bone[:-2]}_r")]
            np.testing.assert_allclose(found[BODY_BONES.index(bone)], other, atol=1e-3)


def test_joints_are_within_their_limits_wherever_a_posture_is() -> None:
    """All but a few corners of the shoulder's range, where a hand is far up on the other side of the body."""
    over = excess(solve(anyhow(20_000)))
    shoulders = [BODY_BONES.index("upperarm_l"), BODY_BONES.index("upperarm_r")]
    others = np.delete(over, shoulders, axis=1)
    assert others.max() < 2.0
    assert (over[:, shoulders] > 0.0).mean() < 0.005


def test_hands_are_led_around_trunk_head_and_each_other() -> None:
    gaps = clearances(skeleton_rotations(solve(anyhow(8_000))))
    assert (gaps < -0.03).mean(axis=0).max() < 0.004, dict(zip(PAIRS, (gaps < -0.03).mean(axis=0), strict=True))


def test_a_hand_sent_through_the_belly_stays_before_it() -> None:
    inside = posture(**both_hands(out=-0.45, up=-0.6, fore=0.05))
    gaps = clearances(skeleton_rotations(solve(inside[None])))[0]
    assert gaps[PAIRS.index(("hand_l", "trunk"))] > 0.0
    assert gaps[PAIRS.index(("hand_l", "hand_r"))] > 0.0


def test_resting_postures_touch_nothing() -> None:
    assert clearances(skeleton_rotations(solve(np.stack((STANDING, SITTING))))).min() > 0.1
