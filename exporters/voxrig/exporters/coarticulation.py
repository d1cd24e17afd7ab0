"""Phones with times -> articulator trajectories at 60 steps a second: how the network's teacher moves a mouth.

Each articulator follows the targets of the sounds around a moment, weighted by how much each sound insists and by a
smooth window: a normalised form of the dominance functions of Cohen & Massaro, "Modeling coarticulation in synthetic
visual speech" (1993). The numbers of a `Mouth` come from phonetics alone (`by_rule`), were fitted to a captured speaker
where a camera sees the articulator (`captured`, made by `training.articulation`), or lie between (`taught`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.articulators import ARTICULATORS, index
from voxrig.exporters.phonetics import CLASSES, SILENCE, SOUNDS, parts, target_matrix
from voxrig.runtime.core.timing import STEP_RATE

Phone = tuple[str, float, float]
"""IPA symbol, start and end in seconds."""

FINE: Final = 4
"""Sub-steps a step, in which trajectories are made: 240 a second."""
_FINE_RATE: Final = STEP_RATE * FINE
_REACH: Final = 3.5  # standard deviations, where a window ends

CAPTURED_FILE: Final = Path(__file__).with_name("captured_mouth.json")
"""What `training.articulation` learned of GRID's speaker."""

# (deviation towards the past, towards the future, lead) in seconds; rounding looks furthest ahead.
_JAW: Final = (0.024, 0.024, 0.0)
_LIPS: Final = (0.022, 0.022, 0.0)
_ROUNDING: Final = (0.030, 0.030, 0.025)
_TONGUE: Final = (0.018, 0.018, 0.005)
_CLOSURE: Final = (0.016, 0.016, 0.0)
_WINDOWS: Final = {
    "jaw": _JAW, "pucker": _ROUNDING, "funnel": _ROUNDING, "tongue_tip": _TONGUE, "tongue_back": _TONGUE,
    "tongue_out": _TONGUE, "together": _CLOSURE, "press": _CLOSURE, "roll_lower": (0.018, 0.018, 0.005),
}  # fmt: skip
_CLOSURE_MARGIN: Final = 0.020  # seconds that a closure lasts beyond its label on either side

# How much of the captured speaker the student is taught. He mumbles, as people do: his vowels differ little in opening
# (rank correlation with their height .4, spoken by the tables .8), and a face clearer than life is read more easily.
_SHARE_TARGETS: Final = 0.45
_SHARE_INSISTS: Final = 0.3
_SHARE_WINDOWS: Final = 0.2

# GRID's jaw begins to drop 0.42 s before the first sound, and stands at half a vowel's height 0.15 s before it.
_OPENING: Final = 0.12
_OPENS: Final = (0.45, 0.15)  # seconds before the first sound
_PAUSE: Final = 0.5  # seconds of silence before it


@dataclass(frozen=True, slots=True)
class Mouth:
    """The numbers behind a mouth's movement.

    Attributes:
        targets: float32[classes, articulators], 0 to 1.
        insists: float32[classes, articulators]: how strongly a sound holds its target against its neighbours.
        windows: float32[articulators, 3]: deviations of the window towards past and future, and its lead, in seconds.
        opening: how far the jaw drops before an utterance.
    """

    targets: NDArray[np.float32]
    insists: NDArray[np.float32]
    windows: NDArray[np.float32]
    opening: float = 0.0


@lru_cache(maxsize=1)
def by_rule() -> Mouth:
    """Return the mouth of the phonetic tables."""
    kinds = ["jaw" if n == "jaw" else "rounding" if n in ("pucker", "funnel") else "lips" for n in ARTICULATORS]
    insists = np.array([[getattr(sound, kind) for kind in kinds] for sound in SOUNDS.values()], np.float32)
    insists[:, [index("together"), index("press")]] = 1.0
    windows = np.array([_WINDOWS.get(name, _LIPS) for name in ARTICULATORS], np.float32)
    return Mouth(target_matrix(), insists, windows)


@lru_cache(maxsize=1)
def captured() -> Mouth:
    """Return the mouth of the tables with jaw and lips as GRID's speaker was seen to move them."""
    learned: dict[str, Any] = json.loads(CAPTURED_FILE.read_text(encoding="utf-8"))
    rule = by_rule()
    mouth = Mouth(rule.targets.copy(), rule.insists.copy(), rule.windows.copy())
    for name, entry in learned["articulators"].items():
        column = index(name)
        mouth.windows[column] = entry["window"]
        for sound, (target, insists) in entry["sounds"].items():
            mouth.targets[CLASSES.index(sound), column] = target
            mouth.insists[CLASSES.index(sound), column] = insists
    return mouth


@lru_cache(maxsize=1)
def taught() -> Mouth:
    """Return the mouth that the student learns from: between the tables and the captured speaker."""
    rule, seen = by_rule(), captured()
    return Mouth(
        _between(rule.targets, seen.targets, _SHARE_TARGETS),
        np.exp(_between(np.log(rule.insists), np.log(seen.insists), _SHARE_INSISTS)),
        _between(rule.windows, seen.windows, _SHARE_WINDOWS),
    )


@lru_cache(maxsize=1)
def anticipating() -> Mouth:
    """Return `taught` with a jaw that drops before the first sound after a pause, as the captured one does.

    Only a student that hears so far ahead can learn it.
    """
    return replace(taught(), opening=_OPENING)


def _between(a: NDArray[np.float32], b: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    return np.asarray(a * np.float32(1 - share) + b * np.float32(share), np.float32)


def classes(phones: Sequence[Phone], steps: int) -> NDArray[np.int64]:
    """Class of the sound at each step's time n / 60 s: int64[steps], indices into `phonetics.CLASSES`."""
    return paint(phones, steps, 1)


def paint(phones: Sequence[Phone], steps: int, fine: int) -> NDArray[np.int64]:
    """Class of the sound at each of `fine` sub-steps a step: int64[steps * fine].

    Raises:
        UnknownSoundError: a symbol is in no table.
    """
    rate = STEP_RATE * fine
    out = np.full(steps * fine, CLASSES.index(SILENCE), np.int64)
    for symbol, start, end in phones:
        sounds = parts(symbol)
        edges = np.linspace(start, end, len(sounds) + 1)
        for sound, a, b in zip(sounds, edges[:-1], edges[1:], strict=True):
            out[max(0, round(a * rate)) : max(0, round(b * rate))] = CLASSES.index(sound)
    return out


def trajectories(phones: Sequence[Phone], steps: int, mouth: Mouth | None = None) -> NDArray[np.float32]:
    """Articulators that speak `phones`.

    Args:
        phones: symbols with times, in order.
        steps: how many steps to make; row n shows time n / 60 s.
        mouth: who speaks; by default the phonetic tables.

    Returns:
        float32[steps, len(ARTICULATORS)], 0 to 1.

    Raises:
        UnknownSoundError: a symbol is in no table.
    """
    mouth = mouth or by_rule()
    painted = paint(phones, steps, FINE)
    targets, insists = mouth.targets[painted], mouth.insists[painted]
    closed = _dilate(targets[:, index("together")], _CLOSURE_MARGIN)
    out = np.empty((steps, len(ARTICULATORS)), np.float32)
    for column, name in enumerate(ARTICULATORS):
        target = targets[:, column]
        if name in ("together", "press"):
            target = closed * target.max(initial=0.0)
        out[:, column] = _smooth(target, insists[:, column], mouth.windows[column])[::FINE]
    if mouth.opening:
        jaw = out[:, index("jaw")]
        np.maximum(jaw, mouth.opening * _before_speech(painted)[::FINE], out=jaw)
    # Lips that meet don't bare the teeth.
    together = out[:, index("together")]
    for name in ("lower_down", "upper_up", "funnel"):
        out[:, index(name)] *= 1 - together
    return out


def _before_speech(painted: NDArray[np.int64]) -> NDArray[np.float32]:
    """0 but where a long pause nears its end: there it eases to 1, up to the first sound.

    Before a clip there is a pause as well, but its jaw cannot drop any earlier than the clip begins.
    """
    out = np.zeros(len(painted), np.float32)
    longest, top = (round(seconds * _FINE_RATE) for seconds in _OPENS)
    speaking = painted != CLASSES.index(SILENCE)
    onsets = (np.flatnonzero(speaking[1:] & ~speaking[:-1]) + 1).tolist()
    for number, onset in enumerate(onsets):
        silent = onset - int(np.flatnonzero(speaking[:onset])[-1]) - 1 if speaking[:onset].any() else onset
        if number == 0 or silent >= _PAUSE * _FINE_RATE:
            room = min(longest, silent)
            rise = room - min(top, room // 3)
            out[onset - room : onset] = 1.0
            out[onset - room : onset - room + rise] = 0.5 - 0.5 * np.cos(np.linspace(0, np.pi, rise))
    return out


def window(past: float, future: float, lead: float) -> tuple[NDArray[np.float32], int]:
    """Weights of the sub-steps around a moment, a two-sided Gaussian around `lead`; and the place of the moment."""
    before, after = (int(np.ceil(_REACH * side * _FINE_RATE)) for side in (past, future))
    centre = round(lead * _FINE_RATE)
    at = np.arange(centre - before, centre + after + 1)
    offset = at / _FINE_RATE - lead
    weights = np.exp(-0.5 * np.square(offset / np.where(offset < 0, past, future)))
    return weights.astype(np.float32), before - centre


def _smooth(
    target: NDArray[np.float32], weight: NDArray[np.float32], shape: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Mean of the targets in the window around each moment, weighted by `weight` and the window."""
    kernel, moment = window(*map(float, shape))
    pad = len(kernel) + abs(moment)
    low = pad - moment
    out = []
    for values in (target * weight, weight):
        full = np.correlate(np.pad(values, pad, mode="edge"), kernel, mode="valid")
        out.append(full[low : low + len(target)])
    return np.asarray(out[0] / np.maximum(out[1], 1e-9), np.float32)


def _dilate(active: NDArray[np.float32], seconds: float) -> NDArray[np.float32]:
    """1 wherever `active` is above zero within `seconds`."""
    half = round(seconds * _FINE_RATE)
    return np.asarray(np.convolve(active > 0, np.ones(2 * half + 1), mode="same") > 0, np.float32)
