"""A part of the carrier face: points on and before an egg-shaped head, and how ARKit's shapes move them.

Places are in metres from the head's joint, with X to the character's left, Y up, Z out of the face.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CENTRE: Final = 0.092
"""Height of the egg's middle."""
RADII: Final = (0.072, 0.118, 0.094)
"""Half of its width, height and depth."""


class Part(NamedTuple):
    """Some of the face's triangles.

    Attributes:
        points: float64[n, 3] at rest.
        triangles: int64[m, 3], counter-clockwise from outside.
        colours: float64[n, 3], linear red, green, blue, 0 to 1.
        joint: the joint that carries the points.
        targets: displacements float64[n, 3] by ARKit's name; a shape that isn't there moves nothing.
    """

    points: Floats
    triangles: NDArray[np.int64]
    colours: Floats
    joint: str
    targets: Mapping[str, Floats]


def on_face(x: Floats, y: Floats, above: Floats | float = 0.0) -> Floats:
    """Return the points of the egg's front at x, y (float64[n]), `above` metres out of it: float64[n, 3]."""
    square = 1.0 - (x / RADII[0]) ** 2 - ((y - CENTRE) / RADII[1]) ** 2
    return np.stack((x, y, RADII[2] * np.sqrt(np.maximum(square, 0.0)) + above), axis=1)


def grid(rows: int, columns: int, *, around: bool = False, first: int = 0) -> NDArray[np.int64]:
    """Return triangles [m, 3] between points numbered by rows: rows run down, columns to the character's left.

    `around` joins the last column to the first; `first` is the number of the first point.
    """
    index = first + np.arange(rows * columns).reshape(rows, columns)
    if around:
        index = np.concatenate((index, index[:, :1]), axis=1)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]
    return np.stack((a, c, b, b, c, d), axis=-1).reshape(-1, 3)


def painted(count: int, colour: tuple[float, float, float]) -> Floats:
    """Return one colour for all points: float64[count, 3]."""
    return np.tile(np.array(colour), (count, 1))


def bump(distance: Floats | float, width: float) -> Floats:
    """Return a smooth hill: 1 where the distance is 0, 0 from `width` on."""
    return np.asarray(np.cos(np.clip(np.abs(distance) / width, 0.0, 1.0) * np.pi) * 0.5 + 0.5)
