"""Rotations in numpy: to and from matrices, between times, between directions."""

from fractions import Fraction

import numpy as np
import pytest

from voxrig.exporters.retargeting.turns import (
    about,
    between,
    frame,
    matrices,
    mean,
    quaternions,
    resampled,
    shortest,
    unit,
)


def random_turns(count: int) -> np.ndarray:
    turns = np.random.default_rng(0).standard_normal((count, 4))
    return turns / np.linalg.norm(turns, axis=-1, keepdims=True)


def test_matrices_and_back() -> None:
    turns = np.concatenate((random_turns(500), np.eye(4), [[1, 1, 0, 0] / np.sqrt(2)]))
    back = quaternions(matrices(turns))
    assert (back[:, 3] >= 0).all()
    np.testing.assert_allclose(np.abs((back * turns).sum(-1)), 1.0, atol=1e-12)
    np.testing.assert_allclose(matrices(back), matrices(turns), atol=1e-12)


@pytest.mark.parametrize(("axis", "start", "end"), [(0, 1, 2), (1, 2, 0), (2, 0, 1)])
def test_turns_about_an_axis_are_right_handed(axis: int, start: int, end: int) -> None:
    turned = about(axis, np.array([np.pi / 2])) @ np.eye(3)[start]
    np.testing.assert_allclose(turned[0], np.eye(3)[end], atol=1e-12)


@pytest.mark.parametrize("axes", [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)])
def test_a_frame_is_a_turn_and_has_its_axes_where_they_were_asked(axes: tuple[int, int]) -> None:
    random = np.random.default_rng(1)
    first, second = random.standard_normal((2, 50, 3))
    made = frame(first, second, axes)
    np.testing.assert_allclose(np.linalg.det(made), 1.0)
    np.testing.assert_allclose(made @ np.eye(3)[axes[0]], unit(first), atol=1e-12)
    assert (((made @ np.eye(3)[axes[1]]) * second).sum(-1) > 0).all()
    np.testing.assert_allclose(made.transpose(0, 2, 1) @ made, np.tile(np.eye(3), (50, 1, 1)), atol=1e-12)


def test_the_shortest_turn_leads_there_by_the_angle_between() -> None:
    start, end = np.random.default_rng(2).standard_normal((2, 50, 3))
    made = shortest(start, end)
    np.testing.assert_allclose((made @ unit(start)[..., None])[..., 0], unit(end), atol=1e-9)
    angle = np.arccos((np.trace(made, axis1=1, axis2=2) - 1) / 2)
    np.testing.assert_allclose(angle, np.arccos((unit(start) * unit(end)).sum(-1)), atol=1e-6)


def test_between_two_turns_and_the_mean_of_some() -> None:
    one, other = about(2, np.array([0.2])), about(2, np.array([1.2]))
    np.testing.assert_allclose(between(one, other, 0.25), about(2, np.array([0.45])), atol=1e-12)
    np.testing.assert_allclose(mean(about(0, np.array([0.1, 0.2, 0.6]))), about(0, np.array([0.3]))[0], atol=0.01)


@pytest.mark.parametrize("fps", [Fraction(120), Fraction(100), Fraction(24), Fraction(30_000, 1001), Fraction(60)])
def test_resampling_is_exact_in_time_over_ten_minutes(fps: Fraction) -> None:
    """A steady turn is what it should be at every pose, also at the end."""
    count = int(600 * fps)
    angle = 0.37 * np.arange(count) / float(fps)
    turns = np.stack((0 * angle, np.sin(angle / 2), 0 * angle, np.cos(angle / 2)), axis=-1)[:, None]
    turns[::3] *= -1.0  # the same turn
    found = resampled(turns.astype(np.float32), fps, 60)
    assert len(found) == int((count - 1) * 60 / fps) + 1
    wanted = 0.37 * np.arange(len(found)) / 60
    np.testing.assert_allclose(np.abs(found[:, 0, 3]), np.abs(np.cos(wanted / 2)), atol=2e-7)
    np.testing.assert_allclose(np.linalg.norm(found, axis=-1), 1.0, atol=1e-6)


def test_one_frame_is_one_pose() -> None:
    assert resampled(np.array([[[0.0, 0.0, 0.0, 1.0]]], np.float32), Fraction(120), 60).shape == (1, 1, 4)
