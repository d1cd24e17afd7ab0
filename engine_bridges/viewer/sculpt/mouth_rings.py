"""The rings of the mouth: skin around the lips, the lips, and the lining of the mouth down to the throat."""

from typing import Final

import numpy as np

from viewer.sculpt import lips
from viewer.sculpt.features import face
from viewer.sculpt.mesh import Floats
from viewer.sculpt.rings import Rings, around, circle, tags
from viewer.sculpt.topology import Window

_SKIN: Final = (0.22, 0.42, 0.58, 0.72, 0.84, 0.93)
"""Where the rings between window and border are, as a share of the way."""
_BEHIND: Final = ((0.0035, -0.0026, 0.985), (0.0090, -0.0040, 0.97))
"""Behind the lips: metres away from the line between them, metres in front of the face, share of their width."""
_LINING: Final = (
    *((0.0250, 0.0150, 0.0080), (0.0270, 0.0190, -0.0020), (0.0240, 0.0180, -0.0180), (0.0120, 0.0090, -0.0300)),
)
"""The lining of the mouth towards the throat: half width, half height, z; metres."""


def add_mouth(rings: Rings, window: Window) -> None:
    """Fill the window of the mouth."""
    outer = rings.grid.frame(window)
    u, side = around(len(outer))

    def marks(row: float) -> Floats:
        return tags(len(u), lip=side.astype(float), lip_row=row, lip_u=u)

    def raised(xy: Floats, lift: Floats | float) -> Floats:
        points = face(xy[:, 0], xy[:, 1])
        points[:, 2] += lift
        return points

    frame = rings.grid.points[outer, :2]
    x = lips.CORNER * u
    edge = np.where(side > 0, lips.upper_border(x), np.where(side < 0, lips.lower_border(x), lips.LINE))
    border = np.stack([1.035 * x, edge], -1)
    line = np.stack([x, lips.line(x)], -1)
    full = lips.fullness(x)
    for share in _SKIN:
        rest = raised(frame + (border - frame) * share, 0.0005 * full * share**4)
        outer = rings.add(rest, rest, marks(share), outer)
    for row in range(len(lips.UPPER)):
        to_line, lift = np.where(side[:, None] >= 0, lips.UPPER[row], lips.LOWER[row]).T
        tucked = -0.0012 * (1 - full) * (row / lips.TOUCH)
        rest = raised(border + (line - border) * to_line[:, None], 0.001 * lift * full + tucked)
        outer = rings.add(rest, rest, marks(1.0 + row / lips.TOUCH), outer)
    for row, (away, lift_behind, narrow) in enumerate(_BEHIND):
        xy = np.stack([x * narrow, lips.line(x) + side * away * np.sqrt(full)], -1)
        rest = raised(xy, lift_behind)
        outer = rings.add(rest, rest, marks(2.4 + 0.2 * row), outer)
    cosine, sine = circle(len(u))
    for width, height, z in _LINING:
        rest = np.stack([width * cosine, lips.LINE + height * sine, z - 0.012 * (width * cosine / 0.027) ** 2], -1)
        outer = rings.add(rest, rest, marks(3.0), outer)
    throat = rest * 0.0 + [0.0, lips.LINE, _LINING[-1][2] - 0.004]
    rings.add(throat, throat, tags(len(u), lip_row=3.0), outer)
