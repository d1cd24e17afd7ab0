"""From one source of a posture to another: where it was, as fast as it was, and there in time."""

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.body.gliding import Gliding, Source, glided, still, turned
from voxrig.runtime.core.body.posture import HIGH, INDEX, LOW, SIZE, STANDING
from voxrig.runtime.core.smoothing import ease

Doubles = NDArray[np.float64]
GOALS = Source(np.ones(SIZE), np.zeros(SIZE), False)
UP = INDEX["up_l"]


def key(up: float) -> Source:
    take, add = np.ones(SIZE), np.zeros(SIZE)
    take[UP], add[UP] = 0.0, up
    return Source(take, add, False)


def moved(gliding: Gliding, at: int, goals: Doubles) -> tuple[Gliding, Doubles]:
    out = np.empty_like(goals)
    return glided(gliding, at, goals, out), out


def test_from_rest_it_takes_the_minimum_jerk_path() -> None:
    goals = np.tile(STANDING, (40, 1))
    gliding = turned(still(GOALS), 10, goals[0], key(-0.4), np.full(SIZE, 30.0), False)
    _, out = moved(gliding, 10, goals)
    start = STANDING[UP]
    expected = [start + (-0.4 - start) * ease((n + 1) / 30.0) for n in range(40)]
    np.testing.assert_allclose(out[:, UP], expected, atol=1e-12)
    np.testing.assert_array_equal(np.delete(out, UP, axis=1), np.delete(goals, UP, axis=1))


def test_what_moves_goes_on_as_fast_as_it_was() -> None:
    goals = np.tile(STANDING, (100, 1))
    goals[:, UP] = -0.9 + 0.004 * np.arange(100)
    gliding, before = moved(still(GOALS, goals[0]), 0, goals[:40])
    _, after = moved(turned(gliding, 40, goals[40], key(-0.5), np.full(SIZE, 20.0), False), 40, goals[40:])
    steps = np.diff(np.concatenate((before, after))[:, UP])
    assert steps[38] == pytest.approx(0.004)
    assert steps[39] == pytest.approx(0.004, abs=0.0015)
    assert np.abs(np.diff(steps)).max() < 0.004
    assert (after[20:, UP] == -0.5).all()


def test_a_mirrored_source_swaps_the_goals_and_goals_that_jump_are_glided_to() -> None:
    goals = np.tile(STANDING, (60, 1))
    goals[:, UP] = -0.3
    mirrored = Source(np.ones(SIZE), np.zeros(SIZE), True)
    _, out = moved(turned(still(GOALS, goals[0]), 5, goals[0], mirrored, np.full(SIZE, 42.0), True), 5, goals)
    assert np.abs(np.diff(out, axis=0)).max() < 0.04
    assert out[-1, INDEX["up_r"]] == -0.3
    assert out[-1, UP] == STANDING[INDEX["up_r"]]
    jumped = goals.copy()
    jumped[:, UP] = -0.9
    _, out = moved(turned(still(GOALS, goals[0]), 5, jumped[0], GOALS, np.full(SIZE, 54.0), True), 5, jumped)
    assert abs(out[0, UP] + 0.3) < 0.01
    assert out[-1, UP] == -0.9


def test_it_never_leaves_the_range() -> None:
    wild = np.random.default_rng(2).normal(0.0, 3.0, (50, SIZE))
    _, out = moved(still(GOALS), 0, wild)
    assert (out >= LOW).all()
    assert (out <= HIGH).all()
