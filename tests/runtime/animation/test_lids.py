import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.lids import SHUT, Stroke, length, level, stroke

WIDTHS = (4.3, 4.6, 6.0, 10.1, 18.0)  # poses
FINE = 0.01


def way(lid: Stroke, step: float = FINE) -> NDArray[np.float64]:
    return np.array([level(lid, at) for at in np.arange(0.0, length(lid) + 2.0, step)])


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("depth", [1.0, 0.5])
def test_a_lid_is_half_down_for_its_width(width: float, depth: float) -> None:
    values = way(stroke(width, depth, 0.0))
    assert FINE * (values >= 0.5 * depth).sum() == pytest.approx(width, abs=0.06)
    assert values[0] == 0.0
    assert values[-1] == 0.0
    assert values.max() == depth


@pytest.mark.parametrize("width", WIDTHS)
def test_closing_is_faster_than_opening_and_a_third_of_the_time(width: float) -> None:
    values = way(stroke(width, 1.0, 0.0))
    down = FINE * ((values > 0.1) & (values < 0.98) & (np.gradient(values) > 0.0)).sum()
    up = FINE * ((values > 0.1) & (values < 0.98) & (np.gradient(values) < 0.0)).sum()
    assert 0.25 < down / (down + up) < 0.36
    assert 1.4 < np.diff(values).max() / -np.diff(values).min() < 2.4


@pytest.mark.parametrize("width", WIDTHS)
def test_a_blink_is_seen_shut_at_every_frame_rate(width: float) -> None:
    poses = way(stroke(width, 1.0, 0.0), 1.0)
    assert (poses == 1.0).sum() >= int(SHUT)
    for fps in (24, 25, 30):
        for phase in np.linspace(0.0, 1.0, 50, endpoint=False):
            frames = np.arange(phase, len(poses) - 1, 60 / fps)
            assert np.interp(frames, np.arange(len(poses)), poses).max() >= 0.85


@pytest.mark.parametrize("depth", [1.0, 0.4])
@pytest.mark.parametrize("since", [0.5, 2.0, 3.5, 6.0, 8.0, 11.0])
def test_a_blink_goes_on_from_another_without_a_jump_of_place_or_speed(since: float, depth: float) -> None:
    first = stroke(6.0, 0.9, 0.0)
    speed = (level(first, since + 1e-4) - level(first, since - 1e-4)) / 2e-4
    second = way(stroke(6.0, depth, 0.0, level(first, since), speed), 1e-3)
    assert second[0] == level(first, since)
    assert (second[1] - second[0]) / 1e-3 == pytest.approx(speed, abs=5e-3)
    assert np.abs(np.diff(second)).max() < 0.7e-3
    assert second.min() >= 0.0
    assert second.max() <= 1.0
    assert second.max() >= depth


def test_a_lid_waits_for_its_delay() -> None:
    prompt, late = stroke(6.0, 1.0, 0.0), stroke(6.0, 1.0, 0.4)
    assert level(late, 0.4) == 0.0
    assert level(late, 3.4) == pytest.approx(level(prompt, 3.0))
