"""Whether somebody speaks: sound well above the room's own noise that is voiced, or moves as speech does.

The noise floor follows the level down at once and up slowly, faster where the sound stands still: a fan is room after
a second, a voice never. Nothing is absolute but the first guess of the floor.
"""

import math
from typing import Final

import numba

from voxrig.runtime.core.timing import STEP_RATE

PAUSE: Final = STEP_RATE // 4
"""Steps without speech after which a phrase has ended: 250 ms, beyond the closure of any stop."""

SILENCE: Final = -200.0
"""The level, in dBFS, of no sound at all."""

Presence = tuple[float, float, float, float, float, float]
"""floor: dBFS of the room; mean: dBFS over the last 150 ms, `SILENCE` after silence; flux: dB, how far the level moves
about that mean; evidence: 1 and more starts speech; gap: steps since speech was last heard, `PAUSE` at most; speaks."""

UNHEARD: Final[Presence] = (-60.0, SILENCE, 0.0, 0.0, float(PAUSE), 0.0)
"""Before the first sound: the room is taken to be at -60 dBFS."""

_FOLLOW: Final = 1.0 - math.exp(-1.0 / (0.15 * STEP_RATE))
_FLUX: Final = 1.0 - math.exp(-1.0 / (0.3 * STEP_RATE))
_FALL: Final = 0.3
_RISE: Final = 2.0 / STEP_RATE  # dB a step
_SETTLE: Final = 1.0 / (0.6 * STEP_RATE)  # share of the way a step, for a sound that stands still
_STILL: Final = 2.5  # dB of flux: white noise has 0.3 at this step, speech 4 and more
_SOFTEST: Final = 30.0  # dB below the voice's mean: what is softer is breath or the room's echo


@numba.njit(cache=True)
def attend(state: Presence, level: float, voicing: float, loudest: float) -> Presence:
    """Move on by one step.

    Args:
        state: as it was.
        level: dBFS; `SILENCE` where there is none.
        voicing: 0 to 1.
        loudest: dBFS, the voice's mean level; `SILENCE` while it is unknown.
    """
    floor, mean, flux, evidence, gap, speaks = state
    active = False
    if level <= SILENCE:
        mean, flux = SILENCE, flux * (1.0 - _FLUX)
    else:
        mean = level if mean <= SILENCE else mean  # the step out of silence is no movement of the sound
        away = level - mean
        mean += _FOLLOW * away
        flux += _FLUX * (abs(away) - flux)
        above = level - floor
        if level > loudest - _SOFTEST:
            if speaks > 0.0:
                active = above > 5.0 and (voicing >= 0.4 or flux >= _STILL)
            else:
                active = (above > 8.0 and voicing >= 0.55) or (above > 12.0 and flux > 1.5 * _STILL)
        if above < 0.0:
            floor += _FALL * above
        else:
            still = max(0.0, 1.0 - flux / _STILL) * (0.15 if voicing >= 0.5 else 1.0)
            floor += _RISE + _SETTLE * still * above
    if active:
        evidence += 0.5 if voicing >= 0.55 else 1.0 / 6.0
        if evidence >= 1.0:
            speaks, gap = 1.0, 0.0
    else:
        evidence = 0.0
    if not active or speaks == 0.0:
        gap = min(gap + 1.0, float(PAUSE))
        if gap >= PAUSE:
            speaks = 0.0
    return floor, mean, flux, min(evidence, 1.0), gap, speaks
