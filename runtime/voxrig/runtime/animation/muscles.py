"""How muscles follow an emotion and a voice, pose by pose: the compiled part of `expression`.

It is straight-line arithmetic, the same to the bit wherever and with whomever it runs, one pose at a time or many.

What a face holds from pose to pose are `STATE` float64: two lags of every unit on the left and the right, [2, U, 2],
each a float32's value; which categories have set in, a bit each; the pose at which the last one of them did; the pose
of the last accent of the brows; two lags of whether the character speaks, two of the brows' lift; the accent's height;
the pose at which the manner was drawn, infinite before the first; and the manner, [G, 2, 3], as of `_manner`.
"""

import math
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.action_units import GROUPS, KNOTS, UNITS, Floats, Integers, lags
from voxrig.runtime.animation.emotion import CATEGORIES
from voxrig.runtime.animation.shaping import amplified
from voxrig.runtime.core.chance import drift, uniform
from voxrig.runtime.core.timing import STEP_RATE

Doubles = NDArray[np.float64]

EXCITED: Final = 0.35
"""An excited voice (`Voice.arousal` 1) raises small amplitudes by this share, large ones by less: 1 stays 1."""
SUBDUED: Final = 0.25
"""A subdued one (-1) lowers them by this share."""

SIDE: Final = 90
"""Of chance: which side shows more of what is one-sided."""
TAKEN: Final = 91
"""Of chance: whether the brows mark a stressed syllable."""
_AMPLITUDE, _PACE, _APEX = 92, 93, 94  # of chance; the last one a group, up to 98

_UNEVEN: Final = (0.015, 0.055)  # least and most by which a side's amplitude is off the mean
_EARLIER: Final = 0.1  # most by which a side's pace is off it: at the mouth, 60 ms between the sides
_BREATHES: Final = 0.1  # of an amplitude, how far it wanders at the apex
_WANDER: Final = 132  # poses
_SHOWN, _GONE = 0.05, 0.02  # intensities at which an emotion has set in, and is over

ACCENT: Final = 12  # poses that a brow is held up for a stressed syllable
APART: Final = 40  # poses from one such accent to the next, at the least
STRESSED, ASKED = 0.1, 0.3  # how far brows rise with stress, and with a question's end
MOST: Final = 0.6  # of an accent


def _share(seconds: float) -> float:
    """Return the share of the way that a lag with this time constant goes in one pose."""
    return -math.expm1(-1.0 / (seconds * STEP_RATE))


_RISE: Final = np.array([1.0 / (lag * STEP_RATE) for lag in lags("onset")])
_FALL: Final = np.array([1.0 / (lag * STEP_RATE) for lag in lags("offset")])
SPEAK, REST = _share(0.035), _share(0.15)  # of how far the mouth belongs to speech
LIFT, SINK = _share(0.05), _share(0.13)  # of a brow's accent
_KNOTS: Final = np.array(KNOTS, np.float32)
_BROWS: Final = tuple(UNITS.index(unit) for unit in ("AU1", "AU2", "AU4"))
_ANGER: Final = CATEGORIES.index("anger")
_U, _G, _C = len(UNITS), len(GROUPS), len(CATEGORIES)
_MARKS: Final = 4 * _U
_DRAWN: Final = _MARKS + 9
STATE: Final = _DRAWN + 6 * _G


def unmoved() -> Doubles:
    """Return the state, float64[STATE], of a face that has shown nothing yet."""
    held = np.zeros(STATE)
    held[_MARKS + 2], held[_DRAWN - 1] = -APART, math.inf
    return held


@numba.njit(cache=True)
def followed(first: float, second: float, wanted: float, rise: float, fall: float) -> tuple[float, float]:
    """Move two lags in a row on by a pose."""
    first += (rise if wanted > first else fall) * (wanted - first)
    second += (rise if first > second else fall) * (first - second)
    return (first, second) if second > 1e-9 else (first, 0.0)


@numba.njit(cache=True)
def accent_of(beat: float, arousal: float, feels: float) -> float:
    """Return how far a stressed syllable raises the brows: further in an excited voice or face."""
    return float((0.12 + 0.25 * beat) * min(max(1.0 + 0.4 * feels + 0.4 * arousal, 0.5), 1.5))


@numba.njit(cache=True)
def express_all(
    key: int,
    at: int,
    strong: int,
    affects: Doubles,
    voices: Doubles,
    units: Integers,
    amount: Floats,
    other: Floats,
    linked: Integers,
    weight: Floats,
    before: Doubles,
    held: Doubles,
    values: Floats,
) -> None:
    """Show k poses from `at` on.

    Args:
        key: of chance; at: number of the first pose; strong: the side of what is one-sided.
        affects: float64[k, 24], as of `emotion.Affects`.
        voices: float64[k, 11], as of `voice.Voices`.
        units, amount, other, linked, weight: as of `wiring.Wiring`.
        before: float64[STATE], before the first pose.
        held: float64[STATE], is written: after the last.
        values: float32[k, K], is written: a value for each control.
    """
    for k in range(STATE):
        held[k] = before[k]
    moved, manner = held[:_MARKS].reshape((2, _U, 2)), held[_DRAWN:].reshape((_G, 2, 3))
    shown, begun, accent = int(held[_MARKS]), int(held[_MARKS + 1]), int(held[_MARKS + 2])
    shows, reach, apex = np.empty((_U, 2), np.float32), np.empty((_U, 2)), np.empty(_G)
    talk0, talk, lift0, lift, height, drawn = held[_MARKS + 3 : _DRAWN]
    for n in range(len(voices)):
        speaks, stress, beat, rising, arousal = voices[n, 0], voices[n, 5], voices[n, 6], voices[n, 7], voices[n, 10]
        if beat > 0.0 and at + n - accent >= APART and uniform(key, TAKEN, at + n, 0) < 0.25 + 0.5 * beat:
            accent, height = at + n, accent_of(beat, arousal, affects[n, 22])
        wanted = STRESSED * stress + ASKED * max(rising, 0.0)
        if at + n - accent < ACCENT:
            wanted += height
        talk0, talk = followed(talk0, talk, speaks, SPEAK, REST)
        lift0, lift = followed(lift0, lift, min(wanted, MOST), LIFT, SINK)
        gain = np.float32(1.0 + (EXCITED if arousal > 0.0 else SUBDUED) * arousal)
        emotion = affects[n, :21]
        shown, begun, felt = _set_in(emotion, shown, begun, at + n, _C)
        if begun != drawn:
            _manner(key, begun, manner)
            drawn = float(begun)
        express(
            key, at + n, strong, felt, emotion, gain, talk, lift, manner, units, amount, other, linked, weight, moved,
            shows, reach, apex, values[n],
        )  # fmt: skip
    held[_MARKS], held[_MARKS + 1], held[_MARKS + 2] = shown, begun, accent
    held[_MARKS + 3], held[_MARKS + 4], held[_MARKS + 5], held[_MARKS + 6] = talk0, talk, lift0, lift
    held[_MARKS + 7], held[_MARKS + 8] = height, drawn


@numba.njit(cache=True)
def _set_in(emotion: Doubles, shown: int, begun: int, at: int, categories: int) -> tuple[int, int, bool]:
    """Return which categories have set in by now, when the last one did, and whether there is any emotion at all."""
    felt = False
    for c in range(categories):
        most = max(emotion[c], emotion[categories + c], emotion[2 * categories + c])
        felt = felt or most > 0.0
        if most >= _SHOWN and not shown >> c & 1:
            shown, begun = shown | 1 << c, at
        elif most <= _GONE:
            shown &= ~(1 << c)
    return shown, begun, felt


@numba.njit(cache=True)
def _reach(emotion: Doubles, units: Integers, amount: Floats, other: Floats, wanted: Doubles) -> None:
    """Write how far units go, float64[U, 2], with the side that shows less last.

    One emotion goes as far as in the table, several together never beyond 1.
    """
    wanted[:] = 1.0
    for place in range(len(emotion)):
        intensity, c = emotion[place], place % _C
        if intensity <= 0.0:
            continue
        knot = 1
        while knot < len(_KNOTS) and intensity >= _KNOTS[knot]:
            knot += 1
        share, next_knot = 0.0, min(knot, len(_KNOTS) - 1)
        if knot < len(_KNOTS):
            share = (intensity - _KNOTS[knot - 1]) / (_KNOTS[knot] - _KNOTS[knot - 1])
        for u in range(_U):
            if units[0, u] != place // _C:
                continue
            low = amount[c, u, knot - 1]
            goes = float(low + share * (amount[c, u, next_knot] - low))
            wanted[u, 0] *= 1.0 - goes
            wanted[u, 1] *= 1.0 - other[c, u] * goes
    for u in range(_U):
        wanted[u, 0], wanted[u, 1] = 1.0 - wanted[u, 0], 1.0 - wanted[u, 1]


@numba.njit(cache=True)
def _manner(key: int, begun: int, manner: Doubles) -> None:
    """Write how what has set in shows, float64[G, 2, 3]: how far, and its rise and fall a pose, on either side."""
    for g in range(len(GROUPS)):
        chance = 2.0 * uniform(key, _AMPLITUDE, begun, g) - 1.0
        uneven = math.copysign(_UNEVEN[0] + (_UNEVEN[1] - _UNEVEN[0]) * abs(chance), chance)
        earlier = _EARLIER * (2.0 * uniform(key, _PACE, begun, g) - 1.0)
        for side in range(2):
            sign = 1.0 - 2.0 * side
            manner[g, side, 0] = 1.0 + sign * uneven
            manner[g, side, 1] = -math.expm1(-_RISE[g] * (1.0 + sign * earlier))
            manner[g, side, 2] = -math.expm1(-_FALL[g] * (1.0 + sign * earlier))


@numba.njit(cache=True)
def express(
    key: int,
    at: int,
    strong: int,
    felt: bool,
    emotion: Doubles,
    gain: np.float32,
    talk: float,
    lift: float,
    manner: Doubles,
    units: Integers,
    amount: Floats,
    other: Floats,
    linked: Integers,
    weight: Floats,
    moved: Doubles,
    shows: Floats,
    wanted: Doubles,
    apex: Doubles,
    values: Floats,
) -> None:
    """Show pose `at`: write `moved`, float64[2, U, 2], the two lags of the state, and float32[K] values.

    Anything is written to `shows`, float32[U, 2], `wanted`, float64[U, 2], and `apex`, float64[G].

    Args:
        key, strong, units, amount, other, linked, weight: as of `express_all`.
        felt: whether there is any emotion; emotion: float64[21].
        gain: of the voice; talk, lift: as far as they are.
        manner: see `_manner`.
    """
    shows[:] = 0.0
    apex[:] = -1.0
    if felt:
        _reach(emotion, units, amount, other, wanted)
    for u in range(_U):
        g = units[1, u]
        for side in range(2):
            further, rise, fall = manner[g, side, 0], manner[g, side, 1], manner[g, side, 2]
            goal, first, second = 0.0, moved[0, u, side], moved[1, u, side]
            if felt:
                reach = np.float32(wanted[u, int(side != strong)])
                goal = min(float(amplified(reach, gain)) * further, 1.0)
            if goal == 0.0 and first == 0.0 and second == 0.0:
                continue
            first += (rise if goal > first else fall) * (goal - first)
            second += (rise if first > second else fall) * (first - second)
            if goal == 0.0 and first < 1e-6 and second < 1e-6:
                first, second = 0.0, 0.0
            moved[0, u, side], moved[1, u, side] = np.float32(first), np.float32(second)
            if apex[g] < 0.0:
                apex[g] = 1.0 + _BREATHES * drift(key, _APEX + g, at, _WANDER)
            shows[u, side] = min(second * apex[g], 1.0) * (1.0 - talk * (1.0 - amount[_C, u, 0]))
    frown = emotion[_ANGER]
    for side in range(2):
        for k in range(3):
            u = _BROWS[k]
            more = lift * (frown if k == 2 else 1.0 - frown)
            shows[u, side] += more * (1.0 - shows[u, side])
    values[:] = 0.0
    for n in range(len(weight)):
        shown = shows[linked[0, n], linked[1, n]]
        if shown != 0.0:
            value = values[linked[2, n]]
            values[linked[2, n]] = value + (1.0 - value) * weight[n] * shown
