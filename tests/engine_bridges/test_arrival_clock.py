"""When frames are shown, with the arrivals as the one input; times in seconds."""

import numpy as np
import pytest

from voxrig.engine_bridges.arrival_clock import ArrivalClock

PERIOD = 1 / 60


def waits(clock, arrivals, first=0, utterance=0):
    """Feed frames from `first` on at these times; return how long after its arrival each was due at that moment."""
    out = []
    for index, now in enumerate(arrivals, first):
        clock.arrived(index, utterance, now)
        out.append(clock.due(index) - now)
    return np.array(out)


def test_a_burst_is_spread_from_the_first_frame_on():
    clock = ArrivalClock(PERIOD)
    waits(clock, [5.0 + 0.0005 * k for k in range(600)])
    assert [clock.due(k) for k in (0, 1, 599)] == pytest.approx([5.0, 5.0 + PERIOD, 5.0 + 599 * PERIOD])
    assert not clock.is_live


def chunked(frames, chunk=0.02, start=1.0):
    """Arrivals of a live voice: a frame comes with the first chunk that ends at or after its time."""
    return [start + chunk * np.ceil(k * PERIOD / chunk - 1e-9) for k in range(frames)]


def test_a_live_voice_waits_for_the_evening_out_of_its_chunks_and_no_more():
    clock = ArrivalClock(PERIOD)
    found = waits(clock, chunked(600))
    assert clock.is_live
    assert found[60:].max() <= 0.02
    assert found[60:].mean() == pytest.approx(0.0083, abs=0.001)
    assert found.min() >= 0.0


def test_frames_that_come_evenly_do_not_wait_at_all():
    clock = ArrivalClock(PERIOD)
    assert waits(clock, [2.0 + k * PERIOD for k in range(600)]) == pytest.approx(0.0, abs=1e-9)


def test_a_late_frame_moves_the_later_ones_and_in_time_the_delay_heals():
    clock = ArrivalClock(PERIOD)
    arrivals = [1.0 + k * PERIOD + (0.06 if k == 100 else 0.0) for k in range(1200)]
    found = waits(clock, arrivals)
    assert found[100] == 0.0
    assert found[101] == pytest.approx(0.06, abs=1e-6)
    assert found[300] == pytest.approx(0.06, abs=1e-6), "as long as the slow one is among the last four seconds"
    assert found[-1] == pytest.approx(0.0, abs=1e-4)
    assert np.diff(found[400:]).min() >= -0.051 * PERIOD, "it is shown at most 5 % faster"


def test_of_a_live_voice_that_was_held_up_the_newest_is_shown_at_once():
    """The server stalls for a second; the second of frames then comes within 100 ms."""
    clock = ArrivalClock(PERIOD)
    stalled = [1.0 + k * PERIOD for k in range(400)]
    rush = [1.0 + 460 * PERIOD + 0.001 * k for k in range(60)]
    later = [1.0 + k * PERIOD for k in range(460, 700)]
    found = waits(clock, stalled + rush + later)
    assert found[400:460] == pytest.approx(0.0, abs=1e-9), "each as it comes"
    assert found[480:].max() < 0.01


def test_a_reply_that_stalls_goes_on_where_it_was():
    """Not a live voice: it came ahead. Its sound waits as well, and no word of it may be left out."""
    clock = ArrivalClock(PERIOD)
    waits(clock, [1.0 + 0.001 * k for k in range(120)])
    found = waits(clock, [8.0 + 0.001 * k for k in range(120)], 120)
    assert found[0] == 0.0
    assert clock.due(239) - clock.due(120) == pytest.approx(119 * PERIOD)
    assert clock.due(239) == pytest.approx(8.0 + 119 * PERIOD)


@pytest.mark.parametrize("speed", [1.02, 1.05, 1.5, 4.0])
def test_a_reply_made_faster_than_it_is_spoken_is_shown_as_fast_as_it_is_spoken(speed):
    """Its sound plays from the first frame on: to show it earlier because it is there would put it ahead."""
    clock = ArrivalClock(PERIOD)
    waits(clock, [1.0 + k * PERIOD / speed for k in range(1800)])
    assert clock.due(1799) == pytest.approx(1.0 + 1799 * PERIOD, abs=0.03)


def test_an_utterance_after_a_pause_is_shown_at_once_and_one_that_follows_in_its_place():
    clock = ArrivalClock(PERIOD)
    waits(clock, [1.0] * 60)
    waits(clock, [1.3] * 60, 60, utterance=1)
    assert clock.due(60) == pytest.approx(2.0)
    waits(clock, [9.0] * 60, 120, utterance=2)
    assert clock.due(120) == pytest.approx(9.0)


def test_a_clock_that_runs_differently_is_followed():
    """The client's audio runs 0.1 % slow or fast for ten minutes: no hold-ups and no growing delay."""
    for drift in (0.999, 1.001):
        clock = ArrivalClock(PERIOD)
        found = waits(clock, [1.0 + k * PERIOD * drift for k in range(36_000)])
        assert found.min() == pytest.approx(0.0, abs=1e-9)
        assert found.max() < 0.01


def test_a_restart_is_obeyed():
    clock = ArrivalClock(PERIOD)
    clock.restart(30, 4.0)
    assert clock.due(33) == pytest.approx(4.0 + 3 * PERIOD)
