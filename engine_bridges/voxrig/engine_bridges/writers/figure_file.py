"""Pictures one after the other as an animated file: WebP, small and smooth, or GIF, which everything shows."""

import io
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

KINDS: Final = ("webp", "gif")
_QUALITY: Final = 50
_EFFORT: Final = 2
_CELLS: Final = {"webp": 1000, "gif": 100}
"""Into how many parts a file divides a second."""


def animated(pictures: Iterable[NDArray[np.uint8]], fps: Fraction, kind: str = "webp") -> bytes:
    """Return an animated picture's bytes; it runs for ever, and on the whole exactly at its rate.

    Args:
        pictures: uint8[height, width, 3] each, one at least.
        fps: pictures a second.
        kind: one of `KINDS`.

    Raises:
        ValueError: there is no picture, or no such kind.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no animated picture that can be written; use {' or '.join(KINDS)}")
    images = [Image.fromarray(picture) for picture in pictures]
    if not images:
        raise ValueError("an animated picture of no pictures cannot be written; give one frame at least")
    cells = _CELLS[kind]
    edges = [round(Fraction(number * cells) / fps) for number in range(len(images) + 1)]
    lasting = [max(1, b - a) * (1000 // cells) for a, b in pairwise(edges)]
    if kind == "gif":
        palette = images[len(images) // 2].quantize(128, method=Image.Quantize.MEDIANCUT)
        images = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    options = {"quality": _QUALITY, "method": _EFFORT} if kind == "webp" else {"optimize": False, "disposal": 1}
    with io.BytesIO() as file:
        first, rest = images[0], images[1:]
        first.save(file, kind.upper(), save_all=True, append_images=rest, duration=lasting, loop=0, **options)
        return file.getvalue()
