"""Saccades of a known main sequence are found and measured, and the eye that holds its target makes none."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.cli.liveliness.saccades import find_saccades, main_sequence

Doubles = NDArray[np.float64]
Jumps = Callable[..., Doubles]
MakeMotion = Callable[..., Any]
SECONDS = 1800.0


def wandering(seed: int) -> tuple[Doubles, Doubles]:
    """Amplitudes of 1 to 20 degrees, out and back, and when they start: on average twice in three seconds."""
    rng = np.random.default_rng(seed)
    starts = 1.0 + np.cumsum(rng.uniform(0.4, 2.6, 1190))
    sizes = np.repeat(np.clip(rng.exponential(6.0, 595) + 1.2, 1.2, 20.0), 2) * np.where(np.arange(1190) % 2, -1, 1)
    return sizes[starts < SECONDS - 1], starts[starts < SECONDS - 1]


@pytest.mark.parametrize(("intercept", "slope"), [(0.021, 0.0022), (0.035, 0.0018)])
def test_the_main_sequence_is_recovered(jumps: Jumps, motion: MakeMotion, intercept: float, slope: float) -> None:
    sizes, starts = wandering(1)
    yaw = jumps(sizes, starts, SECONDS, intercept, slope)
    eyes = np.stack((yaw * 0.8, yaw * 0.6), axis=1)
    seen = motion(eyes=eyes)
    found = find_saccades(seen.eyes, seen.gaze, 60)
    assert len(found) == len(sizes)
    assert np.abs(found.time - starts).max() < 0.05
    assert np.abs(found.amplitude - np.abs(sizes)).max() < 0.35
    fit = main_sequence(found)
    assert fit is not None
    assert fit.slope == pytest.approx(slope, rel=0.06)
    assert fit.intercept == pytest.approx(intercept, rel=0.06)
    large = np.abs(sizes) > 10
    mean = np.abs(sizes[large]) / (intercept + slope * np.abs(sizes[large]))
    assert np.median(found.velocity[large] / mean) == pytest.approx(1.45, abs=0.15)  # 1.64 but for a frame's mean


@pytest.mark.parametrize("shape", [2.0, 3.0])
def test_speed_curves_of_other_shapes_are_judged_well_enough(jumps: Jumps, motion: MakeMotion, shape: float) -> None:
    sizes, starts = wandering(2)
    yaw = jumps(sizes, starts, SECONDS, 0.021, 0.0022, shape)
    seen = motion(eyes=np.stack((yaw, 0 * yaw), axis=1))
    fit = main_sequence(find_saccades(seen.eyes, seen.gaze, 60))
    assert fit is not None
    assert fit.intercept + 10 * fit.slope == pytest.approx(0.043, rel=0.12)


def test_a_head_that_turns_under_steady_eyes_makes_no_saccade(motion: MakeMotion) -> None:
    time = np.arange(3600) / 60
    head = np.stack((10 * np.sin(2 * np.pi * 0.9 * time), 4 * np.sin(2 * np.pi * 2 * time), 0 * time), axis=1)
    held = motion(eyes=-head[:, :2], head=head)  # up to 75 degrees a second
    assert np.abs(held.gaze).max() < 1.0
    assert len(find_saccades(held.eyes, held.gaze, 60)) == 0
    assert len(find_saccades(0 * held.eyes, motion(head=head).gaze, 60)) == 0  # and eyes that ride along


def test_a_saccade_on_a_turning_head_is_measured_in_the_head(jumps: Jumps, motion: MakeMotion) -> None:
    seconds, starts = 300.0, np.arange(1.0, 299.0, 1.0)
    sizes = np.where(np.arange(len(starts)) % 2, 8.0, -8.0)
    time = np.arange(round(seconds * 60)) / 60
    turned = 4 * np.sin(2 * np.pi * 0.37 * time)
    eye = jumps(sizes, starts, seconds, 0.021, 0.0022)
    nothing = 0 * turned
    seen = motion(eyes=np.stack((eye - turned, nothing), axis=1), head=np.stack((turned, nothing, nothing), axis=1))
    found = find_saccades(seen.eyes, seen.gaze, 60)
    assert len(found) == len(sizes)
    assert np.median(found.amplitude) == pytest.approx(8.0, abs=0.3)


def test_a_saccade_and_the_one_back_are_two(jumps: Jumps, motion: MakeMotion) -> None:
    yaw = jumps(np.array([6.0, -6.0]), np.array([1.0, 1.15]), 3.0, 0.021, 0.0022)
    seen = motion(eyes=np.stack((yaw, 0 * yaw), axis=1))
    assert find_saccades(seen.eyes, seen.gaze, 60).amplitude == pytest.approx([6.0, 6.0], abs=0.2)


def test_still_eyes_have_no_main_sequence(motion: MakeMotion) -> None:
    seen = motion(frames=600)
    none = find_saccades(seen.eyes, seen.gaze, 60)
    assert len(none) == 0
    assert none.rate == 0
    assert main_sequence(none) is None
