"""What others' feelings do to one who listens: contagion, mimicry and answers.

Cited: emotions are caught from each other (Hatfield, Cacioppo & Rapson 1993, "Emotional contagion", Current Directions
in Psychological Science 2); people mimic whom they like, and little those they dislike, and answer anger rather than
mimic it (Hess & Fischer 2013, "Emotional mimicry as social regulation", Personality and Social Psychology Review 17).
That a reply begins with what was caught, which is then reflected in what one does, is ReflectDiffu's frame (Yuan et al.
2024, arXiv 2409.10289), and that it is modelled apart from one's own inertia EmotionIC's (see `mood`). Amounts are
ours, as is that the dominant answer anger with anger and others with fear.
"""

from typing import Final

from voxrig.runtime.animation.affect.personality import Persona, home
from voxrig.runtime.animation.affect.point import NONE, Amounts, amounts_of
from voxrig.runtime.animation.emotion import CATEGORIES

_SHARE: Final = 0.35
_DISLIKED: Final = -0.3  # liking below which the other's feelings are not shared
_DOMINANT: Final = 0.2

_SHARED: Final = {
    "joy": amounts_of(joy=1.0),
    "sadness": amounts_of(sadness=1.0),
    "fear": amounts_of(fear=0.8, surprise=0.2),
    "disgust": amounts_of(disgust=0.7),
    "surprise": amounts_of(surprise=0.9),
}
_GRUDGED: Final = {
    "joy": amounts_of(contempt=0.4),
    "sadness": amounts_of(contempt=0.4),
    "fear": amounts_of(contempt=0.5),
    "disgust": amounts_of(disgust=0.3),
    "surprise": amounts_of(surprise=0.5),
}
_STOOD_UP_TO: Final = {"anger": amounts_of(anger=0.9), "contempt": amounts_of(anger=0.7)}
_SUFFERED: Final = {"anger": amounts_of(fear=0.7, sadness=0.2), "contempt": amounts_of(sadness=0.7)}


def susceptibility(listener: Persona, speaker: str) -> float:
    """Return what share of a speaker's feelings a listener takes over, 0.05 to 0.6."""
    traits = listener.personality
    open_to = 1.0 + 0.4 * traits.agreeableness + 0.2 * traits.extraversion + 0.2 * traits.neuroticism
    return max(0.05, min(0.6, _SHARE * open_to * (1.0 + 0.5 * abs(listener.likes(speaker)))))


def reaction(felt: Amounts, listener: Persona, speaker: str) -> Amounts:
    """Return what a listener feels at what a speaker shows.

    Args:
        felt: what the speaker shows of each category.
        listener: who listens.
        speaker: the other's name, for the relation.
    """
    answers = _GRUDGED if listener.likes(speaker) < _DISLIKED else _SHARED
    answers = answers | (_STOOD_UP_TO if home(listener)[2] > _DOMINANT else _SUFFERED)
    share = susceptibility(listener, speaker)
    total = list(NONE)
    for category, amount in zip(CATEGORIES, felt, strict=True):
        for number, of in enumerate(answers[category]):
            total[number] += share * amount * of
    return tuple(min(value, 1.0) for value in total)
