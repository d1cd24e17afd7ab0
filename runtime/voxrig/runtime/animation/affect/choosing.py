"""The emotion of a line that has none written: chosen from events, words, voice, company, mood and who speaks.

A state is a value: give it back with the next line. Nothing here is random, nothing grows, and no clock is read, so a
script gives the same scene each time, and a game may ask line by line.

Ours is how the sources meet: a weightier one takes its part by how sure it is and leaves the rest to those below it;
what is left over is calm. Their points in VAD then say, as Wen et al. have it (`mood.moved`), how strong the emotion
is, so that sources which contradict each other come to little; the categories that they speak for say which one it is.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from voxrig.runtime.animation.affect.company import reaction
from voxrig.runtime.animation.affect.mood import Feeling, after, at_home, coloured, moved
from voxrig.runtime.animation.affect.personality import Persona, home
from voxrig.runtime.animation.affect.point import (
    CALM,
    NONE,
    AffectError,
    Amounts,
    Vad,
    added,
    mixed,
    scaled,
    strength,
    vad_of,
)
from voxrig.runtime.animation.affect.showing import in_words, shown, written
from voxrig.runtime.animation.affect.sources import (
    NAMES,
    Source,
    of_company,
    of_events,
    of_mood,
    of_nature,
    of_text,
    of_voice,
)
from voxrig.runtime.animation.emotion import CATEGORIES, NEUTRAL, REGIONS
from voxrig.runtime.animation.emotion_names import read_emotion

PASSED_ON: Final = ("auto", "off")
"""Written words that are no emotion but a mode: follow the voice; show none. They are passed on."""

_RANKS: Final = (("event",), ("text", "voice"), ("contagion", "mood"), ("personality",))
_STIRRING: Final = ("event", "text", "voice", "contagion")  # what varies an emotion; the others are what is kept of it
_CATCHES: Final = 0.7  # of the way to what a listener reacts with
_SPLIT: Final = 0.6  # of their sum to which sources that contradict each other come, below which one is told so
_QUOTED: Final = 40  # characters of a line that is remembered
_OLD: Final = 0.5  # share of the mood from which on an emotion is not one that came up with the line
_TOLD: Final = 0.05  # share of a source that is worth a sentence


class Evidence(NamedTuple):
    """What is known of a line.

    Attributes:
        speaker: one of the characters.
        listener: whom it is said to; one who is no character feels nothing.
        text: what is said.
        written: the script's emotion, "auto" or "off"; None: to be chosen.
        intensity: 0 to 1, a factor on what is written, or how strong what is chosen is to be; None: as it comes.
        voice: probabilities of `models.spec.HEARD`'s first eight, neutral first, mean of what is voiced; or None.
        confidence: of the voice, 0 to 1.
        events: what has happened to the speaker just before (see `event.EVENT_KEYS`).
        seconds: length of the line.
        pause: seconds since the line before it.
    """

    speaker: str
    listener: str | None = None
    text: str = ""
    written: str | None = None
    intensity: float | None = None
    voice: tuple[float, ...] | None = None
    confidence: float = 0.0
    events: tuple[Mapping[str, float | str], ...] = ()
    seconds: float = 0.0
    pause: float = 0.0


class Choice(NamedTuple):
    """What a line shows, and why.

    Attributes:
        emotion: values of an `emotion` cue; {} for none, or where `words` is "auto" or "off".
        words: it as a person writes it: "joy=0.6", "neutral", "auto", "off".
        why: sentences, the most important first.
        sources: share of each source that has one, their sum 1.
        vad: where the speaker's emotion lies.
        reaction: values of an `emotion` cue for the listener meanwhile; {} for none.
    """

    emotion: dict[str, float]
    words: str
    why: tuple[str, ...]
    sources: dict[str, float]
    vad: Vad
    reaction: dict[str, float]


class Heart(NamedTuple):
    """One character in a scene: what it feels, since which words of its own, and from whom it caught what it caught."""

    feeling: Feeling
    since: str = ""
    whom: str = ""


class SceneState(NamedTuple):
    """Everybody's feelings after a line."""

    personas: Mapping[str, Persona]
    hearts: Mapping[str, Heart]


def start(characters: Mapping[str, Persona]) -> SceneState:
    """Return a scene in which nothing has happened yet."""
    return SceneState(dict(characters), {name: Heart(at_home(home(who))) for name, who in characters.items()})


def choose(state: SceneState, evidence: Evidence) -> tuple[SceneState, Choice]:
    """Choose the emotion of the next line.

    Raises:
        AffectError: nobody of that name speaks here, or an event cannot be. EmotionError: what is written cannot be.
    """
    name = evidence.speaker
    if name not in state.personas:
        raise AffectError(f"there is no character {name!r} in the scene; there are {', '.join(state.personas)}")
    state = _rested(state, evidence.pause, frozenset())
    heart, who = state.hearts[name], state.personas[name]
    if evidence.written is not None and evidence.written not in PASSED_ON:
        choice, felt = _written(evidence)
    else:
        choice, felt = _chosen(evidence, heart, who)
    answer = NONE
    listener = state.personas.get(evidence.listener or "")
    if listener is not None and evidence.listener != name:
        answer = reaction(felt, listener, name)
        choice = choice._replace(reaction=shown(answer))
    return _felt(state, evidence, choice, answer), choice


def _rested(state: SceneState, seconds: float, but: frozenset[str | None]) -> SceneState:
    """Return the scene after some seconds in which nothing happened to anybody but some."""
    hearts = {
        name: heart
        if name in but
        else heart._replace(feeling=after(heart.feeling, seconds, home(who := state.personas[name]), who.personality))
        for name, heart in state.hearts.items()
    }
    return state._replace(hearts=hearts)


def _written(evidence: Evidence) -> tuple[Choice, Amounts]:
    """Return what the script says; it always wins."""
    values = written(evidence.written or "", evidence.intensity)
    emotion = NEUTRAL._replace(**read_emotion(values))
    size = len(CATEGORIES)
    felt = tuple(sum(emotion[number::size]) / len(REGIONS) for number in range(size))
    scale = "" if evidence.intensity is None else f" at intensity {evidence.intensity:g}"
    why = (f"the script says {evidence.written}{scale}",)
    return Choice(values, in_words(values), why, {"written": 1.0}, _rounded(vad_of(felt)), {}), felt


def _chosen(evidence: Evidence, heart: Heart, who: Persona) -> tuple[Choice, Amounts]:
    """Return what the sources come to; of a line that follows its voice only the voice is listened to."""
    if evidence.written == "off":
        return Choice({}, "off", ("the script says off",), {"written": 1.0}, CALM, {}), NONE
    found = {"voice": of_voice(evidence.voice, evidence.confidence)}
    if evidence.written is None:
        name = evidence.speaker
        for source in (
            of_events(evidence.events, name, who),
            of_text(evidence.text),
            of_company(heart.feeling, name, heart.whom),
            of_mood(heart.feeling, who, name, heart.since),
            of_nature(who, name),
        ):
            found[source.name] = source
    weights = _weights(found)
    sizes = {name: weights[name] * strength(vad_of(source.amounts)) for name, source in found.items()}
    total = sum(sizes.values())
    kept, variation = CALM, CALM
    for name, source in found.items():
        part = scaled(vad_of(source.amounts), weights[name])
        if name in _STIRRING:
            variation = added(variation, part)
        else:
            kept = added(kept, part)
    point = moved(kept, variation, who.personality)
    factor = strength(point) / total if total > 0.0 else 0.0
    felt = tuple(
        min(1.0, factor * sum(weights[name] * source.amounts[number] for name, source in found.items()))
        for number in range(len(CATEGORIES))
    )
    if evidence.written is not None:
        return Choice(
            {}, "auto", ("the script says auto: the voice is followed",), {"written": 1.0}, _rounded(point), {}
        ), felt
    return _explained(evidence, found, sizes, felt, point, strength(added(kept, variation)) / total if total else 1.0)


def _weights(found: Mapping[str, Source]) -> dict[str, float]:
    """Return the weight of each source: rank by rank, what the surer ones above have left."""
    weights, left = {}, 1.0
    for rank in _RANKS:
        sure = {name: found[name].confidence for name in rank if name in found}
        unsure = 1.0
        for confidence in sure.values():
            unsure *= 1.0 - confidence
        whole = sum(sure.values())
        for name, confidence in sure.items():
            weights[name] = left * (1.0 - unsure) * confidence / whole if whole else 0.0
        left *= unsure
    return weights


def _explained(
    evidence: Evidence, found: Mapping[str, Source], sizes: Mapping[str, float], felt: Amounts, point: Vad, agree: float
) -> tuple[Choice, Amounts]:
    """Return the choice with its reasons; what is too faint to show is none, and is not felt on either."""
    values = shown(felt)
    if values and evidence.intensity is not None:
        values = shown(
            tuple(evidence.intensity / max(values.values()) * values.get(name, 0.0) for name in CATEGORIES), 1.0
        )
    total = sum(sizes.values())
    shares = {name: sizes[name] / total for name in NAMES if total and sizes.get(name, 0.0) > 0.0}
    ordered = sorted(shares, key=lambda name: (-shares[name], NAMES.index(name)))
    why = [found[name].why for name in ordered if shares[name] >= _TOLD and found[name].why] if values else []
    if not values:
        why.append("nothing tells a feeling strong enough to show")
        if found["text"].confidence > 0.0:
            why.append(found["text"].why)
    if agree < _SPLIT:
        why.append("what speaks for an emotion contradicts itself, which leaves little of it")
    if values and evidence.intensity is not None:
        why.append(f"the script wants an intensity of {evidence.intensity:g}")
    if not found["text"].confidence and found["text"].why:
        why.append(found["text"].why)
    sources = {name: round(shares[name], 2) for name in ordered if values and shares[name] >= _TOLD}
    felt = tuple(values.get(name, 0.0) for name in CATEGORIES)
    return Choice(values, in_words(values), tuple(why), sources, _rounded(point), {}), felt


def _felt(state: SceneState, evidence: Evidence, choice: Choice, answer: Amounts) -> SceneState:
    """Return the scene after the line: who spoke has felt it, who listened has caught it, the others have cooled."""
    if evidence.written == "off":
        return _rested(state, evidence.seconds, frozenset())
    state = _rested(state, evidence.seconds, frozenset((evidence.speaker,)))
    hearts = dict(state.hearts)
    heart, usual = hearts[evidence.speaker], home(state.personas[evidence.speaker])
    mood, since = coloured(heart.feeling.mood, choice.vad, usual, evidence.seconds), heart.since
    if choice.emotion and choice.emotion.keys() != {"neutral"} and choice.sources.get("mood", 0.0) < _OLD:
        since = evidence.text if len(evidence.text) <= _QUOTED else evidence.text[: _QUOTED - 1].rstrip() + "…"
    caught = after(heart.feeling, evidence.seconds, usual, state.personas[evidence.speaker].personality).caught
    hearts[evidence.speaker] = Heart(Feeling(mood, added(choice.vad, usual), caught), since, heart.whom)
    if any(answer) and evidence.listener is not None:
        heart = hearts[evidence.listener]
        point = vad_of(answer)
        usual = home(state.personas[evidence.listener])
        mood = coloured(heart.feeling.mood, point, usual, evidence.seconds)
        feeling = heart.feeling._replace(mood=mood, caught=mixed(heart.feeling.caught, point, _CATCHES))
        hearts[evidence.listener] = heart._replace(feeling=feeling, whom=evidence.speaker)
    return state._replace(hearts=hearts)


def _rounded(point: Vad) -> Vad:
    return round(point[0], 3) + 0.0, round(point[1], 3) + 0.0, round(point[2], 3) + 0.0
