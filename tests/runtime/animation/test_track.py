import time

import pytest

from voxrig.runtime.animation.track import MOST, NEVER, Track, TrackError

RATE = 16_000
YEAR = 365 * 86_400


def test_a_value_holds_until_the_next_change() -> None:
    track = Track("free").added(8_000, "door", 0).added(16_000, "window", 0)
    assert track.at(0, RATE) == track.at(29, RATE) == ("free", NEVER)
    assert track.at(30, RATE) == track.at(59, RATE) == ("door", 30)
    assert track.at(60, RATE) == track.at(10**9, RATE) == ("window", 60)


def test_a_change_between_two_poses_acts_on_the_later_one() -> None:
    track = Track(0).added(267, 1, 0)  # pose 1 is at sample 266.7
    assert track.at(1, RATE) == (0, NEVER)
    assert track.at(2, RATE) == (1, 2)


def test_the_order_of_arrival_counts_only_for_the_same_sample() -> None:
    early, late = Track(0).added(100, 1, 0).added(900, 2, 0), Track(0).added(900, 2, 0).added(100, 1, 0)
    assert early == late
    assert Track(0).added(100, 1, 0).added(100, 2, 0).at(60, RATE)[0] == 2


def test_what_is_over_is_forgotten_and_the_rest_stays() -> None:
    whole = Track(-1)
    for n in range(100):
        whole = whole.added(n * 1_000, n, 0)
    kept = whole.added(200_000, 100, 50_500)
    assert kept.starts[0] == 50_000
    assert kept.first == 49
    for pose in range(-(-50_500 * 60 // RATE), 800):
        assert kept.at(pose, RATE) == whole.added(200_000, 100, 0).at(pose, RATE)


def test_there_may_be_only_so_many() -> None:
    track = Track(0, tuple(range(MOST)), tuple(range(MOST)))
    with pytest.raises(TrackError, match=f"{MOST} changes"):
        track.added(9_000, 1, 0)
    assert len(track.added(9_000, 1, 8_000).starts) < 300


def test_tracking_for_a_minute_is_bounded_quick_and_exact_after_a_year() -> None:
    track = Track(0)
    begun = time.perf_counter()
    for n in range(4_000):
        start = YEAR * RATE + n * RATE // 60
        track = track.added(start, n, start - 60 * RATE)
    took = time.perf_counter() - begun
    assert len(track.starts) <= 3_602
    assert track.at(YEAR * 60 + 3_000, RATE) == (3_000, YEAR * 60 + 3_000)
    assert took < 2.0, "0.5 ms a cue at the most"
