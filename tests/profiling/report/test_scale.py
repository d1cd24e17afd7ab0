"""Scales and figures: round values, and words for what is not there."""

import pytest

from voxrig.profiling.report.scale import Scale, linear, logarithmic
from voxrig.profiling.report.words import digits, megabytes, percent, quantity


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [([3.7], 0, 4), ([104], 0, 120), ([0.0, 0.0], 0, 1), ([], 0, 1), ([-20, 30], -20, 30), ([0.0004], 0, 0.0004)],
)
def test_a_linear_scale_holds_its_values(values: list[float], low: float, high: float) -> None:
    scale = linear(values, 10, 110)
    assert (scale.low, scale.high) == pytest.approx((low, high))
    assert scale.place(scale.low) == 10
    assert scale.place(scale.high) == 110


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [([0.7, 42], 0.5, 50), ([1, 1000], 1, 1000), ([3], 2, 5), ([1], 1, 10), ([], 1, 10), ([0.0, 8], 5, 10)],
)
def test_a_logarithmic_scale_holds_its_values(values: list[float], low: float, high: float) -> None:
    scale = logarithmic(values, 10, 110)
    assert (scale.low, scale.high) == pytest.approx((low, high))
    assert scale.place(0.0) == 10  # nothing is at the edge


def test_ticks_are_round_and_inside() -> None:
    assert Scale(0, 30, 0, 100).ticks(6) == [0, 5, 10, 15, 20, 25, 30]
    assert Scale(-220, 130, 0, 100).ticks(7) == [-200, -150, -100, -50, 0, 50, 100]
    assert Scale(0.5, 50, 0, 100, log=True).ticks(3) == pytest.approx([1, 10])
    assert Scale(0.5, 50, 0, 100, log=True).ticks(8) == pytest.approx([0.5, 1, 2, 5, 10, 20, 50])
    assert Scale(1e-5, 1, 0, 100, log=True).ticks(4) == pytest.approx([1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1])
    assert len(Scale(1e-12, 1e12, 0, 100, log=True).ticks(4)) <= 9


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0, "0"),
        (2.345, "2.35"),
        (16.66, "16.7"),
        (99.96, "100"),
        (1234.5, "1234"),
        (-3.0, "−3.00"),
        (0.00123, "0.00123"),
    ],
)
def test_digits(value: float, told: str) -> None:
    assert digits(value) == told


def test_words() -> None:
    assert quantity(None, "ms") == percent(None) == megabytes(None) == "not measured"
    assert quantity(0.0005, "%") == "0.05 %"
    assert quantity(96.0, "") == "96"
    assert quantity(99.84, "") == "99.8"
    assert [percent(share) for share in (0, 0.001, 0.00123, 0.999, 0.99987, 1, -0.5, 2.5, 11.2724)] == [
        *("0 %", "0.1 %", "0.123 %", "99.9 %", "99.99 %", "100 %", "−50.0 %", "250 %", "1127 %")
    ]
    assert megabytes(402_653_184) == "403 MB"
    assert megabytes(16_777_216_000) == "16.8 GB"
