"""How much of the time the character looks at its partner, and when."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.cli.liveliness.motion import Doubles, Motion

AT_PARTNER: Final = 5.0
"""Degrees around straight ahead that count as the partner's face: half of it at about a metre."""
BRIDGED: Final = 0.1
"""Seconds away from the partner that don't end a bout of looking."""
AROUND: Final = 2.0
"""Seconds before and after the beginnings and ends of speech that are looked at."""
TURN: Final = 0.25
"""Seconds of quiet that make what follows a beginning of speech, and what was before an end."""


@dataclass(frozen=True, slots=True)
class GazeShare:
    """Looking at the partner.

    Attributes:
        share: of all frames.
        speaking, quiet: of those in which the voice is heard, or not; NaN where there are none.
        bouts: float64[n], seconds of each uninterrupted look.
        begin, end: float64[2 * AROUND * fps + 1], the share around the beginnings and ends of speech; NaN if none.
    """

    share: float
    speaking: float
    quiet: float
    bouts: Doubles
    begin: Doubles
    end: Doubles


def gaze_share(motion: Motion) -> GazeShare:
    """Measure looking at the partner, who is straight ahead."""
    looks = np.hypot(*motion.gaze.T) <= AT_PARTNER
    return GazeShare(
        _mean(looks),
        _mean(looks[motion.speaking]),
        _mean(looks[~motion.speaking]),
        _bouts(looks, motion.fps),
        around(looks, turns(motion, begin=True), motion.fps),
        around(looks, turns(motion, begin=False), motion.fps),
    )


def turns(motion: Motion, *, begin: bool) -> NDArray[np.intp]:
    """Return the frames at which speech begins, or has just ended, next to `TURN` seconds of quiet or more."""
    speaking = motion.speaking.astype(np.int8)
    starts = np.flatnonzero(np.diff(speaking) == 1) + 1
    stops = np.flatnonzero(np.diff(speaking) == -1) + 1
    least = TURN * motion.fps
    if begin:
        last = np.searchsorted(stops, starts) - 1
        quiet = np.where(last >= 0, starts - stops[np.maximum(last, 0)] if len(stops) else starts, starts)
        return starts[quiet >= least]
    following = np.searchsorted(starts, stops)
    ends = np.append(starts, len(speaking))[following]
    return stops[ends - stops >= least]


def around(flags: NDArray[np.bool_], events: NDArray[np.intp], fps: float) -> Doubles:
    """Average flags around events: float64[2 * AROUND * fps + 1]; events too near the ends are left out."""
    reach = round(AROUND * fps)
    inside = events[(events >= reach) & (events + reach < len(flags))]
    if not len(inside):
        return np.full(2 * reach + 1, math.nan)
    averaged: Doubles = flags[inside[:, None] + np.arange(-reach, reach + 1)].mean(axis=0)
    return averaged


def _bouts(looks: NDArray[np.bool_], fps: float) -> Doubles:
    """Lengths of looks in seconds; those cut off at either end of the performance don't count."""
    edges = np.diff(np.concatenate(([0], looks.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    if not len(starts):
        return np.zeros(0)
    apart = starts[1:] - ends[:-1] > BRIDGED * fps
    starts, ends = starts[np.append(True, apart)], ends[np.append(apart, True)]
    whole = (starts > 0) & (ends < len(looks))
    bouts: Doubles = (ends[whole] - starts[whole]) / fps
    return bouts


def _mean(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else math.nan
