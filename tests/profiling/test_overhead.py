"""What measuring costs is counted, and small."""

import pytest

from voxrig.profiling.characters import Character
from voxrig.profiling.measure_server import ServerSample, cpu_share, server_figures, stage_figures
from voxrig.profiling.overhead import lap_price, noting_price, overhead


def sample(at, **metrics):
    return ServerSample(at, metrics)


def test_noting_and_lapping_have_a_price():
    assert 0.0 < noting_price() < 1e-3
    assert 0.0 < lap_price() < 1e-3


def test_overhead_is_counts_times_prices():
    ends = [sample(0.0, cpu_seconds=1.0, stage_laps=0.0), sample(10.0, cpu_seconds=11.0, stage_laps=100_000.0)]
    one = Character(0, noted=100_000)
    told = overhead(ends, [one], 2.0, 0.01)
    assert told["client_share"] == pytest.approx(100_000 * noting_price() / 2.0, rel=3)
    assert told["server_share"] == pytest.approx((100_000 * lap_price() + 0.01) / 10.0, rel=3)
    assert "at most one" not in told["how"]


def test_a_server_that_does_not_count_laps_has_a_bound():
    ends = [
        sample(0.0, cpu_seconds=1.0, rows=0.0, stage_mel_seconds=0.0),
        sample(10.0, cpu_seconds=2.0, rows=600.0, stage_mel_seconds=1.0),
    ]
    told = overhead(ends, [], 1.0, 0.0)
    assert 0.0 < told["server_share"] < 0.05
    assert "at most one of each stage" in told["how"]


def test_a_server_that_tells_no_cpu_has_none():
    assert overhead([sample(0.0), sample(1.0)], [], 1.0, 0.0) is None
    assert cpu_share(sample(0.0), sample(1.0)) is None


def test_counters_give_the_time_between():
    before = sample(5.0, cpu_seconds=10.0, frames=100.0, memory_bytes=50e6, tick_ms_mean=4.0, ticks=10.0)
    after = sample(7.0, cpu_seconds=11.0, frames=1100.0, memory_bytes=80e6, tick_ms_mean=3.0, ticks=30.0)
    told = server_figures(before, after, sample(4.0, memory_bytes=40e6), 4, 990)
    assert told == {
        "cpu_us_per_frame": 1000.0,
        "cpu_share": 0.5,
        "memory_bytes": 80e6,
        "memory_bytes_per_character": 10_000_000,
    }
    assert after.mean_since(before, "tick_ms", "ticks") == pytest.approx((90.0 - 40.0) / 20)
    assert after.mean_since(before, "queue_ms", "messages") is None


def test_a_server_that_counts_no_frames_is_held_against_those_that_came():
    told = server_figures(sample(0.0, cpu_seconds=0.0), sample(1.0, cpu_seconds=0.5), None, 1, 1000)
    assert told["cpu_us_per_frame"] == 500.0
    assert told["memory_bytes_per_character"] is None


def test_stages_are_a_frames_microseconds_and_missing_ones_are_missing():
    before = sample(0.0, frames=0.0, stage_mel_seconds=1.0, stage_rig_seconds=0.0)
    after = sample(1.0, frames=1000.0, stage_mel_seconds=1.01, stage_rig_seconds=0.002)
    assert stage_figures(before, after) == {"mel": pytest.approx(10.0), "rig": pytest.approx(2.0)}
    assert stage_figures(before, sample(1.0, frames=0.0)) == {}
