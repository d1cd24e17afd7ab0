"""Where a line's emotion may come from: each source with what it tells, how sure it is and why, in words."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from voxrig.runtime.animation.affect.appraisal import appraised
from voxrig.runtime.animation.affect.event import read_event
from voxrig.runtime.animation.affect.mood import Feeling
from voxrig.runtime.animation.affect.personality import Persona, Personality, home
from voxrig.runtime.animation.affect.point import NONE, Amounts, Vad, added, amounts_at, amounts_of, scaled, vad_of
from voxrig.runtime.animation.affect.sentiment import sentiment
from voxrig.runtime.animation.emotion import CATEGORIES

NAMES: Final = ("written", "event", "text", "voice", "contagion", "mood", "personality")
"""Sources, the weightiest first."""
FEELS: Final = dict(
    zip(CATEGORIES, ("happy", "sad", "angry", "afraid", "disgusted", "surprised", "contemptuous"), strict=True)
)
"""Category -> how one is who feels it."""

_EVENT: Final = 0.85
_VOICE: Final = 0.7  # what a network hears of an emotion in a voice is a hint
_CAUGHT: Final = 0.4
_INERTIA: Final = 0.35
_NATURE: Final = 0.15
_FAINT: Final = 0.15  # probability up to which a category counts as not heard, as in `animation.feeling`
_TOLD, _CLEAR = 0.25, 0.5  # amounts up to which a text tells nothing, and from which on it counts in full
_POLES: Final = {
    "openness": ("conventional", "curious"),
    "conscientiousness": ("careless", "disciplined"),
    "extraversion": ("reserved", "outgoing"),
    "agreeableness": ("disagreeable", "kind"),
    "neuroticism": ("calm", "nervous"),
}


class Source(NamedTuple):
    """One source.

    Attributes:
        name: one of `NAMES`.
        amounts: what it tells of each category.
        point: where that lies.
        confidence: 0 (says nothing) to 1.
        why: a sentence.
    """

    name: str
    amounts: Amounts
    point: Vad
    confidence: float
    why: str


def nothing(name: str, why: str = "") -> Source:
    """Return a source that says nothing, and perhaps why not."""
    return Source(name, NONE, (0.0, 0.0, 0.0), 0.0, why)


def of_events(events: Sequence[Mapping[str, float | str]], name: str, who: Persona) -> Source:
    """Return what events make a character feel.

    Raises:
        AffectError: an event cannot be.
    """
    if not events:
        return nothing("event")
    read = [read_event(event, name, who.relations) for event in events]
    told = appraised(read)
    called = "; ".join(event.what for event in read if event.what)
    woken = [(feeling.replace("_", " "), value) for feeling, value in told.emotions[:3]]
    if startled := max(event.unexpectedness for event in read):
        woken.append(("surprise", startled))
    felt = ", ".join(f"{feeling} {value:.2f}" for feeling, value in woken)
    why = f"what happens{f' ({called})' if called else ''} means {felt} to {name}"
    return Source("event", told.face, told.point, _EVENT, why)


def of_text(text: str) -> Source:
    """Return what the words of a line tell."""
    told = sentiment(text)
    most = max(told.amounts)
    if not told.english:
        return nothing("text", "the text does not look like English: its words were not read")
    clear = min(max((most - _TOLD) / (_CLEAR - _TOLD), 0.0), 1.0)
    if clear == 0.0:
        return nothing("text")
    point = vad_of(told.amounts)
    warm = {"joy": "warm"}.get(_main(told.amounts), FEELS[_main(told.amounts)])
    why = f"the text is {warm} ({point[0]:+.2f}: {', '.join(told.words[:4])})"
    return Source("text", told.amounts, point, clear * told.confidence, why)


def of_voice(probabilities: Sequence[float] | None, confidence: float) -> Source:
    """Return what a voice tells: probabilities of neutral and then the categories; a neutral voice speaks for calm."""
    if probabilities is None or confidence <= 0.0:
        return nothing("voice")
    amounts = tuple(max(probability - _FAINT, 0.0) / (1.0 - _FAINT) for probability in probabilities[1:])
    trust = _VOICE * min(confidence, 1.0) * (1.0 - 0.7 * min(max(probabilities[0], 0.0), 1.0))
    if max(amounts) <= 0.0:
        return Source("voice", amounts, (0.0, 0.0, 0.0), trust, "")
    main = _main(amounts)
    why = f"the voice sounds {FEELS[main]} ({probabilities[1 + CATEGORIES.index(main)]:.2f})"
    return Source("voice", amounts, vad_of(amounts), trust, why)


def of_company(feeling: Feeling, name: str, whom: str) -> Source:
    """Return what a character has caught from others."""
    amounts = amounts_at(feeling.caught)
    why = f"{name} is {FEELS[_main(amounts)]} at how {whom} spoke" if whom else ""
    return Source("contagion", amounts, feeling.caught, _CAUGHT, why)


def of_mood(feeling: Feeling, who: Persona, name: str, since: str) -> Source:
    """Return what hangs on of a character's own feelings: how far they are from where it is at home."""
    at_home = home(who)
    kept = added(feeling.emotion, scaled(at_home, -1.0))
    amounts = amounts_at(kept)
    why = f"{name} is still {FEELS[_main(amounts)]}" + (f' since "{since}"' if since else "")
    return Source("mood", amounts, kept, _INERTIA * (1.0 + 0.4 * who.personality.neuroticism), why)


def of_nature(who: Persona, name: str) -> Source:
    """Return what a character is like anyhow."""
    point = home(who)
    return Source("personality", amounts_at(point), point, _NATURE, f"{name} is {_nature(who.personality)} by nature")


def _nature(traits: Personality) -> str:
    name, value = max(traits._asdict().items(), key=lambda pair: abs(pair[1]))
    return _POLES[name][value > 0.0] if abs(value) >= 0.25 else "so"


def _main(amounts: Amounts) -> str:
    return CATEGORIES[amounts.index(max(amounts))]


assert set(_POLES) == set(Personality._fields)
assert len(amounts_of()) == len(FEELS)
