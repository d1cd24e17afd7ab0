"""What hands do while one doesn't speak: they retract, rest in one form or another, touch each other or the chin.

Self-adaptors (Ekman & Friesen 1969, "The repertoire of nonverbal behavior", Semiotica 1) are for pauses and waiting.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.gesturing import luck as read
from voxrig.exporters.gesturing.forms import Form, shaped
from voxrig.exporters.gesturing.stage import HANDS, Stage, Stroke
from voxrig.exporters.gesturing.stance import LISTENING, THINKING
from voxrig.runtime.animation.body.vocabulary import GESTURES
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, SIZE

Doubles = NDArray[np.float64]

_FALLS: Final = 0.8  # seconds of a retraction
_SHIFTS: Final = 66  # poses in which resting hands take another form
_WAITS: Final = 90  # poses without speech after which idle hands find something to do
_RUBS: Final = 0.72
_CLASPS: Final = 0.88
_THINKS: Final = 0.55
_SHARE: Final = 0.35  # of a rub's way: the hands never change places
_CHIN: Final = Form("think", "adaptor", 1.0, False)


def hush(stage: Stage, since: int, until: int, doing: NDArray[np.int64]) -> None:
    """Plan what the hands do from pose `since` up to `until`, at which the next phrase begins or everything ends.

    Args:
        stage: up to `since`.
        since: pose at which a phrase is recognised to be over, or 0.
        until: pose.
        doing: int[T], what one does (`stance.TALKING` and so on).
    """
    if stage.shape is not None:
        falls = max(since + read.patience(stage.drawn(since)), stage.struck + 10)
        if falls >= until:
            return
        stage.retract(falls, _FALLS)
    events = {since + _WAITS, *(at for at in _changes(stage, doing) if since < at < until)}
    if since == 0:
        events.add(0)
    for at in sorted(events):
        at = max(at, stage.free)
        if at < until:
            _idle(stage, at, since, int(doing[at]))
    if stage.free > until:
        _leave(stage, until)


def _changes(stage: Stage, doing: NDArray[np.int64]) -> list[int]:
    """Return the poses at which resting hands may think of something else."""
    turned = (np.flatnonzero(np.diff(doing)) + 1).tolist()
    return read.changes(stage.luck, (read.REST, read.WEIGHT, read.IDLE)) + turned


def _idle(stage: Stage, at: int, since: int, doing: int) -> None:
    drawn = float(stage.drawn(at)[read.IDLE])
    if doing == THINKING and drawn < _THINKS:
        _to_chin(stage, at)
    elif doing != LISTENING and doing != THINKING and drawn >= _RUBS and at - since >= _WAITS:
        _adapt(stage, at, "clasp" if drawn >= _CLASPS else "rub")
    else:
        rest = stage.rest(at)
        if np.abs(rest[HANDS] - stage.score.target[HANDS]).max() > 1e-6:
            stage.score.to(at, round(_SHIFTS / stage.mood(at).tempo), rest, HANDS)


def _to_chin(stage: Stage, at: int) -> None:
    """Bring a hand to the chin, where it stays as long as one thinks."""
    shape = shaped(_CHIN, stage.drawn(at), stage.mood(at), stage.rest(at), stage.prefers_left(at))
    if np.abs(shape.stroke[HANDS] - stage.score.target[HANDS]).max() < 1e-6:
        return
    first, then = (round(60.0 * key.seconds / stage.mood(at).tempo) for key in GESTURES["think"].keys[:2])
    posture = stage.rest(at)
    posture[shape.hands] = shape.preparation[shape.hands]
    stage.score.to(at, first, posture, HANDS)
    posture[shape.hands] = shape.stroke[shape.hands]
    stage.score.to(at + round(0.7 * first), then, posture, HANDS)


def _adapt(stage: Stage, at: int, name: str) -> None:
    """Let the hands rub or clasp each other for a while, then rest."""
    gesture, begin = GESTURES[name], at
    left, tempo = stage.prefers_left(at), stage.mood(at).tempo
    leading, other = (HAND_L, HAND_R) if left else (HAND_R, HAND_L)
    first = gesture.keys[0]
    for number, key in enumerate(gesture.keys):
        poses, posture = round(60.0 * max(key.seconds, 0.3) / tempo), np.zeros(SIZE)
        posture[leading] = first.hand + _SHARE * (key.hand - first.hand)
        if key.other is not None and first.other is not None:
            posture[other] = first.other + _SHARE * (key.other - first.other)
        stage.score.to(begin, poses + (18 if number == 0 else 0), posture, HANDS)
        begin += poses + round(60.0 * key.hold / tempo) + (18 if number == 0 else 0)
        if number == gesture.apex:
            stage.strokes.append(Stroke(begin, begin - poses, begin, "both", "adaptor", name, begin, 0.05))
    poses = round(60.0 * gesture.retraction / tempo)
    stage.score.to(begin, poses, stage.rest(begin), HANDS)
    stage.free = begin + poses


def _leave(stage: Stage, at: int) -> None:
    """Leave what the hands were about at pose `at`: one begins to speak."""
    stage.score.drop(at)
    stage.strokes = [stroke for stroke in stage.strokes if stroke.kind != "adaptor" or stroke.apex < at]
    stage.free = at
