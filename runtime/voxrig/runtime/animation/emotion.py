"""What a character feels, as numbers: seven emotions in three regions of the face.

Neutral is no eighth emotion but the absence of all: every number 0.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

CATEGORIES: Final = ("joy", "sadness", "anger", "fear", "disgust", "surprise", "contempt")
"""The six basic emotions of Ekman, Sorenson & Friesen (1969, "Pan-cultural elements in facial displays of emotion",
Science 164) and contempt (Ekman & Friesen 1986, "A new pan-cultural facial expression of emotion", Motivation and
Emotion 10)."""
REGIONS: Final = ("brows", "eyes", "mouth")
"""brows: forehead and brows; eyes: lids and upper cheeks; mouth: the rest, nose and chin too."""


class EmotionError(ValueError):
    """An emotion that cannot be; the message names the key, what was given and what there is."""


class Emotion(NamedTuple):
    """How much of each emotion each region shows, 0 to 1; all 0 is neutral. Fields: region by region, as `CATEGORIES`.

    What a cue asks for may add up to more than 1 in a region; what a face shows never does (see `mixing`).
    """

    brows_joy: float = 0.0
    brows_sadness: float = 0.0
    brows_anger: float = 0.0
    brows_fear: float = 0.0
    brows_disgust: float = 0.0
    brows_surprise: float = 0.0
    brows_contempt: float = 0.0
    eyes_joy: float = 0.0
    eyes_sadness: float = 0.0
    eyes_anger: float = 0.0
    eyes_fear: float = 0.0
    eyes_disgust: float = 0.0
    eyes_surprise: float = 0.0
    eyes_contempt: float = 0.0
    mouth_joy: float = 0.0
    mouth_sadness: float = 0.0
    mouth_anger: float = 0.0
    mouth_fear: float = 0.0
    mouth_disgust: float = 0.0
    mouth_surprise: float = 0.0
    mouth_contempt: float = 0.0


class Affect(NamedTuple):
    """The emotion that is shown at a pose, and where it lies in the space of feelings.

    Attributes:
        emotion: each region's emotions; their sum is at most 1.
        valence: -1 (unpleasant) to 1 (pleasant).
        arousal: -1 (drowsy) to 1 (excited): of the emotion alone, not of the voice.
        dominance: -1 (at another's mercy) to 1 (in control).
    """

    emotion: Emotion
    valence: float
    arousal: float
    dominance: float


class Affects(NamedTuple):
    """What is shown at some poses, one after the other, laid out for compiled code.

    Attributes:
        values: float64[k, 24]: the emotion's numbers, then valence, arousal and dominance.
    """

    values: NDArray[np.float64]

    def at(self, row: int) -> Affect:
        """Return the affect of one row."""
        numbers = self.values[row].tolist()
        return Affect(Emotion._make(numbers[:-3]), *numbers[-3:])

    @staticmethod
    def of(affect: Affect) -> "Affects":
        """Lay out one pose."""
        return Affects(np.array([(*affect.emotion, *affect[1:])]))


NEUTRAL: Final = Emotion()
"""No emotion anywhere."""
CALM: Final = Affect(NEUTRAL, 0.0, 0.0, 0.0)
"""What a character shows that feels nothing."""


def fields_of(region: str) -> tuple[str, ...]:
    """Return the fields of `Emotion` for one of `REGIONS`, as `CATEGORIES`."""
    return tuple(f"{region}_{category}" for category in CATEGORIES)


def everywhere(**amounts: float) -> Emotion:
    """Return an emotion that all three regions show alike: category -> 0 to 1."""
    return Emotion(**{f"{region}_{category}": value for region in REGIONS for category, value in amounts.items()})


assert Emotion._fields == tuple(field for region in REGIONS for field in fields_of(region))
