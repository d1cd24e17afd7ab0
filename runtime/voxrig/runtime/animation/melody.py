"""A voice's own normal loudness and pitch, and how its pitch moves at the end of a phrase."""

import math
from typing import Final

import numba

from voxrig.runtime.animation.presence import SILENCE
from voxrig.runtime.core.timing import STEP_RATE

Melody = tuple[float, float, float, float, float, float, float, float]
"""level: dBFS, mean of voiced sound; levels: steps it was taken from; pitch: mean semitones above 1 Hz; pitches: steps;
fast, slow: pitch followed over 50 and 170 ms of voiced sound; run: voiced steps of this phrase, `_SHORTEST` at most;
rising: as in `Voice`."""

UNHEARD: Final[Melody] = (SILENCE, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
"""Before the first voiced sound."""

LEARNING: Final = 2.0 * STEP_RATE
"""Voiced steps that make a voice's first normal; from there on it moves slowly, so that a shout stays a shout."""
SLOW: Final = 1.0 / (30.0 * STEP_RATE)
"""Share of a voiced step after that."""

_FAST: Final = 1.0 - math.exp(-1.0 / (0.05 * STEP_RATE))
_SLOWER: Final = 1.0 - math.exp(-1.0 / (0.17 * STEP_RATE))
_SHORTEST: Final = 6.0  # voiced steps in a phrase: less has no melody
_CLEAR: Final = 15.0  # dB below the mean: what is softer may be an echo or a breath, and its pitch is misheard
_LEAP: Final = 3.0  # semitones: an octave misheard moves little
_STEEP: Final = 2.2  # semitones between fast and slow that count as a clear rise: about 4 in the last 200 ms
_FADE: Final = math.exp(-1.0 / (0.45 * STEP_RATE))


@numba.njit(cache=True)
def weigh(count: float) -> float:
    """Return the weight of the newest of `count` steps in a normal."""
    return 1.0 / count if count < LEARNING else SLOW


@numba.njit(cache=True)
def sing(
    state: Melody, level: float, f0: float, voicing: float, started: bool, ended: bool
) -> tuple[Melody, float, float]:
    """Move on by one step of speech; return the next state, and level and pitch above the voice's normal.

    Args:
        state: as it was.
        level: dBFS; `SILENCE` where nobody speaks.
        f0: Hz; 0 where unvoiced or in silence.
        voicing: 0 to 1.
        started: a phrase begins.
        ended: a phrase has ended.
    """
    mean, levels, usual, pitches, fast, slow, run, rising = state
    rising *= _FADE
    if started:
        run, rising = 0.0, 0.0
    pitch = 0.0
    if voicing >= 0.5 and level > mean - _CLEAR:
        levels = min(levels + 1.0, LEARNING)
        mean = level if levels == 1.0 else mean + weigh(levels) * (level - mean)
        if f0 > 0.0:
            heard = 12.0 * math.log2(f0)
            pitches = min(pitches + 1.0, LEARNING)
            usual = heard if pitches == 1.0 else usual + weigh(pitches) * (heard - usual)
            pitch = min(max(heard - usual, -18.0), 18.0)
            run = min(run + 1.0, _SHORTEST)
            if run == 1.0:
                fast = slow = heard
            fast += _FAST * min(max(heard - fast, -_LEAP), _LEAP)
            slow += _SLOWER * min(max(heard - slow, -_LEAP), _LEAP)
    if ended and run >= _SHORTEST:
        rising = math.tanh((fast - slow) / _STEEP)
        run = 0.0
    relative = min(max(level - mean, -20.0), 20.0) if levels > 0.0 and level > SILENCE else -20.0
    return (mean, levels, usual, pitches, fast, slow, run, rising), relative, pitch
