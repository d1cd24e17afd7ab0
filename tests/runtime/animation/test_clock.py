import itertools
import math
from fractions import Fraction

import pytest

from voxrig.runtime.animation.clock import SessionClock
from voxrig.runtime.core.timing import FrameRate

RATES = (8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000, 192_000)
FPS = tuple(FrameRate.parse(text) for text in ("1", "24", "25", "29.97", "30", "48", "50", "59.94", "60", "120", "240"))
SAMPLES = (0, 1, 137, 7_999, 123_457, 10**12 + 7)  # the last: a year and more


@pytest.mark.parametrize("fps", FPS, ids=str)
@pytest.mark.parametrize("rate", RATES)
def test_frames_lie_exactly_between_poses(rate: int, fps: FrameRate) -> None:
    clock = SessionClock(rate, fps)
    for index in itertools.chain(range(300), range(10**9, 10**9 + 50)):
        pose, share = clock.pose_position(index)
        exact = index / fps.fraction * 60
        assert pose == math.floor(exact)
        assert share == pytest.approx(float(exact - pose), abs=1e-15)
        assert clock.pose_after(index) == math.ceil(exact)
        assert clock.frame_sample(index) == math.floor(index / fps.fraction * rate)
        assert (clock.pose_after(index) - exact) / 60 <= clock.interpolation


@pytest.mark.parametrize("fps", FPS, ids=str)
def test_the_declared_interpolation_is_reached_and_zero_on_the_grid(fps: FrameRate) -> None:
    clock = SessionClock(16_000, fps)
    waits = [(clock.pose_after(i) - i / fps.fraction * 60) / 60 for i in range(3000)]
    assert max(waits) == clock.interpolation < Fraction(1, 60)


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("rate", RATES)
def test_padding_puts_a_start_on_the_pose_grid_and_never_early(rate: int, sample: int) -> None:
    clock = SessionClock(rate, FrameRate(60))
    error = Fraction(clock.pose_before(sample), 60) + Fraction(clock.padding(sample), 24_000) - Fraction(sample, rate)
    assert 0 <= error < Fraction(1, 24_000)
    assert 0 <= clock.padding(sample) <= 400


@pytest.mark.parametrize("fps", FPS, ids=str)
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_blend_begins_at_its_sample_and_lasts_120_ms(sample: int, fps: FrameRate) -> None:
    clock = SessionClock(22_050, fps)
    for index in range(clock.first_frame(sample), clock.first_frame(sample) + 40):
        exact = (index / fps.fraction - Fraction(sample, 22_050)) / Fraction(12, 100)
        assert clock.blend_progress(index, sample) == pytest.approx(float(exact), abs=1e-12)


def test_history_and_blend_in_frames_and_samples() -> None:
    clock = SessionClock(22_050, FrameRate.parse("29.97"))
    assert clock.history_frames == 900
    assert clock.blend_samples == 2646
    assert SessionClock(8_001, FrameRate(1)).blend_samples == 961
