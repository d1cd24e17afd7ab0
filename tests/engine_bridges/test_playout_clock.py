"""The playout clock against devices that report as real ones do; all time is simulated."""

import math

import pytest

from voxrig.engine_bridges.playout_clock import PlayoutClock

RATE = 48_000
PICTURE = 1.0 / 60.0


def floor_to(sample, grain):
    return math.floor(sample) // grain * grain


def watch(clock, audible, start, end, grain=512, picture=PICTURE):
    """Report at every picture what a device of that grain would; return (now, error in seconds) of each."""
    errors = []
    for number in range(round((end - start) / picture)):
        now = start + number * picture
        clock.report(now, floor_to(audible(now), grain))
        errors.append((now, (clock.at(now) - audible(now)) / RATE))
    return errors


def test_before_the_first_report_it_stands_at_zero():
    clock = PlayoutClock(RATE)
    assert clock.at(12.0) == 0.0
    assert not clock.is_moving


def test_between_reports_it_runs_on():
    clock = PlayoutClock(RATE)
    clock.report(10.0, 4800)
    assert clock.at(10.0) == 4800
    assert clock.at(10.01) == pytest.approx(4800 + 480)
    assert clock.at(9.0) == 4800, "never back before what was told"
    assert clock.is_moving


@pytest.mark.parametrize("grain", [1, 256, 480, 512, 1024])
@pytest.mark.parametrize("drift", [-0.01, 0.0, 0.01])
def test_it_follows_a_device_within_a_picture(grain, drift):
    clock = PlayoutClock(RATE)
    errors = watch(clock, lambda now: now * (1.0 + drift) * RATE, 0.0, 20.0, grain)
    late = [error for now, error in errors if now > 1.0]
    assert max(map(abs, late)) < PICTURE
    assert clock.speed == pytest.approx(1.0 + drift, abs=0.005)
    assert (clock.counts.resyncs, clock.counts.pauses) == (0, 0)


def test_a_pause_is_noticed_and_stands_within_the_grain():
    clock = PlayoutClock(RATE)
    errors = watch(clock, lambda now: min(now, 5.0) * RATE, 0.0, 6.0, grain=1024)
    assert not clock.is_moving
    assert clock.counts.pauses == 1
    paused = [error for now, error in errors if now > 5.1]
    assert max(map(abs, paused)) <= 0.5 * 1024 / RATE + 1e-9, "in the middle of the grain"
    ahead = [error for now, error in errors if 5.0 < now < 5.1]
    assert max(ahead) <= 1024 / RATE, "until it is noticed it runs no further than the grain"


def test_it_goes_on_after_a_pause_as_if_nothing_was():
    clock = PlayoutClock(RATE)
    errors = watch(clock, lambda now: (now if now < 5.0 else max(5.0, now - 2.0)) * RATE, 0.0, 12.0, grain=1024)
    assert max(abs(error) for now, error in errors if now > 7.1) < PICTURE
    assert (clock.counts.pauses, clock.counts.resyncs) == (1, 0)


def test_a_jump_is_followed_at_once():
    clock = PlayoutClock(RATE)
    errors = watch(clock, lambda now: (now if now < 5.0 else now + 3.0) * RATE, 0.0, 8.0, grain=1024)
    assert clock.counts.resyncs == 1
    assert max(abs(error) for now, error in errors if now >= 5.0) < PICTURE


def test_a_jump_back_is_followed_too():
    clock = PlayoutClock(RATE)
    errors = watch(clock, lambda now: (now if now < 5.0 else now - 4.0) * RATE, 0.0, 8.0)
    assert clock.counts.resyncs == 1
    assert max(abs(error) for now, error in errors if now >= 5.0) < PICTURE


def test_a_hitch_of_the_pictures_is_no_jump_of_the_sound():
    """An engine that drew nothing for 300 ms finds the sound where it should be by now."""
    clock = PlayoutClock(RATE)
    watch(clock, lambda now: now * RATE, 0.0, 5.0)
    clock.report(5.3, floor_to(5.3 * RATE, 512))
    assert clock.counts.resyncs == 0
    assert clock.at(5.3) / RATE == pytest.approx(5.3, abs=PICTURE)
    assert clock.is_moving


def test_an_engine_that_stops_reporting_is_not_run_away_from():
    clock = PlayoutClock(RATE)
    watch(clock, lambda now: now * RATE, 0.0, 5.0)
    assert clock.at(100.0) < 5.2 * RATE


def test_after_a_small_step_it_trusts_the_grain_again():
    """A device that stops in the middle of a buffer, and says so, is taken at its word; then it has its grain back."""
    clock = PlayoutClock(RATE)
    watch(clock, lambda now: now * RATE, 0.0, 5.0, grain=1024)
    clock.report(5.0, floor_to(4.99 * RATE, 1024) + 40)
    errors = watch(clock, lambda now: now * RATE, 5.0 + PICTURE, 9.0, grain=1024)
    assert max(abs(error) for now, error in errors if now > 6.0) < PICTURE


def test_reports_at_one_moment_do_no_harm():
    clock = PlayoutClock(RATE)
    for sample in (0, 512, 1024):
        clock.report(1.0, sample)
    assert clock.at(1.0) == 1024
    assert clock.counts.reports == 3


def test_media_rates_below_the_devices_work_the_same():
    """The caller converts: 24,000 media samples a second, from a device that counts 48,000."""
    clock = PlayoutClock(24_000)
    for number in range(600):
        now = number * PICTURE
        clock.report(now, floor_to(now * 48_000, 512) / 2.0)
    assert clock.at(now) / 24_000 == pytest.approx(now, abs=PICTURE)
