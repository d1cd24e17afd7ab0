"""Which syllables stand out: peaks of loudness and pitch over voiced sound, against the voice's own other peaks.

Loudness, pitch movement and length of the nucleus make a syllable prominent to listeners (Terken & Hermes 2000, "The
perception of prosodic prominence", in Horne (ed.), Prosody: Theory and Experiment). A syllable is known to stand out
as soon as the curve is over the bar and climbs no longer as it did: near its nucleus's loudest moment, and not later.
"""

import math
from typing import Final

import numba

from voxrig.runtime.core.timing import STEP_RATE

Prominence = tuple[float, float, float, float, float, float, float, float]
"""curve: the smoothed prominence, about 1 at the voice's mean; top: highest in this syllable, 0 between two; low:
lowest since the last; growth: its steepest step; bar: the peaks' upper third begins here; spread: their mean distance
from it; count: of peaks, `_PEAKS` at most; rest: steps since the last beat, `_LONG` at most."""

_PEAKS: Final = 30.0
_LONG: Final = 10.0 * STEP_RATE
UNHEARD: Final[Prominence] = (0.0, 0.0, 0.0, 0.0, 1.2, 0.2, 5.0, _LONG)
"""Before the first syllable: what most voices do counts as five peaks."""

_SMOOTH: Final = 1.0 - math.exp(-1.0 / (0.035 * STEP_RATE))
_UPPER: Final = 0.35  # share of peaks above the bar
_APART: Final = 0.3 * STEP_RATE  # steps between beats
_SLOWED: Final = 0.4
_PATIENCE: Final = 0.9 * STEP_RATE  # steps after which the bar sinks for the next beat
_SINK: Final = 0.25 / STEP_RATE


@numba.njit(cache=True)
def stand_out(state: Prominence, level: float, pitch: float, voiced: float) -> tuple[Prominence, float, float]:
    """Move on by one step; return the next state, stress and beat (see `voice.Voice`).

    Args:
        state: as it was.
        level: dB above the voice's mean.
        pitch: semitones above the voice's mean.
        voiced: 0 to 1; 0 in silence.
    """
    curve, top, low, growth, bar, spread, count, rest = state
    loud = max(0.0, 1.0 + level / 15.0) * (1.0 + 0.08 * min(max(pitch, -6.0), 10.0))
    before = curve
    curve += _SMOOTH * (voiced * loud - curve)
    rest = min(rest + 1.0, _LONG)
    beat = 0.0
    if top > 0.0:  # in a syllable
        top = max(top, curve)
        growth = max(growth, curve - before)
        over = curve - bar
        eager = _SINK * max(0.0, rest - _PATIENCE)
        if over > -eager and rest >= _APART and curve > 0.3 and curve - before < _SLOWED * growth:
            beat = min(max(0.4 + 0.3 * over / spread, 0.2), 1.0)
            rest = 0.0
        if curve < top - 0.12:
            count = min(count + 1.0, _PEAKS)
            over = top - bar
            spread = max(spread + (abs(over) - spread) / count, 0.05)
            bar += 2.0 * spread / count * (1.0 - _UPPER if over > 0.0 else -_UPPER)
            top, low = 0.0, curve
    else:
        low = min(low, curve)
        if curve > low + 0.12:
            top, growth = curve, curve - before
    stress = min(max((curve - 0.4 * bar) / (0.8 * bar), 0.0), 1.0)
    return (curve, top, low, growth, bar, spread, count, rest), stress, beat
