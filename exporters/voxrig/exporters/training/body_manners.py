"""Manners to gesture in: style, mood, standing or sitting, made from numbers."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.body.rows import MOOD, STYLE
from voxrig.runtime.core.smoothing import ease
from voxrig.runtime.core.timing import STEP_RATE

Doubles = NDArray[np.float64]

_SITTING: Final = 0.2  # share of performances
_USUAL: Final = 0.35  # share in the usual style
_CALM: Final = 0.25  # share without a mood
_CHANGING: Final = 0.5  # share of moods that change
_CHANGE: Final = (0.5, 3.0)  # seconds that a change takes
_STRONGEST: Final = 0.9
_RIGHT_HANDED: Final = 0.3


@dataclass(frozen=True, slots=True)
class Mannered:
    """How a session is gestured.

    Attributes:
        style: float64[5], in the order of `rows.STYLE`.
        mood: float64[T, 3] at each pose: valence, arousal, dominance.
        sitting: whether one sits.
        seed: of the session: its luck.
    """

    style: Doubles
    mood: Doubles
    sitting: bool
    seed: int


def manner(poses: int, random: np.random.Generator) -> Mannered:
    """Draw a manner for a session of so many poses."""
    style = np.clip(random.normal(0.0, 0.5, len(STYLE)), -1.0, 1.0)
    style[-1] = np.clip(random.normal(_RIGHT_HANDED, 0.5), -1.0, 1.0)
    if random.random() < _USUAL:
        style[:] = 0.0
        style[-1] = _RIGHT_HANDED
    sitting, seed = random.random() < _SITTING, int(random.integers(1 << 40))
    return Mannered(style, _mood(poses, random), bool(sitting), seed)


def _mood(poses: int, random: np.random.Generator) -> Doubles:
    """Draw one mood, or two with the way from one to the other."""
    moods = random.uniform(-_STRONGEST, _STRONGEST, (2, MOOD)) * (random.random((2, 1)) >= _CALM)
    if random.random() >= _CHANGING:
        moods[1] = moods[0]
    first = random.uniform(0.25, 0.75) * poses
    took = random.uniform(*_CHANGE) * STEP_RATE
    share = np.array([ease(min(max((n - first) / took, 0.0), 1.0)) for n in range(poses)])[:, None]
    mood: Doubles = moods[0] + share * (moods[1] - moods[0])
    return mood
