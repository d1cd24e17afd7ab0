"""Counting values in bins."""

import numpy as np

from voxrig.runtime.serving.histogram import PREFERRED, SIZES, Histogram


def test_percentiles_are_within_a_bin():
    values = np.random.default_rng(1).lognormal(0.0, 1.5, 5000)
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    told = histogram.snapshot("wait")
    for name, share in (("wait_p50", 50), ("wait_p99", 99)):
        true = np.percentile(values, share)
        assert true * 0.99 <= told[name] <= true * 1.29
    assert np.isclose(told["wait_mean"], values.mean())
    assert told["wait_max"] == values.max()


def test_odd_values():
    histogram = Histogram()
    assert set(histogram.snapshot("x").values()) == {0.0}
    for value in (0.0, 1e9):
        histogram.add(value)
    told = histogram.snapshot("x")
    assert told["x_p99"] == told["x_max"] == 1e9
    assert told["x_p50"] == 0.01


def test_preferred_bounds_are_ten_a_decade_and_never_28_percent_apart():
    assert (PREFERRED[0], PREFERRED[10], PREFERRED[-1], len(PREFERRED)) == (0.01, 0.1, 100_000.0, 71)
    ratios = np.array(PREFERRED[1:]) / PREFERRED[:-1]
    assert ratios.min() > 1.24
    assert ratios.max() < 1.2801
    assert SIZES[:7] == (1, 2, 3, 4, 6, 8, 12)


def test_cumulative_counts_are_those_of_the_values():
    """A value that is a bound belongs below it, as Prometheus has it: le is less or equal."""
    values = (0.5, 2, 2, 3, 17, 5000)
    histogram = Histogram(SIZES)
    for value in values:
        histogram.add(value)
    told = histogram.cumulative()
    assert told[:-1] == [sum(value <= bound for value in values) for bound in SIZES]
    assert (told[-1], histogram.count, histogram.sum) == (6, 6, sum(values))
