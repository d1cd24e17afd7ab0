"""Breath: in and out at rest, quickly in and slowly out while speaking.

At rest 12 to 18 breaths a minute, breathing in for two fifths of each. Who speaks breathes in quickly in the pauses and
lets the air go slowly over the phrase (Conrad & Schönle 1979, "Speech and respiration", Arch Psychiat Nervenkr 226).
"""

import math
from typing import Final, NamedTuple

from numba.extending import register_jitable

from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.core.chance import uniform
from voxrig.runtime.core.smoothing import ease
from voxrig.runtime.core.timing import STEP_RATE

REST: Final = (12.0, 18.0)
"""Breaths a minute at rest, the least and the most."""
GASP: Final = 0.45
"""Seconds to breathe in during speech."""
PHRASE: Final = 5.0
"""Seconds in which a speaker's air runs out."""

_IN: Final = 0.4
_ENOUGH: Final = 0.2  # who begins to speak with more air than this doesn't breathe in first
_FOLLOW: Final = 1.0 - math.exp(-1.0 / (0.08 * STEP_RATE))
_DEPTH: Final = 70  # what chance is asked for


class BreathState(NamedTuple):
    """One movement of the breath, and what follows it smoothly.

    Attributes:
        start: pose at which the movement began; -1 before the first.
        length: poses that it takes.
        before: air at its start, -1 to 1.
        goal: air at its end.
        inward: whether it breathes in.
        near, far: two delays in series behind it; `far` is the breath that shows.
    """

    start: int
    length: int
    before: float
    goal: float
    inward: bool
    near: float
    far: float


STILL: Final = BreathState(-1, 1, -0.5, -0.5, False, -0.5, -0.5)
"""Before the first breath."""


def breathe(key: int, state: BreathState, at: int, voice: Voice, arousal: float) -> BreathState:
    """Begin the next movement of the breath at pose `at`, if one begins there; `inhaled` then makes it.

    Args:
        key: of the session.
        state: after the pose before.
        at: number of the pose.
        voice: as heard at the pose.
        arousal: -1 to 1: who is excited breathes faster.
    """
    start, length, before, goal, inward, near, far = state
    air = before + (goal - before) * ease((at - start) / length)
    turn = at - start >= length
    if voice.started:
        inward, turn = air < _ENOUGH, True
    elif voice.ended:
        inward, turn = True, True
    elif turn:
        inward = not inward and not voice.speaking
    if turn or start < 0:
        start, before = at, air
        depth = 0.6 + 0.3 * uniform(key, _DEPTH, at)
        goal = depth if inward else -depth
        if voice.speaking or voice.ended:
            length = round(STEP_RATE * (GASP if inward else PHRASE))
        else:
            slowest, fastest = REST
            rate = (slowest + (fastest - slowest) * uniform(key, _DEPTH + 1, at)) * (1.0 + 0.35 * arousal)
            length = round(60.0 * STEP_RATE / rate * (_IN if inward else 1.0 - _IN))
    return BreathState(start, length, before, goal, inward, near, far)


@register_jitable
def inhaled(
    start: float, length: float, before: float, goal: float, near: float, far: float, at: int
) -> tuple[float, float]:
    """Breathe at pose `at`: return the next `near` and `far`; arguments as of `BreathState`."""
    air = before + (goal - before) * ease((at - start) / length)
    near += _FOLLOW * (air - near)
    return near, far + _FOLLOW * (near - far)


@register_jitable
def flow(near: float, far: float) -> float:
    """Return how fast air goes in (above 0) or out, 1 as in the middle of a breath in at rest."""
    return (near - far) * (_FOLLOW * STEP_RATE / 2.0)
