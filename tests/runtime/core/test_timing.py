"""Exact time: counts, frame rates and what is refused."""

from fractions import Fraction

import pytest

from voxrig.runtime.core.timing import FrameRate, FrameRateError, first_frame, frame_count, frame_sample


@pytest.mark.parametrize(
    ("text", "fraction"),
    [
        ("60", Fraction(60)),
        ("29.97", Fraction(30_000, 1001)),
        ("59.94", Fraction(60_000, 1001)),
        ("23.976", Fraction(24_000, 1001)),
        ("30000/1001", Fraction(30_000, 1001)),
        ("12.5", Fraction(25, 2)),
        (" 120/2 ", Fraction(60)),
    ],
)
def test_frame_rates_are_exact(text: str, fraction: Fraction) -> None:
    assert FrameRate.parse(text).fraction == fraction
    assert FrameRate.parse(str(FrameRate.parse(text))).fraction == fraction


@pytest.mark.parametrize("text", ["", "0", "-30", "abc", "30/0", "nan", "inf", "1e3", "241", "1/2", "٣٠", "30/-1"])
def test_impossible_frame_rates_are_named(text: str) -> None:
    with pytest.raises(FrameRateError, match="frame rate"):
        FrameRate.parse(text)


def test_equal_rates_are_equal() -> None:
    assert FrameRate(120, 2) == FrameRate(60) == FrameRate.parse("60/1")
    assert hash(FrameRate(60_000, 1000)) == hash(FrameRate(60))


@pytest.mark.parametrize(
    ("samples", "rate", "fps", "frames"),
    [
        (0, 48_000, "60", 0),
        (1, 48_000, "60", 1),
        (800, 48_000, "60", 1),
        (801, 48_000, "60", 2),
        (48_000 * 600, 48_000, "60", 36_000),
        (44_100 * 1001, 44_100, "29.97", 30_000),
        (44_100 * 1001 + 1, 44_100, "29.97", 30_001),
        (16_000 * 3600 * 24 * 30, 16_000, "59.94", 155_364_636),
    ],
)
def test_a_clip_has_the_frames_that_begin_in_it(samples: int, rate: int, fps: str, frames: int) -> None:
    assert frame_count(samples, rate, FrameRate.parse(fps)) == frames


def test_a_frame_lies_at_its_sample() -> None:
    ntsc = FrameRate(30_000, 1001)
    for index in (0, 1, 7, 29_999, 10**9):
        sample = frame_sample(index, 48_000, ntsc)
        exact = index / ntsc.fraction * 48_000
        assert sample <= exact < sample + 1
        assert first_frame(sample + 1, 48_000, ntsc) == index + 1
