import numpy as np
import pytest

from voxrig.exporters.gesturing.score import Score, kept_in_range
from voxrig.runtime.core.body.posture import BREATH, HIGH, LOW, SIT, STANDING

GOAL = STANDING + 0.2


def third_differences(path: np.ndarray) -> float:
    return float(np.abs(np.diff(path, 3, axis=0)).max()) * 60**3


def test_a_way_is_minimum_jerk_and_ends_at_its_goal() -> None:
    score = Score(STANDING)
    score.to(10, 30, GOAL)
    path = score.drawn(60)
    np.testing.assert_array_equal(path[:11], np.tile(STANDING, (11, 1)))
    np.testing.assert_allclose(path[25], STANDING + 0.1)
    np.testing.assert_allclose(path[40:], np.tile(GOAL, (20, 1)), atol=1e-12)
    # Peak speed of a minimum-jerk way: 15/8 of its mean (Flash & Hogan 1985).
    assert np.diff(path[:, 0]).max() * 60 == pytest.approx(1.875 * 0.2 / 0.5, rel=0.01)


def test_ways_laid_over_each_other_end_where_they_lead() -> None:
    score = Score(STANDING)
    score.to(10, 30, GOAL)
    score.to(20, 30, STANDING - 0.1)
    np.testing.assert_allclose(score.drawn(60)[50:], np.tile(STANDING - 0.1, (10, 1)), atol=1e-12)


def test_swings_lead_back() -> None:
    score = Score(STANDING)
    change = np.full_like(STANDING, 0.1)
    score.swing(5, 10, -0.5 * change)
    score.swing(15, 10, 1.5 * change)
    score.swing(27, 20, -change)
    path = score.drawn(60)
    np.testing.assert_allclose(path[50:], np.tile(STANDING, (10, 1)), atol=1e-12)
    np.testing.assert_allclose(path[25], STANDING + 0.1)


def test_what_is_dropped_is_not_gone() -> None:
    score = Score(STANDING)
    score.to(10, 30, GOAL)
    score.to(50, 30, STANDING - 0.1)
    score.drop(45)
    np.testing.assert_allclose(score.drawn(100)[-1], GOAL)
    np.testing.assert_allclose(score.target, GOAL)


@pytest.mark.parametrize("cut", [15, 22, 29, 38])
def test_breaking_off_has_no_jump_of_speed_or_acceleration(cut: int) -> None:
    whole, broken = Score(STANDING), Score(STANDING)
    for score in (whole, broken):
        score.to(10, 30, GOAL)
    broken.break_off(cut, 45, STANDING)
    path, meant = broken.drawn(120), whole.drawn(120)
    np.testing.assert_array_equal(path[: cut + 1], meant[: cut + 1])
    np.testing.assert_allclose(path[cut + 45 :], np.tile(STANDING, (120 - cut - 45, 1)), atol=1e-12)
    assert third_differences(path) < 2.5 * third_differences(meant)


def test_a_body_may_be_broken_off_twice() -> None:
    score = Score(STANDING)
    score.to(10, 30, GOAL)
    score.break_off(25, 45, STANDING)
    score.break_off(40, 45, GOAL)
    path = score.drawn(120)
    np.testing.assert_allclose(path[85:], np.tile(GOAL, (35, 1)), atol=1e-12)
    assert np.abs(np.diff(path, 2, axis=0)).max() * 3600 < 20


def test_what_is_out_of_range_is_pressed_back_smoothly() -> None:
    middle, half = (LOW + HIGH) / 2, (HIGH - LOW) / 2
    swung = middle + 1.3 * half * np.sin(np.arange(240) / 30)[:, None]
    kept = kept_in_range(swung)
    free = [number for number in range(len(LOW)) if number not in (BREATH, SIT)]
    assert (kept[:, free] >= LOW[free]).all()
    assert (kept[:, free] <= HIGH[free]).all()
    inside = np.abs(swung - middle) < 0.9 * half
    np.testing.assert_array_equal(kept[inside], swung[inside])
    assert np.abs(np.diff(kept[:, free] / half[free], 2, axis=0)).max() < 0.012
