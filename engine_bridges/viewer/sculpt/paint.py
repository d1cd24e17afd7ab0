"""The colours of the skin, painted on its vertices."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.sculpt.curves import bell, step
from viewer.sculpt.mesh import Floats
from viewer.sculpt.skin import Skin


def srgb(code: str) -> Floats:
    """Linear red, green, blue of an sRGB colour such as "e0ac8e"."""
    value = np.array([int(code[k : k + 2], 16) for k in (0, 2, 4)]) / 255.0
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


_SKIN: Final = srgb("f0c4a6")
_BLUSH: Final = srgb("e88f80")
_LIPS: Final = srgb("cf7d76")
_INSIDE: Final = srgb("8c3a3a")
_DARK: Final = srgb("4a1719")
_LID: Final = srgb("d69c84")
_WET: Final = srgb("e0a090")


def paint(skin: Skin) -> Floats:
    """Colours [n, 3], linear."""
    p = skin.mesh.positions
    x, y, z = np.abs(p[:, 0]), p[:, 1], p[:, 2]
    front = step(z, -0.04, 0.0)
    colours = np.tile(_SKIN, (len(p), 1))

    def blend(colour: Floats, amount: NDArray[np.floating]) -> None:
        colours[:] += (colour - colours) * np.clip(amount, 0.0, 1.0)[:, None]

    blend(_BLUSH, 0.42 * front * bell(x, 0.042, 0.020) * bell(y, -0.034, 0.016))
    blend(_BLUSH, 0.30 * front * bell(x, 0.0, 0.014) * bell(y, -0.034, 0.010))
    blend(_BLUSH, 0.12 * front * bell(x, 0.0, 0.020) * bell(y, -0.096, 0.010))
    blend(_LID, 0.30 * (skin.lid_row >= 0) * step(skin.lid_row, 0.35, 0.62))
    blend(_LID, 0.55 * (skin.lid == 1) * bell(skin.lid_row, 0.62, 0.10) * (1 - skin.lid_u**2))
    blend(_WET, 0.8 * (skin.lid_row > 1.05))
    blend(_LIPS, 0.9 * step(skin.lip_row, 0.90, 1.02))
    blend(_INSIDE, step(skin.lip_row, 1.95, 2.3))
    blend(_DARK, step(skin.lip_row, 2.5, 3.0))
    blend(srgb("1c0708"), step(skin.lip_row, 2.9, 3.0) * step(z, 0.004, -0.022) * 0.9)
    shade(colours, p)
    nostril = np.exp(-(((x - 0.0062) / 0.0028) ** 2) - (((y + 0.0418) / 0.0018) ** 2)) * step(z, 0.022, 0.027)
    blend(srgb("7d3d33"), 0.70 * nostril)
    return colours


def shade(colours: Floats, points: Floats) -> None:
    """Darken colours [n, 3] where the jaw stands over the neck and where the hair begins."""
    under = step(-points[:, 1], 0.098, 0.112) * (1 - step(-points[:, 1], 0.120, 0.175))
    brow = np.clip(1 - np.abs(points[:, 0]) / 0.09, 0, 1) * step(points[:, 1], 0.042, 0.072)
    side = step(-points[:, 2], 0.020, 0.052) * step(points[:, 1], -0.020, 0.020)
    dark = np.clip(0.50 * under + 0.42 * brow + 0.35 * side, 0.0, 0.75)
    colours *= 1 - dark[:, None] * np.array([0.62, 0.80, 0.85])
