"""Strips of faces."""

import io
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from voxrig.baking.report.face_picture import SIZE, backdrop, draw
from voxrig.baking.report.moments import moments
from voxrig.baking.report.strip import COUNT, strip
from voxrig.runtime.core.clip import Clip


def pixels(content: bytes) -> NDArray[np.int16]:
    image = Image.open(io.BytesIO(content))
    assert image.format == "JPEG"
    return np.asarray(image.convert("RGB"), np.int16)


def test_shows_the_chosen_faces(clips: dict[str, Clip]) -> None:
    for clip in clips.values():
        content = strip(clip)
        shown = pixels(content)
        assert shown.shape == (SIZE[1] + 16, COUNT * (SIZE[0] + 2) - 2, 3)
        poses = clip.arkit().values
        for place, row in enumerate(moments(poses, COUNT)):
            left = place * (SIZE[0] + 2)
            away = np.abs(shown[: SIZE[1], left : left + SIZE[0]] - draw(poses[row]))
            assert away.mean() < 4  # as JPEG has it
        assert shown[SIZE[1] :].max() > 180  # the times
        assert strip(clip) == content
        assert len(content) < 40_000


def test_feelings_can_be_told_apart(clips: dict[str, Clip]) -> None:
    angry, happy = pixels(strip(clips["gatekeeper"], 4)), pixels(strip(clips["healer"], 4))
    assert np.abs(angry - happy).mean() > 4


def test_short_and_empty_takes(clips: dict[str, Clip]) -> None:
    clip = clips["warning"]
    two = replace(clip, take=replace(clip.take, values=clip.take.values[:2]))
    shown = pixels(strip(two, 3))
    plain = backdrop(*SIZE)
    last = shown[: SIZE[1], -SIZE[0] :]
    assert np.abs(last - plain).mean() < 3
    assert np.abs(shown[: SIZE[1], : SIZE[0]] - plain).mean() > 10
    none = replace(clip, take=replace(clip.take, values=clip.take.values[:0]))
    assert pixels(strip(none, 2)).shape == (SIZE[1] + 16, 2 * SIZE[0] + 2, 3)
    with pytest.raises(ValueError, match="0 faces"):
        strip(clip, 0)
