"""The playout buffer against a clock that the test moves."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.engine_bridges.playout import PlayoutBuffer

RATE, STEP = 6000, 100  # 60 frames a second, 100 samples apart


@dataclass
class Frame:
    index: int
    sample: int
    values: NDArray[np.float32]


def frame(index, *values):
    return Frame(index, index * STEP, np.array(values, np.float32))


def frames(first, last):
    """Frames whose only control is their index."""
    return [frame(index, index) for index in range(first, last)]


@pytest.fixture
def buffer():
    return PlayoutBuffer(1, 0, RATE, hold=0.1, ease=0.2)


def test_a_frame_at_its_sample_is_exactly_that_frame(buffer):
    buffer.push(frames(0, 5))
    assert [buffer.sample(100 * n)[0] for n in range(5)] == [0, 1, 2, 3, 4]
    assert (buffer.counts.exact, buffer.counts.interpolated, buffer.counts.pushed) == (5, 0, 5)


def test_between_two_frames_it_interpolates(buffer):
    buffer.push(frames(0, 4))
    assert buffer.sample(150) == pytest.approx(1.5)
    assert buffer.sample(275.5) == pytest.approx(2.755)
    assert buffer.counts.interpolated == 2
    assert len(buffer) == 2, "what can no more be shown is gone"


def test_before_the_first_frame_it_waits(buffer):
    assert buffer.sample(-500)[0] == 0.0
    buffer.push(frames(3, 5))
    assert buffer.sample(0)[0] == 3.0
    assert buffer.counts.waited == 2


def test_starved_it_holds_then_eases_to_rest_and_comes_back(buffer):
    buffer.push(frames(8, 9))
    assert buffer.sample(800)[0] == 8.0
    assert buffer.sample(800 + 600)[0] == 8.0, "held for 0.1 s"
    assert buffer.counts.held == 1
    going = [buffer.sample(1400 + t)[0] for t in range(60, 1260, 60)]
    assert all(np.diff(going) <= 0)
    assert max(-np.diff([8.0, *going])) < 8.0 * 0.1, "no pop on the way"
    assert going[-1] == 0.0, "at rest 0.2 s later: no mouth stays open"
    assert buffer.counts.rested == 20
    buffer.push([Frame(n, n * 60, np.array([8.0], np.float32)) for n in range(44, 90)])
    back = [buffer.sample(44 * 60 + t)[0] for t in range(0, 1320, 60)]
    assert all(np.diff(back) >= 0)
    assert max(np.diff([0.0, *back])) < 8.0 * 0.1
    assert back[-1] == 8.0


def test_late_frames_are_dropped_and_counted(buffer):
    buffer.push(frames(0, 2))
    buffer.sample(100)
    assert buffer.sample(450)[0] == 1.0, "frames 2 to 4 are late"
    buffer.push(frames(2, 7))
    assert buffer.sample(450) == pytest.approx(4.5)
    assert buffer.counts.late == 2, "2 and 3; 4 is needed to interpolate"
    assert buffer.counts.held == 1


def test_a_slow_caller_skips_frames_that_were_in_time(buffer):
    buffer.push(frames(0, 9))
    assert [buffer.sample(200 * n)[0] for n in range(4)] == [0, 2, 4, 6]
    assert (buffer.counts.skipped, buffer.counts.late) == (3, 0)


def test_interrupt_discards_what_was_superseded(buffer):
    buffer.push(frames(0, 10))
    buffer.sample(250)
    buffer.interrupt(4)
    assert buffer.counts.superseded == 6
    buffer.push([frame(n, 100 + n) for n in range(4, 8)])
    assert buffer.sample(300)[0] == 3.0
    assert buffer.sample(400)[0] == 104.0


def test_interrupt_before_what_is_shown_keeps_it_until_a_successor_is_due(buffer):
    buffer.push(frames(0, 10))
    buffer.sample(550)
    buffer.interrupt(3)
    assert buffer.sample(560)[0] == 5.0, "on the screen already: held, not snapped to rest"
    buffer.push([frame(n, 100 + n) for n in range(3, 8)])
    assert buffer.sample(600)[0] == 106.0


def test_frames_out_of_order_are_an_error_with_the_remedy(buffer):
    buffer.push(frames(0, 4))
    with pytest.raises(ValueError, match=r"frame 2 came after frame 3.*interrupt\(2\)"):
        buffer.push(frames(2, 3))


def test_it_is_bounded_and_counts_what_it_drops():
    buffer = PlayoutBuffer(1, 0, RATE, capacity=4)
    buffer.push(frames(0, 10))
    assert (len(buffer), buffer.counts.overflowed, buffer.newest_sample) == (4, 6, 900)
    assert buffer.sample(650)[0] == pytest.approx(6.5)
    with pytest.raises(ValueError, match="capacity of 1"):
        PlayoutBuffer(1, 0, RATE, capacity=1)


def test_bones_turn_along_the_shorter_arc_at_unit_length():
    def about_x(degrees):
        half = np.radians(degrees) / 2
        return np.sin(half), 0.0, 0.0, np.cos(half)

    buffer = PlayoutBuffer(2, 1, RATE)
    assert buffer.sample(0).tolist() == [0, 0, 0, 0, 0, 1], "rest is no rotation"
    buffer.push([frame(0, 0, 1, *about_x(10)), frame(1, 1, 0, *(-value for value in about_x(30)))])
    values = buffer.sample(50)
    assert values[:2] == pytest.approx([0.5, 0.5])
    assert values[2:] == pytest.approx(about_x(20), abs=1e-6)
    assert buffer.sample(25)[2:] == pytest.approx(about_x(15), abs=1e-3)


def test_a_clock_that_goes_back_shows_the_oldest_frame_kept(buffer):
    buffer.push(frames(0, 10))
    buffer.sample(500)
    assert buffer.sample(200)[0] == 5.0


def test_values_are_copied_in_and_may_be_taken_into_an_own_array(buffer):
    source = np.array([3.0], np.float32)
    buffer.push([Frame(0, 0, source)])
    source[0] = 9.0
    own = np.empty(1, np.float32)
    assert buffer.sample(0, own) is own
    assert own[0] == 3.0


def test_many_hours_leave_nothing_behind(buffer):
    first = 60 * 3600 * 24
    for index in range(first, first + 2000):
        buffer.push([frame(index, index % 7)])
        buffer.sample(index * STEP)
    assert len(buffer) == 1
    assert buffer.counts.exact == 2000


def test_a_starved_body_stays_while_the_head_goes_to_rest():
    """Unturned a body would stand in a T-pose: bones behind the first `eased` keep their last turn."""
    turned = (0.6, 0.0, 0.0, 0.8)
    buffer = PlayoutBuffer(1, 2, RATE, eased=1)
    buffer.push([frame(0, 1.0, *turned, *turned)])
    for sample in range(0, 2 * RATE, STEP):
        shown = buffer.sample(sample)
    np.testing.assert_allclose(shown, [0.0, 0.0, 0.0, 0.0, 1.0, *turned], atol=1e-6)
