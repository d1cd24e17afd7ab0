"""Feelings as points of valence, arousal and dominance, and as amounts of the seven categories."""

import math
from typing import Final

import numpy as np

from voxrig.runtime.animation.emotion import CATEGORIES
from voxrig.runtime.animation.vad import from_vad, weights_to_vad

Vad = tuple[float, float, float]
"""Valence, arousal and dominance (pleasure, arousal, dominance: PAD), -1 to 1 each."""
Amounts = tuple[float, ...]
"""How much of each of `emotion.CATEGORIES`, 0 to 1."""

CALM: Final[Vad] = (0.0, 0.0, 0.0)
NONE: Final[Amounts] = tuple(0.0 for _ in CATEGORIES)


class AffectError(ValueError):
    """A feeling, an event or a persona that cannot be; the message names the key, what was given and what there is."""


def amounts_of(**amounts: float) -> Amounts:
    """Return amounts by the names of the categories."""
    return tuple(amounts.get(category, 0.0) for category in CATEGORIES)


def vad_of(amounts: Amounts) -> Vad:
    """Return the point of a blend."""
    return weights_to_vad(np.array(amounts))


def amounts_at(point: Vad) -> Amounts:
    """Return the blend that lies at a point, or nearest to it."""
    return tuple(from_vad(*point)[: len(CATEGORIES)])


def mixed(first: Vad, second: Vad, share: float) -> Vad:
    """Return the point at a `share` of the way from the first to the second."""
    return (
        first[0] + share * (second[0] - first[0]),
        first[1] + share * (second[1] - first[1]),
        first[2] + share * (second[2] - first[2]),
    )


def scaled(point: Vad, factor: float) -> Vad:
    """Return a point nearer to calm, or further from it."""
    return point[0] * factor, point[1] * factor, point[2] * factor


def added(first: Vad, second: Vad) -> Vad:
    """Return the sum of two points, kept within -1 and 1."""
    return _bounded(first[0] + second[0]), _bounded(first[1] + second[1]), _bounded(first[2] + second[2])


def strength(point: Vad) -> float:
    """Return how far a point lies from calm."""
    return math.sqrt(point[0] * point[0] + point[1] * point[1] + point[2] * point[2])


def _bounded(value: float) -> float:
    return max(-1.0, min(1.0, value))
