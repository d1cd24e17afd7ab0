"""Apexes of strokes that were put where they are."""

import numpy as np
import pytest

from voxrig.exporters.body_report.apexes import NEAR, apexes, offsets, timing
from voxrig.exporters.body_report.beats import SPREAD, alignment, beat_alignment, motion_beats
from voxrig.exporters.body_report.motion import Motion

from .constructed import lifted, session, still, strokes

AT = [120, 200, 310, 400, 520, 610, 700, 820, 900, 1010, 1100]


def test_finds_strokes_where_they_end() -> None:
    for hand in "lr":
        found = apexes(Motion.of(lifted(strokes(1200, AT), hand)))
        assert len(found) == len(AT)
        np.testing.assert_allclose(found, AT, atol=4)


def test_small_moves_and_rest_are_no_strokes() -> None:
    assert len(apexes(Motion.of(still(600)))) == 0
    assert len(apexes(Motion.of(lifted(strokes(1200, AT, metres=0.01))))) == 0


def test_raising_a_hand_and_putting_it_away_are_none() -> None:
    u = np.arange(30) / 30
    way = 0.2 * u**3 * (10 + u * (6 * u - 15))
    height = np.concatenate((np.zeros(100), way, np.full(200, 0.2), way[::-1], np.zeros(100))) - 0.2
    assert len(apexes(Motion.of(lifted(height)))) == 0
    assert len(apexes(Motion.of(lifted(height + np.concatenate((np.zeros(160), strokes(300, [60])))[:460])))) == 1


def test_offsets_are_to_the_nearest_stress() -> None:
    stressed = np.array([100.0, 200.0, 300.0])
    np.testing.assert_allclose(offsets(np.array([97, 151, 210, 340]), stressed), [-3, 10])  # others: over NEAR
    assert len(offsets(np.array([301 + NEAR]), stressed)) == 0
    assert len(offsets(np.array([], np.int64), stressed)) == 0


def test_strokes_on_the_stress_are_told_from_chance() -> None:
    late = 3  # poses: 50 ms before the stress
    motion = Motion.of(lifted(strokes(1200, AT)))
    on_time = [session({"a": [motion]}, stressed=[at + late for at in AT], planned=AT)]
    told = timing(on_time, "a")
    assert told["median_ms"] == pytest.approx(-50, abs=40)
    assert told["share_close"] == 1.0
    assert told["p"] < 0.02
    assert told["median_away_ms"] < 0.6 * told["chance_median_away_ms"]
    assert (told["found"], told["meant"]) == (1.0, 1.0)
    assert sum(told["histogram"]) == pytest.approx(1.0)
    anywhere = np.sort(np.random.default_rng(3).choice(1200, 11, replace=False)).astype(float)
    assert timing([session({"a": [motion]}, stressed=anywhere.tolist())], "a")["p"] > 0.05


def test_without_strokes_there_is_no_offset() -> None:
    told = timing([session({"a": [Motion.of(still(600))]}, stressed=[100.0])], "a")
    assert told["apexes"] == 0
    assert "median_ms" not in told
    assert told["found"] is None


def test_beat_alignment_and_its_warning() -> None:
    motion = Motion.of(lifted(strokes(1200, AT)))
    beats = motion_beats(motion)
    assert alignment(beats, beats.astype(float)) == 1.0
    apart = np.array([100, 400, 700])
    assert alignment(apart, apart + 60 * SPREAD) == pytest.approx(np.exp(-0.5))
    assert alignment(beats, np.empty(0)) is None
    two = [session({"a": [motion]}, stressed=AT), session({"a": [Motion.of(still(1200))]}, stressed=AT)]
    told = beat_alignment(two, "a")
    assert "0.754" in told["warning"]
    assert told["matched"] is not None
