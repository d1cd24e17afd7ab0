"""How a posture follows its goals."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.body.following import OMEGA, SPEED, followed, resting
from voxrig.runtime.core.body.posture import INDEX, SIZE, STANDING
from voxrig.runtime.core.timing import STEP_RATE

OUT = INDEX["out_l"]


def impulse(omega: float, poses: int) -> NDArray[np.float64]:
    """Return what a number with `omega` makes of a goal that is 1 for one pose: float64[poses], from that pose on.

    Where no goal has to walk, following is this convolution.
    """
    state, found = (0.0, 0.0), np.empty(poses)
    for n in range(poses):
        goal = 1.0 if n == 0 else 0.0
        bend = (state[1] + omega * (state[0] - goal)) * (1.0 / STEP_RATE)
        decay = math.exp(-omega / STEP_RATE)
        state = goal + (state[0] - goal + bend) * decay, (state[1] - omega * bend) * decay
        found[n] = state[0]
    return found


def test_a_body_whose_goals_are_where_it_is_stays() -> None:
    state, shown = followed(resting(STANDING), np.repeat(STANDING[None], 100, axis=0))
    np.testing.assert_allclose(shown, np.repeat(STANDING[None], 100, axis=0), atol=1e-12)
    np.testing.assert_allclose(state, resting(STANDING), atol=1e-12)


def test_poses_are_the_same_however_they_are_put_together() -> None:
    goals = np.random.default_rng(0).normal(size=(60, SIZE))
    _, whole = followed(resting(STANDING), goals)
    state, pieces = resting(STANDING), []
    for first, last in ((0, 1), (1, 7), (7, 40), (40, 60)):
        state, shown = followed(state, goals[first:last])
        pieces.append(shown)
    assert np.concatenate(pieces).tobytes() == whole.tobytes()


def test_it_arrives_without_overshooting() -> None:
    goals = np.repeat(STANDING[None], 90, axis=0)
    goals[:, OUT] += 0.5
    _, shown = followed(resting(STANDING), goals)
    way = shown[:, OUT] - STANDING[OUT]
    assert way.max() <= 0.5 + 1e-9
    assert way[-1] == pytest.approx(0.5, abs=1e-3)
    assert (np.diff(way) >= -1e-12).all()


def test_the_acceleration_is_bounded_whatever_is_asked() -> None:
    """SPEED * OMEGA / e is the most of a goal that starts to walk; one that turns back makes twice as much."""
    rng = np.random.default_rng(1)
    goals = np.repeat(rng.uniform(-2.0, 2.0, (40, SIZE)), 15, axis=0)
    _, shown = followed(resting(STANDING), goals)
    bend = np.abs(np.diff(shown, 2, axis=0)).max(axis=0) * STEP_RATE**2
    assert (bend <= 2.0 * SPEED * OMEGA / np.e * 1.02).all()


def test_following_is_the_convolution_that_training_uses() -> None:
    rng = np.random.default_rng(2)
    small = np.zeros((80, SIZE))
    small[:, OUT] = np.cumsum(rng.normal(0.0, 0.004, 80))
    _, shown = followed(resting(np.zeros(SIZE)), small)
    expected = np.convolve(small[:, OUT], impulse(float(OMEGA[OUT]), 80))[:80]
    np.testing.assert_allclose(shown[:, OUT], expected, atol=1e-6)


def test_an_impulse_sums_to_one_and_lags_as_it_should() -> None:
    found = impulse(26.0, 200)
    assert found.sum() == pytest.approx(1.0, abs=1e-9)
    centre = float((found * np.arange(200)).sum()) / STEP_RATE
    assert centre == pytest.approx(2.0 / 26.0, abs=0.6 / STEP_RATE)
