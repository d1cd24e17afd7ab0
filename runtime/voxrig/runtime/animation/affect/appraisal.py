"""Appraisal: from what an event means to somebody to the 22 emotions of OCC, and on to a point and to a face.

Cited: the emotions and what each hangs on are those of Ortony, Clore & Collins (1988, "The Cognitive Structure of
Emotions"); that an agent is given the variables (desirability, desirability for others, praiseworthiness, like,
likelihood) and the emotions are derived from them is FAtiMA's manner (Dias, Mascarenhas & Paiva 2014, "FAtiMA Modular:
towards an agent architecture with a generic appraisal framework", LNCS 8750). The points of the emotions are ALMA's
(Gebhard 2005, "ALMA: a layered model of affect", AAMAS). Ours are: that intensities are products of what they hang on,
the part of surprise, and what each emotion shows of the seven categories, as OCC says nothing of faces: joy and relief
smile, distress and shame are sad, what one reproaches others with is met with contempt, and so on.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from voxrig.runtime.animation.affect.event import Event
from voxrig.runtime.animation.affect.point import CALM, NONE, Amounts, Vad, added, amounts_of, scaled


class Meaning(NamedTuple):
    """What an emotion of OCC is to us.

    Attributes:
        point: ALMA's.
        face: how much of each category it shows at its full intensity.
    """

    point: Vad
    face: Amounts


OCC: Final[dict[str, Meaning]] = {
    "joy": Meaning((0.4, 0.2, 0.1), amounts_of(joy=0.9)),
    "distress": Meaning((-0.4, -0.2, -0.5), amounts_of(sadness=0.9)),
    "happy_for": Meaning((0.4, 0.2, 0.2), amounts_of(joy=0.7)),
    "sorry_for": Meaning((-0.4, -0.2, -0.5), amounts_of(sadness=0.7)),
    "resentment": Meaning((-0.2, -0.3, -0.2), amounts_of(anger=0.5, contempt=0.2)),
    "gloating": Meaning((0.3, -0.3, -0.1), amounts_of(joy=0.4, contempt=0.45)),
    "hope": Meaning((0.2, 0.2, -0.1), amounts_of(joy=0.4)),
    "fear": Meaning((-0.64, 0.6, -0.43), amounts_of(fear=1.0)),
    "satisfaction": Meaning((0.3, -0.2, 0.4), amounts_of(joy=0.7)),
    "fears_confirmed": Meaning((-0.5, -0.3, -0.7), amounts_of(sadness=0.6, fear=0.4)),
    "relief": Meaning((0.2, -0.3, 0.4), amounts_of(joy=0.5)),
    "disappointment": Meaning((-0.3, 0.1, -0.4), amounts_of(sadness=0.6)),
    "pride": Meaning((0.4, 0.3, 0.3), amounts_of(joy=0.6, contempt=0.1)),
    "shame": Meaning((-0.3, 0.1, -0.6), amounts_of(sadness=0.7)),
    "admiration": Meaning((0.5, 0.3, -0.2), amounts_of(joy=0.5, surprise=0.2)),
    "reproach": Meaning((-0.3, -0.1, 0.4), amounts_of(contempt=0.6, anger=0.2)),
    "gratification": Meaning((0.6, 0.5, 0.4), amounts_of(joy=1.0)),
    "remorse": Meaning((-0.3, 0.1, -0.6), amounts_of(sadness=0.9)),
    "gratitude": Meaning((0.4, 0.2, -0.3), amounts_of(joy=0.7)),
    "anger": Meaning((-0.51, 0.59, 0.25), amounts_of(anger=1.0)),
    "love": Meaning((0.3, 0.1, 0.2), amounts_of(joy=0.5)),
    "hate": Meaning((-0.6, 0.6, 0.3), amounts_of(disgust=0.9)),
}
"""The 22 emotions. Hate is OCC's for things that repel: disgust."""

_STARTLE: Final = (0.1, 0.67, -0.13)  # of surprise, less its pleasure: what is unexpected is not good by that
_PARTS: Final = {
    "gratification": ("joy", "pride"),
    "remorse": ("distress", "shame"),
    "gratitude": ("joy", "admiration"),
    "anger": ("distress", "reproach"),
}


_TAKEN: Final = 0.85  # of both parts: all of it, and gratitude would please less than the joy and admiration in it


class Appraisal(NamedTuple):
    """What an event makes somebody feel.

    Attributes:
        emotions: names of OCC and their intensities above 0, to 1, strongest first.
        point: where that lies; within -1 and 1.
        face: what it shows of each category; at most 1 in all.
        intensity: 0 to 1, that of the strongest, or of the surprise.
    """

    emotions: tuple[tuple[str, float], ...]
    point: Vad
    face: Amounts
    intensity: float


def intensities(event: Event) -> dict[str, float]:
    """Return the intensity of each emotion of OCC that an event wakes, 0 to 1.

    Of two that make up a third (anger is distress over what is blamed on another) little more than the third is left.
    """
    good, bad = _signs(event.desirability)
    felt = dict.fromkeys(OCC, 0.0)
    if event.realization is not None:
        came, failed = _signs(event.realization)
        chance = 1.0 if event.likelihood is None else event.likelihood
        felt["satisfaction"], felt["fears_confirmed"] = good * came, bad * came
        felt["disappointment"], felt["relief"] = good * failed * chance, bad * failed * chance
    elif event.likelihood is not None:
        felt["hope"], felt["fear"] = good * event.likelihood, bad * event.likelihood
    else:
        felt["joy"], felt["distress"] = good, bad
    well, ill = _signs(event.desirability_for_other)
    liked, disliked = _signs(event.liking)
    felt["happy_for"], felt["sorry_for"] = well * liked, ill * max(liked, 0.3 * (1.0 - disliked))
    felt["resentment"], felt["gloating"] = well * disliked, ill * disliked
    praise, blame = _signs(event.praiseworthiness)
    mine = event.myself
    felt["pride" if mine else "admiration"], felt["shame" if mine else "reproach"] = praise, blame
    felt["love"], felt["hate"] = _signs(event.appealingness)
    for whole in ("gratification", "remorse") if mine else ("gratitude", "anger"):
        first, second = _PARTS[whole]
        felt[whole] = both = min(felt[first], felt[second])
        felt[first], felt[second] = felt[first] - _TAKEN * both, felt[second] - _TAKEN * both
    return felt


def appraised(events: Sequence[Event]) -> Appraisal:
    """Return what events that come together make somebody feel; nothing for none."""
    felt = dict.fromkeys(OCC, 0.0)
    startled = 0.0
    for event in events:
        startled = max(startled, event.unexpectedness)
        for name, value in intensities(event).items():
            felt[name] = 1.0 - (1.0 - felt[name]) * (1.0 - value)
    strongest = sorted(((name, value) for name, value in felt.items() if value > 0.0), key=lambda pair: -pair[1])
    point, face = scaled(_STARTLE, startled), [*NONE]
    face[_SURPRISE] = 0.8 * startled
    for name, value in strongest:
        point = added(point, scaled(OCC[name].point, value))
        face = [amount + value * of for amount, of in zip(face, OCC[name].face, strict=True)]
    most = max(1.0, sum(face))
    intensity = max([startled, *(value for _, value in strongest)])
    return Appraisal(tuple(strongest), added(CALM, point), tuple(amount / most for amount in face), intensity)


def _signs(value: float) -> tuple[float, float]:
    """Return how far a value is above 0, and how far below."""
    return max(value, 0.0), max(-value, 0.0)


_SURPRISE: Final = amounts_of(surprise=1.0).index(1.0)
