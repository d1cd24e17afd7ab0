"""Where the lips run: the line between them, their borders, and their cross-sections from the skin to the mouth."""

from typing import Final

import numpy as np

from viewer.sculpt.mesh import Floats

CORNER: Final = 0.0235
"""Half the width of the mouth, metres."""
LINE: Final = -0.0635
"""Height of the line between the lips at the corners, metres."""

# Rows of a lip from its border to where the lips touch and on to the inside: share of the way from the border to the
# line, millimetres in front of the face.
UPPER: Final = np.array(
    [(0.00, 0.4), (0.16, 1.1), (0.40, 2.0), (0.66, 2.5), (0.86, 2.3), (0.97, 1.5), (1.00, 0.5), (1.00, -0.9)]
)
LOWER: Final = np.array(
    [(0.00, 0.1), (0.16, 1.0), (0.38, 2.1), (0.63, 2.8), (0.84, 2.5), (0.97, 1.6), (1.00, 0.5), (1.00, -0.9)]
)
TOUCH: Final = 6
"""The row of the table where the lips touch."""


def line(x: Floats) -> Floats:
    """Height float64[n] of the line between the lips at x, metres: corners a little up, as in a friendly face."""
    u = np.abs(x) / CORNER
    return (
        LINE - 0.0030 * (1 - u**2) - 0.0006 * np.exp(-((x / 0.004) ** 2)) + 0.0005 * np.exp(-((u - 0.45) ** 2) / 0.05)
    )


def upper_border(x: Floats) -> Floats:
    """Height float64[n] of the upper lip's border: a bow with a dip in the middle."""
    u = np.minimum(np.abs(x) / CORNER, 1.0)
    bow = 0.0058 * (1 - u**1.7) ** 0.9
    return LINE + bow - 0.0012 * np.exp(-((x / 0.0038) ** 2)) - 0.0014 * (1 - u**2)


def lower_border(x: Floats) -> Floats:
    """Height float64[n] of the lower lip's border."""
    u = np.minimum(np.abs(x) / CORNER, 1.0)
    return LINE - 0.0103 * (1 - u**2.2) ** 0.75


def fullness(x: Floats) -> Floats:
    """How far the cross-section stands out at x: 1 in the middle, 0 at the corners."""
    u = np.minimum(np.abs(x) / (CORNER * 1.05), 1.0)
    round_: Floats = np.sqrt(1 - u**2) * (0.75 + 0.25 * (1 - u**2))
    return round_
