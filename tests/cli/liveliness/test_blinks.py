"""Blinks of known trains are found, measured and told from what is none."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from voxrig.cli.liveliness.blinks import find_blinks, fit_log_normal, synchrony

Lids = Callable[..., Any]
HOUR = 3600.0


def log_normal_times(seconds: float, mean: float, sigma: float, seed: int) -> list[float]:
    rng = np.random.default_rng(seed)
    mu = math.log(mean) - sigma**2 / 2
    gaps = np.maximum(np.exp(rng.normal(mu, sigma, int(2 * seconds / mean))), 0.6)
    times = 1.0 + np.cumsum(gaps)
    return [float(t) for t in times[times < seconds - 1]]


def test_a_known_train_is_found_and_measured(lids: Lids) -> None:
    truth = lids(log_normal_times(HOUR, 3.0, 0.6, 1), HOUR)
    found = find_blinks(truth.curve, 60)
    assert len(found) == len(truth.time)
    assert found.rate == pytest.approx(len(truth.time) / 60)
    assert np.abs(found.time - truth.time).max() < 0.02
    assert found.partial == pytest.approx((truth.depth < 0.8).mean(), abs=0.002)
    assert found.double == 0.0
    for share in (10, 50, 90):
        assert np.percentile(found.width, share) == pytest.approx(np.percentile(truth.width, share), rel=0.04)
    # A raised cosine goes from 10 to 90 % in 0.59 of its time.
    ten_to_ninety = (math.acos(-0.8) - math.acos(0.8)) / math.pi
    # Four frames draw it by straight lines: two milliseconds too long.
    assert np.median(found.closing) == pytest.approx(np.median(truth.width) * 0.7 * ten_to_ninety, rel=0.08)
    assert np.median(found.opening / found.closing) == pytest.approx(0.65 / 0.35, rel=0.08)


def test_the_fit_recovers_a_log_normal_and_prefers_it(lids: Lids) -> None:
    truth = lids(log_normal_times(HOUR, 3.0, 0.6, 2), HOUR)
    fit = fit_log_normal(find_blinks(truth.curve, 60).intervals)
    assert fit is not None
    assert fit.sigma == pytest.approx(0.6, rel=0.08)
    assert math.exp(fit.mu + fit.sigma**2 / 2) == pytest.approx(3.0, rel=0.05)
    assert fit.distance < 0.04 < fit.memoryless
    x = np.linspace(0.001, 60, 200_000)
    assert float(fit.density(x).sum() * (x[1] - x[0])) == pytest.approx(1.0, abs=1e-3)


def test_blinks_that_keep_no_time_fit_an_exponential_better() -> None:
    fit = fit_log_normal(np.random.default_rng(0).exponential(3.0, 2_000))
    assert fit is not None
    assert fit.memoryless < fit.distance
    assert fit_log_normal(np.ones(9)) is None


def test_double_blinks_are_two(lids: Lids) -> None:
    times = [t for k in range(40) for t in ([3.0 * k + 1, 3.0 * k + 1.3] if k % 4 == 0 else [3.0 * k + 1])]
    truth = lids(times, 130.0, partial=0.0)
    found = find_blinks(truth.curve, 60)
    assert len(found) == 50
    assert found.double == pytest.approx(10 / 49)
    assert np.allclose(found.intervals, 3.0, atol=0.04)


def test_lids_that_only_half_open_between_still_blink_twice() -> None:
    time = np.arange(300) / 60
    one, two = (np.clip(1 - np.abs(time - at) / 0.1, 0, 1) for at in (2.0, 2.14))
    found = find_blinks(np.maximum(one, two).astype(np.float32), 60)
    assert found.time == pytest.approx([2.0, 2.14], abs=0.02)
    together = find_blinks(np.maximum(one, np.roll(one, 2)).astype(np.float32), 60)
    assert len(together) == 1


def test_what_is_no_blink_is_not_counted() -> None:
    time = np.arange(3600) / 60
    follows = 0.3 * (np.floor(time) % 2)  # the lids follow the eyes down for a second
    squint = 0.1 + 0.1 * np.sin(2 * np.pi * 1.5 * time)
    shut = (np.abs(time - 30) < 2).astype(float)
    for curve in (np.zeros(3600), follows, squint, shut):
        assert len(find_blinks(curve.astype(np.float32), 60)) == 0
    nothing = find_blinks(np.zeros(3600, np.float32), 60)
    assert nothing.rate == 0
    assert math.isnan(nothing.partial)
    assert nothing.within(6.0) == 0.0


def test_share_of_stretches_with_a_blink(lids: Lids) -> None:
    found = find_blinks(lids([float(t) for t in range(5, 100, 10)], 100.0, partial=0.0).curve, 60)
    assert found.within(2.0) == pytest.approx(20 / 98, abs=0.01)
    assert found.within(10.0) == pytest.approx(1.0, abs=0.01)


def test_synchrony_tells_twins_from_strangers(lids: Lids) -> None:
    one, two = (find_blinks(lids(log_normal_times(HOUR, 3.0, 0.6, s), HOUR).curve, 60) for s in (4, 5))
    late = find_blinks(lids([t + 0.4 for t in log_normal_times(HOUR, 3.0, 0.6, 4)], HOUR + 1).curve, 60)
    assert synchrony(one, one) == pytest.approx(1.0)
    assert synchrony(one, late) > 0.6
    assert abs(synchrony(one, two)) < 0.05
    assert math.isnan(synchrony(one, find_blinks(np.zeros(3600, np.float32), 60)))
