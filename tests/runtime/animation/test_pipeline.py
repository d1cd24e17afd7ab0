"""Poses, frame rates and look-ahead of one session's stream, which is a value."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import contract
from voxrig.runtime.models.bundle import Bundle

Floats = NDArray[np.float32]
Speech = Callable[..., Floats]
MakeStage = Callable[..., Any]
FPS = ("1", "24", "25", "29.97", "30", "48", "50", "59.94", "60", "120", "240")


def rows(frames: list[Any]) -> Floats:
    return np.stack([frame.values for frame in frames])


@pytest.mark.parametrize("fps", FPS)
def test_other_frame_rates_sample_the_same_sixty_poses(stage: MakeStage, speech: Speech, fps: str) -> None:
    sound = speech(1.3, 16_000)
    poses = rows(stage().clip(sound, tail=2000))
    rate = FrameRate.parse(fps)
    for frame in stage(fps=fps).clip(sound):
        position = frame.index / rate.fraction * 60
        before, share = int(position), float(position % 1)
        if not share:
            np.testing.assert_array_equal(frame.values, poses[before])
        else:
            np.testing.assert_allclose(
                frame.values, poses[before] + np.float32(share) * (poses[before + 1] - poses[before]), atol=1e-6
            )


def test_frames_are_in_the_sessions_profile(stage: MakeStage, speech: Speech) -> None:
    sound = speech(0.5, 16_000)
    native, arkit = rows(stage().clip(sound)), rows(stage(rig="arkit").clip(sound))
    assert native.shape == (30, 251 + 12)
    assert arkit.shape == (30, 61)
    bones = native[:, 251:].reshape(30, 3, 4)
    np.testing.assert_array_equal(arkit, profile("arkit").from_native(native[:, :251], bones))
    np.testing.assert_array_equal(bones, np.broadcast_to(np.float32([0, 0, 0, 1]), bones.shape))


@pytest.mark.parametrize(
    ("rate", "fps", "expected"),
    [
        (24_000, "60", Fraction(1950, 24_000)),
        (24_000, "30", Fraction(1950, 24_000)),
        (24_000, "120", Fraction(1950, 24_000) + Fraction(1, 120)),
        (16_000, "60", Fraction(1950, 24_000) + Fraction(1, 1000)),
        (8_000, "29.97", Fraction(1950, 24_000) + Fraction(2, 1000) + Fraction(499, 500 * 60)),
    ],
)
def test_the_declared_look_ahead_is_exact(stage: MakeStage, rate: int, fps: str, expected: Fraction) -> None:
    assert stage(rate, fps).pipeline.look_ahead == expected


@pytest.mark.parametrize("fps", FPS)
@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 192_000])
def test_look_ahead_stays_in_its_promise(tiny_bundle: Bundle, tiny_fast_bundle: Bundle, rate: int, fps: str) -> None:
    for made, promise in ((tiny_bundle, 0.100), (tiny_fast_bundle, 0.050)):
        assert Pipeline(made.spec, profile("arkit"), FrameRate.parse(fps), rate).look_ahead <= promise


def test_pushing_nothing_changes_nothing(stage: MakeStage) -> None:
    made = stage()
    state, _ = made.end(made.pipeline.start())
    assert made.pipeline.push(state, np.zeros(0, np.float32)) is state


def test_a_state_is_a_value_and_can_be_replayed(stage: MakeStage, speech: Speech) -> None:
    made = stage(22_050, "59.94")
    state, _ = made.hear(made.pipeline.start(), speech(0.5, 22_050))
    before = contract.state_bytes(state)
    first = made.hear(state, speech(0.5, 22_050, 5))[1]
    made.end(state)
    made.pipeline.interrupt(state)
    again = made.hear(state, speech(0.5, 22_050, 5))[1]
    np.testing.assert_array_equal(rows(first), rows(again))
    assert contract.state_bytes(state) == before
