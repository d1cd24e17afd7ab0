"""How hands go with a phrase: raised at its beginning, strokes on its accents, held as long as one talks on.

Each gesture unit has phases: preparation, perhaps a hold before the stroke, stroke, a hold after it, retraction
(McNeill 1992; Kendon 2004; Kita, van Gijn & van der Hulst 1998, "Movement phases in signs and co-speech gestures",
LNCS 1371).
The apex is just before the loudest moment of the accented syllable: the phonological synchrony rule of McNeill. Hands
that are up stay up while the phrase lasts, and beats are laid over what they hold.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.gesturing import luck as read
from voxrig.exporters.gesturing.accents import Accent
from voxrig.exporters.gesturing.forms import ASK, BEAT, Form, Shape, chosen, shaped
from voxrig.exporters.gesturing.manner import Expressivity
from voxrig.exporters.gesturing.phrases import Phrase
from voxrig.exporters.gesturing.stage import HANDS_OF, Stage, Stroke
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, INDEX, SIZE

Doubles = NDArray[np.float64]

EARLY: Final = 2
"""Poses (33 ms) that an apex is before the loudest moment of its syllable."""

_PREPARES: Final = (18.0, 34.0)  # poses of a preparation
_STROKES: Final = (12.0, 24.0)  # poses of a stroke
_SINKS: Final = 50  # poses in which a hand sinks that has no part in a gesture
_RENEWED: Final = 54  # poses after which hands may take another form
_SETTLES: Final = 30  # poses in which a hand sinks from its apex to what it holds
_FALLS: Final = 0.75  # seconds of a retraction
_TURNING: Final = 10.0  # poses for each radian that a hand turns, at the least: 11 rad/s at the fastest
_DRIVEN: Final = 18.0  # poses for an arm's length, at the least, and by its root: 64 arm lengths / s^2 at most
_HURRIED: Final = 1.3  # tempo from which beats are not driven any harder
_WAYS: Final = ((0.1, -1.0, 0.25), (0.6, -0.75, 0.2), (0.1, -0.6, 0.75))
_LIFT: Final = 0.6  # share of a beat's fall that the hand is lifted before it
_WRIST: Final = HAND_L.start, HAND_R.start
_FLEXION: Final = INDEX["flexion_l"] - HAND_L.start
_UP: Final = 1  # where a hand's numbers have its height
_REACH: Final = 0.85  # arm lengths from the shoulder that a beat ends at the most: the elbow stays bent
_PLACE: Final = slice(0, 3)
_TURNED: Final = 7  # numbers of a hand besides its fingers'


def speak(stage: Stage, phrase: Phrase) -> None:
    """Plan what the hands do in a phrase, up to its last accent; they stay raised behind it."""
    start, luck, mood = phrase.start, stage.drawn(phrase.start), stage.mood(phrase.start)
    if not phrase.accents or not read.gestures(luck, mood.often):
        if stage.shape is not None:
            stage.retract(max(start, stage.struck + 8), _FALLS)
        return
    accents = _beaten(stage, phrase)
    if stage.shape is None:
        accents = _rise(stage, phrase, accents)
    for number, accent in enumerate(accents):
        final = number == len(accents) - 1
        _strike(stage, accent, asks=phrase.question and final)
    stage.free = max(stage.free, phrase.end)


def _beaten(stage: Stage, phrase: Phrase) -> list[Accent]:
    """Return the accents of a phrase that are strong enough for a stroke."""
    bar = min(max(0.16 - stage.mood(phrase.start).often, 0.1), 0.5)
    return [accent for accent in phrase.accents if accent.strength >= bar] or [max(phrase.accents, key=_strength)]


def _strength(accent: Accent) -> float:
    return accent.strength


def _rise(stage: Stage, phrase: Phrase, accents: list[Accent]) -> list[Accent]:
    """Raise the hands at the beginning of a phrase and make the first stroke; return the accents that are left."""
    start, luck, mood = phrase.start, stage.drawn(phrase.start), stage.mood(phrase.start)
    quick = _quick(mood, phrase)
    form = ASK if phrase.question and len(accents) == 1 else chosen(luck, mood)
    shape = _shape(stage, form, start, read.leads_left(luck, mood.right))
    rises, falls = (
        least(stage.score.target, shape.preparation, shape.hands),
        least(shape.preparation, shape.stroke, shape.hands),
    )
    reached = [n for n, accent in enumerate(accents) if accent.at - EARLY - start >= rises + falls]
    if not reached:
        return []
    first = accents[reached[0]]
    apex = first.at - EARLY
    spare = apex - start - rises - falls
    stroke = falls + min(max(round(min(max(16.0 / quick, _STROKES[0]), _STROKES[1])) - falls, 0), spare // 2)
    preparation = min(max(round(min(max(28.0 / quick, _PREPARES[0]), _PREPARES[1])), rises), apex - stroke - start)
    stage.mark(start, "preparation")
    stage.score.to(start, preparation, shape.preparation, shape.hands)
    if not shape.both:
        # Folded hands part: the one that rests doesn't stay alone before the belly.
        stage.score.to(start, _SINKS, stage.alone(), HANDS_OF[not shape.left])
    if start + preparation < apex - stroke:
        stage.mark(start + preparation, "pre-stroke hold")
    _key_stroke(stage, shape, first, apex - stroke)
    return accents[reached[0] + 1 :]


def _strike(stage: Stage, accent: Accent, *, asks: bool) -> None:
    """Put a stroke on an accent: one of a new form where luck has changed and there is time, else a beat."""
    apex, shape = accent.at - EARLY, stage.shape
    room = apex - stage.struck
    if shape is None or room < 16:
        return
    begin = apex - min(34, round(0.75 * room))
    luck, mood = stage.drawn(begin), stage.mood(begin)
    form = ASK if asks else chosen(luck, mood)
    renewed = form is not shape.form or (form is not BEAT and apex - stage.shaped > 2 * _RENEWED)
    if renewed and (asks or apex - stage.shaped >= _RENEWED) and accent.strength >= 0.2:
        # The hand that is up goes on to lead; a second one joins or sinks.
        other = _shape(stage, form, begin, shape.left)
        rises = least(stage.score.target, other.preparation, other.hands)
        falls = least(other.preparation, other.stroke, other.hands)
        if rises + falls <= apex - begin:
            _renew(stage, other, accent, begin, falls + (apex - begin - rises - falls) // 2)
            return
    _beat(stage, shape, accent, room)


def _shape(stage: Stage, form: Form, at: int, left: bool) -> Shape:
    return shaped(form, stage.drawn(at), stage.mood(at), stage.alone(), left)


def least(here: Doubles, there: Doubles, hands: list[int]) -> int:
    """Return the poses that hands need at the least from one posture float64[34] to another, by how people move."""
    poses = 7.0
    for wrist in _WRIST:
        if wrist in hands:
            away = there[wrist : wrist + _TURNED] - here[wrist : wrist + _TURNED]
            distance = float(np.linalg.norm(away[_PLACE]))
            poses = max(poses, _DRIVEN * math.sqrt(distance), _TURNING * float(np.abs(away[3:]).max()))
    return math.ceil(poses)


def _renew(stage: Stage, shape: Shape, accent: Accent, begin: int, stroke: int) -> None:
    """Go over to another form: a short preparation, then the stroke; a hand that it doesn't need sinks."""
    apex = accent.at - EARLY
    stage.mark(begin, "preparation")
    stage.score.to(begin, apex - stroke - begin, shape.preparation, shape.hands)
    before = stage.shape
    idle = [] if before is None else [number for number in before.hands if number not in shape.hands]
    if idle:
        stage.score.to(begin, _SINKS, stage.alone(), idle)
    _key_stroke(stage, shape, accent, apex - stroke)


def _key_stroke(stage: Stage, shape: Shape, accent: Accent, start: int) -> None:
    apex, score = accent.at - EARLY, stage.score
    leading = HAND_L if shape.left else HAND_R
    goal = shape.stroke.copy()
    if shape.form is BEAT:
        # A plain beat is as large as its accent.
        away = goal[leading] - shape.preparation[leading]
        goal[leading] = shape.preparation[leading] + (0.6 + 0.7 * accent.strength) * away
        if shape.both:
            trailing = HAND_R if shape.left else HAND_L
            goal[trailing] = goal[leading]
    reach = float(np.linalg.norm(goal[leading][_PLACE] - score.target[leading][_PLACE]))
    score.to(start, apex - start, goal, shape.hands)
    _join(stage, shape, accent, start, apex, shape.torso)
    stage.mark(start, "stroke")
    stage.mark(apex, "hold")
    rest = round((8.0 + 10.0 * accent.strength) / stage.mood(apex).tempo)
    score.to(apex + rest, _SETTLES, shape.kept, shape.hands)
    stage.strokes.append(_stroke(shape, start, apex, rest, accent, reach))
    stage.shape, stage.struck, stage.shaped = shape, apex, apex


def _beat(stage: Stage, shape: Shape, accent: Accent, room: int) -> None:
    """Lay a beat over what the hands hold: up a little, down to the apex, and back."""
    apex, mood = accent.at - EARLY, stage.mood(accent.at)
    down = max(min(round(16.0 / mood.tempo), round(0.45 * room)), 7)
    up = max(min(round(15.0 / mood.tempo), round(0.45 * room)), 6)
    start = apex - down
    luck = stage.drawn(start - up)
    size = (0.16 + 0.24 * accent.strength) * mood.amplitude * read.size(luck)
    size = min(size, (down * min(mood.tempo, _HURRIED) / _DRIVEN) ** 2 / (1.0 + _LIFT))
    fall = _fall(shape, luck, size, stage.score.target, mood.floor)
    stage.score.swing(start - up, up, -_LIFT * fall)
    stage.score.swing(start, down, (1.0 + _LIFT) * fall)
    back = round(26.0 / mood.tempo)
    stage.score.swing(apex + 2, back, -fall)
    _join(stage, shape, accent, start, apex, np.zeros(SIZE))
    stage.mark(start, "stroke")
    stage.mark(apex, "hold")
    far = (1.0 + _LIFT) * max(float(np.linalg.norm(fall[wrist : wrist + 3])) for wrist in _WRIST)
    stage.strokes.append(_stroke(shape, start, apex, 2, accent, far)._replace(kind="beat", form="beat"))
    stage.struck = apex


def _fall(shape: Shape, luck: Doubles, size: float, held: Doubles, floor: float) -> Doubles:
    """Return how far hands fall in a beat from where they are held: float64[34]; elbows stay bent, thighs untouched."""
    fall = np.zeros(SIZE)
    way = np.array(_WAYS[min(int(3.0 * float(luck[read.WAY])), 2)])
    for wrist in _WRIST:
        if wrist in shape.hands:
            place = held[wrist : wrist + 3]
            apex = place + size * way / np.linalg.norm(way)
            apex[_UP] = max(apex[_UP], min(floor, place[_UP] - 0.3 * size))
            far = float(np.linalg.norm(apex))
            fall[wrist : wrist + 3] = apex * min(_REACH / far, 1.0) - place
            fall[wrist + _FLEXION] = 1.6 * size
    return fall


def _join(stage: Stage, shape: Shape, accent: Accent, start: int, apex: int, torso: Doubles) -> None:
    """Let the torso take part: the more, the larger the gesture; it comes back after the apex."""
    mood = stage.mood(apex)
    much = accent.strength * mood.amplitude
    added = torso * min(mood.amplitude, 1.4)
    added[INDEX["lean"]] += 0.022 * much
    side = 0.0 if shape.both else (1.0 if shape.left else -1.0)
    # The shoulder of the hand that gestures comes forward.
    added[INDEX["twist"]] -= 0.03 * side * much
    for name in ("shrug_l", "shrug_r"):
        added[INDEX[name]] += 0.02 * max(much - 0.8, 0.0)
    stage.score.swing(start, apex - start, added)
    stage.score.swing(apex + 4, 40, -added)


def _stroke(shape: Shape, start: int, apex: int, rest: int, accent: Accent, size: float) -> Stroke:
    hand = "both" if shape.both else "left" if shape.left else "right"
    return Stroke(apex, start, apex + rest, hand, shape.form.kind, shape.form.name, accent.at, size)


def _quick(mood: Expressivity, phrase: Phrase) -> float:
    """Return a factor of speeds, by mood and how quickly one speaks."""
    return mood.tempo * min(max(0.8 + 0.13 * phrase.tempo, 0.85), 1.2)
