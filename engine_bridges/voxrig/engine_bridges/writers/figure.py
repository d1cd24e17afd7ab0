"""A body in motion as an animated picture: a figure of capsules from the front and from its left, side by side.

The left sleeve is green, the right one orange; nose and eyes tell where the head looks. Drawn on the processor from
where the joints are, without a model file, so that anybody can look at a take.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from voxrig.engine_bridges.writers.figure_capsules import CAPSULES
from voxrig.engine_bridges.writers.figure_file import KINDS, animated
from voxrig.engine_bridges.writers.figure_points import JOINTS, POINTS, points_from_places, points_of
from voxrig.engine_bridges.writers.figure_raster import Singles, cover, shade
from voxrig.engine_bridges.writers.whole_file import whole_binary_file
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.skeleton import PLACES, rotations
from voxrig.runtime.core.take import Take

Picture = NDArray[np.uint8]

RATE: Final = 20
"""Pictures a second, unless another rate is asked for; a take with fewer frames a second has its own."""
FASTEST: Final = 30

_SAMPLES: Final = 2
_HANGING: Final = 1.32
"""Radians from a T-pose to where arms hang."""
_INK: Final = (44, 50, 60)
_FADED: Final = (128, 134, 144)


class Framing(NamedTuple):
    """What is in the picture.

    Attributes:
        scale: pixels a metre.
        bottom, top: metres above the ground.
        wide: metres across each of the two views.
        deep: metres that the side view's middle is before the body's.
    """

    scale: float
    bottom: float
    top: float
    wide: float
    deep: float = 0.12


WHOLE: Final = Framing(180.0, -0.10, 1.90, 1.44)
UPPER: Final = Framing(300.0, 0.70, 1.82, 1.30, 0.16)
"""From the hips up."""


def draw_figure(
    places: NDArray[np.floating],
    *,
    fps: Fraction | int = RATE,
    framing: Framing = WHOLE,
    caption: str | Sequence[str] = "",
    first: int = 0,
) -> Iterator[Picture]:
    """Draw frames, one after the other.

    Args:
        places: float[F, J, 3] joints of `core.skeleton` in metres, or float[F, P, 3] all of `figure_points.points_of`.
        fps: frames a second, for the time code.
        framing: what is in the picture.
        caption: a line above the figure; or one for each frame.
        first: number of the first frame, for the time code.

    Yields:
        uint8[height, width, 3], sRGB: the front (the character's left is on the right), then its left side.

    Raises:
        ValueError: there is another number of joints, or of captions.
    """
    points = places if places.shape[1] == len(POINTS) else points_from_places(places)
    captions = [caption] * len(points) if isinstance(caption, str) else caption
    if len(captions) != len(points):
        raise ValueError(f"{len(captions)} captions do not fit {len(points)} frames; give one for each, or one for all")
    height, width = round(framing.scale * (framing.top - framing.bottom)), round(framing.scale * framing.wide)
    rows, columns = _SAMPLES * height, _SAMPLES * width
    depth, seen = np.empty((rows, columns), np.float32), np.empty((rows, columns), np.int16)
    normals = np.empty((rows, columns, 3), np.float32)
    scale, behind = _SAMPLES * framing.scale, _backdrop(framing, height, width)
    radii = CAPSULES.radii * np.float32(scale)
    fronts, sides = (_projected(points, framing, scale, columns, side) for side in (False, True))
    for number, text in enumerate(captions):
        picture = np.empty((height, 2 * width, 3), np.uint8)
        for ends, left in ((fronts[number], 0), (sides[number], width)):
            cover(ends, radii, depth, seen, normals)
            shade(depth, seen, normals, CAPSULES.colours, behind, scale, picture[:, left : left + width])
        picture[:, width] = behind[:, width - 1] * 0.9
        seconds = Fraction(first + number) / Fraction(fps)
        _write_on(picture, f"{int(seconds // 60):02d}:{float(seconds % 60):05.2f}", text)
        yield picture


def write(
    moving: Take | NDArray[np.floating],
    path: Path,
    fps: Fraction | int | None = None,
    *,
    rate: Fraction | int = RATE,
    framing: Framing = WHOLE,
    caption: str = "",
) -> None:
    """Write a take, or places, as an animated picture, whole or not at all.

    Args:
        moving: a take; or as `draw_figure` takes them: float[F, J, 3], then `fps` must be given.
        path: ends in .webp or .gif.
        fps: frames a second of the places; a take knows its own.
        rate: pictures a second, `FASTEST` at most; never more than there are frames.
        framing: what is in the picture.
        caption: a line above the figure.

    Raises:
        ValueError: another ending, no frames, no rate of the places, or a rate out of range.
        OSError: the file cannot be written.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise ValueError(f"{path.name} is no animated picture; let it end in .{' or .'.join(KINDS)}")
    places: NDArray[np.floating]
    if isinstance(moving, Take):
        places, fps, first = points_of(_arms_down(moving)), moving.fps.fraction, moving.start_index
    else:
        places, first = moving, 0
    if not len(places) or fps is None:
        what = "no frames" if not len(places) else "no frame rate"
        raise ValueError(f"{path.name}: there is {what} to draw; give float[F, {JOINTS}, 3], F above 0, and fps")
    content = pictures(places, fps, rate=rate, framing=framing, caption=caption, first=first, kind=kind)
    with whole_binary_file(path) as file:
        file.write(content)


def pictures(
    places: NDArray[np.floating],
    fps: Fraction | int,
    *,
    rate: Fraction | int = RATE,
    framing: Framing = WHOLE,
    caption: str = "",
    first: int = 0,
    kind: str = "webp",
) -> bytes:
    """Return the bytes of an animated picture; arguments as of `write` and `draw_figure`."""
    if not 0 < rate <= FASTEST:
        raise ValueError(f"{float(rate):g} pictures a second are out of range; use above 0, {FASTEST} at most")
    shown = min(Fraction(rate), Fraction(fps))
    count = -(-len(places) * shown // Fraction(fps))
    rows = [int(number * Fraction(fps) / shown) for number in range(int(count))]
    # the time code counts pictures: the first is at `first` frames
    start = Fraction(first) * shown / Fraction(fps)
    drawn = draw_figure(places[rows], fps=shown, framing=framing, caption=caption, first=round(start))
    return animated(drawn, shown, kind)


def write_figure(clip: Clip, path: Path) -> None:
    """Write the body of a clip as an animated picture with its name above it; errors as of `write`."""
    write(clip.take, path, caption=clip.name)


def _arms_down(take: Take) -> NDArray[np.float32]:
    """The rotations of a take; arms that it doesn't move hang, for nobody stands in a T-pose."""
    turned = rotations(take)
    for bone, sign in (("upperarm_l", -1.0), ("upperarm_r", 1.0)):
        if bone not in take.bones:
            turned[:, PLACES[bone]] = (0.0, 0.0, sign * np.sin(_HANGING / 2), np.cos(_HANGING / 2))
    return turned


def _projected(points: NDArray[np.floating], framing: Framing, scale: float, columns: int, side: bool) -> Singles:
    """Both ends of the capsules of all frames in samples: float32[F, C, 2, 3], column, row, nearness."""
    across, near = (framing.deep - points[..., 2], points[..., 0]) if side else (points[..., 0], points[..., 2])
    screen = np.stack((across * scale + columns / 2, (framing.top - points[..., 1]) * scale, near * scale), axis=-1)
    return np.ascontiguousarray(screen[:, CAPSULES.points], np.float32)


@lru_cache(maxsize=8)
def _backdrop(framing: Framing, height: int, width: int) -> Singles:
    """A light wall, and the ground from its line on: float32[height, width, 3], 0 to 255."""
    up = framing.top - (np.arange(height) + 0.5) / framing.scale
    wall = np.array([232.0, 236.0, 240.0]) + np.clip(up / 2, 0, 1)[:, None] * 10.0
    shown = np.where((up < 0)[:, None], np.array([206.0, 209.0, 212.0]), wall)
    shown[np.abs(up) < 0.6 / framing.scale] = (150.0, 154.0, 160.0)
    backdrop = np.repeat(shown[:, None].astype(np.float32), width, axis=1)
    backdrop.flags.writeable = False
    return backdrop


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=12)


def _write_on(picture: Picture, time: str, caption: str) -> None:
    """Put the time code below and the caption above."""
    for top, text, ink in ((2, caption, _INK), (len(picture) - 17, time, _FADED)):
        if not text:
            continue
        strip = Image.fromarray(picture[top : top + 16])
        ImageDraw.Draw(strip).text((6, 1), text, fill=ink, font=_font())
        picture[top : top + 16] = np.asarray(strip)
