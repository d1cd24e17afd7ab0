"""Curves as small numbers for the page."""

import json
import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.baking.report.curve_plot import EYE_DEGREES, HEAD_DEGREES, curves
from voxrig.runtime.core.arkit import ARKIT_SHAPES, angles_to_bones, arkit_to_native
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.native import BONES, NATIVE_CONTROLS
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate


def clip_of(shapes: NDArray[np.float32], angles: NDArray[np.float32], fps: str = "60") -> Clip:
    """A clip of ARKit shapes [f, 52] and angles [f, 9] in radians."""
    bones = angles_to_bones(angles).reshape(len(angles), 12)
    values = np.concatenate((arkit_to_native(shapes), bones), 1)
    take = Take("metahuman", NATIVE_CONTROLS, BONES, FrameRate.parse(fps), values, 0, 24_000)
    return Clip("made", take)


def still(frames: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return np.zeros((frames, 52), np.float32), np.zeros((frames, 9), np.float32)


@pytest.mark.parametrize(
    ("fps", "step"), [("60", 4), ("24", 2), ("30", 2), ("29.97", 2), ("59.94", 4), ("15", 1), ("8", 1)]
)
def test_about_fifteen_points_a_second(fps: str, step: int) -> None:
    rows = curves(clip_of(*still(50), fps))
    assert rows["step"] == step
    assert {len(row) for name, row in rows.items() if name != "step"} == {math.ceil(50 / step)}


def test_no_blink_is_lost_and_every_frame_counts() -> None:
    shapes, angles = still(23)
    shapes[6, [ARKIT_SHAPES.index("EyeBlinkLeft"), ARKIT_SHAPES.index("EyeBlinkRight")]] = 1.0
    shapes[22, ARKIT_SHAPES.index("JawOpen")] = 0.426
    rows = curves(clip_of(shapes, angles))
    assert rows["EyeBlink"] == [0, 100, 0, 0, 0, 0]
    assert rows["JawOpen"] == [0, 0, 0, 0, 0, 43]


def test_angles_are_around_the_middle() -> None:
    shapes, angles = still(8)
    angles[:, 0] = math.radians(HEAD_DEGREES)  # to the left
    angles[:, 1] = math.radians(HEAD_DEGREES / 2)  # down
    angles[:, 3] = angles[:, 6] = math.radians(-EYE_DEGREES * 2)
    rows = curves(clip_of(shapes, angles))
    assert rows["HeadYaw"] == [100, 100]
    assert rows["HeadPitch"] == [25, 25]
    assert rows["LookX"] == [0, 0]
    assert rows["LookY"] == [50, 50]


def test_loudness(clips: dict[str, Clip]) -> None:
    loud = np.concatenate([np.zeros(1600), np.full(1600, 1.0), np.full(1600, 0.1)]).astype(np.float32)
    rows = curves(clip_of(*still(12)), loud)
    assert rows["Loudness"] == [0, 100, 67]
    clip = clips["warning"]
    longer = replace(clip, take=replace(clip.take, sample_rate=24_000))
    rows = curves(longer, np.ones(100, np.float32))  # a sound that ends before the take
    assert rows["Loudness"][0] == 100
    assert set(rows["Loudness"][1:]) == {0}


def test_real_takes_move(clips: dict[str, Clip]) -> None:
    for clip in clips.values():
        rows = curves(clip)
        assert json.loads(json.dumps(rows)) == rows
        for name, row in rows.items():
            assert name == "step" or all(type(value) is int and 0 <= value <= 100 for value in row)
        assert max(rows["JawOpen"]) - min(rows["JawOpen"]) > 10
        assert max(rows["EyeBlink"]) > 80
    assert max(curves(clips["healer"])["MouthSmile"]) > 40 > max(curves(clips["gatekeeper"])["MouthSmile"])
    assert Fraction(len(curves(clips["healer"])["JawOpen"]), 15) >= clips["healer"].seconds


def test_an_empty_take() -> None:
    rows = curves(clip_of(*still(0)), np.zeros(0, np.float32))
    assert rows.pop("step") == 4
    assert set(map(tuple, rows.values())) == {()}
