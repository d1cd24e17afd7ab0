"""How one stands or sits: carriage of the chest, weight on one foot or the other, mood and attention; all slow.

Nothing of it knows what is said, so that it goes on through a speech that is broken off. Weight is shifted every ten
seconds or so, the trunk leans against the hip (on why standing people shift their weight: Duarte & Zatsiorsky 1999,
"Patterns of center of pressure migration during prolonged unconstrained standing", Motor Control 3).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.gesturing import luck as read
from voxrig.exporters.gesturing.manner import Manner, Moods
from voxrig.exporters.gesturing.score import Score
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, INDEX, SIZE

Doubles = NDArray[np.float64]

TALKING, LISTENING, THINKING, IDLE = range(4)
"""What one does, as of `rows.DOING`."""

_SHIFT: Final = 96  # poses of a change of posture
_TURN: Final = 60  # poses in which one turns to something else to do
_MOOD: Final = 60  # poses in which a mood takes hold of the body
_LEAN, _SIDE, _TWIST, _ROLL, _TURNED = (INDEX[n] for n in ("lean", "side", "twist", "hip_roll", "hip_turn"))


def stances(moods: Moods, luck: Doubles, doing: NDArray[np.int64]) -> Doubles:
    """Return what is added to the hands' doings: float64[T, 34], 0 for the hands.

    Args:
        moods: of T poses.
        luck: float64[T, 12].
        doing: int[T].
    """
    total = len(luck)
    weight = Score(_weight(luck[0], moods.manner))
    for at in read.changes(luck, (read.CHEST, read.WEIGHT)):
        weight.to(at, _SHIFT, _weight(luck[at], moods.manner))
    attention = Score(_attention(int(doing[0])))
    for at in (np.flatnonzero(np.diff(doing)) + 1).tolist():
        attention.to(at, _TURN, _attention(int(doing[at])))
    added: Doubles = weight.drawn(total) + attention.drawn(total) + _followed(moods.carriage())
    added[:, HAND_L] = added[:, HAND_R] = 0.0
    return added


def weight_side(luck: Doubles) -> float:
    """Return on which foot the weight is: -1 (left) to 1 (right), 0 on both."""
    drawn = float(luck[read.WEIGHT])
    if drawn < 0.38:
        return -0.6 - 0.4 * (drawn / 0.38)
    return 0.6 + 0.4 * (1.0 - drawn) / 0.38 if drawn >= 0.62 else 0.0


def _weight(luck: Doubles, manner: Manner) -> Doubles:
    posture, chest = np.zeros(SIZE), 2.0 * float(luck[read.CHEST]) - 1.0
    side = weight_side(luck)
    posture[_LEAN] = 0.035 * (chest * chest - 0.33)
    posture[_TWIST] = 0.07 * chest
    if manner.sitting:
        posture[_SIDE] = -0.04 * side
        return posture
    # The hip over the standing leg is up, the trunk leans back over it.
    posture[_ROLL], posture[_TURNED] = -0.045 * side, 0.05 * side
    posture[_SIDE] = -0.02 * side
    posture[_TWIST] -= 0.05 * side
    return posture


def _attention(doing: int) -> Doubles:
    posture = np.zeros(SIZE)
    if doing == LISTENING:
        posture[_LEAN] = 0.07
    elif doing == THINKING:
        posture[_LEAN] = -0.03
    return posture


def _followed(carriage: Doubles) -> Doubles:
    """Return a carriage float64[T, 34] that changes within a second, along minimum-jerk ways."""
    if not (carriage != carriage[0]).any():
        return carriage
    u = (np.arange(_MOOD) + 0.5) / _MOOD
    bell = 30.0 * u**2 * (1.0 - u) ** 2
    bell /= bell.sum()
    held = np.concatenate((np.repeat(carriage[:1], _MOOD - 1, axis=0), carriage))
    smooth = carriage.copy()
    for column in np.flatnonzero((carriage != carriage[0]).any(axis=0)).tolist():
        smooth[:, column] = np.convolve(held[:, column], bell, "valid")
    return smooth
