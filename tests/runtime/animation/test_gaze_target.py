"""Gaze that is told where to look: targets that stay, jump, move, or cannot be reached."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.emotion import CALM
from voxrig.runtime.animation.gaze import GazePose, Gazing
from voxrig.runtime.animation.target import HERE, Place, Target, TargetError, towards
from voxrig.runtime.animation.vergence import APART
from voxrig.runtime.animation.voice import QUIET
from voxrig.runtime.core.arkit import angles_to_bones
from voxrig.runtime.core.chance import key_of


def told(poses: int, target: Callable[[int], Target | None], key: int = 1, place: Place = HERE) -> list[GazePose]:
    gazing = Gazing(key_of(key))
    state, made = gazing.start(), []
    for at in range(poses):
        state, pose = gazing.step(state, at, QUIET, CALM, Activity.AUTO, target(at), place)
        made.append(pose)
    return made


def rotated(quaternion: np.ndarray, vector: np.ndarray) -> np.ndarray:
    axis, w = quaternion[:3].astype(float), float(quaternion[3])
    return vector + 2 * np.cross(axis, np.cross(axis, vector) + w * vector)


def misses(pose: GazePose, point: tuple[float, float, float]) -> list[float]:
    """Degrees by which each eye looks past a point in head space, through the bones of the rig."""
    angles = [pose.head_yaw, pose.head_pitch, 0, pose.left_yaw, pose.left_pitch, 0, pose.right_yaw, pose.right_pitch, 0]
    head, *eyes = angles_to_bones(np.array(angles))
    off = []
    for eye, side in zip(eyes, (APART / 2, -APART / 2), strict=True):
        wanted = np.array(point) - rotated(head, np.array([side, 0.0, 0.0]))
        seen = rotated(head, rotated(eye, np.array([0.0, 0.0, 1.0])))
        off.append(math.degrees(math.acos(min(1.0, seen @ wanted / np.linalg.norm(wanted)))))
    return off


def line_of_sight(poses: list[GazePose]) -> np.ndarray:
    angles = np.degrees(np.array([pose[:6] for pose in poses]))
    return (angles[:, 0:2] + angles[:, 2:4]) / 2 + angles[:, 4:6]


@pytest.mark.parametrize("head", [-1.0, 0.0, 0.5, 1.0])
@pytest.mark.parametrize(
    "point",
    [(0.0, 0.0, 1.2), (0.3, 0.1, 0.8), (-0.4, -0.2, 1.5), (0.0, 0.05, 0.3), (2.0, -1.0, 6.0), (0.05, -0.2, 0.6)],
)
def test_both_eyes_rest_on_the_target(point: tuple[float, float, float], head: float) -> None:
    poses = told(300, lambda at: Target(*point, head=head))
    assert max(max(misses(pose, point)) for pose in poses[90:]) < 0.31


@pytest.mark.parametrize(("yaw", "pitch"), [(50.0, 10.0), (-70.0, -20.0), (30.0, -30.0), (-85.0, 0.0)])
def test_eyes_and_head_together_reach_far(yaw: float, pitch: float) -> None:
    target = towards(yaw, pitch)
    poses = told(240, lambda at: target)
    assert max(max(misses(pose, target[:3])) for pose in poses[120:]) < 0.31


def test_a_world_target_stays_while_the_character_is_elsewhere() -> None:
    target, place = Target(3.0, 1.5, 2.0, world=True), Place(1.0, 1.6, 1.0, 60.0)
    poses = told(200, lambda at: target, place=place)
    left = math.degrees(math.atan2(2.0, 1.0)) - 60.0
    assert line_of_sight(poses[120:])[:, 0].mean() == pytest.approx(left, abs=0.2)


def test_a_new_target_is_one_saccade_at_once() -> None:
    targets = [towards(-10, 0), towards(8, -5), towards(-3, 10), towards(25, 0)]
    poses = told(480, lambda at: targets[at // 120])
    shifts = [(at, pose.shift) for at, pose in enumerate(poses) if pose.shift]
    assert [at for at, _ in shifts] == [0, 120, 240, 360]
    assert shifts[1][1] == pytest.approx(math.hypot(18, 5), abs=0.6)
    gaze = line_of_sight(poses)
    for n in range(1, 4):
        at, size = shifts[n]
        assert np.hypot(*(gaze[at] - gaze[at - 1])) < 0.1, "not before"
        landed = at + math.ceil((0.021 + 0.0022 * size) * 60) + 1
        assert np.hypot(*(gaze[landed] - gaze[at + 60])) < 1.0


def test_the_head_follows_the_eyes() -> None:
    poses = told(240, lambda at: towards(40, 0) if at >= 60 else towards(0, 0))
    head = np.degrees([pose.head_yaw for pose in poses])
    final = head[-1]
    assert final == pytest.approx(22.5, abs=0.1)
    tenth, most = np.argmax(head > 0.1 * final) - 60, np.argmax(head > 0.9 * final) - 60
    assert 3 <= tenth <= 6, "50 to 100 ms after the eyes"
    assert 18 <= most <= 30, "0.3 to 0.5 s"
    assert (np.diff(head) >= 0).all()
    eyes = np.degrees([pose.left_yaw for pose in poses])
    assert eyes[68:].argmax() + 68 < 75, "the eyes lead, then turn back while the head comes"
    assert np.abs(line_of_sight(poses)[100:, 0] - 40).max() < 0.31


@pytest.mark.parametrize("speed", [5.0, 20.0, 38.0])
def test_a_slow_target_is_followed_without_saccades(speed: float) -> None:
    def place(at: int) -> float:  # to and fro, 60 new targets a second
        return 15 * math.sin(speed / 15 * at / 60)

    poses = told(900, lambda at: towards(place(at), 0))
    assert sum(pose.shift > 0 for pose in poses[30:]) == 0
    off = line_of_sight(poses)[60:, 0] - [place(at) for at in range(60, 900)]
    assert np.abs(off).max() < 0.6
    assert np.abs(np.diff(line_of_sight(poses)[60:], axis=0)).max() * 60 < speed + 25


def test_a_fast_target_is_caught_up_with_by_a_few_saccades() -> None:
    poses = told(900, lambda at: towards(30 * math.sin(2.5 * at / 60), 0))  # up to 75 deg/s
    shifts = [at for at, pose in enumerate(poses) if pose.shift]
    assert 4 < len(shifts) < 15 * 5
    assert np.diff(shifts).min() >= 9
    off = line_of_sight(poses)[60:, 0] - [30 * math.sin(2.5 * at / 60) for at in range(60, 900)]
    assert np.abs(off).max() < 8
    assert np.median(np.abs(off)) < 1.5


def test_a_trembling_target_makes_no_storm() -> None:
    chance = np.random.default_rng(3)
    noise = chance.normal(0, 0.2, (900, 2))
    poses = told(900, lambda at: towards(10 + noise[at, 0], noise[at, 1]))
    assert sum(pose.shift > 0 for pose in poses[30:]) < 15
    wild = chance.normal(0, 20, (900, 2))
    poses = told(900, lambda at: towards(*wild[at]))
    assert np.diff([at for at, pose in enumerate(poses) if pose.shift]).min() >= 9


def test_what_is_out_of_reach_is_followed_to_the_limits() -> None:
    poses = told(1_200, lambda at: towards(at * 0.6 - 180, 50 * math.sin(at / 50)))
    for pose in poses:
        angles = np.degrees(pose[:6])
        assert np.abs(angles[[0, 2]]).max() <= 35.0 + 1e-9
        assert angles[[1, 3]].min() >= -25.0 - 1e-9
        assert angles[[1, 3]].max() <= 30.0 + 1e-9
        assert abs(angles[4]) <= 60.0
        assert abs(angles[5]) <= 30.0
        assert 0.0 < angles[2] - angles[0] < 5.0, "the eyes neither part nor cross"


def test_a_target_that_wavers_behind_the_head_does_not_throw_it_about() -> None:
    poses = told(900, lambda at: towards(180 + 20 * math.sin(at / 7), 0))
    assert sum(pose.shift > 0 for pose in poses) <= 2


def test_a_released_gaze_returns_to_the_partner() -> None:
    poses = told(400, lambda at: towards(20, 5) if at < 200 else None)
    assert not any(pose.mutual for pose in poses[:200])
    assert poses[200].mutual
    assert poses[200].shift == pytest.approx(math.hypot(20, 5), abs=1.0)


def test_a_partner_may_be_anywhere_and_gaze_stays_free() -> None:
    partner = Target(0.5, 0.1, 1.0, partner=True)
    poses = told(60 * 600, lambda at: partner)
    on = np.array([pose.mutual for pose in poses])
    assert 0.65 < on.mean() < 0.85
    gaze = line_of_sight(poses)
    assert np.median(gaze[on, 0]) == pytest.approx(math.degrees(math.atan2(0.5, 1.0)), abs=3.0)
    assert np.median(np.abs(gaze[~on, 0] - 26.6)) > 5.0


def test_a_walking_partner_is_followed_and_looked_away_from() -> None:
    poses = told(1_800, lambda at: Target(math.sin(at / 120), 0, 1.5, partner=True))
    on = np.array([pose.mutual for pose in poses])
    partner = np.degrees([math.atan2(math.sin(at / 120), 1.5) for at in range(1_800)])
    assert 0.5 < on.mean() < 0.95
    assert np.median(np.abs(line_of_sight(poses)[on, 0] - partner[on])) < 2.0


def test_another_share_of_the_head_moves_nothing_at_once() -> None:
    poses = told(400, lambda at: towards(50, 0, 0.9 if at < 200 else 0.0))
    angles = np.degrees([pose[:6] for pose in poses])
    assert np.abs(np.diff(angles[100:], axis=0)).max() * 60 < 650
    assert angles[-1, 4] == pytest.approx(0.0, abs=0.1)
    assert angles[-1, 0] == pytest.approx(33, abs=2.5)


def test_nonsense_is_refused() -> None:
    with pytest.raises(TargetError, match="finite"):
        told(1, lambda at: Target(math.nan, 0, 1))
