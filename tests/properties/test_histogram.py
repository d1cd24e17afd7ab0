"""Histograms: everything is counted once, and a percentile is where sorting says, at most a bin too high."""

import math

from hypothesis import given
from hypothesis import strategies as st

from voxrig.runtime.serving.histogram import PREFERRED, SIZES, Histogram

VALUES = st.lists(st.floats(0, 1e6), max_size=60)
BOUNDS = st.sampled_from([PREFERRED, SIZES])


@given(VALUES, BOUNDS)
def test_every_value_is_counted_where_it_belongs(values: list[float], bounds: tuple[float, ...]) -> None:
    histogram = Histogram(bounds)
    for value in values:
        histogram.add(value)
    counted = histogram.cumulative()
    assert counted == [*(sum(value <= bound for value in values) for bound in bounds), len(values)]
    assert histogram.count == len(values)
    assert math.isclose(histogram.sum, math.fsum(values), rel_tol=1e-9)


@given(VALUES.filter(len), BOUNDS)
def test_percentiles_are_those_of_sorting_or_a_bin_higher(values: list[float], bounds: tuple[float, ...]) -> None:
    histogram = Histogram(bounds)
    for value in values:
        histogram.add(value)
    told, ranked = histogram.snapshot("x"), sorted(values)
    assert told["x_max"] == ranked[-1]
    for name, share in (("x_p50", 0.5), ("x_p99", 0.99)):
        exact = ranked[math.ceil(share * len(ranked)) - 1]
        bin_end = next((bound for bound in bounds if bound >= exact), math.inf)
        assert exact <= told[name] <= min(bin_end, ranked[-1])
    assert told["x_p50"] <= told["x_p99"] <= told["x_max"]
