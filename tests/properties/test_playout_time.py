"""The clock between a device's reports, and the delay behind the longest journey."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from voxrig.engine_bridges.playout_clock import PlayoutClock
from voxrig.engine_bridges.playout_delay import PlayoutDelay

REPORTS = st.lists(
    st.tuples(st.floats(0, 5, allow_subnormal=False), st.floats(-1e5, 1e7) | st.just(0.0), st.booleans()), max_size=40
)


@given(REPORTS, st.sampled_from([8_000, 24_000, 48_000]))
def test_whatever_a_device_says_the_clock_stays_a_clock(reports: list[tuple[float, float, bool]], rate: int) -> None:
    clock = PlayoutClock(rate)
    now, told = 0.0, 0
    for passed, sample, quiet in reports:
        now += passed
        if not quiet:
            clock.report(now, sample)
            told += 1
        assert 0.9 <= clock.speed <= 1.1
        here = [clock.at(now + later / 100) for later in range(30)]
        assert all(math.isfinite(sample) for sample in here)
        assert here == sorted(here), "between reports it never goes back"
        assert here[-1] - here[0] <= 1.1 * 0.3 * rate + 1e-6, "and never faster than it may"
    assert clock.counts.reports <= told
    assert clock.counts.resyncs <= clock.counts.reports


@settings(max_examples=60)
@given(
    st.sampled_from([8_000, 24_000, 48_000]),
    st.floats(0.005, 0.045),
    st.floats(0.998, 1.002),
    st.floats(0, 1e6),
    st.sampled_from([24, 30, 60, 90]),
)
def test_a_steady_device_is_followed_within_its_own_steps(
    rate: int, step: float, speed: float, begun: float, pictures: int
) -> None:
    clock = PlayoutClock(rate)
    grain = max(1, round(step * rate))
    for picture in range(pictures * 6):
        now = begun + picture / pictures
        played = speed * rate * picture / pictures
        clock.report(now, played // grain * grain)
        if picture > pictures * 4:
            assert abs(clock.at(now) - played) <= grain + rate / pictures
    assert clock.counts.resyncs == 0


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 1)), max_size=60), st.floats(0, 0.1))
def test_the_delay_is_the_longest_journey_of_the_last_seconds(
    arrivals: list[tuple[float, float]], margin: float
) -> None:
    delay = PlayoutDelay(margin)
    now, journeys = 0.0, []
    for passed, journey in arrivals:
        now += passed
        delay.arrived(now, now - journey)
        journeys.append((math.floor(now), now - (now - journey)))
        recent = [took for second, took in journeys if second > math.floor(now) - 8]
        assert delay.seconds == max(0.0, *recent) + margin if recent else margin
