"""Emotions as points in the space of valence, arousal and dominance, and back.

A category at full strength lies at its own point (`emotion_table.VAD`), neutral at 0, and a blend at the mean of its
parts, each as heavy as it is strong. The way back takes the parts that reach a point with the least emotion in all:
the points of the categories and 0 span a body whose outer faces are triangles, the ray through the point leaves it
through one of them, and that one's three corners are the parts (barycentric coordinates). So a single category comes
back as itself at any strength, and neighbouring points give neighbouring emotions. No category is calm and pleasant;
what lies outside all triangles goes to the nearest point that lies inside.
"""

from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.emotion import CATEGORIES, REGIONS, Emotion
from voxrig.runtime.animation.emotion_table import VAD

Floats = NDArray[np.float64]

_POINTS: Final[Floats] = np.array(VAD)
_ROUNDING: Final = 1e-9


class _Part(NamedTuple):
    """Some categories and the matrix that gives their weights for the point of their span nearest to a point."""

    names: tuple[int, ...]
    weigh: Floats


def _faces() -> list[_Part]:
    """The triangles with all other points on the side of 0."""
    found = []
    for names in combinations(range(len(_POINTS)), 3):
        corners = _POINTS[list(names)]
        others = np.delete(_POINTS, names, axis=0)
        if (others @ np.linalg.solve(corners, np.ones(3)) < 1.0).all():
            found.append(_Part(names, np.asarray(np.linalg.inv(corners.T), np.float64)))
    return found


def _rim() -> list[_Part]:
    """Sides of the triangles and their corners: among them lies what is nearest to a point outside."""
    sides = {pair for face in _FACES for pair in combinations(face.names, 2)}
    parts = [*sorted(sides), *((name,) for name in range(len(_POINTS)))]
    return [_Part(names, np.asarray(np.linalg.pinv(_POINTS[list(names)].T), np.float64)) for names in parts]


_FACES: Final = _faces()
_RIM: Final = _rim()


def weights_to_vad(weights: Floats) -> tuple[float, float, float]:
    """Return the point of a blend.

    Args:
        weights: float64[7], the strength of each of `CATEGORIES`; what sums to more than 1 counts as if it were 1.
    """
    valence, arousal, dominance = (weights @ _POINTS / max(1.0, float(weights.sum()))).tolist()
    return valence, arousal, dominance


def to_vad(emotion: Emotion) -> tuple[float, float, float]:
    """Return valence, arousal and dominance, -1 to 1 each: all regions count alike."""
    return weights_to_vad(np.array(emotion).reshape(len(REGIONS), len(CATEGORIES)).mean(axis=0))


def from_vad(valence: float, arousal: float, dominance: float) -> Emotion:
    """Return the emotion, alike in all regions, that lies at a point or nearest to it; at most 1 in all.

    Args:
        valence, arousal, dominance: -1 to 1 each.
    """
    weights = _weights(np.array((valence, arousal, dominance)))
    return Emotion(*(weights / max(1.0, float(weights.sum()))).tolist() * len(REGIONS))


def _weights(point: Floats) -> Floats:
    """How much of each category reaches the point, or the nearest one that can be reached: float64[7], not negative."""
    weights = np.zeros(len(_POINTS))
    for face in _FACES:
        parts = face.weigh @ point
        if parts.min() >= -_ROUNDING:
            weights[list(face.names)] = np.maximum(parts, 0.0)
            return weights
    nearest = float(point @ point)
    for part in _RIM:
        parts = part.weigh @ point
        if parts.min() < 0.0:
            continue
        off = point - parts @ _POINTS[list(part.names)]
        if float(off @ off) < nearest:
            nearest = float(off @ off)
            weights = np.zeros(len(_POINTS))
            weights[list(part.names)] = parts
    return weights
