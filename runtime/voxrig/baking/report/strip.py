"""A take at a glance: faces side by side, each with its time, as a JPEG."""

import io
from functools import lru_cache
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from voxrig.baking.report.face_picture import SIZE, Picture, backdrop, draw
from voxrig.baking.report.moments import moments
from voxrig.runtime.core.clip import Clip

COUNT: Final = 8
QUALITY: Final = 85

_FOOT: Final = 16
"""Pixels under each face, for its time."""
_FOOT_COLOUR: Final = (24, 28, 34)
_TEXT_COLOUR: Final = (226, 230, 235)
_GAP: Final = 2


def strip(clip: Clip, count: int = COUNT) -> bytes:
    """Draw a take at its most telling moments, in order, with the seconds of the line under each.

    Args:
        clip: the take.
        count: how many faces; the picture is as wide whatever the take's length.

    Returns:
        A JPEG file's bytes, the same for the same take.

    Raises:
        ValueError: `count` is below 1, or a pose is not finite.
    """
    if count < 1:
        raise ValueError(f"a strip of {count} faces cannot be drawn; ask for 1 or more")
    poses = clip.arkit().controls
    width, height = SIZE
    sheet = np.empty((height + _FOOT, count * (width + _GAP) - _GAP, 3), np.uint8)
    sheet[:] = _FOOT_COLOUR
    rows = moments(poses, count)
    for place in range(count):
        left = place * (width + _GAP)
        cell = sheet[:, left : left + width]
        if place >= len(rows):
            cell[:height] = backdrop(width, height)
            continue
        cell[:height] = draw(poses[rows[place]])
        time = _words(f"{float(clip.take.time(rows[place])):.2f} s")
        across = (width - time.shape[1]) // 2
        cell[height:, across : across + time.shape[1]] = time
    with io.BytesIO() as file:
        Image.fromarray(sheet).save(file, "JPEG", quality=QUALITY, subsampling="4:2:0", optimize=False)
        return file.getvalue()


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=11)


@lru_cache(maxsize=4096)
def _words(text: str) -> Picture:
    """The text as uint8[_FOOT, width, 3]."""
    font = _font()
    width = int(font.getlength(text)) + 2
    image = Image.new("RGB", (width, _FOOT), _FOOT_COLOUR)
    ImageDraw.Draw(image).text((1, 1), text, fill=_TEXT_COLOUR, font=font)
    return np.asarray(image)
