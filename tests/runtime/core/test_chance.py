import numpy as np
import pytest

from voxrig.runtime.core.chance import drift, key_of, normal, uniform


def test_a_value_depends_on_its_arguments_alone() -> None:
    key = key_of(7)
    assert uniform(key, 1, 100, 2) == uniform(key, 1, 100, 2)
    others = [uniform(key_of(8), 1, 100, 2), uniform(key, 2, 100, 2), uniform(key, 1, 101, 2), uniform(key, 1, 100, 3)]
    assert len({uniform(key, 1, 100, 2), *others}) == 5


@pytest.mark.parametrize("seed", [0, 1, 2**63, 2**64 - 1])
def test_every_seed_gives_a_key_of_its_own(seed: int) -> None:
    assert 0 <= key_of(seed) < 2**63
    assert key_of(seed) != key_of(seed + 1)
    assert 0.0 <= uniform(key_of(seed), 3, 0) < 1.0


def test_numbers_are_uniform_and_independent() -> None:
    key = key_of(1)
    numbers = np.array([uniform(key, 5, at) for at in range(20_000)])
    counts, _ = np.histogram(numbers, 20, (0.0, 1.0))
    assert np.abs(counts - 1_000).max() < 150  # five standard deviations
    assert abs(np.corrcoef(numbers[1:], numbers[:-1])[0, 1]) < 0.03
    other = np.array([uniform(key_of(2), 5, at) for at in range(20_000)])
    assert abs(np.corrcoef(numbers, other)[0, 1]) < 0.03


def test_normal_numbers_have_mean_0_and_deviation_1() -> None:
    numbers = np.array([normal(key_of(3), 1, at) for at in range(20_000)])
    assert abs(numbers.mean()) < 0.03
    assert abs(numbers.std() - 1.0) < 0.03


@pytest.mark.parametrize("start", [0, 60 * 86_400 * 3650])
def test_drift_wanders_smoothly_within_its_bounds(start: int) -> None:
    values = np.array([drift(key_of(4), 1, at, 60) for at in range(start, start + 30_000)])
    assert np.abs(values).max() < 1.0
    assert 0.35 < values.std() < 0.6
    assert np.abs(np.diff(values)).max() < 2 * 1.875 / 60 + 1e-9
    assert np.abs(np.diff(values, 2)).max() < 2 * 5.78 / 60**2 * 1.01
