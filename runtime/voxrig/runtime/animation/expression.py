"""The expression layer: what a face shows of an emotion, and the brows' own part in speech.

Emotion says how much of each category each region of the face shows; the table of action units (`action_units`) says
which muscles do that. Here they get their timing: each group of muscles sets in at its own pace, one side of the face
a little before and a little further than the other (Ekman, Hager & Friesen 1981, "The symmetry of emotional and
deliberate facial actions", Psychophysiology 18), goes on living at the apex, and fades more slowly than it came; a
smile takes about half a second to set in (Schmidt, Cohn & Tian 2003, "Signal characteristics of spontaneous facial
expressions", Biol Psychol 65). Brows also mark what the voice stresses and asks, without any emotion: the batons and
underliners of Ekman 1979 ("About brows: emotional and conversational signals", in Human Ethology).
"""

import math
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.action_units import (
    EXPRESSION_CONTROLS,
    GROUPS,
    KNOTS,
    OTHER_SIDE,
    UNITS,
    Floats,
    Links,
    UnitTables,
    lags,
    links,
    tables,
)
from voxrig.runtime.animation.emotion import CATEGORIES, Affect
from voxrig.runtime.animation.shaping import amplified
from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.core.chance import drift, uniform
from voxrig.runtime.core.timing import STEP_RATE

EXCITED: Final = 0.35
"""An excited voice (`Voice.arousal` 1) raises small amplitudes by this share, large ones by less: 1 stays 1."""
SUBDUED: Final = 0.25
"""A subdued one (-1) lowers them by this share."""

_SIDE, _TAKEN, _AMPLITUDE, _PACE, _APEX = 90, 91, 92, 93, 94  # of chance; the last one a group, up to 98

_UNEVEN: Final = (0.015, 0.055)  # least and most by which a side's amplitude is off the mean
_EARLIER: Final = 0.1  # most by which a side's pace is off it: at the mouth, 60 ms between the sides
_BREATHES: Final = 0.1  # of an amplitude, how far it wanders at the apex
_WANDER: Final = 132  # poses
_SHOWN, _GONE = 0.05, 0.02  # intensities at which an emotion has set in, and is over

_ACCENT: Final = 12  # poses that a brow is held up for a stressed syllable
_APART: Final = 40  # poses from one such accent to the next, at the least
_STRESSED, _ASKED = 0.1, 0.3  # how far brows rise with stress, and with a question's end
_MOST: Final = 0.6  # of an accent


def _share(seconds: float) -> float:
    """Return the share of the way that a lag with this time constant goes in one pose."""
    return -math.expm1(-1.0 / (seconds * STEP_RATE))


_RISE: Final = np.array([1.0 / (lag * STEP_RATE) for lag in lags("onset")])
_FALL: Final = np.array([1.0 / (lag * STEP_RATE) for lag in lags("offset")])
_SPEAK, _REST = _share(0.035), _share(0.15)  # of how far the mouth belongs to speech
_LIFT, _SINK = _share(0.05), _share(0.13)  # of a brow's accent
_KNOTS: Final = np.array(KNOTS, np.float32)
_OTHER_SIDE: Final = np.array(OTHER_SIDE, np.float32)
_BROWS: Final = tuple(UNITS.index(unit) for unit in ("AU1", "AU2", "AU4"))
_ANGER: Final = CATEGORIES.index("anger")


class ExpressionState(NamedTuple):
    """What a face shows, and is about to show.

    Attributes:
        held: float32[2, U, 2], the two lags of every unit on the left and the right; never written to.
        shown: which categories have set in, a bit each.
        begun: pose at which the last one of them did.
        talk: two lags of whether the character speaks.
        lift: two lags of the brows' accent.
        accent: pose of the last accent, and its height.
    """

    held: Floats
    shown: int
    begun: int
    talk: tuple[float, float]
    lift: tuple[float, float]
    accent: tuple[int, float]


@dataclass(frozen=True, slots=True)
class Expressing:
    """Shows emotions.

    Attributes:
        key: of the session's chance.
    """

    key: int
    _tables: UnitTables = field(init=False, repr=False, compare=False)
    _links: Links = field(init=False, repr=False, compare=False)
    _side: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_tables", tables())
        object.__setattr__(self, "_links", links())
        object.__setattr__(self, "_side", int(uniform(self.key, _SIDE, 0) < 0.5))

    @staticmethod
    def start() -> ExpressionState:
        """Before the first pose: nothing shown."""
        return _START

    def step(self, state: ExpressionState, at: int, affect: Affect, voice: Voice) -> tuple[ExpressionState, Floats]:
        """Show pose `at`.

        Args:
            state: after the pose before; it is not changed.
            at: number of the pose.
            affect: what is felt; 1 is as far as the table goes.
            voice: what is heard; its arousal lifts or lowers amplitudes, its stress and its questions raise the brows.

        Returns:
            The next state, and float32[K], a value 0 to 1 for each of `EXPRESSION_CONTROLS`.
        """
        accent = state.accent
        if voice.beat > 0.0 and at - accent[0] >= _APART and uniform(self.key, _TAKEN, at) < 0.25 + 0.5 * voice.beat:
            lively = min(max(1.0 + 0.4 * affect.arousal + 0.4 * voice.arousal, 0.5), 1.5)
            accent = at, (0.12 + 0.25 * voice.beat) * lively
        wanted = _STRESSED * voice.stress + _ASKED * max(voice.rising, 0.0)
        if at - accent[0] < _ACCENT:
            wanted += accent[1]
        talk = _followed(state.talk, 1.0 if voice.speaking else 0.0, _SPEAK, _REST)
        lift = _followed(state.lift, min(wanted, _MOST), _LIFT, _SINK)
        held, values = np.empty_like(state.held), np.zeros(len(EXPRESSION_CONTROLS), np.float32)
        gain = 1.0 + (EXCITED if voice.arousal > 0.0 else SUBDUED) * voice.arousal
        shown, begun = _express(
            self.key, at, self._side, state.shown, state.begun, affect.emotion, np.float32(gain), talk[1], lift[1],
            *self._tables, *self._links, state.held, held, values,
        )  # fmt: skip
        return ExpressionState(held, shown, begun, talk, lift, accent), values


def _followed(lags: tuple[float, float], wanted: float, rise: float, fall: float) -> tuple[float, float]:
    """Move two lags in a row on by a pose."""
    first, second = lags
    first += (rise if wanted > first else fall) * (wanted - first)
    second += (rise if first > second else fall) * (first - second)
    return (first, second) if second > 1e-9 else (first, 0.0)


@numba.njit(cache=True)
def _set_in(emotion: tuple[float, ...], shown: int, begun: int, at: int, categories: int) -> tuple[int, int, bool]:
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
    emotion: tuple[float, ...], unit: int, region: int, amount: Floats, one_sided: NDArray[np.bool_], other: bool
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
def _express(
    key: int,
    at: int,
    strong: int,
    shown: int,
    begun: int,
    emotion: tuple[float, ...],
    gain: np.float32,
    talk: float,
    lift: float,
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
) -> tuple[int, int]:
    """Write the next `held` and `values` (which come as zeros); return what has set in, and when (see `_set_in`).

    Args:
        key, at, emotion: as of `step`; shown, begun, before: of the state.
        strong: the side of what is one-sided.
        gain: of the voice; talk, lift: as far as they are.
        region, group, talking, amount, one_sided: see `UnitTables`.
        linked, side_of, control, weight: see `Links`.
    """
    shown, begun, felt = _set_in(emotion, shown, begun, at, len(amount))
    shows = np.zeros((len(region), 2), np.float32)
    for g in range(len(GROUPS)):
        apex = 1.0 + _BREATHES * drift(key, _APEX + g, at, _WANDER)
        chance = 2.0 * uniform(key, _AMPLITUDE, begun, g) - 1.0
        uneven = math.copysign(_UNEVEN[0] + (_UNEVEN[1] - _UNEVEN[0]) * abs(chance), chance)
        earlier = _EARLIER * (2.0 * uniform(key, _PACE, begun, g) - 1.0)
        for side in range(2):
            sign = 1.0 - 2.0 * side
            rise, fall = (
                -math.expm1(-_RISE[g] * (1.0 + sign * earlier)),
                -math.expm1(-_FALL[g] * (1.0 + sign * earlier)),
            )
            for u in range(len(region)):
                if group[u] != g:
                    continue
                goal = 0.0
                if felt:
                    wanted = _wanted(emotion, u, region[u], amount, one_sided, side != strong)
                    goal = min(float(amplified(np.float32(wanted), gain)) * (1.0 + sign * uneven), 1.0)
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
    return shown, begun


_START: Final = ExpressionState(np.zeros((2, len(UNITS), 2), np.float32), 0, 0, (0.0, 0.0), (0.0, 0.0), (-_APART, 0.0))
