"""The bare head and neck without features: rings lofted over profiles of the face and the back of the head.

Metres from between the eyes: X to the character's left, Y up, Z out of the face.
"""

from typing import Final

import numpy as np

from viewer.sculpt.curves import spline
from viewer.sculpt.mesh import Floats

# Ring by ring from the crown down: front y z, back y z, half width, how boxy the front is.
RINGS: Final = np.array(
    [
        (0.1225, -0.0560, 0.1225, -0.0560, 0.0000, 0.00),
        (0.1205, -0.0250, 0.1195, -0.0880, 0.0330, 0.00),
        (0.1095, -0.0010, 0.1070, -0.1170, 0.0550, 0.05),
        (0.0890, 0.0160, 0.0830, -0.1390, 0.0690, 0.08),
        (0.0590, 0.0245, 0.0490, -0.1520, 0.0765, 0.12),
        (0.0260, 0.0250, 0.0120, -0.1550, 0.0785, 0.13),
        (0.0000, 0.0215, -0.0140, -0.1510, 0.0770, 0.12),
        (-0.0240, 0.0220, -0.0340, -0.1420, 0.0745, 0.10),
        (-0.0440, 0.0225, -0.0490, -0.1320, 0.0705, 0.05),
        (-0.0635, 0.0210, -0.0610, -0.1230, 0.0645, -0.02),
        (-0.0800, 0.0165, -0.0700, -0.1170, 0.0575, -0.12),
        (-0.0940, 0.0160, -0.0770, -0.1130, 0.0510, -0.24),
        (-0.1040, 0.0085, -0.0830, -0.1110, 0.0460, -0.26),
        (-0.1080, -0.0080, -0.0880, -0.1100, 0.0425, -0.16),
        (-0.1085, -0.0340, -0.0950, -0.1090, 0.0410, 0.00),
        (-0.1160, -0.0495, -0.1040, -0.1090, 0.0385, 0.00),
        (-0.1330, -0.0550, -0.1240, -0.1100, 0.0370, 0.00),
        (-0.1580, -0.0540, -0.1500, -0.1150, 0.0395, 0.00),
        (-0.1850, -0.0440, -0.1800, -0.1240, 0.0540, 0.00),
    ]
)
HEIGHTS: Final = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(RINGS[:, :2], axis=0).T))])
"""Where each ring is along the profile of the face, in metres from the crown."""


def surface(turn: Floats, height: Floats) -> Floats:
    """Points float64[n, 3] of the loft.

    Args:
        turn: radians around, 0 in the middle of the face, positive to the character's left, pi at the back.
        height: metres along the profile of the face from the crown.
    """
    ring = spline(height, HEIGHTS, RINGS)
    sine, cosine = np.sin(turn), np.cos(turn)
    along = 0.5 - 0.5 * cosine
    x = ring[:, 4] * sine * (1.0 + ring[:, 5] * np.where(cosine > 0, cosine, 0.0) ** 2)
    y = ring[:, 0] + (ring[:, 2] - ring[:, 0]) * along
    z = ring[:, 1] + (ring[:, 3] - ring[:, 1]) * along
    return np.stack([x, y, z], -1)


def find(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Find turn and height [n] of the points of the face at x, y (metres), by Newton's method from a fair guess."""
    order = np.argsort(-RINGS[:, 0], kind="stable")
    height = np.interp(-y, -RINGS[order, 0], HEIGHTS[order])
    turn = np.arcsin(np.clip(x / 0.085, -0.95, 0.95))
    tiny = 1e-6
    for _ in range(24):
        here = surface(turn, height)
        by_turn = (surface(turn + tiny, height) - here) / tiny
        by_height = (surface(turn, height + tiny) - here) / tiny
        miss_x, miss_y = x - here[:, 0], y - here[:, 1]
        scale = by_turn[:, 0] * by_height[:, 1] - by_turn[:, 1] * by_height[:, 0]
        scale = np.where(np.abs(scale) > 1e-9, scale, 1e-9)
        turn = turn + np.clip((miss_x * by_height[:, 1] - miss_y * by_height[:, 0]) / scale, -0.2, 0.2)
        height = height + np.clip((miss_y * by_turn[:, 0] - miss_x * by_turn[:, 1]) / scale, -0.01, 0.01)
    return turn, height
