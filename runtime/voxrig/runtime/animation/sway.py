"""The head on its way, many poses in one go: what sways without an event, and the strokes that are under way."""

import math
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.stroke import Stroke, gone
from voxrig.runtime.core.chance import drift
from voxrig.runtime.core.timing import STEP_RATE

Floats = NDArray[np.float64]

# Degrees and pace per emotion, in the order of CATEGORIES: the head sinks and slows in sadness, comes forward in anger,
# draws back in fear, disgust and surprise, and lifts the chin in contempt (Wallbott 1998, "Bodily expression of
# emotion", European J Social Psychology 28, for joy, sadness, disgust and pride; the amounts are ours).
LEANS: Final[Floats] = np.array((
    (-1.5, 0.8, 0.25),
    (7.0, 1.2, -0.45),
    (2.5, 0.0, 0.35),
    (-3.0, 0.0, 0.1),
    (-2.0, 1.5, -0.1),
    (-2.5, 0.0, 0.1),
    (-3.0, 1.8, -0.15),
))  # fmt: skip

SMOOTH: Final = 12
"""Numbers that follow their cause smoothly, six pairs."""

_NUMBERS: Final = len(Stroke._fields)
_SWAY: Final = 56  # of chance, and the five after it
_DEGREE: Final = math.pi / 180.0


def _share(seconds: float) -> float:
    """The part of the way that a delay with this time constant goes in a pose.

    Not in compiled code: there a compiler may work out the exponential of a constant, a last digit off what the machine
    would say, and the same session would differ from process to process.
    """
    return 1.0 - math.exp(-1.0 / (seconds * STEP_RATE))


_LIVELY: Final = _share(0.2)
_LEANING: Final = _share(0.3)
_STRESSING: Final = _share(0.035)
_DAMPING: Final = _share(0.25)


@numba.njit(cache=True)
def _follow(near: float, far: float, goal: float, step: float) -> tuple[float, float]:
    """Move two delays in series towards a goal by a share of what is left: the second has no jump in its speed."""
    near += step * (goal - near)
    return near, far + step * (near - far)


@numba.njit(cache=True)
def leaning(voice: Floats, affect: Floats, leans: Floats) -> tuple[float, float, float]:
    """Return pitch and roll in degrees of an emotion, and the pace that it and the voice give.

    Args:
        voice, affect: rows of `Voices` and `Affects`; of the emotion the mean of the face's regions counts.
        leans: `LEANS`.
    """
    pitch = roll = pace = 0.0
    for k in range(7):
        amount = (affect[k] + affect[7 + k] + affect[14 + k]) / 3.0
        if amount:
            pitch, roll, pace = pitch + amount * leans[k, 0], roll + amount * leans[k, 1], pace + amount * leans[k, 2]
    return pitch, roll, (1.0 + pace) * (1.0 + 0.4 * voice[10] + 0.15 * affect[22])


@numba.njit(cache=True)
def move(
    key: int,
    at: int,
    leans: Floats,
    voices: Floats,
    affects: Floats,
    gazes: Floats,
    breaths: Floats,
    before: Floats,
    moves: Floats,
    turns: Floats,
    first: int,
    last: int,
) -> None:
    """Move through some poses, at whose first something may begin.

    Args:
        key: as of `Moving`.
        at: number of the pose of row 0.
        leans: `LEANS`.
        voices, affects, gazes, breaths: float64[k, ...], as of `Moving.steps`.
        before, moves: float64[16 + 7 * S], as of `MovingState.smooth`; the latter is written.
        turns: float64[k, 3], yaw, pitch and roll in radians, of which the rows from `first` to before `last` are
            written.
    """
    for k in range(len(before)):
        moves[k] = before[k]
    goal, strokes = moves[SMOOTH : SMOOTH + 3], moves[SMOOTH + 4 :]
    shifts = _NUMBERS * moves[SMOOTH + 3]
    for n in range(first, last):
        yaw, pitch, roll = _sway(key, at + n, moves, voices[n], affects[n], gazes[n], leans)
        pitch -= 0.45 * breaths[n]
        yaw, pitch, roll = yaw + goal[0], pitch + goal[1], roll + goal[2]
        for s in range(0, len(strokes), _NUMBERS):
            stroke = strokes[s : s + _NUMBERS]
            way = gone(stroke[0], stroke[1], stroke[2], stroke[3], at + n)
            if s < shifts:
                way -= 1.0
            yaw, pitch, roll = yaw + way * stroke[4], pitch + way * stroke[5], roll + way * stroke[6]
        turns[n, 0], turns[n, 1], turns[n, 2] = yaw * _DEGREE, pitch * _DEGREE, roll * _DEGREE


@numba.njit(cache=True)
def _sway(
    key: int, at: int, smooth: Floats, voice: Floats, affect: Floats, gaze: Floats, leans: Floats
) -> tuple[float, float, float]:
    """Move the followers on, and return yaw, pitch and roll in degrees of all that goes on without an event."""
    down, side, pace = leaning(voice, affect, leans)
    turned = abs(gaze[4]) + abs(gaze[5])
    live0, live, pitch0, pitch, roll0, roll, pace0, paced, stress0, stressed, damp0, damp = (
        smooth[0], smooth[1], smooth[2], smooth[3], smooth[4], smooth[5],
        smooth[6], smooth[7], smooth[8], smooth[9], smooth[10], smooth[11],
    )  # fmt: skip
    live0, live = _follow(live0, live, voice[0], _LIVELY)
    pitch0, pitch = _follow(pitch0, pitch, down, _LEANING)
    roll0, roll = _follow(roll0, roll, side, _LEANING)
    pace0, paced = _follow(pace0, paced, pace, _LEANING)
    stress0, stressed = _follow(stress0, stressed, voice[5], _STRESSING)
    damp0, damp = _follow(damp0, damp, 1.0 / (1.0 + turned / 0.35), _DAMPING)
    smooth[0], smooth[1], smooth[2], smooth[3], smooth[4], smooth[5] = live0, live, pitch0, pitch, roll0, roll
    smooth[6], smooth[7], smooth[8], smooth[9], smooth[10], smooth[11] = pace0, paced, stress0, stressed, damp0, damp
    slow, quick = damp, (0.15 + 0.85 * live * paced) * damp
    yaw = 2.2 * slow * drift(key, _SWAY, at, 130) + 3.3 * quick * drift(key, _SWAY + 1, at, 26)
    nodding = 1.3 * slow * drift(key, _SWAY + 2, at, 105) + 0.9 * quick * drift(key, _SWAY + 3, at, 23)
    tilt = 1.3 * slow * drift(key, _SWAY + 4, at, 150) + 2.1 * quick * drift(key, _SWAY + 5, at, 29)
    nodding += pitch + 1.2 * paced * stressed
    return yaw, nodding, tilt + roll
