"""What makes the loft a face: brow, eye sockets, nose, cheeks, muzzle and chin, as displacements of its points."""

from typing import Final

import numpy as np

from viewer.sculpt.curves import blob, soft_max, spline, step
from viewer.sculpt.loft import find, surface
from viewer.sculpt.mesh import Floats

EYE: Final = (0.0338, 0.0, -0.0038)
"""Centre of the left eyeball, metres."""
EYE_RADIUS: Final = 0.0187
LID_RADIUS: Final = EYE_RADIUS + 0.0016
"""Lids slide on a sphere of this radius, so that a lid halfway down the chord still clears the eyeball."""

# Strokes of both sides: centre, radii, displacement (metres).
_STROKES: Final = (
    ((0.0335, 0.0030, 0.0130), (0.0195, 0.0150, 0.0300), (0.0, 0.0, -0.0078)),  # eye socket
    ((0.0150, -0.0040, 0.0200), (0.0060, 0.0140, 0.0300), (0.0, 0.0, -0.0030)),  # beside the nose's root
    ((0.0320, 0.0260, 0.0150), (0.0260, 0.0090, 0.0300), (0.0, 0.0, 0.0024)),  # brow ridge
    ((0.0480, -0.0300, 0.0020), (0.0200, 0.0170, 0.0300), (0.0025, 0.0, 0.0050)),  # cheekbone
    ((0.0340, -0.0420, 0.0150), (0.0190, 0.0170, 0.0300), (0.0010, 0.0, 0.0042)),  # apple of the cheek
    ((0.0480, -0.0580, 0.0000), (0.0200, 0.0180, 0.0300), (0.0030, 0.0, 0.0036)),  # full cheek
    ((0.0640, 0.0180, -0.0180), (0.0140, 0.0220, 0.0250), (-0.0015, 0.0, -0.0010)),  # temple
)
_MIDDLE: Final = (
    ((0.0, -0.0635, 0.0200), (0.0250, 0.0200, 0.0400), (0.0, 0.0, 0.0046)),  # muzzle
    ((0.0, -0.0805, 0.0170), (0.0160, 0.0060, 0.0400), (0.0, 0.0, -0.0018)),  # dip under the lower lip
    ((0.0, -0.0950, 0.0150), (0.0135, 0.0105, 0.0400), (0.0, 0.0, 0.0046)),  # chin
    ((0.0, -0.0505, 0.0250), (0.0032, 0.0055, 0.0400), (0.0, 0.0, -0.0011)),  # philtrum
)
# The bridge of the nose: y, height over the face, half width.
_BRIDGE: Final = np.array(
    [
        (0.0340, 0.0000, 0.0085),
        (0.0150, 0.0008, 0.0076),
        (0.0030, 0.0026, 0.0070),
        (-0.0090, 0.0062, 0.0074),
        (-0.0190, 0.0104, 0.0082),
        (-0.0280, 0.0140, 0.0092),
        (-0.0350, 0.0120, 0.0095),
        (-0.0400, 0.0050, 0.0090),
        (-0.0440, 0.0010, 0.0080),
        (-0.0520, 0.0000, 0.0080),
    ]
)
# Its tip and wings, as balls: x, y, height of the centre over the face, radius.
_BALLS: Final = ((0.0, -0.0345, 0.0066, 0.0112), (0.0100, -0.0372, 0.0032, 0.0076))


def sculpted(points: Floats) -> Floats:
    """Displace points [n, 3] of the loft to the surface of the face, without lips and lids."""
    points = _gathered(points)
    moved = points.copy()
    side = points.copy()
    side[:, 0] = np.abs(side[:, 0])
    sign = np.where(points[:, 0] < 0, -1.0, 1.0)
    for centre, radii, push in _STROKES:
        amount = blob(side, centre, radii)[:, None] * np.array(push)
        moved += amount * np.stack([sign * step(side[:, 0], 0.0, 0.01), np.ones_like(sign), np.ones_like(sign)], -1)
    for centre, radii, push in _MIDDLE:
        moved += blob(points, centre, radii)[:, None] * np.array(push)
    front = step(points[:, 2], -0.02, 0.005)
    moved[:, 2] += front * _nose(side[:, 0], points[:, 1])
    tip = blob(side, (0.0, -0.0385, 0.0210), (0.0160, 0.0075, 0.0300))
    moved[:, 1] += 0.0022 * tip  # a little turned up
    return moved


def _gathered(points: Floats) -> Floats:
    """Draw the rows together under the nose, where the surface is steep."""
    gathered = points.copy()
    away = points[:, 1] + 0.0435
    near = np.exp(-((points[:, 0] / 0.022) ** 4) - (away / 0.0075) ** 2) * step(points[:, 2], -0.02, 0.01)
    gathered[:, 1] -= 0.50 * near * away
    return gathered


def _nose(x: Floats, y: Floats) -> Floats:
    ridge = spline(-y, -_BRIDGE[:, 0], _BRIDGE[:, 1:])
    height = ridge[:, 0] * np.clip(1.0 - (x / (1.75 * ridge[:, 1])) ** 2, 0.0, 1.0) ** 2
    for centre_x, centre_y, lift, radius in _BALLS:
        square = radius**2 - (x - centre_x) ** 2 - (y - centre_y) ** 2
        ball = lift + np.sqrt(np.maximum(square, 0.0)) - 1.8 * np.maximum(-square, 0.0) / radius
        height = soft_max(height, np.maximum(ball, -0.01), 0.0065)
    near = np.exp(-((x / 0.026) ** 4) - (((y + 0.022) / 0.034) ** 4))
    nostril = np.exp(-(((x - 0.0062) / 0.0030) ** 2) - (((y + 0.0425) / 0.0022) ** 2))
    return height * near - 0.0032 * nostril


def face(x: Floats, y: Floats) -> Floats:
    """Points [n, 3] of the sculpted face over x, y [n] of the loft (the nose moves y a little)."""
    return sculpted(surface(*find(x, y)))


def lidded(points: Floats) -> Floats:
    """Lay skin [n, 3] near the eyes over the eyeballs: z is pushed out to the sphere that the lids slide on."""
    moved = points.copy()
    x, y = np.abs(points[:, 0]) - EYE[0], points[:, 1] - EYE[1]
    square = LID_RADIUS**2 - x * x - y * y
    ball = EYE[2] + np.sqrt(np.maximum(square, 0.0)) - 3.0 * np.maximum(-square, 0.0) / LID_RADIUS
    near = (points[:, 2] > -0.03) & (square > -(LID_RADIUS**2))
    moved[:, 2] = np.where(near, soft_max(ball, points[:, 2], 0.0042), points[:, 2])
    return moved
