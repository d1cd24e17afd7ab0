"""What the mouth does for each speech sound: targets and how much a sound insists on them.

The rules follow the place and manner of the sounds on the IPA chart (International Phonetic Association, Handbook,
1999): vowel height gives the jaw, rounding the pucker and funnel, bilabials close the lips, labiodentals bring the
lower lip to the upper teeth, sibilants all but close the teeth, the tongue goes where the place of articulation says.
The amplitudes are ours, set near the means of captured speech (GRID, speaker s1) and a little clearer than life. A
network trained on trajectories made from this table has *rules distilled into it*; its model card says so.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.articulators import ARTICULATORS, index

SILENCE: Final = "sil"


@dataclass(frozen=True, slots=True)
class Sound:
    """Targets of a sound, absent = 0, and how strongly its jaw, lips and rounding resist their neighbours; 0 to 1."""

    targets: dict[str, float]
    jaw: float
    lips: float
    rounding: float


def _sound(insists: tuple[float, float, float], **targets: float) -> Sound:
    return Sound(targets, *insists)


# The table's openings are those of quiet speech; captured speech opens so much further.
_OPENING: Final = {"jaw": 1.4, "lower_down": 1.4, "upper_up": 1.4}

_VOWEL = (0.8, 0.7, 0.7)
_ROUND = (0.8, 0.8, 1.0)
_ALVEOLAR = (0.5, 0.35, 0.15)
_SIBILANT = (0.9, 0.6, 0.3)
_VELAR = (0.3, 0.2, 0.1)

SOUNDS: Final[dict[str, Sound]] = {
    SILENCE: _sound((0.5, 0.5, 0.5)),
    # vowels, close to open
    "i": _sound(_VOWEL, jaw=0.09, lower_down=0.14, upper_up=0.10, stretch=0.10, smile=0.14, tongue_back=0.3),
    "ɪ": _sound(_VOWEL, jaw=0.125, lower_down=0.10, upper_up=0.07, stretch=0.06, smile=0.06, tongue_back=0.2),
    "e": _sound(_VOWEL, jaw=0.175, lower_down=0.16, upper_up=0.10, stretch=0.08, smile=0.09, tongue_back=0.1),
    "ɛ": _sound(_VOWEL, jaw=0.20, lower_down=0.14, upper_up=0.09, stretch=0.05, smile=0.04),
    "ə": _sound((0.5, 0.4, 0.4), jaw=0.165, lower_down=0.09, upper_up=0.05),
    "ɜ": _sound(_VOWEL, jaw=0.17, lower_down=0.06, upper_up=0.05, pucker=0.08, funnel=0.08),
    "ʌ": _sound(_VOWEL, jaw=0.21, lower_down=0.10, upper_up=0.06),
    "ɐ": _sound(_VOWEL, jaw=0.25, lower_down=0.10, upper_up=0.06),
    "æ": _sound(_VOWEL, jaw=0.28, lower_down=0.16, upper_up=0.10, stretch=0.06, smile=0.05),
    "a": _sound(_VOWEL, jaw=0.30, lower_down=0.13, upper_up=0.07),
    "ɑ": _sound(_VOWEL, jaw=0.30, lower_down=0.10, upper_up=0.05),
    "ɒ": _sound(_ROUND, jaw=0.28, lower_down=0.07, upper_up=0.04, pucker=0.08, funnel=0.12),
    "ɔ": _sound(_ROUND, jaw=0.19, lower_down=0.05, upper_up=0.03, pucker=0.20, funnel=0.16),
    "o": _sound(_ROUND, jaw=0.165, lower_down=0.04, upper_up=0.02, pucker=0.28, funnel=0.12),
    "œ": _sound(_ROUND, jaw=0.16, lower_down=0.05, upper_up=0.03, pucker=0.24, funnel=0.12),
    "ʊ": _sound(_ROUND, jaw=0.11, lower_down=0.03, upper_up=0.02, pucker=0.30, funnel=0.08, tongue_back=0.2),
    "y": _sound(_ROUND, jaw=0.08, lower_down=0.03, upper_up=0.02, pucker=0.38, funnel=0.08, tongue_back=0.3),
    "u": _sound(_ROUND, jaw=0.075, lower_down=0.02, upper_up=0.01, pucker=0.42, funnel=0.06, tongue_back=0.3),
    # consonants, front to back
    "p": _sound((1.0, 1.0, 0.2), jaw=0.05, together=1.0, press=0.16, pucker=0.04),
    "m": _sound((0.9, 1.0, 0.2), jaw=0.07, together=1.0, press=0.12, pucker=0.04),
    "f": _sound((1.0, 1.0, 0.4), jaw=0.06, roll_lower=0.42, upper_up=0.12),
    "θ": _sound((0.7, 0.5, 0.2), jaw=0.10, lower_down=0.10, upper_up=0.06, tongue_tip=0.2, tongue_out=0.35),
    "t": _sound(_ALVEOLAR, jaw=0.085, lower_down=0.12, upper_up=0.08, tongue_tip=0.6),
    "n": _sound(_ALVEOLAR, jaw=0.10, lower_down=0.10, upper_up=0.06, tongue_tip=0.6),
    "l": _sound(_ALVEOLAR, jaw=0.13, lower_down=0.08, upper_up=0.05, tongue_tip=0.75),
    "s": _sound(_SIBILANT, jaw=0.05, lower_down=0.18, upper_up=0.12, stretch=0.08, smile=0.05, tongue_tip=0.35),
    "ʃ": _sound((0.9, 0.8, 0.9), jaw=0.06, lower_down=0.10, upper_up=0.08, pucker=0.16, funnel=0.26, tongue_tip=0.3),
    "ɹ": _sound((0.6, 0.6, 0.8), jaw=0.09, lower_down=0.03, upper_up=0.02, pucker=0.20, funnel=0.12, tongue_tip=0.3),
    "j": _sound((0.6, 0.4, 0.3), jaw=0.09, lower_down=0.10, upper_up=0.07, stretch=0.06, smile=0.08, tongue_back=0.5),
    "k": _sound(_VELAR, jaw=0.13, lower_down=0.10, upper_up=0.07, tongue_back=0.7),
    "x": _sound(_VELAR, jaw=0.14, lower_down=0.09, upper_up=0.05, tongue_back=0.6),
    "w": _sound((0.9, 0.9, 1.0), jaw=0.055, lower_down=0.01, upper_up=0.01, pucker=0.48, funnel=0.04, tongue_back=0.2),
    "h": _sound((0.06, 0.05, 0.03), jaw=0.13, lower_down=0.08, upper_up=0.05),
}
"""The sounds that look different; every other symbol is one of these to the eye."""

_SAME_TO_THE_EYE: Final = {
    "b": "p", "v": "f", "ʋ": "f", "ð": "θ", "d": "t", "ɾ": "t", "z": "s", "ʒ": "ʃ", "ɡ": "k", "g": "k", "ŋ": "k",
    "r": "ɹ", "ʁ": "x", "ɣ": "x", "χ": "x", "ç": "j", "ʔ": "h", "ɚ": "ɜ", "ɝ": "ɜ",
    "ᵻ": "ɪ", "ɨ": "ɪ", "ʏ": "y", "ø": "œ",
}  # fmt: skip
# A diphthong is its two ends, an affricate its two halves.
_COMPOUND: Final = {
    "aɪ": ("a", "ɪ"), "aʊ": ("a", "ʊ"), "eɪ": ("e", "ɪ"), "oʊ": ("o", "ʊ"), "əʊ": ("ə", "ʊ"), "ɔɪ": ("ɔ", "ɪ"),
    "ɔʏ": ("ɔ", "y"), "tʃ": ("t", "ʃ"), "dʒ": ("t", "ʃ"), "ts": ("t", "s"), "pf": ("p", "f"),
}  # fmt: skip

CLASSES: Final = tuple(SOUNDS)


class UnknownSoundError(ValueError):
    """A phone symbol that the tables don't hold."""


def parts(symbol: str) -> tuple[str, ...]:
    """The class or classes of an IPA symbol, in order.

    Raises:
        UnknownSoundError: the symbol is not in the tables.
    """
    if symbol in SOUNDS:
        return (symbol,)
    if symbol in _SAME_TO_THE_EYE:
        return (_SAME_TO_THE_EYE[symbol],)
    if symbol in _COMPOUND:
        return _COMPOUND[symbol]
    raise UnknownSoundError(f"phone {symbol!r} is not in the sound tables; add it to voxrig.exporters.phonetics")


def target_matrix() -> NDArray[np.float32]:
    """Targets of every class: float32[len(CLASSES), len(ARTICULATORS)]."""
    matrix = np.zeros((len(CLASSES), len(ARTICULATORS)), np.float32)
    for row, sound in enumerate(SOUNDS.values()):
        shut = sound.targets.get("together", 0.0) > 0
        for name, value in sound.targets.items():
            matrix[row, index(name)] = value * (1.0 if shut else _OPENING.get(name, 1.0))
    return matrix
