"""How the head takes light, after the viewer's materials.js and scene.js: plain tables for a compiled loop."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.baking.report.head_file import Floats
from voxrig.baking.report.head_mesh import MATERIALS

EYE: Final = MATERIALS.index("Eye")
TO_CAMERA: Final = (0.23, 0.03, 0.97)
"""Direction to the camera: a little aside, so that pursed lips are seen too."""
STEPS: Final = 4096
"""Length of the table from linear light, 0 to 1, to what a screen shows."""


class _Look(NamedTuple):
    spread: tuple[float, float, float]  # how far light reaches into shadow, for red, green and blue
    glint: float  # strength of highlights, times pi
    squarings: int  # highlights are a cosine to the power of 2 ** squarings


# An eye's catch light is drawn for each sample instead.
_LOOKS: Final = {
    "Skin": _Look((0.42, 0.22, 0.16), 0.160, 5),
    "Eye": _Look((0.60, 0.55, 0.50), 0.0, 0),
    "Mouth": _Look((0.35, 0.25, 0.22), 1.32, 8),
    "Hair": _Look((0.25, 0.25, 0.25), 0.140, 5),
    "Cloth": _Look((0.25, 0.25, 0.25), 0.0, 0),
}
# sRGB colour, strength, direction towards it: X to the character's left, Y up, Z out of the face.
_LAMPS: Final = (
    (0xFFF3E6, 2.2, (0.7, 0.6, 1.0)),  # key, warm, from the character's upper left
    (0xDBE6FF, 0.9, (-1.0, 0.05, 0.7)),  # fill, cool, from the other side
    (0xFFFFFF, 1.6, (-0.7, 0.9, -1.0)),  # rim, from behind
)
_SKY: Final = (0xE6EDFF, 1.35)
_GROUND: Final = (0xA58F84, 1.35)


class Light(NamedTuple):
    """Everything that shading needs.

    Attributes:
        lamps: float32[3, 3] linear colours times strength, divided by pi.
        towards: float32[3, 3] unit vectors.
        halves: float32[3, 3] unit vectors between those and the one to the camera.
        sky: float32[2, 3] light from above and from below, divided by pi.
        looks: float32[5, 7], of MATERIALS: spread in red, green and blue, 1 / (1 + each), strength of highlights.
        squarings: int64[5], of MATERIALS.
        shown: float32[STEPS] sRGB, 0 to 255.
    """

    lamps: Floats
    towards: Floats
    halves: Floats
    sky: Floats
    looks: Floats
    squarings: NDArray[np.int64]
    shown: Floats


def _linear(code: int, strength: float) -> list[float]:
    value = np.array([code >> 16, code >> 8 & 255, code & 255]) / 255.0
    light = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return [float(v) * strength / np.pi for v in light]


def _shown() -> Floats:
    light = np.arange(STEPS) / (STEPS - 1)
    curved = np.where(light < 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    # rounded, so that no machine's last digit of a power reaches a picture
    return np.round(255 * curved, 3).astype(np.float32)


def _units(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vectors / np.sqrt((vectors**2).sum(1, keepdims=True)))


def _light() -> Light:
    towards = _units(np.array([direction for _, _, direction in _LAMPS]))
    looks = [_LOOKS[name] for name in MATERIALS]
    return Light(
        np.array([_linear(code, strength) for code, strength, _ in _LAMPS]).round(6).astype(np.float32),
        towards.astype(np.float32),
        _units(towards + _units(np.array([TO_CAMERA]))).astype(np.float32),
        np.array([_linear(*_SKY), _linear(*_GROUND)]).round(6).astype(np.float32),
        np.array([(*k.spread, *(1 / (1 + s) for s in k.spread), k.glint) for k in looks], np.float32),
        np.array([look.squarings for look in looks], np.int64),
        _shown(),
    )


LIGHT: Final = _light()
