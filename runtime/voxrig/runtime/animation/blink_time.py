"""How blink time passes, which is kept in mean intervals, and how the lids move in a blink: many poses in one go."""

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

_A_POSE: Final = 1.0 / (60.0 * STEP_RATE * (1.0 + DOUBLE))  # blink time a pose at one blink a minute; doubles count
_FASTEST: Final = 90.0  # blinks a minute
_FEAR: Final = Emotion._fields.index("eyes_fear")
_AROUSAL: Final = len(Emotion._fields) + 1


@register_jitable
def rate_of(usual: float, voice: float, fear: float, arousal: float) -> float:
    """Return mean blinks a minute of someone with so many as a rule.

    Arousal raises it by at most 20 % (of the voice: 10 %) and fear by 25 %, as blinks come oftener with tension
    and anxiety (Meyer, Bahrick & Fitts 1953, "Incentive, anxiety, and the human blink rate", J Exp Psychol 45;
    King & Michels 1957, "Muscular tension and the human blink rate", J Exp Psychol 53); how far is our choice.
    """
    return usual * (1.0 + 0.25 * fear) * (1.0 + 0.1 * (voice + 2.0 * arousal))


@numba.njit(cache=True)
def pace_of(voice: Floats, affect: Floats, talking: float, resting: float, habit: float, factor: float) -> float:
    """Return the blink time that a pose takes: voice and affect as rows of `Voices` and `Affects`."""
    usual = (talking if voice[0] > 0.0 or voice[1] < LINGER else resting) * habit
    return min(rate_of(usual, voice[10], affect[_FEAR], affect[_AROUSAL]) * factor, _FASTEST) * _A_POSE


@numba.njit(cache=True)
def wait(
    left: float,
    at: int,
    ready: int,
    talking: float,
    resting: float,
    habit: float,
    factor: float,
    voices: Floats,
    affects: Floats,
    gazes: Floats,
) -> tuple[int, float]:
    """Let blink time pass after pose `at`, the first of k, until it is over or gaze shifts far.

    Args:
        left: at the first pose.
        at: its number.
        ready: from which pose on it matters that time is over.
        talking, resting, habit, factor: as of `Blinking`.
        voices, affects, gazes: float64[k, ...], as of `Voices`, `Affects` and `GazePose`.

    Returns:
        How many poses have passed, 1 to k, and the blink time that is left at the last of them.
    """
    for n in range(1, len(voices)):
        after = left - pace_of(voices[n], affects[n], talking, resting, habit, factor)
        if gazes[n, 6] > SMALL_SHIFT or (after <= 0.0 and at + n >= ready):
            return n, left
        left = after
    return len(voices), left


@numba.njit(cache=True)
def shut(strokes: Floats, since: int, lids: Floats) -> None:
    """Write how far both lids are down, float64[k, 2], from `since` poses after the begin of their strokes on."""
    for side in range(2):
        s = strokes[side]
        stroke = Stroke(s[0], s[1], s[2], s[3], s[4], s[5], s[6])
        for n in range(len(lids)):
            lids[n, side] = level(stroke, since + n)
