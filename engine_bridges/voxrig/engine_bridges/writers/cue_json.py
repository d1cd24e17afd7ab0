"""A line as a cue list, for 2D mouths and for tools that time things: Rhubarb's mouth cues and what else was told.

- `metadata`, `mouthCues`: as Rhubarb Lip Sync writes them: {`soundFile`, `duration`} and {`start`, `end`, `value`} in
  seconds, `value` a mouth shape A to H or X. Which viseme is which shape follows Rhubarb's description of the shapes.
- `emotions`: keyframes as NVIDIA's Audio2Face takes them: {`time_code`, `emotion`: {name: 0 to 1}}, one going over
  into the next. Its names: amazement (our surprise), anger, disgust, fear, joy, sadness. It has no contempt.
- `cues`: everything that the character was told, emotions too: {`time`, `cue`, `values`}, in our own names.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from voxrig.engine_bridges.writers.viseme_json import check_visemes, seconds_of
from voxrig.engine_bridges.writers.whole_file import whole_text_file
from voxrig.runtime.animation.cues import EMOTION_TRANSITION
from voxrig.runtime.animation.emotion import CATEGORIES, NEUTRAL, REGIONS, Emotion
from voxrig.runtime.animation.emotion_names import emotion_from_text, read_emotion
from voxrig.runtime.core.clip import Clip, ShownViseme, TimedCue

MOUTH_SHAPES: Final = {
    "sil": "X",  # idle, lips closed and relaxed
    "PP": "A",  # closed for p, b, m
    **dict.fromkeys(("TH", "DD", "kk", "CH", "SS", "ih"), "B"),  # slightly open, teeth together: most consonants, ee
    "E": "C",  # open: e in men
    "aa": "D",  # wide open: a in father
    **dict.fromkeys(("RR", "oh"), "E"),  # slightly rounded: o in off, ir in bird
    "ou": "F",  # puckered: you, way
    "FF": "G",  # teeth on the lip: f, v
    "nn": "H",  # tongue raised behind the upper teeth: l
}
"""Rhubarb's mouth shape for each viseme."""

_CALLED: Final = {"surprise": "amazement", "contempt": None}
_TIMES: Final = {"transition": EMOTION_TRANSITION, "hold": 0.0}  # of an emotion cue; no emotions
_UNTOLD: Final = ("", "auto", "off")  # a script's emotion that is no keyframe


def write_cue_json(clip: Clip, path: Path) -> None:
    """Write the clip's cues to `path`, whole or not at all.

    Raises:
        ValueError: the visemes have a gap or an unknown name, or an emotion is unknown.
        OSError: the file cannot be written.
    """
    check_visemes(clip)
    parts: dict[str, list[dict[str, Any]]] = {
        "mouthCues": mouth_cues(clip.visemes),
        "emotions": emotion_keyframes(clip),
        "cues": [{"time": round(cue.seconds, 6), "cue": cue.name, "values": dict(cue.values)} for cue in clip.cues],
    }
    metadata = {"soundFile": clip.sound, "duration": seconds_of(clip.seconds)}
    with whole_text_file(path) as file:
        file.write(f'{{\n"metadata": {json.dumps(metadata, ensure_ascii=False)}')
        for key, entries in parts.items():
            lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
            file.write(f",\n{json.dumps(key)}: [\n{lines}\n]")
        file.write("\n}\n")


def mouth_cues(visemes: Iterable[ShownViseme]) -> list[dict[str, Any]]:
    """Return Rhubarb's mouth cues; neighbours of one shape become one."""
    cues: list[dict[str, Any]] = []
    for one in visemes:
        shape = MOUTH_SHAPES[one.name]
        if cues and cues[-1]["value"] == shape:
            cues[-1]["end"] = seconds_of(one.end)
        else:
            cues.append({"start": seconds_of(one.start), "end": seconds_of(one.end), "value": shape})
    return cues


def emotion_keyframes(clip: Clip) -> list[dict[str, Any]]:
    """Return Audio2Face's keyframes, of the emotion of the whole line and of emotion cues; rising, one a time.

    A cue with a transition gets a keyframe where it begins and one where it is there; one that holds, two more where it
    ends.

    Raises:
        EmotionError: there is no such emotion.
    """
    shown = NEUTRAL if clip.emotion in _UNTOLD else emotion_from_text(clip.emotion)
    keys: list[tuple[float, Emotion]] = [(0.0, shown)] if shown != NEUTRAL else []
    for cue in clip.cues:
        if cue.name == "emotion":
            wanted = _asked(cue, shown)
            transition, hold = (float(cue.values.get(key, usual)) for key, usual in _TIMES.items())
            there = cue.seconds + transition
            keys += [(cue.seconds, shown), (there, wanted)]
            if hold:
                keys += [(there + hold, wanted), (there + hold + transition, shown)]
            else:
                shown = wanted
    last = {round(time, 6): emotion for time, emotion in sorted(keys, key=lambda key: key[0])}
    return [{"time_code": time, "emotion": _named(emotion)} for time, emotion in last.items()]


def _asked(cue: TimedCue, shown: Emotion) -> Emotion:
    given = {name: value for name, value in cue.values.items() if name not in _TIMES and not isinstance(value, str)}
    return shown._replace(**read_emotion(given))


def _named(emotion: Emotion) -> dict[str, float]:
    """Emotions of the whole face, the mean of its regions, as Audio2Face calls them; without those that are 0."""
    named = {}
    for category in CATEGORIES:
        amount = sum(getattr(emotion, f"{region}_{category}") for region in REGIONS) / len(REGIONS)
        called = _CALLED.get(category, category)
        if called is not None and amount > 0.0:
            named[called] = round(amount, 4)
    return named
