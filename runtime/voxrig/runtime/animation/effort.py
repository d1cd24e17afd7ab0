"""How hard a voice works, heard in the balance of its spectrum and not in its level.

Who raises the voice puts more energy into the harmonics above 1 kHz than below it: the spectrum's tilt gets flatter, at
any distance from the microphone (Liénard & Di Benedetto 1999, "Effect of vocal effort on spectral properties of
vowels", JASA 106; Traunmüller & Eriksson 2000, "Acoustic effects of variation in vocal effort by men, women, and
children", JASA 107). Measured here as the alpha ratio, the level of 1 to 5 kHz over that of 50 Hz to 1 kHz, as in
eGeMAPS (Eyben et al. 2016), averaged over the last second or so of speech. A gain cancels; a microphone's or a
room's own tilt does not, and reads as some effort more or less.
"""

import math
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.features import LogMel
from voxrig.runtime.core.timing import STEP_RATE

MEMORY: Final = 0.6
"""Seconds after which what was heard counts 1/e as much."""
SETTLING: Final = 0.25
"""Seconds of sound after which two thirds of the ratio heard count: before, effort leans to normal."""

# Measured so, EmoDB's ten speakers lie at -17 dB in neutral sentences (standard deviation 4), at -20 in sad ones and at
# -6 in angry ones, which are all but shouted; read speech (LJ Speech, Kokoro's voices) lies around -16.
_NORMAL: Final = -16.0
_SPAN: Final = 9.0
_DECIBELS: Final = 10.0 / math.log(10.0)
_LOUDER: Final = (0.45, 0.3)  # jaw and lips of the loudest voice open so much further: Schulman 1989, JASA 85
_SOFTER: Final = (0.35, 0.25)


class EffortState(NamedTuple):
    """What was heard of a voice: means that fade as more sound comes, and stand still in silence.

    Attributes:
        ratio: mean of each step's log ratio times its weight.
        weight: mean weight.
        confidence: 0 before the first sound, towards 1.
    """

    ratio: float
    weight: float
    confidence: float


UNHEARD: Final = EffortState(0.0, 0.0, 0.0)
"""Before the first sound."""


def alpha_bands(mel: LogMel) -> tuple[int, int, int]:
    """Return the first band of the alpha ratio's lower part, the first of its upper part, and the one after that."""
    centres = mel.centres
    low, middle, high = (int(np.searchsorted(centres, hertz)) for hertz in (50.0, 1000.0, 5000.0))
    return low, middle, high


@dataclass(frozen=True, slots=True)
class Effort:
    """Hears the effort in the rows that a network hears.

    Attributes:
        mel: the features of the rows.
    """

    mel: LogMel
    _edges: tuple[int, int, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_edges", alpha_bands(self.mel))

    def step(self, state: EffortState, row: NDArray[np.float32]) -> EffortState:
        """Hear one row, float32[2 * bands]."""
        return EffortState(*_hear(row, np.float32(self.mel.floor), self.mel.bands, *self._edges, *state))


def level(state: EffortState) -> float:
    """Return the effort from -1 (hushed) over 0 (as in conversation) to 1 (shouted), never quite at either end."""
    if state.weight <= 0.0:
        return 0.0
    decibels = _DECIBELS * state.ratio / state.weight
    return state.confidence * math.tanh((decibels - _NORMAL) / _SPAN)


def amplitudes(heard: float, share: float) -> tuple[float, float]:
    """Return the factors for jaw and lips of an effort `heard`, where a style follows it with `share` (0 to 1)."""
    jaw, lips = _LOUDER if heard > 0.0 else _SOFTER
    return 1.0 + share * jaw * heard, 1.0 + share * lips * heard


_FADING: Final = 1.0 - math.exp(-1.0 / (MEMORY * STEP_RATE))
_TRUST: Final = 1.0 - math.exp(-1.0 / (SETTLING * STEP_RATE))
_SOUND: Final = 4.0  # a step counts in full from a quarter of the mean weight up, which is 12 dB below it in power


@numba.njit(cache=True)
def _hear(
    row: NDArray[np.float32],
    floor: np.float32,
    bands: int,
    low: int,
    middle: int,
    high: int,
    ratio: float,
    weight: float,
    confidence: float,
) -> tuple[float, float, float]:
    """Return the next state.

    A step's weight is the root of its lower band's power: vowels count, loud ones more but not alone, hiss little. It
    fades older steps as far as it is sound beside them, so that pauses change nothing; and where it is far above all
    before it, that was no speech, and trust begins anew. A gain scales all weights alike and cancels.
    """
    below, above = 0.0, 0.0
    for start in range(0, len(row), bands):
        for band in range(low, high):
            power = max(np.exp(row[start + band]) - floor, 0.0)
            if band < middle:
                below += power
            else:
                above += power
    if below <= 0.0 or above <= 0.0:
        return ratio, weight, confidence
    heard = np.sqrt(below)
    sound = min(1.0, _SOUND * heard / weight) if weight > 0.0 else 1.0
    confidence *= min(1.0, _SOUND * weight / heard)
    fade = _FADING * sound
    ratio += fade * (heard * np.log(above / below) - ratio)
    weight += fade * (heard - weight)
    confidence += _TRUST * sound * (1.0 - confidence)
    return ratio, weight, confidence
