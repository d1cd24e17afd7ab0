"""Speeds, jerk, gesturing and what motion must not do, on motion whose figures are known."""

import numpy as np
import pytest

from voxrig.exporters.body_report.bounds import bounds
from voxrig.exporters.body_report.energy import energy, left_share, mean_jerk, mean_speed, speeds_by_emotion
from voxrig.exporters.body_report.motion import Motion, angular_accelerations, gestures, smoothed

from .constructed import lifted, session, still

TIME = np.arange(1200) / 60


def test_speed_and_jerk_of_a_hand_that_swings() -> None:
    metres, hertz = 0.08, 1.0
    motion = Motion.of(lifted(metres * np.sin(2 * np.pi * hertz * TIME)))
    assert motion.gesturing[:, 0].all()
    assert not motion.gesturing[:, 1].any()
    assert mean_speed(motion) == pytest.approx(4 * metres * hertz, rel=0.01)
    assert mean_jerk(motion) == pytest.approx(metres * (2 * np.pi * hertz) ** 3 * 2 / np.pi, rel=0.02)
    assert left_share(motion) == pytest.approx(1.0, abs=1e-6)


def test_both_hands_have_their_shares() -> None:
    both = lifted(0.09 * np.sin(2 * np.pi * TIME)) + lifted(0.03 * np.sin(2 * np.pi * TIME), "r") - still(len(TIME))
    assert left_share(Motion.of(both)) == pytest.approx(0.75, abs=0.01)
    assert left_share(Motion.of(still(60))) == 0.5


def test_one_gestures_while_one_moves() -> None:
    speed = np.zeros(900)
    speed[300:420] = 0.5
    speed[440:540] = 0.5  # a rest of a third of a second is none
    speed[700:706] = 0.2  # and a twitch is no gesture
    found = gestures(speed)
    edges = np.flatnonzero(np.diff(found.astype(int)))
    np.testing.assert_allclose(edges, [299, 539], atol=6)
    assert not gestures(np.full(300, 0.05)).any()
    assert gestures(np.full(300, 0.2)).all()


def test_shares_of_speech_and_of_pauses() -> None:
    speaking = TIME < 10
    moving = 0.1 * np.sin(2 * np.pi * TIME) * np.where(TIME < 5, 1.0, 0.0)
    heard = np.zeros((len(TIME), 11))
    heard[:, 0] = speaking
    told = energy([session({"a": [Motion.of(lifted(moving))]}, heard=heard)], "a")
    assert told["gesturing_speaking"] == pytest.approx(0.5, abs=0.02)
    assert told["gesturing_pauses"] == 0.0
    assert sum(told["speed_histogram"]) == pytest.approx(1.0)
    assert told["minutes"] == pytest.approx(1 / 3)


def test_speeds_by_emotion() -> None:
    quick, slow = (Motion.of(lifted(size * np.sin(2 * np.pi * TIME))) for size in (0.12, 0.06))
    sessions = [session({"a": [slow]}, emotion="sadness"), session({"a": [quick]}, emotion="joy")]
    told = speeds_by_emotion(sessions, "a")
    assert list(told) == ["sadness", "joy"]
    assert told["joy"] == pytest.approx(2 * told["sadness"], rel=0.03)


def test_angular_acceleration_of_a_known_turn() -> None:
    angle = 0.5 * 30.0 * (np.arange(60) / 60) ** 2  # 30 rad/s^2
    bones = np.zeros((60, 2, 4))
    bones[..., 3] = 1.0
    bones[:, 1, 1], bones[:, 1, 3] = np.sin(angle / 2), np.cos(angle / 2)
    bones[30:, 1] *= -1  # the same turns
    found = angular_accelerations(bones)
    np.testing.assert_allclose(found[1:-1, 1], 30.0, rtol=1e-4)
    assert np.abs(found[:, 0]).max() < 1e-9


def test_bounds_see_a_jump_and_nothing_where_there_is_none() -> None:
    smooth = Motion.of(lifted(0.08 * np.sin(2 * np.pi * TIME)))
    jumping = still(300)
    jumping[150:, 11] += 0.2
    calm, jump = (bounds([session({"a": [motion]})], "a") for motion in (smooth, Motion.of(jumping)))
    assert calm["angular_acceleration_peak"] < 40
    assert jump["angular_acceleration_peak"] > 500
    assert calm["joint_excess"] == 0.0
    assert calm["least_clearance"] > 0.0
    assert calm["feet_drift"] < 1e-6


def test_smoothing_keeps_length_and_level() -> None:
    np.testing.assert_allclose(smoothed(np.full(50, 3.0), 9), 3.0)
    bump = np.zeros(50)
    bump[25] = 1.0
    assert smoothed(bump, 9).argmax() == 25
    assert smoothed(bump, 9).sum() == pytest.approx(1.0)


def test_what_cannot_be_measured_is_said() -> None:
    with pytest.raises(ValueError, match=r"shape \(3, 34\) can't be measured"):
        Motion.of(still(3))
    broken = still(10)
    broken[4, 3] = np.nan
    with pytest.raises(ValueError, match="all finite"):
        Motion.of(broken)
    with pytest.raises(ValueError, match="performs 60 poses of a speech of 50"):
        session({"a": [Motion.of(still(60))]}, heard=np.zeros((50, 11)))
