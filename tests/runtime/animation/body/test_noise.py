"""The luck of a body: the same wherever it is looked at, even, and renewed now and then."""

import numpy as np

from voxrig.runtime.animation.body.noise import NOISE, QUICK, noise_rows
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.core.timing import STEP_RATE

KEY = key_of(11)


def test_a_pose_has_the_same_luck_wherever_it_is_looked_at() -> None:
    rows = noise_rows(KEY, 100, 50, 2)
    for n in range(50):
        assert noise_rows(KEY, 100 + 2 * n, 1)[0].tobytes() == rows[n].tobytes()
    assert noise_rows(KEY, -5, 1).tobytes() == noise_rows(KEY, 0, 1).tobytes()


def test_numbers_are_even_and_independent() -> None:
    rows = noise_rows(KEY, 0, 40_000, 60)
    assert rows.shape == (40_000, NOISE)
    assert rows.min() >= 0.0
    assert rows.max() < 1.0
    np.testing.assert_allclose(rows.mean(axis=0), 0.5, atol=0.03)
    off = np.corrcoef(rows.T) - np.eye(NOISE)
    assert np.abs(off).max() < 0.06


def test_they_change_as_often_as_stated() -> None:
    seconds = 3600
    changes = np.count_nonzero(np.diff(noise_rows(KEY, 0, seconds * STEP_RATE), axis=0), axis=0) / seconds
    np.testing.assert_allclose(changes[:QUICK], 1 / 2.4, rtol=0.02)
    np.testing.assert_allclose(changes[QUICK:], 1 / 9.0, rtol=0.05)


def test_other_characters_have_other_luck() -> None:
    assert np.abs(noise_rows(KEY, 0, 200, 60) - noise_rows(key_of(12), 0, 200, 60)).mean() > 0.2
