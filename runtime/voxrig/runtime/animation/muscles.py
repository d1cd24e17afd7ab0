"""How muscles follow an emotion and a voice, pose by pose: the compiled part of `expression`.

It is straight-line arithmetic, the same to the bit wherever and with whomever it runs, one pose at a time or many.
"""

import math
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.action_units import (
    GROUPS,
    KNOTS,
    OTHER_SIDE,
    UNITS,
    Floats,
    Links,
    UnitTables,
    lags,
)
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
LAGS: Final = np.array((SPEAK, REST, LIFT, SINK))
_KNOTS: Final = np.array(KNOTS, np.float32)
_OTHER_SIDE: Final = np.array(OTHER_SIDE, np.float32)
_BROWS: Final = tuple(UNITS.index(unit) for unit in ("AU1", "AU2", "AU4"))
_ANGER: Final = CATEGORIES.index("anger")


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
    moment: tuple[int, int, int],
    brow: tuple[float, float, float, float, float],
    affects: Doubles,
    voices: Doubles,
    lags: Doubles,
    units: UnitTables,
    linked: Links,
    before: Floats,
    held: Floats,
    values: Floats,
) -> tuple[int, int, int, float, float, float, float, float]:
    """Show k poses from `at` on.

    Args:
        key, at, strong: as of `express`.
        moment: of the state, what has set in, when, and the pose of the last accent.
        brow: of the state, both lags of talking, both of the brows' lift, and the accent's height.
        affects: float64[k, 24], as of `emotion.Affects`.
        voices: float64[k, 11], as of `voice.Voices`.
        lags: the shares of `followed`: of talking up and down, of the brows up and down.
        units, linked: see `UnitTables` and `Links`.
        before: float32[2, U, 2], what the state holds.
        held: float32[2, U, 2], is written: what the next state holds.
        values: float32[k, K] of zeros, is written.

    Returns:
        `moment` and `brow` of the next state.
    """
    now, manner, manner_of = before.copy(), np.empty((len(GROUPS), 2, 3)), -1
    shown, begun, accent = moment
    talk0, talk, lift0, lift, height = brow
    region, group, talking, amount, one_sided = units
    unit, side_of, control, weight = linked
    for n in range(len(voices)):
        speaks, stress, beat, rising, arousal = voices[n, 0], voices[n, 5], voices[n, 6], voices[n, 7], voices[n, 10]
        if beat > 0.0 and at + n - accent >= APART and uniform(key, TAKEN, at + n, 0) < 0.25 + 0.5 * beat:
            accent, height = at + n, accent_of(beat, arousal, affects[n, 22])
        wanted = STRESSED * stress + ASKED * max(rising, 0.0)
        if at + n - accent < ACCENT:
            wanted += height
        talk0, talk = followed(talk0, talk, speaks, lags[0], lags[1])
        lift0, lift = followed(lift0, lift, min(wanted, MOST), lags[2], lags[3])
        gain = np.float32(1.0 + (EXCITED if arousal > 0.0 else SUBDUED) * arousal)
        emotion = affects[n, :21]
        shown, begun, felt = _set_in(emotion, shown, begun, at + n, len(amount))
        if begun != manner_of:
            _manner(key, begun, manner)
            manner_of = begun
        express(
            key, at + n, strong, felt, emotion, gain, talk, lift, manner, region, group, talking, amount, one_sided,
            unit, side_of, control, weight, now, held, values[n],
        )  # fmt: skip
        for lag in range(2):  # each value by itself, as to compile a copy of whole arrays takes a second
            for u in range(len(region)):
                now[lag, u, 0], now[lag, u, 1] = held[lag, u, 0], held[lag, u, 1]
    return shown, begun, accent, talk0, talk, lift0, lift, height


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
def _between(amounts: Floats, intensity: float) -> float:
    """Return a unit's amplitude at an intensity of the emotion."""
    for knot in range(1, len(_KNOTS)):
        if intensity < _KNOTS[knot]:
            share = (intensity - _KNOTS[knot - 1]) / (_KNOTS[knot] - _KNOTS[knot - 1])
            return float(amounts[knot - 1] + share * (amounts[knot] - amounts[knot - 1]))
    return float(amounts[-1])


@numba.njit(cache=True)
def _wanted(
    emotion: Doubles, unit: int, region: int, amount: Floats, one_sided: NDArray[np.bool_], other: bool
) -> float:
    """Return how far a unit goes: one emotion as in the table, several together never beyond 1."""
    left = 1.0
    for c in range(len(amount)):
        intensity = emotion[region * len(amount) + c]
        if intensity > 0.0:
            share = _OTHER_SIDE[c] if other and one_sided[c, unit] else 1.0
            left *= 1.0 - share * _between(amount[c, unit], intensity)
    return 1.0 - left


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
    region: NDArray[np.int64],
    group: NDArray[np.int64],
    talking: Floats,
    amount: Floats,
    one_sided: NDArray[np.bool_],
    linked: NDArray[np.int64],
    side_of: NDArray[np.int64],
    control: NDArray[np.int64],
    weight: Floats,
    before: Floats,
    held: Floats,
    values: Floats,
) -> None:
    """Write the next `held` and `values`, which come as zeros.

    Args:
        key, at, emotion: as of `step`; before: of the state.
        strong: the side of what is one-sided.
        felt: whether there is any emotion.
        gain: of the voice; talk, lift: as far as they are.
        manner: see `_manner`.
        region, group, talking, amount, one_sided: see `UnitTables`.
        linked, side_of, control, weight: see `Links`.
    """
    shows = np.zeros((len(region), 2), np.float32)
    for g in range(len(GROUPS)):
        apex = 1.0 + _BREATHES * drift(key, _APEX + g, at, _WANDER)
        for side in range(2):
            further, rise, fall = manner[g, side, 0], manner[g, side, 1], manner[g, side, 2]
            for u in range(len(region)):
                if group[u] != g:
                    continue
                goal = 0.0
                if felt:
                    wanted = _wanted(emotion, u, region[u], amount, one_sided, side != strong)
                    goal = min(float(amplified(np.float32(wanted), gain)) * further, 1.0)
                first, second = before[0, u, side], before[1, u, side]
                first += (rise if goal > first else fall) * (goal - first)
                second += (rise if first > second else fall) * (first - second)
                if goal == 0.0 and first < 1e-6 and second < 1e-6:
                    first, second = 0.0, 0.0
                held[0, u, side], held[1, u, side] = first, second
                shows[u, side] = min(second * apex, 1.0) * (1.0 - talk * (1.0 - talking[u]))
    frown = emotion[_ANGER]
    for side in range(2):
        for k in range(3):
            u = _BROWS[k]
            more = lift * (frown if k == 2 else 1.0 - frown)
            shows[u, side] += more * (1.0 - shows[u, side])
    for n in range(len(linked)):
        value = values[control[n]]
        values[control[n]] = value + (1.0 - value) * weight[n] * shows[linked[n], side_of[n]]
