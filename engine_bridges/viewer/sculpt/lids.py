"""Where the lids' edges run, open and closed, about the left eye."""

from typing import Final

import numpy as np

from viewer.sculpt.features import EYE
from viewer.sculpt.mesh import Floats

HALF_WIDTH: Final = 0.0178
_MIDDLE: Final = EYE[0] + 0.0003
_TILT: Final = 0.055
"""The outer corner is higher by this share of the distance from the inner one."""


def across(x: Floats) -> Floats:
    """Where x (metres) is between the corners of the left eye: -1 inner, 1 outer."""
    return (x - _MIDDLE) / HALF_WIDTH


def x_of(u: Floats) -> Floats:
    """The x (metres) of a place between the corners."""
    return _MIDDLE + HALF_WIDTH * u


def corner_line(u: Floats) -> Floats:
    """Height float64[n] of the straight line between the corners at u (-1 inner, 1 outer), metres."""
    return EYE[1] - 0.0012 + _TILT * HALF_WIDTH * u


def upper_edge(u: Floats) -> Floats:
    """Height of the upper lid's edge at rest."""
    v = np.minimum(np.abs(u), 1.0)
    return corner_line(u) + 0.0106 * (1 - v**2.05) ** 0.8 * (1 - 0.12 * u)


def lower_edge(u: Floats) -> Floats:
    """Height of the lower lid's edge at rest."""
    v = np.minimum(np.abs(u), 1.0)
    return corner_line(u) - 0.0080 * (1 - v**2.4) ** 0.85 * (1 + 0.16 * u)


def closed_edge(u: Floats) -> Floats:
    """Height of the line in which closed lids meet: it hangs below the corners."""
    v = np.minimum(np.abs(u), 1.0)
    return corner_line(u) - 0.0050 * (1 - v**2)
