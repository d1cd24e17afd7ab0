"""Speech that is made up: for a load where nobody gave a clip. It has syllables and pauses, and says nothing."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

RATE: Final = 24_000
_SYLLABLES: Final = 5.0  # a second
_FORMANTS: Final = ((300.0, 800.0), (900.0, 2_200.0), (2_400.0, 3_000.0))
_TOP: Final = 7_000.0
_SILENT: Final = 0.2  # share of syllables


def babble(seconds: float, seed: int = 1) -> NDArray[np.float32]:
    """Return float32 [seconds * RATE]: a voice with formants that wander from syllable to syllable, and hiss."""
    draw = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    knots = np.arange(int(seconds * _SYLLABLES) + 2) / _SYLLABLES
    pitch = np.interp(time, knots, draw.uniform(90.0, 150.0, len(knots)))
    phase = 2.0 * np.pi * np.cumsum(pitch) / RATE
    formants = [np.interp(time, knots, draw.uniform(*span, len(knots))) for span in _FORMANTS]
    loud = np.where(draw.random(len(knots)) < _SILENT, 0.0, draw.uniform(0.3, 1.0, len(knots)))
    sound = np.zeros(len(time))
    for harmonic in range(1, int(_TOP / 150.0)):
        hertz = harmonic * pitch
        gain = sum(1.0 / (1.0 + ((hertz - formant) / 90.0) ** 2) for formant in formants)
        sound += gain * np.sin(harmonic * phase) / np.sqrt(harmonic)
    swell = 0.5 - 0.5 * np.cos(2.0 * np.pi * _SYLLABLES * time)
    sound *= np.interp(time, knots, loud) * (0.3 + 0.7 * swell)
    hiss = draw.standard_normal(len(time)) * np.interp(time, knots, draw.uniform(0.0, 0.02, len(knots)) * (loud > 0))
    return np.asarray(0.4 * sound / max(1e-9, float(np.abs(sound).max())) + hiss, np.float32)
