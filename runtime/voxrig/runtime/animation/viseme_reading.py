"""Which viseme a mouth shows: the nearest of the fifteen poses of `visemes`.

For those who drive something by visemes besides the frames: the frames themselves are not made from visemes.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.style import SHORT_NAMES
from voxrig.runtime.animation.visemes import VISEMES

_STEMS: Final = (
    ("jawOpen", 3.0), ("mouthLipsTogether", 0.6), ("mouthLowerLipDepress", 2.0), ("mouthUpperLipRaise", 2.0),
    ("mouthLipsPurse", 2.0), ("mouthFunnel", 2.0), ("mouthStretch", 1.0), ("mouthCornerPull", 1.0),
    ("mouthLowerLipRollIn", 2.0), ("mouthPress", 0.5), ("tongueTipUp", 0.4), ("tongueUp", 0.4), ("tongueOut", 1.5),
)  # fmt: skip
"""What is compared, and how much it counts: what is seen from outside counts most. Ours."""
_NAMES: Final = tuple(VISEMES)
_STAY: Final = 0.05
"""Another viseme must be nearer by so much, so that a mouth between two does not flicker."""


class Reading(NamedTuple):
    """A viseme by name, and how near the mouth comes to it: 1 is its very pose, 0 far from any."""

    name: str
    nearness: float


SILENCE: Final = Reading("sil", 1.0)
"""What a mouth at rest shows."""


def _matrix() -> NDArray[np.float32]:
    """float32[251, columns]: native controls to weighted means over left and right, upper and lower."""
    matrix = np.zeros((len(SHORT_NAMES), len(_STEMS)), np.float32)
    for column, (stem, weight) in enumerate(_STEMS):
        ends = (stem, *(stem + end for end in ("L", "R", "UL", "UR", "DL", "DR")))
        rows = [row for row, name in enumerate(SHORT_NAMES) if name in ends]
        matrix[rows, column] = weight / len(rows)
    return matrix


_MATRIX: Final = _matrix()
_USED: Final = np.flatnonzero(_MATRIX.any(axis=1))
_COMPARED: Final = _MATRIX[_USED]
_POSES: Final = np.stack([pose @ _MATRIX for pose in VISEMES.values()])


def read_viseme(native: NDArray[np.float32], before: str = SILENCE.name) -> Reading:
    """Read a pose.

    Args:
        native: float32[251 or more], native controls first: speech alone, without what emotion adds.
        before: the viseme shown so far, which stays where it is as good as another.
    """
    away = np.sqrt(np.square(_POSES - native[_USED] @ _COMPARED).sum(axis=1))
    nearest = int(away.argmin())
    kept = _NAMES.index(before)
    if away[kept] <= away[nearest] + _STAY:
        nearest = kept
    return Reading(_NAMES[nearest], max(0.0, 1.0 - float(away[nearest])))
