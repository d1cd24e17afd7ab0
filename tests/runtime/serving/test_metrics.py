"""What a server counts about itself."""

import numpy as np

from voxrig.runtime.serving.metrics import Histogram, Metrics, Punctuality


def test_histogram_percentiles_are_within_a_bin():
    values = np.random.default_rng(1).lognormal(0.0, 1.5, 5000)
    histogram = Histogram()
    for value in values:
        histogram.add(value)
    told = histogram.snapshot("wait")
    for name, share in (("wait_p50", 50), ("wait_p99", 99)):
        true = np.percentile(values, share)
        assert true * 0.99 <= told[name] <= true * 1.27
    assert np.isclose(told["wait_mean"], values.mean())
    assert told["wait_max"] == values.max()


def test_histogram_odd_values():
    histogram = Histogram()
    assert set(histogram.snapshot("x").values()) == {0.0}
    for value in (0.0, 1e9):
        histogram.add(value)
    told = histogram.snapshot("x")
    assert told["x_p99"] == told["x_max"] == 1e9
    assert told["x_p50"] == 0.01


def test_metrics_snapshot_is_plain_numbers():
    metrics = Metrics(frames=3)
    metrics.tick_ms.add(2.0)
    told = metrics.snapshot()
    assert told["frames"] == 3.0
    assert told["tick_ms_max"] == 2.0
    assert all(type(value) is float for value in told.values())


def test_steps_in_real_time_are_late_after_one_step():
    punctuality = Punctuality()
    for n in range(100):
        punctuality.heard(1, n / 60)
        delay = 0.03 if n % 10 == 5 else 0.004
        wait, late = punctuality.done(n / 60 + delay)
        assert np.isclose(wait, delay)
        assert late == (n % 10 == 5)


def test_a_clip_in_one_piece_is_due_as_it_would_be_played():
    punctuality = Punctuality()
    punctuality.heard(60, 0.0)
    assert not any(punctuality.done((n + 1) / 60 - 0.001)[1] for n in range(59))
    assert punctuality.done(1.001) == (1.001, True)


def test_an_interruption_forgets_what_was_waiting():
    punctuality = Punctuality()
    punctuality.heard(100, 0.0)
    punctuality.done(0.01)
    punctuality.heard(0, 5.0)
    assert punctuality.done(5.0) == (0.0, False)
    punctuality.heard(1, 6.0)
    assert punctuality.done(6.001)[1] is False
