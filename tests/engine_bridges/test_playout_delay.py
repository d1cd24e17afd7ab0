"""The playout delay: the longest journey of late, and a margin."""

import pytest

from voxrig.engine_bridges.playout_delay import PlayoutDelay


def test_before_the_first_frame_it_is_the_margin():
    assert PlayoutDelay(0.02).seconds == 0.02
    assert PlayoutDelay(0.0).seconds == 0.0


def test_it_is_the_longest_journey_and_the_margin():
    delay = PlayoutDelay(0.02)
    for now, sent in ((10.0, 9.9), (10.1, 9.8), (10.2, 10.1)):
        delay.arrived(now, sent)
    assert delay.seconds == pytest.approx(0.3 + 0.02)


def test_a_long_journey_is_forgotten_after_eight_seconds():
    delay = PlayoutDelay(0.0)
    delay.arrived(100.5, 99.5)
    for second in range(101, 108):
        delay.arrived(second + 0.5, second + 0.4)
        assert delay.seconds == 1.0
    delay.arrived(108.5, 108.4)
    assert delay.seconds == pytest.approx(0.1)


def test_after_a_long_silence_only_what_comes_counts():
    delay = PlayoutDelay(0.0)
    delay.arrived(1.0, 0.0)
    delay.arrived(1000.0, 999.9)
    assert delay.seconds == pytest.approx(0.1)


def test_frames_from_the_future_need_no_delay():
    """Spoken text that was sent ahead: its frames are there before their samples are due."""
    delay = PlayoutDelay(0.02)
    delay.arrived(5.0, 7.0)
    assert delay.seconds == 0.02


def test_a_journey_told_late_counts_where_it_is_told():
    delay = PlayoutDelay(0.0)
    delay.arrived(20.0, 19.9)
    delay.arrived(19.0, 18.5)
    assert delay.seconds == pytest.approx(0.5)
