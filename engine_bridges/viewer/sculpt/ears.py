"""The ears: a bowl with a rim, leaning out from the head."""

from typing import Final

import numpy as np

from viewer.sculpt.curves import bell, spline
from viewer.sculpt.mesh import Floats, Mesh, grid_triangles
from viewer.sculpt.paint import srgb

_PLACE: Final = (0.0745, -0.0130, -0.0740)
_SIZE: Final = (0.0170, 0.0310)
"""Half width and half height, metres."""
_LEAN: Final = 0.50
"""How far the rim at the back stands out, radians."""
_SEGMENTS: Final = 30
# From the middle of the bowl over the rim to behind the ear: share of the outline, metres outward.
_PROFILE: Final = np.array(
    [
        (0.00, 0.0010),
        (0.18, 0.0005),
        (0.36, 0.0015),
        (0.50, 0.0062),
        (0.60, 0.0078),
        (0.70, 0.0066),
        (0.79, 0.0070),
        (0.88, 0.0104),
        (0.96, 0.0104),
        (1.00, 0.0080),
        (0.97, 0.0045),
        (0.86, 0.0020),
        (0.70, -0.0060),
    ]
)


def make_ear() -> Mesh:
    """The left ear, white where it is to have the colour of the skin."""
    turn = 2 * np.pi * np.arange(_SEGMENTS) / _SEGMENTS
    share = spline(np.linspace(0, 1, 20), np.linspace(0, 1, len(_PROFILE)), _PROFILE)
    points, colours = [], []
    for radius, out in share:
        up, back = np.sin(turn), -np.cos(turn)
        wide = np.where(up > 0, 1.05, 1.0 - 0.38 * np.maximum(-up, 0) ** 1.5)
        lobe = bell(turn, 1.5 * np.pi, 0.55)
        front = np.maximum(np.cos(turn), 0.0)
        lift = out * (1 - 0.55 * lobe * (radius > 0.4)) * (1 - 0.55 * front**2 * (radius > 0.62))
        middle = 0.10 * (1 - radius)  # the bowl sits low and to the front
        b = (back * wide * radius - middle) * _SIZE[0]
        u = (up * radius - 1.2 * middle) * _SIZE[1]
        points.append(_placed(b, u, lift))
        depth = np.clip(0.62 + out / 0.018, 0.0, 1.0)
        colours.append(np.tile(srgb("e3a286") * [1.0, depth**0.5, depth**0.5] * depth**0.5, (_SEGMENTS, 1)))
    index = np.arange(20 * _SEGMENTS).reshape(20, _SEGMENTS)
    triangles = grid_triangles(index[:, ::-1], around=True)
    return Mesh("Ear", np.concatenate(points), triangles, np.concatenate(colours))


def _placed(back: Floats, up: Floats, out: Floats) -> Floats:
    """Points [n, 3] from metres to the back, up and outward of the ear's own plane."""
    sine, cosine = np.sin(_LEAN), np.cos(_LEAN)
    x = _PLACE[0] + out * cosine + (back + 0.008) * sine
    z = _PLACE[2] + out * sine - (back + 0.008) * cosine
    y = _PLACE[1] + up
    return np.stack([x + 0.08 * up, y, z - 0.22 * up], -1)
