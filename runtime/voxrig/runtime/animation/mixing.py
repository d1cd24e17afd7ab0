"""How several sources of emotion meet on one face.

Each region of the face has room for emotions that sum to 1, and the sources take from it in the order cues, voice,
mood, baseline:

1. What one source asks for is damped where it contradicts itself: of two categories that conflict
   (`emotion_table.CONFLICTS`) each loses that share of itself which the other has of the two. Joy 0.8 with sadness 0.8
   is shown as 0.4 of each; joy 0.8 with sadness 0.1 as 0.71 and 0.01.
2. A later source adds, of each category, only what it asks for beyond what is shown already. So joy that was asked for
   is not more joy for being heard as well, and a mood does not creep into the emotion that made it.
3. It is damped by what the earlier ones show already: fully by what conflicts in the same region, half as much by what
   conflicts in another one. So a voice that sounds sad does not pull at a smile that was asked for.
4. What then exceeds the room that is left is scaled down to it.

All steps are continuous, so that sources that change smoothly give a face that does.
"""

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.emotion import CATEGORIES, REGIONS
from voxrig.runtime.animation.emotion_table import CONFLICTS, VAD

Floats = NDArray[np.float64]
Numbers = tuple[float, ...]

ELSEWHERE: Final = 0.5
"""How much a conflict counts with what another region shows."""

_N: Final = len(CATEGORIES)
_R: Final = len(REGIONS)
_ALL: Final = _N * _R
CONFLICTED: Final[Floats] = np.array(CONFLICTS)
"""float64[7, 7]: how far two of `CATEGORIES` conflict."""
POINTS: Final[Floats] = np.array(VAD)
"""float64[7, 3]: valence, arousal and dominance of each of them."""

SCRATCH: Final = (3 * _R + 1, _N)
"""The shape of what `mix` needs to reckon."""


@numba.njit(cache=True)
def _agree(asked: Floats, given: Floats, conflicts: Floats) -> None:
    """Damp what contradicts itself in one source and region, in place; `given`, float64[7], is written."""
    for one in range(_N):
        given[one] = asked[one]
    for one in range(_N):
        if given[one] == 0.0:
            continue
        kept = 1.0
        for other in range(_N):
            if conflicts[one, other] > 0.0 and given[other] > 0.0:
                kept -= conflicts[one, other] * given[other] / (given[one] + given[other])
        asked[one] = given[one] * max(kept, 0.0)


@numba.njit(cache=True)
def _take(shown: Floats, asked: Floats, before: Floats, conflicts: Floats) -> None:
    """Add a source, float64[R, 7], to what R regions show, float64[R, 7], in place; `before`, float64[4, 7], too.

    Where all regions show and are asked for the same, R may be 1.
    """
    regions = len(shown)
    for region in range(regions):
        for one in range(_N):
            before[region, one] = shown[region, one]
    for region in range(regions):
        _agree(asked[region], before[_R], conflicts)
        total, taken = 0.0, 0.0
        for one in range(_N):
            taken += before[region, one]
            beyond = max(asked[region, one] - before[region, one], 0.0)
            if beyond > 0.0:
                against = 0.0
                for other in range(_N):
                    if conflicts[one, other] > 0.0:
                        most = before[region, other]
                        for place in range(regions):
                            most = max(most, ELSEWHERE * before[place, other])
                        against += conflicts[one, other] * most
                beyond *= max(1.0 - against, 0.0)
            asked[region, one] = beyond
            total += beyond
        room = max(1.0 - taken, 0.0)
        share = 1.0 if total <= room else room / total
        for one in range(_N):
            shown[region, one] += share * asked[region, one]


def mixed(
    cued: Numbers, heard: Numbers, mood: Numbers, baseline: Numbers | Floats, weights: Numbers | Floats, keep: float
) -> Floats:
    """Mix the sources of emotion.

    Args:
        cued, baseline: 21 numbers each, as the fields of `Emotion`.
        heard, mood: 7 numbers each, as `CATEGORIES`: for all regions alike.
        weights: of cues, heard and mood.
        keep: how much of the mood is kept; the rest goes over to what cues and voice make the face show now, all of it
            where they are within 0.001. 1: the mood stays, to the bit.

    Returns:
        float64[31]: the emotion shown; its valence, arousal and dominance; the mood that follows.
    """
    out = np.empty(_ALL + 3 + _N)
    asked, told, felt, own, shares = (np.asarray(n, np.float64) for n in (cued, heard, mood, baseline, weights))
    mix(asked, told, felt, own, shares, keep, CONFLICTED, POINTS, np.empty(SCRATCH), out)
    return out


@numba.njit(cache=True)
def mix(
    cued: Floats,
    heard: Floats,
    mood: Floats,
    baseline: Floats,
    weights: Floats,
    keep: float,
    conflicts: Floats,
    points: Floats,
    scratch: Floats,
    out: Floats,
) -> None:
    """Write what `mixed` returns to `out`, float64[31], and anything to `scratch`, float64[10, 7].

    `conflicts` and `points` are `CONFLICTED` and `POINTS`.
    """
    # The tables are arguments: numba's cache would keep an old one that a compiled function had swallowed.
    shown, asked, before = scratch[:_R], scratch[_R : 2 * _R], scratch[2 * _R :]
    shown[:] = 0.0
    # What is zero adds nothing, and what all regions are asked for alike is reckoned once: to the bit the same, sooner.
    regions = 1 if _alike(cued) else _R
    if _fill(asked[:regions], cued, weights[0]):
        _take(shown[:regions], asked[:regions], before, conflicts)
    if _fill(asked[:regions], heard, weights[1]):
        _take(shown[:regions], asked[:regions], before, conflicts)
    out[:] = 0.0
    for one in range(_N):
        felt = 0.0
        for region in range(_R):
            felt += shown[min(region, regions - 1), one] / _R
        off = mood[one] - felt
        if keep == 1.0:
            out[_ALL + 3 + one] = mood[one]
        else:
            out[_ALL + 3 + one] = felt if abs(off) < 1e-3 else felt + keep * off
    if _fill(asked[:regions], out[_ALL + 3 :], weights[2]):
        _take(shown[:regions], asked[:regions], before, conflicts)
    if regions < _R:
        shown[1:] = shown[0]
    if _fill(asked, baseline, 1.0):
        _take(shown, asked, before, conflicts)
    for field in range(_ALL):
        out[field] = min(max(shown[field // _N, field % _N], 0.0), 1.0)
        if out[field] > 0.0:
            for axis in range(3):
                out[_ALL + axis] += out[field] * points[field % _N, axis] / _R


@numba.njit(cache=True)
def _alike(emotion: Floats) -> bool:
    """Return whether all regions of 21 numbers are the same."""
    alike = True
    for field in range(_N, _ALL):
        alike = alike and emotion[field] == emotion[field - _N]
    return alike


@numba.njit(cache=True)
def _fill(asked: Floats, source: Floats, weight: float) -> bool:
    """Write what a source of 7 or 21 numbers asks for, float64[R, 7]; return whether that is anything."""
    asks = False
    for region in range(len(asked)):
        start = region * _N if len(source) == _ALL else 0
        for one in range(_N):
            asked[region, one] = weight * source[start + one]
            asks = asks or asked[region, one] != 0.0
    return asks


@numba.njit(cache=True)
def smooth(
    evidence: Floats,
    heard: Floats,
    now: Floats,
    settle: float,
    rise: float,
    fall: float,
    conflicts: Floats,
    out: Floats,
) -> None:
    """Follow what is heard, one pose on: its mean, and how far what that mean does not contradict moves one.

    Args:
        evidence, heard: 7 numbers each, the two stages so far, as `CATEGORIES`; now: 7 numbers, heard at this pose.
        settle, rise, fall: the share of the way that a pose goes: of the mean, and of the second stage up and down.
        conflicts: `CONFLICTED`.
        out: float64[14], is written: both stages. What is within 0.0001 of its goal has reached it.
    """
    for one in range(_N):
        off = now[one] - evidence[one]
        out[one] = now[one] if abs(off) < 1e-4 else evidence[one] + settle * off
    for one in range(_N):
        goal = out[one]
        for other in range(_N):
            goal -= conflicts[one, other] * out[other]
        off = max(goal, 0.0) - heard[one]
        if abs(off) < 1e-4:
            out[_N + one] = max(goal, 0.0)
        else:
            out[_N + one] = heard[one] + (rise if off > 0.0 else fall) * off
