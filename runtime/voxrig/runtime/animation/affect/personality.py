"""Who feels: the Big Five, the mood that a personality is at home in, and how strongly it answers.

Cited: the temperament of a personality is by Mehrabian (1996, "Analysis of the Big-five personality factors in terms of
the PAD temperament model", Australian J Psychology 48), whose fifth factor is emotional stability, pleasant and
unarousable: neuroticism with its sign turned. That people answer pleasant things more the more extraverted, and
unpleasant ones the more neurotic they are: Larsen & Ketelaar (1991, "Personality and susceptibility to positive and
negative emotional states", J Personality and Social Psychology 61). How much more is ours.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, NamedTuple

from voxrig.runtime.animation.affect.point import CALM, AffectError, Vad, added
from voxrig.runtime.animation.emotion import NEUTRAL, Emotion
from voxrig.runtime.animation.emotion_names import emotion_from_text
from voxrig.runtime.animation.vad import to_vad

_REACTIVE: Final = 0.3
_AROUSABLE: Final = 0.25
_NOBODY: Final[Mapping[str, float]] = MappingProxyType({})


class Personality(NamedTuple):
    """The Big Five, -1 to 1 each; 0 is average."""

    openness: float = 0.0
    conscientiousness: float = 0.0
    extraversion: float = 0.0
    agreeableness: float = 0.0
    neuroticism: float = 0.0


AVERAGE: Final = Personality()


@dataclass(frozen=True, slots=True)
class Persona:
    """What is always so of a character, as far as its feelings go.

    Attributes:
        personality: the Big Five.
        baseline: the emotion that it has by nature; it is at home in its mood too.
        relations: by the names of others, how much it likes each, -1 to 1; who is not named leaves it indifferent.

    Raises:
        AffectError: a number that is not from -1 to 1.
    """

    personality: Personality = AVERAGE
    baseline: Emotion = NEUTRAL
    relations: Mapping[str, float] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        for what, values in (("of a personality", self.personality._asdict()), ("as a relation", self.relations)):
            for name, value in values.items():
                if not (math.isfinite(value) and -1.0 <= value <= 1.0):
                    raise AffectError(f"{name} {what} is {value:g}; it must be from -1 to 1")

    def likes(self, other: str | None) -> float:
        """Return how much it likes somebody, -1 to 1."""
        return 0.0 if other is None else self.relations.get(other, 0.0)


def persona(personality: Mapping[str, float], emotion: str = "", relations: Mapping[str, float] = _NOBODY) -> Persona:
    """Return a persona from what a script says.

    Args:
        personality: some of the Big Five -> -1 to 1.
        emotion: the baseline, such as "joy=0.2"; "", "auto" or "off" for none.
        relations: name -> -1 to 1.

    Raises:
        AffectError: an unknown trait, or a number out of its range.
        EmotionError: the emotion cannot be.
    """
    for name in personality:
        if name not in Personality._fields:
            raise AffectError(f"there is no trait {name!r}; there are {', '.join(Personality._fields)}")
    baseline = NEUTRAL if emotion in ("", "auto", "off") else emotion_from_text(emotion)
    return Persona(Personality(**personality), baseline, dict(relations))


def temperament(personality: Personality) -> Vad:
    """Return the mood that a personality has on average (Mehrabian 1996), kept within -1 and 1."""
    openness, conscientiousness, extraversion, agreeableness, neuroticism = personality
    stability = -neuroticism
    return added(
        CALM,
        (
            0.21 * extraversion + 0.59 * agreeableness + 0.19 * stability,
            0.15 * openness + 0.30 * agreeableness - 0.57 * stability,
            0.25 * openness + 0.17 * conscientiousness + 0.60 * extraversion - 0.32 * agreeableness,
        ),
    )


def home(who: Persona) -> Vad:
    """Return the mood to which a character returns: its temperament, moved by its baseline emotion."""
    return added(temperament(who.personality), to_vad(who.baseline))


def gain(personality: Personality, variation: Vad) -> Vad:
    """Return how strongly a personality answers a variation of its feelings, about 1 an axis.

    It is the P of Wen et al. (see `mood.moved`); they learn it from a series' dialogues, ours is set by Larsen &
    Ketelaar's finding and by the arousability of Mehrabian's temperament.
    """
    swayed = personality.extraversion if variation[0] >= 0.0 else personality.neuroticism
    return 1.0 + _REACTIVE * swayed, 1.0 + _AROUSABLE * temperament(personality)[1], 1.0
