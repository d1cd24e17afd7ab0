"""What a figure is made of: rounded cones between its points, each with two radii and a colour."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.figure_points import POINTS

_SKIN: Final = (226, 178, 146)
_DARK: Final = (52, 46, 48)
_HAIR: Final = (84, 62, 52)
_LIPS: Final = (186, 104, 94)
_SHIRT: Final = (104, 122, 146)
_LEFT: Final = (64, 152, 142)
_RIGHT: Final = (208, 128, 62)
_TROUSERS: Final = (66, 74, 92)
_SHOES: Final = (48, 48, 54)

_MIDDLE: Final = (
    ("spine_01", "spine_02", 0.098, 0.100, _SHIRT),
    ("spine_02", "spine_04", 0.100, 0.103, _SHIRT),
    ("spine_04", "spine_05", 0.103, 0.094, _SHIRT),
    ("spine_05", "neck_01", 0.092, 0.054, _SHIRT),
    ("neck_01", "head", 0.052, 0.050, _SKIN),
    ("hip_l", "hip_r", 0.100, 0.100, _TROUSERS),
    ("skull", "face", 0.091, 0.074, _SKIN),
    ("face", "chin", 0.070, 0.036, _SKIN),
    ("bridge", "nose", 0.010, 0.015, _SKIN),
    ("crown", "nape", 0.090, 0.074, _HAIR),
    ("mouth_l", "mouth_r", 0.007, 0.007, _LIPS),
)
_SIDED: Final = (
    ("waist", "shoulder", 0.097, 0.078, _SHIRT),
    ("spine_05", "shoulder", 0.090, 0.074, _SHIRT),
    ("hip", "waist", 0.098, 0.094, _SHIRT),
    ("clavicle", "upperarm", 0.062, 0.060, _SHIRT),
    ("sight", "sight", 0.0125, 0.0125, _DARK),
    ("brow_in", "brow", 0.006, 0.005, _HAIR),
    ("upperarm", "lowerarm", 0.054, 0.042, None),
    ("lowerarm", "hand", 0.041, 0.028, None),
    ("hand", "index_01", 0.019, 0.014, _SKIN),
    ("hand", "middle_01", 0.019, 0.014, _SKIN),
    ("hand", "ring_01", 0.019, 0.013, _SKIN),
    ("hand", "pinky_01", 0.018, 0.012, _SKIN),
    ("hand", "thumb_01", 0.019, 0.014, _SKIN),
    ("thigh", "calf", 0.088, 0.058, _TROUSERS),
    ("calf", "foot", 0.056, 0.040, _TROUSERS),
    ("foot", "foot_end", 0.046, 0.034, _SHOES),
)
"""As `_MIDDLE`, on both sides; no colour: that of the sleeve."""
_FINGERS: Final = {"thumb": 0.0135, "index": 0.0115, "middle": 0.0120, "ring": 0.0115, "pinky": 0.0100}


class Capsules(NamedTuple):
    """Rounded cones.

    Attributes:
        points: int64[C, 2], places in `POINTS` of both ends.
        radii: float32[C, 2] metres at the ends.
        colours: float32[C, 3], sRGB 0 to 255.
    """

    points: NDArray[np.int64]
    radii: NDArray[np.float32]
    colours: NDArray[np.float32]


def _on_side(name: str, side: str) -> int:
    """Place of a point: `foot_end` is `foot_l_end`, `brow_in` is `brow_l_in`."""
    for end in ("_end", "_in"):
        if name.endswith(end):
            return POINTS[f"{name.removesuffix(end)}_{side}{end}"]
    return POINTS.get(f"{name}_{side}", POINTS.get(name, -1))


def _capsules() -> Capsules:
    rows = [((POINTS[a], POINTS[b]), (ra, rb), colour) for a, b, ra, rb, colour in _MIDDLE]
    for side, sleeve in (("l", _LEFT), ("r", _RIGHT)):
        for a, b, ra, rb, colour in _SIDED:
            rows.append(((_on_side(a, side), _on_side(b, side)), (ra, rb), colour or sleeve))
        for finger, radius in _FINGERS.items():
            joints = [*(POINTS[f"{finger}_0{k}_{side}"] for k in (1, 2, 3)), POINTS[f"{finger}_03_{side}_end"]]
            for k in range(3):
                thick = (radius * (1 - 0.10 * k), radius * (0.90 - 0.10 * k))
                rows.append(((joints[k], joints[k + 1]), thick, _SKIN))
    return Capsules(
        np.array([row[0] for row in rows]),
        np.array([row[1] for row in rows], np.float32),
        np.array([row[2] for row in rows], np.float32),
    )


CAPSULES: Final = _capsules()
"""All of a figure."""
