"""From a job to what the pipeline performs: the line's tags on its own time, its style, its mood."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from voxrig.baking.body_tags import BODY_CUES, body_cues
from voxrig.baking.formats import FORMATS
from voxrig.baking.job import Job
from voxrig.baking.listening import listener_tags
from voxrig.baking.performing import Part
from voxrig.baking.settings import BakeSettings
from voxrig.baking.sound_check import Warned, sound_warnings
from voxrig.baking.words import Alignment, sidecar, time_of, words_of
from voxrig.engine_bridges.readers.sound_file import Sound, read_sound
from voxrig.runtime.animation.affect.postures import Posture
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.cues import read_cue
from voxrig.runtime.animation.cues_body import POSTURES
from voxrig.runtime.animation.overrides import Overrides, override_from
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.style import Style, StyleError
from voxrig.runtime.animation.style_json import style_from_source
from voxrig.runtime.animation.temper import Temper
from voxrig.runtime.core.clip import TimedCue
from voxrig.runtime.core.rig import profile
from voxrig.runtime.models.batching import StepModel
from voxrig.runtime.models.spec import ModelSpec

UNSURE: Final = 0.35
"""Confidence of the words' times below which the report says so."""

_FELT: Final = ("emotion", "event")
_AWAY: Final = (24.0, 40.0)  # degrees to a side
_AHEAD: Final = {"yaw": 0.0, "pitch": 0.0}


@dataclass(frozen=True, slots=True)
class Cast:
    """A job, ready to be performed.

    Attributes:
        job: what was asked for.
        part: for the pipeline.
        sound: as it was read.
        words: when each word of the line is said; None where there are no words.
        cues: what the character is told, in order.
        warnings: for the report.
    """

    job: Job
    part: Part
    sound: Sound
    words: Alignment | None
    cues: tuple[TimedCue, ...]
    warnings: tuple[Warned, ...]


def cast(
    job: Job, settings: BakeSettings, spec: ModelSpec, listener: StepModel | None, mover: StepModel | None = None
) -> Cast:
    """Get a job ready.

    Args:
        job: the job.
        settings: of the bake.
        spec: of the model that will perform it.
        listener: the network that hears emotion in a voice.
        mover: the network that moves a body.

    Raises:
        ValueError: the sound can't be read, a word is not in the text, a value can't be; with the remedy.
    """
    sound = read_sound(job.audio)
    words = _words(job, sound)
    style = style_from_source(job.line.style or job.sheet.style)
    warnings = [] if job.listening else [*sound_warnings(sound.samples, sound.rate), *_about_words(words)]
    character = _character(job, settings)
    if job.listening:
        cues = listener_tags(job, sound, spec, _postures(job, sound, words) if character.layers.body else None)
        samples = np.zeros_like(sound.samples)
        entries: list[Mapping[str, Any]] = []
    else:
        cues, entries, more = _told(job, sound, words, style, character)
        warnings += more
        samples = sound.samples
    overrides = _overrides(entries, sound)
    pipeline = Pipeline(
        spec, profile("metahuman"), settings.fps, sound.rate, style, overrides, character, listener,
        settings.tells_layers, mover=mover,
    )  # fmt: skip
    acting = [(_sample(cue, sound.rate), _read(cue)) for cue in cues]
    return Cast(job, Part(pipeline, samples, tuple(acting)), sound, words, cues, tuple(warnings))


def _overrides(entries: Sequence[Mapping[str, Any]], sound: Sound) -> Overrides:
    try:
        return Overrides(tuple(override_from(entry, sound.seconds) for entry in entries))
    except StyleError as error:
        raise ValueError(f"one of the line's overrides: {error}") from error


def _character(job: Job, settings: BakeSettings) -> Character:
    """Who lives through the line: with the sheet's own emotion below, and the voice's where it is to be followed."""
    options = {"body": (job.sheet.body or "on") if settings.embodied else "off"}
    if job.words == "off":
        return Character(job.seed).with_options({"emotion": "off", **options})
    heard = str(Temper().heard) if job.words == "auto" else "0"  # else what was chosen is what is shown
    return Character(job.seed).with_options({"emotion": job.sheet.emotion or "auto", "heard": heard, **options})


def _words(job: Job, sound: Sound) -> Alignment | None:
    return words_of(job.line.text, sound.samples, sound.rate, sidecar(job.audio)) if job.line.text else None


def _about_words(words: Alignment | None) -> list[Warned]:
    if words is None or words.confidence >= UNSURE or words.how == "given":
        return []
    text = f"when each word is said is a guess ({words.confidence:.2f}); does the text fit the recording?"
    return [Warned("confidence", text)]


def _told(
    job: Job, sound: Sound, words: Alignment | None, style: Style, character: Character
) -> tuple[tuple[TimedCue, ...], list[Mapping[str, Any]], list[Warned]]:
    """Return the cues in order, the overrides, and warnings about both."""
    cues: list[TimedCue] = []
    entries: list[Mapping[str, Any]] = [dict(entry) for entry in job.line.overrides]
    warnings: list[Warned] = []
    if job.feeling:
        cues.append(TimedCue(0.0, "emotion", {**job.feeling, "transition": 0.0}))
    for tag in job.line.tags:
        start = _time(tag.at, words, sound, "start")
        end = None if tag.until is None else _time(tag.until, words, sound, "end")
        if end is not None and end < start:
            raise ValueError(f"{tag.where}: the tag ends at {end:.2f} s, before its start at {start:.2f} s; swap them")
        if start >= sound.seconds:
            warnings.append(Warned("cue", f"{tag.cue} at {start:.2f} s lies behind the end of the recording"))
        elif tag.cue == "viseme":
            if end is None:
                end = _time(tag.at, words, sound, "end")
            entries.append({"start": start, "end": max(start, min(end, sound.seconds)), **tag.values})
        else:
            if tag.cue in BODY_CUES and not character.layers.body:
                warnings.append(Warned("cue", f"{tag.cue} at {start:.2f} s is not shown: {_bodiless(job)}"))
            if tag.cue in _FELT and job.words == "off":
                warnings.append(Warned("cue", f"{tag.cue} at {start:.2f} s is not shown: the line's emotion is off"))
            cues += _cues(job, tag.cue, dict(tag.values), start, end, style, character)
    return tuple(sorted(cues, key=lambda cue: cue.seconds)), entries, warnings


def _bodiless(job: Job) -> str:
    if job.sheet.body == "off":
        return f"the body of {job.sheet.name} is off"
    known = ", ".join(one.name for one in FORMATS.values() if one.embodied)
    return f"no body is baked, as none of the formats is for one; write {known}, or give --body on"


def _postures(job: Job, sound: Sound, words: Alignment | None) -> list[Posture]:
    """Return the postures that the speaker of a listener's job is told to keep, in order."""
    found = []
    for tag in job.line.tags:
        start = _time(tag.at, words, sound, "start")
        kept = {key: float(tag.values[key]) for key in POSTURES if key in tag.values}
        found.append(Posture(start, kept))
        if tag.until is not None:
            found.append(Posture(_time(tag.until, words, sound, "end"), dict.fromkeys(kept, 0.0)))
    return sorted(found, key=lambda posture: posture.seconds)


def _time(place: float | str, words: Alignment | None, sound: Sound, edge: str) -> float:
    """Seconds of a tag's place."""
    if isinstance(place, str):
        if place == "end":
            return sound.seconds
        if words is None:
            raise ValueError(f"a tag stands at the word {place!r}, but the line has no text; give text, or seconds")
        return time_of(words, place, "end" if edge == "end" else "start")
    return place


def _cues(
    job: Job, name: str, values: dict[str, Any], start: float, end: float | None, style: Style, character: Character
) -> list[TimedCue]:
    """Return the live cues that a tag means: where one has an end, as a hold or as a second cue."""
    if "to" in values:
        values = _target(job, name, str(values.pop("to")), start) | values
    if name in BODY_CUES:
        return body_cues(name, values, start, end, character.body.manner)
    if end is None:
        return [TimedCue(start, name, values)]
    length = max(end - start, 0.05)
    match name:
        case "emotion":
            transition = min(float(values.get("transition", 0.4)), length / 2)
            return [TimedCue(start, name, {**values, "transition": transition, "hold": length - transition})]
        case "gaze" if values.get("release"):  # free is free
            return [TimedCue(start, name, values)]
        case "gaze" | "event":
            return [TimedCue(start, name, {**values, "hold": length})]
        case "style":
            # What is no dial is the transition, which takes as long.
            back: dict[str, Any] = {key: getattr(style.dials, key, value) for key, value in values.items()}
            return [TimedCue(start, name, values), TimedCue(end, name, back)]
        case "blink":
            back = {key: 1.0 for key in ("allow", "rate") if key in values}
            return [TimedCue(start, name, values), *([TimedCue(end, name, back)] if back else [])]
        case "activity":
            return [TimedCue(start, name, values), TimedCue(end, name, {"auto": 1.0})]
        case _:
            return [TimedCue(start, name, values)]


def _target(job: Job, cue: str, who: str, start: float) -> dict[str, float]:
    """Return where one looks or points: the listener is straight ahead, whoever else to a side that is always theirs.

    A gaze at the listener is one at a partner, at whom one does not stare.
    """
    if who in ("listener", job.line.listener):
        return dict(_AHEAD) | ({"partner": 1.0} if cue == "gaze" else {})
    key = f"{job.line.id}/{start:.3f}" if who == "away" else who
    digest = hashlib.sha256(key.encode()).digest()
    side = 1.0 if digest[0] % 2 else -1.0
    degrees = _AWAY[0] + (_AWAY[1] - _AWAY[0]) * digest[1] / 255.0
    return {"yaw": round(side * degrees, 1), "pitch": 6.0 if who == "away" else 0.0}


def _sample(cue: TimedCue, rate: int) -> int:
    """Return the sample next to a cue: 0.2 s is no binary number, and a sample late would be a frame late."""
    return math.floor(Fraction(cue.seconds) * rate + Fraction(1, 2))


def _read(cue: TimedCue) -> Any:
    """Read a cue as a live session would."""
    return read_cue(cue.name, {key: float(value) for key, value in cue.values.items()})
