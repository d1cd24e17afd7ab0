"""The eyeballs, with iris and pupil in their colours."""

from typing import Final

import numpy as np

from viewer.sculpt.features import EYE, EYE_RADIUS
from viewer.sculpt.mesh import Floats, Mesh, grid_triangles
from viewer.sculpt.paint import srgb

IRIS: Final = 0.0094
"""Radius of the iris, metres."""
_SEGMENTS: Final = 36
# From the pupil's middle to the back: share of the iris's radius, or degrees from there on; colour.
_PUPIL, _DEEP, _IRIS, _BRIGHT, _LIMBUS, _WHITE, _BACK = (
    srgb(c) for c in ("100c0c", "3d2413", "6f4522", "9c6a35", "2c1a10", "f3efea", "e5c9c0")
)
_RINGS: Final = (
    *((0.0, _PUPIL), (0.25, _PUPIL), (0.42, _PUPIL), (0.46, _DEEP), (0.58, _IRIS), (0.74, _BRIGHT), (0.86, _IRIS)),
    *((0.94, _LIMBUS), (1.0, _LIMBUS), (1.06, 0.5 * (_LIMBUS + _WHITE)), (1.14, _WHITE), (1.4, _WHITE), (1.7, _WHITE)),
    *((2.0, _WHITE), (2.6, _BACK), (3.4, _BACK), (4.6, _BACK)),
)


def make_eye() -> Mesh:
    """The left eyeball, looking ahead."""
    turn = 2 * np.pi * np.arange(_SEGMENTS) / _SEGMENTS
    full = np.arcsin(IRIS / EYE_RADIUS)
    points, colours = [], []
    for share, colour in _RINGS:
        angle = full * share
        flat = 1.0 - 0.012 * max(0.0, 1.0 - share**4)  # the iris lies a little deeper than the white around it
        across = np.stack([np.cos(turn), np.sin(turn)], -1) * np.sin(angle)
        points.append(np.concatenate([across, np.full((_SEGMENTS, 1), np.cos(angle) * flat)], 1) * EYE_RADIUS)
        light = 1.0 + (0.16 * np.cos(9 * turn) + 0.12 * np.cos(14 * turn + 1) if 0.5 < share < 0.9 else 0.0 * turn)
        lower = 1.0 - (0.35 * np.sin(turn) if 0.45 < share < 0.9 else 0.0 * turn)  # light gathers low in the iris
        colours.append(np.asarray(colour)[None] * (light * lower)[:, None])
    index = np.arange(len(_RINGS) * _SEGMENTS).reshape(len(_RINGS), _SEGMENTS)
    centre: Floats = np.array(EYE)
    return Mesh(
        "LeftEyeball", np.concatenate(points) + centre, grid_triangles(index, around=True), np.concatenate(colours)
    )
