"""Gestures of the head that are asked for: a nod, a shake, a tilt, each as a few strokes.

Nods and shakes swing a few times, each less than before; how fast and how far people's go while they listen is
described by Hadar, Steiner & Rose (1985, "Head movement during listening turns in conversation", J Nonverbal Behavior
9). The figures here are ours, and stay below the speeds that they and three captures have.
"""

from typing import Final, NamedTuple

from voxrig.runtime.animation.stroke import Stroke, Strokes
from voxrig.runtime.core.chance import uniform
from voxrig.runtime.core.timing import STEP_RATE

LATE: Final = 30
"""Poses after which a gesture that was asked for and never begun is forgotten."""

_GESTURE: Final = 55  # of chance
_NOD_DOWN, _NOD_UP = 10, 15  # poses
_SWING: Final = 12  # poses from one side to the other
_OFTEN: Final = 0.55  # strength from which a nod or a shake swings once more


class Gesture(NamedTuple):
    """A gesture that a cue asks for.

    Attributes:
        nod: 0 (none) to 1 (deep and repeated).
        shake: 0 to 1.
        tilt: -1 to 1, towards the character's right shoulder where positive, as roll is.
    """

    nod: float = 0.0
    shake: float = 0.0
    tilt: float = 0.0


NO_GESTURE: Final = Gesture()


def strokes_of(gesture: Gesture, key: int, at: int) -> Strokes:
    """Return the strokes of a gesture that begins at pose `at`; six at the most.

    Args:
        gesture: what is asked for.
        key: of the session, from `core.chance.key_of`: no two nods of a character are quite alike.
        at: number of the pose.
    """
    return _nod(gesture.nod, key, at) + _shake(gesture.shake, key, at) + _tilt(gesture.tilt, key, at)


def _nod(strength: float, key: int, at: int) -> Strokes:
    if strength <= 0.0:
        return ()
    depth = (2.0 + 5.0 * strength) * (0.9 + 0.2 * uniform(key, _GESTURE, at))
    side = 0.2 * (uniform(key, _GESTURE, at, 1) - 0.5)
    first = Stroke(at, _NOD_DOWN, 0, _NOD_UP, side * depth, depth, 0.0)
    if strength < _OFTEN:
        return (first,)
    second = Stroke(at + _NOD_DOWN + _NOD_UP - 3, _NOD_DOWN, 0, _NOD_UP + 4, -side * depth, 0.5 * depth, 0.0)
    return first, second


def _shake(strength: float, key: int, at: int) -> Strokes:
    """Return swings from side to side: each stroke begins as the one before comes back."""
    if strength <= 0.0:
        return ()
    width = (2.0 + 3.5 * strength) * (0.9 + 0.2 * uniform(key, _GESTURE, at, 2))
    side = width if uniform(key, _GESTURE, at, 3) < 0.5 else -width
    sizes = (0.8, -1.0, 0.5) if strength >= _OFTEN else (0.8, -0.7)
    return tuple(
        Stroke(at + number * _SWING, _SWING, 0, _SWING, size * side, 0.0, 0.0) for number, size in enumerate(sizes)
    )


def _tilt(strength: float, key: int, at: int) -> Strokes:
    if strength == 0.0:
        return ()
    hold = round(STEP_RATE * (0.8 + 0.6 * uniform(key, _GESTURE, at, 4)))
    roll = 8.0 * strength
    return (Stroke(at, STEP_RATE * 4 // 10, hold, STEP_RATE * 7 // 10, 0.15 * roll, 0.1 * abs(roll), roll),)
