"""How the jaw moves, and the lips that stay closed while it does."""

from typing import Final

import numpy as np

from viewer.sculpt import lips
from viewer.sculpt.curves import step
from viewer.sculpt.mesh import Floats
from viewer.sculpt.skin import Skin

_HINGE: Final = (-0.0200, -0.0620)
"""Height and depth of the axis of the jaw, metres."""
_OPEN: Final = np.radians(19.0)
_CLOSED_DROP: Final = (0.0, -0.0060, -0.0010)
"""Where the closed lips are while the jaw is open."""


def opened(points: Floats) -> Floats:
    """Displacements [n, 3] of points of the open jaw itself."""
    y, z = points[:, 1] - _HINGE[0], points[:, 2] - _HINGE[1]
    sine, cosine = np.sin(_OPEN), np.cos(_OPEN)
    return np.stack([np.zeros_like(y), y * cosine - z * sine - y, y * sine + z * cosine - z], -1)


def share_of_jaw(skin: Skin) -> Floats:
    """How far each vertex [n] goes with the jaw: 1 on chin and lower lip, less around the corners of the mouth."""
    p = skin.base
    x, y, z = np.abs(p[:, 0]), p[:, 1], p[:, 2]
    inward, up = lips.CORNER - x, y - lips.LINE
    # around the corner of the mouth, from the upper lip over the cheek to the lower
    angle = np.arctan2(up, inward) % (2 * np.pi)
    angle = np.where((skin.lip > 0) & (angle > np.pi), 0.0, angle)
    angle = np.where((skin.lip < 0) & (angle < np.pi), 2 * np.pi, angle)
    field = step(angle, 0.50 * np.pi, 1.60 * np.pi) * step(z, -0.075, -0.010)
    field *= step(-y, 0.012, 0.045) * step(y, -0.150, -0.115)
    field *= np.where(y < -0.085, step(z, -0.058, -0.002), 1.0) ** step(-y, 0.085, 0.100)
    oval = np.maximum(1 - np.abs(skin.lip_u) ** 2.2, 0.0) ** 0.70
    rim = 0.42 + np.where(skin.lip > 0, -0.42, np.where(skin.lip < 0, 0.58, 0.0)) * oval
    near = step(skin.lip_row, 0.0, 1.0)
    share = field + (rim - field) * near
    bag = step(skin.lip_row, 2.7, 3.0)
    lining = np.where(skin.lip > 0, 0.05, np.where(skin.lip < 0, 0.95, 0.5))
    back = step(z, -0.028, 0.005)
    return share + (0.5 + (lining - 0.5) * back - share) * bag


def jaw_shapes(skin: Skin) -> dict[str, Floats]:
    """JawOpen, JawForward, JawLeft, JawRight and MouthClose."""
    p = skin.mesh.positions
    share = share_of_jaw(skin)[:, None]
    open_ = share * opened(p)
    corner = np.exp(-(((np.abs(p[:, 0]) - lips.CORNER) / 0.016) ** 2) - (((p[:, 1] - lips.LINE) / 0.014) ** 2))
    corner *= step(p[:, 2], -0.03, 0.0) * (skin.lip_row < 2.5)
    open_[:, 0] -= np.sign(p[:, 0]) * 0.0030 * corner  # the corners come in
    forward = np.exp(-((p[:, 2] + 0.02 - 0.045) ** 2) / 0.09**2) * step(p[:, 2], -0.06, 0.0)
    moved = share * forward[:, None]
    left = moved * [0.0085, 0.0, 0.0]
    near = near_lips(skin)[:, None]
    return {
        "JawOpen": open_,
        "JawForward": moved * [0.0, 0.0, 0.0075],
        "JawLeft": left,
        "JawRight": -left,
        "MouthClose": near**2 * np.array(_CLOSED_DROP) - near * open_,
    }


def near_lips(skin: Skin) -> Floats:
    """1 on the lips, falling to 0 within 32 mm around them and on the lining of the mouth."""
    p = skin.mesh.positions
    rim = p[skin.lip_row == 1.0]
    square = ((p[:, None, :2] - rim[None, :, :2]) ** 2).sum(-1).min(1)
    around = step(-np.sqrt(square), -0.032, 0.0) * step(p[:, 2], -0.03, 0.0)
    return np.where(skin.lip_row >= 1.0, 1.0 - step(skin.lip_row, 2.6, 3.0), around)
