"""From moments to figures, by hand."""

from fractions import Fraction

import numpy as np
import pytest

from voxrig.profiling.characters import Character
from voxrig.profiling.load import Load
from voxrig.profiling.measure import BOUNDS, counts, figures, histogram, moments, spread, timeline

LOOK_AHEAD = Fraction(1, 10)


@pytest.fixture
def spoken(speech_of):
    """`spoken(arrive)`: a character's speech and its moments; arrive(frame, moment its last chunk was sent)."""

    def make(arrive, load=None):
        speech = speech_of(load or Load("grpc", 1, 2.0, warm_up=1.0, utterance_seconds=1.0))
        one = Character(0, LOOK_AHEAD, begun=50.0)
        one.prepare(speech.load.chunks, speech.frames(0))
        one.sent = [50.0 + 0.02 * (number + 1) for number in range(speech.load.chunks)]
        for number, chunk in enumerate(speech.timetable(0, LOOK_AHEAD).chunks):
            one.arrived[number] = arrive(number, one.sent[chunk])
        return speech, one

    return make


def test_frames_that_come_at_once_have_their_latency_and_none_is_late(spoken):
    speech, one = spoken(lambda number, sent: sent + 0.003)
    found = moments([one], speech, 1.0, 3.0)
    told = figures(found, speech.load)
    assert (told["frames"], told["dropped"], told["late"], told["late_share"]) == (120, 0, 0, 0.0)
    assert told["latency_ms"] == {name: pytest.approx(3.0) for name in ("mean", "p50", "p90", "p99", "max")}
    assert found.first.sum() == 2
    assert told["first_frame_ms"]["max"] == pytest.approx(3.0)
    assert 0.0 <= found.filling.min() < found.filling.max() < 0.02


def test_late_is_what_comes_after_the_moment_of_showing_and_dropped_what_never_does(spoken):
    """The tightest frame has 1/60 s and the margin between the sending of its chunk and its showing."""
    slack = 1 / 60 + 0.02

    def arrive(number, sent):
        return {70: float("nan"), 80: sent + 5.0}.get(number, sent + slack - 0.001)

    speech, one = spoken(arrive)
    found = moments([one], speech, 1.0, 3.0)
    assert counts(found) == {"frames": 120, "dropped": 1, "late": 1, "late_share": pytest.approx(2 / 120, abs=1e-6)}
    speech, one = spoken(lambda number, sent: sent + slack + 0.2)
    assert counts(moments([one], speech, 1.0, 3.0))["late"] == 120
    rows = timeline(found, speech.load, [0.25])
    assert [row["late"] for row in rows] == [2, 0]
    assert [row["cpu_share"] for row in rows] == [0.25, None]
    assert [row["second"] for row in rows] == [0, 1]


def test_chunks_that_were_never_sent_make_no_frames(spoken):
    speech, one = spoken(lambda number, sent: sent + 0.001)
    one.sent[100:] = [float("nan")] * (len(one.sent) - 100)
    assert moments([one], speech, 0.0, 3.0).times.max() < 2.0
    assert counts(moments([Character(1)], speech, 0.0, 3.0))["frames"] == 0
    assert figures(moments([], speech, 0.0, 3.0), speech.load)["latency_ms"] is None


def test_jitter_is_how_far_intervals_are_from_a_frame(spoken):
    speech, one = spoken(lambda number, _: 60.0 + number / 60 + 0.002 * (number % 2))
    told = figures(moments([one], speech, 1.0, 3.0), speech.load)
    assert told["jitter_ms"]["mean"] == pytest.approx(2.0, abs=1e-6)


def test_histogram_counts_every_frame_once():
    found = histogram(np.array([0.0, 0.00025, 0.0003, 0.0029, 5.0, float("nan")]))
    assert found["bounds"] == list(BOUNDS)
    assert len(found["counts"]) == len(BOUNDS) + 1
    assert sum(found["counts"]) == 5
    assert found["counts"][0] == 2
    assert found["counts"][BOUNDS.index(0.5)] == 1
    assert found["counts"][BOUNDS.index(3.0)] == 1
    assert found["counts"][-1] == 1


def test_spread_is_in_milliseconds_and_leaves_out_what_is_missing():
    values = np.append(np.arange(1, 101) / 1000.0, np.nan)
    told = spread(values)
    assert told == {"mean": 50.5, "p50": 50.5, "p90": 90.1, "p99": 99.01, "max": 100.0}
    assert spread(np.array([float("nan")])) is None
