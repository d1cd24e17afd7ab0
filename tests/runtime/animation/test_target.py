import math
from itertools import pairwise

import numpy as np
import pytest

from voxrig.runtime.animation.target import HERE, NEAREST, Place, Target, TargetError, bearing, course, towards
from voxrig.runtime.animation.vergence import APART, eyes_on
from voxrig.runtime.core.rotation import angles_to_quaternion


@pytest.mark.parametrize(
    ("target", "yaw", "pitch"),
    [
        (Target(0, 0, 1), 0, 0),
        (Target(1, 0, 1), 45, 0),  # the character's left
        (Target(-1, 0, 1), -45, 0),
        (Target(0, 1, 1), 0, -45),  # up
        (Target(0, -1, 1), 0, 45),
        (Target(2, 0, 0), 90, 0),
        (towards(30, 0), 30, 0),
        (towards(-70, 12), -70, 12),
        (towards(15, -40), 15, -40),
    ],
)
def test_yaw_is_to_the_left_and_pitch_down(target: Target, yaw: float, pitch: float) -> None:
    assert bearing(target, HERE)[:2] == pytest.approx((yaw, pitch), abs=1e-9)


def test_a_world_target_is_seen_from_where_the_head_rests() -> None:
    # A quarter turned to its left, the head faces the world's X, and the world's Z is to its right.
    place = Place(10.0, 1.7, -4.0, 90.0)
    assert bearing(Target(12.0, 1.7, -4.0, world=True), place) == pytest.approx((0, 0, 0.5), abs=1e-9)
    assert bearing(Target(11.0, 1.7, -3.0, world=True), place)[:2] == pytest.approx((-45, 0), abs=1e-9)
    bowed = Place(0, 0, 0, 0, 30.0)
    assert bearing(Target(0, 0, 2, world=True), bowed)[:2] == pytest.approx((0, -30), abs=1e-9)
    assert bearing(Target(0, 0, 2), place) == bearing(Target(0, 0, 2), HERE), "head space moves along"


def test_yaw_and_pitch_of_a_place_are_those_of_the_rig() -> None:
    place, point = Place(0.3, -0.2, 0.5, 40.0, -25.0), np.array([1.1, 0.7, -0.4])
    x, y, z, w = angles_to_quaternion(np.radians([place.yaw, place.pitch, 0.0])).astype(float)
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    local = turn.T @ (point - np.array(place[:3]))
    assert bearing(Target(*point, world=True), place) == pytest.approx(bearing(Target(*local), HERE), abs=1e-5)


def test_what_is_too_near_is_seen_at_the_limit_and_nonsense_refused() -> None:
    assert bearing(Target(0, 0, 0.1), HERE).near == 1 / NEAREST
    assert bearing(Target(0, 0, 0), HERE) == (0.0, 0.0, 1 / NEAREST)
    with pytest.raises(TargetError, match="finite"):
        bearing(Target(0, math.nan, 1), HERE)
    with pytest.raises(TargetError, match="finite"):
        towards(math.inf, 0)


def test_the_eyes_go_alone_for_little_and_the_head_takes_most_of_the_rest() -> None:
    assert course(9, -7, -1).head_yaw == course(9, -7, -1).head_pitch == 0.0
    shares = [course(yaw, 0, -1).head_yaw / yaw for yaw in (12, 20, 40, 60, 90)]
    assert shares == sorted(shares)
    assert 0.1 < shares[0] < 0.2
    assert 0.6 < shares[-1] < 0.7
    for yaw in range(-50, 51, 5):
        way = course(yaw, 0, -1)
        assert abs(way.yaw - way.head_yaw) <= 20.0, "the eyes stay comfortable"
        assert way.yaw == yaw


def test_the_head_takes_the_share_it_is_given_within_its_limits() -> None:
    assert course(20, 10, 0.0) == (20, 10, 0, 0)
    assert course(20, 10, 1.0) == (20, 10, 20, 10)
    assert course(-40, -20, 0.5) == (-40, -20, -20, -10)
    assert course(80, 50, 0.0) == (35, 30, 0, 0)
    assert course(-170, -80, 1.0) == (-95, -55, -60, -30)


@pytest.mark.parametrize("head", [-1.0, 0.0, 0.3, 1.0])
def test_the_way_has_no_jump(head: float) -> None:
    ways = np.array([course(yaw, yaw / 3, head) for yaw in np.arange(-170, 170, 0.25)])
    assert max(np.abs(second - first).max() for first, second in pairwise(ways)) <= 0.25 + 1e-9


@pytest.mark.parametrize("head", [(0.0, 0.0), (20.0, -8.0), (-30.0, 15.0)])
@pytest.mark.parametrize("near", [0.0, 0.8, 4.0])
def test_both_eyes_meet_on_the_point_or_keep_to_their_limits_alike(head: tuple[float, float], near: float) -> None:
    for yaw in range(-180, 181, 15):
        for pitch in range(-90, 91, 15):
            eyes = eyes_on(yaw, pitch, near, *head)
            left, right = np.degrees(eyes[:2]), np.degrees(eyes[2:])
            assert np.abs([left[0], right[0]]).max() <= 35.0 + 1e-9
            assert min(left[1], right[1]) >= -25.0 - 1e-9
            assert max(left[1], right[1]) <= 30.0 + 1e-9
            crossing = right[0] - left[0]
            assert -1e-9 <= crossing <= 2 * math.degrees(math.asin(APART / 2 * near)) * 1.16 + 1e-9
