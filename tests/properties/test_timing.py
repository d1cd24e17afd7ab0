"""Frames, samples and timecodes, on any day and at any rate: as exact as fractions."""

import math
from fractions import Fraction

from hypothesis import assume, example, given
from hypothesis import strategies as st

from voxrig.runtime.animation.clock import SessionClock
from voxrig.runtime.core.timecode_clock import Timecode
from voxrig.runtime.core.timing import (
    MAX_FPS,
    MIN_FPS,
    FrameRate,
    FrameRateError,
    ceil_seconds,
    first_frame,
    frame_count,
    frame_sample,
)

YEAR = 366 * 86_400
RATES = st.integers(8_000, 192_000)
NTSC = [FrameRate(n * 1000, 1001) for n in (24, 30, 48, 60, 120, 240)]


@st.composite
def frame_rates(draw: st.DrawFn) -> FrameRate:
    if draw(st.booleans()):
        return draw(st.sampled_from([*NTSC, *(FrameRate(n) for n in (1, 24, 25, 30, 48, 50, 60, 120, 240))]))
    denominator = draw(st.integers(1, 5000))
    return FrameRate(draw(st.integers(denominator * MIN_FPS, denominator * MAX_FPS)), denominator)


@given(frame_rates(), RATES, st.integers(0, YEAR * 240))
def test_a_frame_falls_on_the_last_sample_at_or_before_it(fps: FrameRate, rate: int, index: int) -> None:
    exact = index / fps.fraction * rate
    sample = frame_sample(index, rate, fps)
    assert sample <= exact < sample + 1
    assert first_frame(sample, rate, fps) <= index <= first_frame(sample + 1, rate, fps)


@given(frame_rates(), RATES, st.integers(0, YEAR * 192_000))
def test_a_clip_has_the_frames_before_its_end(fps: FrameRate, rate: int, samples: int) -> None:
    count = frame_count(samples, rate, fps)
    duration = Fraction(samples, rate)
    assert count / fps.fraction >= duration
    assert count == 0 or (count - 1) / fps.fraction < duration
    assert count == math.ceil(duration * fps.fraction)


@given(frame_rates(), RATES, st.lists(st.integers(0, 10**9), min_size=1, max_size=6))
def test_utterances_share_no_frame_and_leave_none_out(fps: FrameRate, rate: int, lengths: list[int]) -> None:
    ends = [sum(lengths[:place]) for place in range(len(lengths) + 1)]
    firsts = [first_frame(end, rate, fps) for end in ends]
    assert firsts == sorted(firsts)
    assert firsts[-1] == frame_count(ends[-1], rate, fps)


@given(st.fractions(0, 10**6), RATES)
def test_seconds_are_covered(seconds: Fraction, rate: int) -> None:
    samples = ceil_seconds(seconds, rate)
    assert samples - 1 < seconds * rate <= samples


@given(frame_rates())
def test_a_frame_rate_reads_what_it_writes(fps: FrameRate) -> None:
    assume(fps.denominator < 10**15)
    assert FrameRate.parse(str(fps)) == fps


@given(st.text(max_size=30) | st.from_regex(r"\A[0-9]{0,25}([./][0-9]{0,25})?\Z"))
@example("60/00")
@example("60/0")
@example("0/1")
@example("6" * 5000)
@example("6." + "6" * 5000)
@example("1/" + "3" * 5000)
def test_any_text_is_a_rate_or_refused(text: str) -> None:
    try:
        fps = FrameRate.parse(text)
    except FrameRateError as error:
        assert len(str(error)) < 200
    else:
        assert MIN_FPS <= fps.fraction <= MAX_FPS


@given(frame_rates(), RATES, st.integers(0, YEAR * 240))
def test_a_frame_lies_between_its_poses(fps: FrameRate, rate: int, index: int) -> None:
    clock = SessionClock(rate, fps)
    pose, share = clock.pose_position(index)
    exact = index / fps.fraction * 60
    assert pose == math.floor(exact)
    assert share == float(exact - pose)
    assert pose <= clock.pose_after(index) <= pose + 1
    assert (clock.pose_after(index) == pose) == (share == 0)
    assert Fraction(clock.pose_after(index), 60) - index / fps.fraction <= clock.interpolation


@given(RATES, st.integers(0, YEAR * 192_000))
def test_padding_puts_an_utterance_on_the_grid(rate: int, sample: int) -> None:
    clock = SessionClock(rate, FrameRate(60))
    padding = clock.padding(sample)
    assert 0 <= padding <= 400
    late = Fraction(padding + 400 * clock.pose_before(sample), 24_000) - Fraction(sample, rate)
    assert 0 <= late < Fraction(1, 24_000)


@given(frame_rates(), RATES, st.integers(0, YEAR * 192_000), st.integers(0, 10_000))
def test_a_blend_runs_from_its_start_to_its_end(fps: FrameRate, rate: int, start: int, later: int) -> None:
    clock = SessionClock(rate, fps)
    index = clock.first_frame(start) + later
    exact = (index / fps.fraction - Fraction(start, rate)) / Fraction(120, 1000)
    assert math.isclose(clock.blend_progress(index, start), float(exact), rel_tol=1e-12, abs_tol=1e-12)
    assert clock.blend_progress(index, start) >= 0


DROPPING = st.sampled_from([FrameRate(30_000, 1001), FrameRate(60_000, 1001), FrameRate(120_000, 1001)])


@given(DROPPING, st.booleans(), st.integers(-(10**9), 10**9), st.integers(-(10**7), 10**7))
def test_a_timecode_reads_what_it_writes(fps: FrameRate, drop: bool, frames: int, more: int) -> None:
    start = Timecode(frames, fps, drop)
    assert Timecode.parse(str(start), fps) == start
    assert start + more + -more == start


@given(DROPPING, st.integers(0, 10**7))
def test_drop_frame_keeps_to_the_clock(fps: FrameRate, frames: int) -> None:
    code = Timecode(frames, fps, drop=True)
    hours, minutes, seconds = (int(part) for part in str(code).partition(";")[0].split(":"))
    told = hours * 3600 + minutes * 60 + seconds + Fraction(int(str(code).partition(";")[2]), code.nominal)
    assert abs(told - code.seconds) < Fraction(9, 100)  # 87 ms at midnight, and two frames within a minute
