"""How blink time passes, which is kept in mean intervals, and how the lids move in a blink: many poses in one go."""

import math
from statistics import NormalDist
from typing import Final

import numba
import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from voxrig.runtime.animation.activity import LINGER, Activity
from voxrig.runtime.animation.emotion import Emotion
from voxrig.runtime.animation.lids import Stroke, level
from voxrig.runtime.core.timing import STEP_RATE

Floats = NDArray[np.float64]

RATES: Final = {
    Activity.TALKING: 26.0,
    Activity.LISTENING: 17.0,
    Activity.READING: 4.5,
    Activity.THINKING: 12.0,
}
"""Mean blinks a minute: conversation, rest and reading by Bentivoglio et al. 1997, "Analysis of blink rate patterns in
normal subjects", Mov Disord 12. Listening is as rest: listeners blinked oftener only where they took heed of something
useful ("Blinking while speaking and talking, hearing, and listening", J Nonverbal Behav 2022,
doi 10.1007/s10919-021-00387-x), or not at all (Brych, Murali & Händel 2021, PLoS ONE 16). Thinking lowers the rate
(Holland & Tarlow 1972, "Blinking and mental load", Psychol Rep 31); how far is our choice."""
DOUBLE: Final = 0.04
"""Share of blinks followed at once by a second."""
SMALL_SHIFT: Final = 8.0
"""Degrees of a gaze shift from which it may bring a blink along."""

# A person's own rate: log-normal, cut above so that talking ends at 32.5 a minute; with a mean of 26, 95 % of people
# are in 18 to 32, within the 10.5 to 32.5 of Doughty 2001, Optom Vis Sci 78 (rest: 8 to 21; reading: 1.4 to 14.4).
_PERSON: Final = 0.2
_HABIT_MEDIAN: Final = 1.055
_HABIT_SHARE: Final = NormalDist().cdf(math.log(1.25 / _HABIT_MEDIAN) / _PERSON)

_A_POSE: Final = 1.0 / (60.0 * STEP_RATE * (1.0 + DOUBLE))  # blink time a pose at one blink a minute; doubles count
_FASTEST: Final = 90.0  # blinks a minute
_FEAR: Final = Emotion._fields.index("eyes_fear")
_AROUSAL: Final = len(Emotion._fields) + 1


def habit_of(luck: float) -> float:
    """Return a person's own rate, 1 as a rule, by luck from 0 to 1."""
    return _HABIT_MEDIAN * math.exp(_PERSON * NormalDist().inv_cdf(max(luck * _HABIT_SHARE, 0.001)))


@register_jitable
def rate_of(usual: float, voice: float, fear: float, arousal: float) -> float:
    """Return mean blinks a minute of someone with so many as a rule.

    Arousal raises it by at most 20 % (of the voice: 10 %) and fear by 25 %, as blinks come oftener with tension
    and anxiety (Meyer, Bahrick & Fitts 1953, "Incentive, anxiety, and the human blink rate", J Exp Psychol 45;
    King & Michels 1957, "Muscular tension and the human blink rate", J Exp Psychol 53); how far is our choice.
    """
    return usual * (1.0 + 0.25 * fear) * (1.0 + 0.1 * (voice + 2.0 * arousal))


@numba.njit(cache=True)
def pace_of(voice: Floats, affect: Floats, talking: float, resting: float, factor: float) -> float:
    """Return the blink time that a pose takes: voice and affect as rows of `Voices` and `Affects`."""
    usual = talking if voice[0] > 0.0 or voice[1] < LINGER else resting
    return min(rate_of(usual, voice[10], affect[_FEAR], affect[_AROUSAL]) * factor, _FASTEST) * _A_POSE


@numba.njit(cache=True)
def wait(
    left: float,
    at: int,
    ready: int,
    talking: float,
    resting: float,
    factor: float,
    voices: Floats,
    affects: Floats,
    gazes: Floats,
    first: int,
    last: int,
) -> tuple[int, float]:
    """Let blink time pass at the rows from `first` to before `last`, up to one at which it is over or gaze shifts far.

    Args:
        left: at the pose before.
        at: number of the pose of row 0.
        ready: from which pose on it matters that time is over.
        talking, resting, factor: as of `Blinking`.
        voices, affects, gazes: float64[k, ...], as of `Voices`, `Affects` and `GazePose`.

    Returns:
        That row, or `last`, and the blink time that is left at the one before it.
    """
    for n in range(first, last):
        after = left - pace_of(voices[n], affects[n], talking, resting, factor)
        if gazes[n, 6] > SMALL_SHIFT or (after <= 0.0 and at + n >= ready):
            return n, left
        left = after
    return last, left


@numba.njit(cache=True)
def shut(strokes: Floats, since: int, lids: Floats, first: int, last: int) -> None:
    """Write how far both lids are down.

    Args:
        strokes: float64[2, 7], of the left and the right lid, as of `Stroke`.
        since: poses from their begin to row 0.
        lids: float64[k, 2], of which the rows from `first` to before `last` are written.
    """
    for side in range(2):
        s = strokes[side]
        stroke = Stroke(s[0], s[1], s[2], s[3], s[4], s[5], s[6])
        for n in range(first, last):
            lids[n, side] = level(stroke, since + n)
