"""Postures read from a skeleton's turns: the inverse of solving, without jumps, and honest about what is left out."""

import numpy as np
import pytest

from voxrig.runtime.core.body.bones import BODY_BONES
from voxrig.runtime.core.body.kinematics import places, positions, skeleton_rotations
from voxrig.runtime.core.body.posture import (
    BREATH,
    HAND_L,
    HAND_R,
    HIGH,
    INDEX,
    LOW,
    SIT,
    SITTING,
    SIZE,
    STANDING,
    both_hands,
    mirrored,
    posture,
)
from voxrig.runtime.core.body.reading import read, residual
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.skeleton import PLACES, SKELETON

DEGREES = np.pi / 180


def gestures(count: int, seed: int = 0) -> np.ndarray:
    """Postures anywhere in the range for trunk, palms and fingers, with hands where hands gesture."""
    random = np.random.default_rng(seed)
    made = random.uniform(LOW, HIGH, (count, SIZE))
    made[:, BREATH], made[:, SIT] = 0.0, random.integers(0, 2, count)
    for hand in (HAND_L, HAND_R):
        made[:, hand.start] = random.uniform(0.05, 0.4, count)
        made[:, hand.start + 1] = random.uniform(-0.6, 0.1, count)
        made[:, hand.start + 2] = random.uniform(0.4, 0.75, count)
    return made


def degrees_apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    near = np.abs((one.astype(np.float64) * other).sum(-1)) / np.linalg.norm(one.astype(np.float64), axis=-1)
    return 2 / DEGREES * np.arccos(np.clip(near / np.linalg.norm(other.astype(np.float64), axis=-1), 0, 1))


@pytest.mark.parametrize("made", [gestures(2000), np.stack([STANDING, SITTING])], ids=["gestures", "rests"])
def test_what_was_solved_is_read_and_solved_again_the_same(made: np.ndarray) -> None:
    bones = solve(made)
    found = read(skeleton_rotations(bones))
    assert degrees_apart(solve(found), bones).max() < 0.5
    assert np.linalg.norm(positions(found) - positions(made), axis=-1).max() < 1e-3
    others = [n for n in range(SIZE) if n not in (*range(HAND_L.start, HAND_L.start + 3), HAND_R.start)]
    others = [n for n in others if n not in (HAND_R.start + 1, HAND_R.start + 2)]
    assert np.abs(found - made)[:, others].max() < 0.01  # where a hand was asked to be in the trunk is not to be seen


def test_any_posture_at_all_comes_near() -> None:
    made = np.random.default_rng(3).uniform(LOW, HIGH, (1000, SIZE))
    made[:, BREATH] = 0.0
    apart = degrees_apart(solve(read(skeleton_rotations(solve(made)))), solve(made)).max(axis=1)
    assert np.percentile(apart, 50) < 1.0
    assert np.percentile(apart, 98) < 10.0  # arms that were asked to stretch beyond straight, or through the trunk


def test_a_breath_becomes_a_lean_of_a_degree_at_most() -> None:
    out = read(skeleton_rotations(solve(posture(breath=1.0, **both_hands(out=0.2, up=-0.5, fore=0.5))[None])))[0]
    assert out[BREATH] == 0.0
    assert -0.014 < out[INDEX["lean"]] < -0.008


def test_where_the_body_faces_does_not_count() -> None:
    rotations = skeleton_rotations(solve(gestures(50)))
    turned = rotations.copy()
    turned[:, PLACES["root"]] = [0.0, np.sin(1.1), 0.0, np.cos(1.1)]
    np.testing.assert_allclose(read(turned), read(rotations), atol=1e-9)


def test_the_mirrored_motion_is_the_mirrored_posture() -> None:
    made = gestures(50)
    found = read(skeleton_rotations(solve(mirrored(made))))
    np.testing.assert_allclose(found, mirrored(read(skeleton_rotations(solve(made)))), atol=1e-6)


def test_the_other_quaternion_of_a_turn_is_the_same_turn() -> None:
    rotations = skeleton_rotations(solve(gestures(20)))
    signs = np.random.default_rng(0).choice([-1.0, 1.0], rotations.shape[:2])[..., None]
    np.testing.assert_allclose(read(signs * rotations), read(rotations), atol=1e-9)


def test_the_skeleton_at_rest_has_arms_out_and_straight() -> None:
    rest = np.zeros((3, len(SKELETON), 4))
    rest[..., 3] = 1.0
    found = read(rest)[0]
    assert np.isfinite(found).all()
    assert found[INDEX["out_l"]] == found[INDEX["out_r"]] == pytest.approx(HIGH[INDEX["out_l"]])
    for name in ("lean", "side", "twist", "hip_roll", "hip_turn", "shrug_l", "sit", "index_l", "pinky_r"):
        assert found[INDEX[name]] == pytest.approx(0.0, abs=0.02)


def test_an_arm_that_is_stretched_and_bent_again_does_not_jump() -> None:
    """The elbow goes through straight, where its plane is not to be seen, and comes out in another one."""
    count = 240
    rotations = skeleton_rotations(np.tile(solve(STANDING[None]), (count, 1, 1)))
    bend = np.abs(np.linspace(-1.2, 1.2, count))
    twist = np.linspace(0.0, 0.6, count)
    arm, fore = PLACES["upperarm_l"], PLACES["lowerarm_l"]
    lowered = np.array([0.0, 0.0, -np.sin(0.6), np.cos(0.6)])
    about_x = np.stack((np.sin(twist / 2), 0 * twist, 0 * twist, np.cos(twist / 2)), axis=-1)
    rotations[:, arm] = product(np.broadcast_to(lowered, about_x.shape), about_x)
    rotations[:, fore] = np.stack((0 * bend, -np.sin(bend / 2), 0 * bend, np.cos(bend / 2)), axis=-1)
    found = read(rotations)
    steps = np.abs(np.diff(found, axis=0)).max(axis=0)
    assert steps[INDEX["swivel_l"]] < 4 * DEGREES
    assert steps[INDEX["pronation_l"]] < 5 * DEGREES
    assert steps[[INDEX["out_l"], INDEX["up_l"], INDEX["fore_l"]]].max() < 0.04


def test_a_palm_that_turns_round_and_round_never_jumps() -> None:
    count = 600
    rotations = skeleton_rotations(solve(np.tile(gestures(1)[0], (count, 1))))
    angle = np.linspace(0.0, 4 * np.pi, count)
    spin = np.stack((np.sin(angle / 2), 0 * angle, 0 * angle, np.cos(angle / 2)), axis=-1)
    hand = PLACES["hand_r"]
    rotations[:, hand] = product(spin, rotations[:, hand])
    assert np.abs(np.diff(read(rotations)[:, INDEX["pronation_r"]])).max() < 8 * DEGREES


def test_what_a_posture_cannot_say_is_in_the_residual() -> None:
    made = gestures(30)
    rotations = skeleton_rotations(solve(made))
    none = residual(rotations, read(rotations))
    assert none.degrees.max() < 0.5
    assert none.farthest < 0.1
    bent = rotations.copy()
    spread = [0.0, np.sin(5 * DEGREES), 0.0, np.cos(5 * DEGREES)]
    place = PLACES["ring_01_l"]
    bent[:, place] = product(np.broadcast_to(spread, (30, 4)), bent[:, place])
    told = residual(bent, read(bent))
    assert told.degrees[BODY_BONES.index("ring_01_l")] == pytest.approx(10.0, abs=1.5)
    assert "most ring_01_l" in str(told)


def test_the_residual_says_how_far_a_wrist_is() -> None:
    made = gestures(20)
    rotations = skeleton_rotations(solve(made))
    moved = made.copy()
    moved[:, INDEX["fore_r"]] -= 0.1
    shoulder, wrist = PLACES["upperarm_r"], PLACES["hand_r"]
    ways = [place[:, wrist] - place[:, shoulder] for place in (places(rotations), positions(moved))]
    told = residual(rotations, moved)
    assert told.wrists[1] == pytest.approx(100 * np.linalg.norm(ways[0] - ways[1], axis=-1).mean(), rel=1e-3)
    assert told.wrists[0] == pytest.approx(0.0, abs=1.0)
    assert told.farthest >= told.wrists[1]


def test_a_motion_without_frames() -> None:
    assert read(np.zeros((0, len(SKELETON), 4))).shape == (0, SIZE)


def product(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    a, b = one[:, :3], other[:, :3]
    out = np.empty(other.shape)
    out[:, :3] = one[:, 3:] * b + other[:, 3:] * a + np.cross(a, b)
    out[:, 3] = one[:, 3] * other[:, 3] - (a * b).sum(-1)
    return out
