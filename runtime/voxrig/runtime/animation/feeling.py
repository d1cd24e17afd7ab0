"""Emotion over a session's time: from what is asked for, heard and remembered to what the face shows.

What is heard comes in slowly (a rise is 0.6 s late on average, a fall 1.5 s), so that a classifier that wavers leaves
the face alone: what it says is averaged first, and what contradicts itself in that average comes to little. Mood is
the average of what cues and voice made the face show, over about 45 s; it hangs on, faintly, when they are over. All
of it stays within its bounds for ever: every step goes a part of the way to a goal between 0 and 1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

import numba
import numpy as np

from voxrig.runtime.animation.emotion import CATEGORIES, NEUTRAL, Affect, Affects, Emotion
from voxrig.runtime.animation.listening import HeardEmotion
from voxrig.runtime.animation.mixing import CONFLICTED, POINTS, SCRATCH, Floats, Numbers, mix, mixed, smooth
from voxrig.runtime.animation.temper import Temper
from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.core.timing import STEP_RATE

FAINT: Final = 0.15
"""Probability up to which a category counts as not heard; above, it counts in proportion. What is not sure is neutral
already (see `listening.HeardEmotion`), but a neutral voice still has a little of everything."""
MOOD_SECONDS: Final = 45.0
"""Time constant of the mood."""

_SETTLE: Final = 0.2
_RISE: Final = 0.4
_FALL: Final = 1.3
_MOOD_POSES: Final = STEP_RATE // 2
"""The mood moves only so often, by at most 1.1 %, so that a face that rests costs nothing."""


def _share(seconds: float, poses: int = 1) -> float:
    """The part of the way that a low-pass of this time constant goes in so many poses."""
    return -math.expm1(-poses / (STEP_RATE * seconds))


_SETTLES, _RISES, _FALLS = _share(_SETTLE), _share(_RISE), _share(_FALL)
_MOOD_KEPT: Final = 1.0 - _share(MOOD_SECONDS, _MOOD_POSES)


class FeelingState(NamedTuple):
    """What a character feels at a pose; a value, whose arrays are replaced and never written.

    Attributes:
        felt: float64[73]: the emotion that cues asked for (21 numbers); what is heard, its running mean (7, as
            `CATEGORIES`); what of it moves the character (7); the mood, what it has felt in the last minute or so (7);
            what it shows (24, as of `emotion.Affects`); and what the voice told last, less what is faint (7).
        cued: what cues asked for, as the object that it was.
        heard: what was heard last, as the object that it was.
    """

    felt: Floats
    cued: Emotion
    heard: HeardEmotion | None

    @property
    def mood(self) -> Numbers:
        """What it has felt in the last minute or so, as `CATEGORIES`."""
        return tuple(self.felt[_REGIONAL + 2 * _N : _REGIONAL + 3 * _N].tolist())

    @property
    def affect(self) -> Affect:
        """What it shows."""
        return Affects(self.felt[None, _SHOWN:_TOLD]).at(0)


@dataclass(frozen=True, slots=True)
class Feeling:
    """Feels: cues, what is heard, mood and baseline.

    Attributes:
        temper: what the character feels by nature, and what moves it.
    """

    temper: Temper
    _tables: Floats = field(init=False, repr=False, compare=False)
    _start: FeelingState = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name, value in zip(("_tables", "_start"), _begun(self.temper), strict=True):
            object.__setattr__(self, name, value)

    def start(self) -> FeelingState:
        """Begin with nothing but the baseline."""
        return self._start

    def step(
        self, state: FeelingState, at: int, cued: Emotion, heard: HeardEmotion | None, voice: Voice
    ) -> tuple[FeelingState, Affect]:
        """Feel one pose on.

        Args:
            state: any state of this layer; it is not changed, and is given back itself while nothing changes.
            at: number of the pose.
            cued: what cues ask for at it.
            heard: what the voice sounds like; None: not known.
            voice: only while it speaks is it heard.

        Returns:
            The next state and what the face shows; at most 1 in each region.
        """
        after, affects = self.steps(state, at, (cued,), (heard,), (voice.speaking,))
        return after, affects.at(0)

    def steps(
        self,
        state: FeelingState,
        at: int,
        cued: Sequence[Emotion],
        heard: Sequence[HeardEmotion | None],
        speaking: Sequence[float],
    ) -> tuple[FeelingState, Affects]:
        """Feel some poses from `at` on, each as of `step`; return the state after the last.

        Args:
            state, at, cued, heard: as of `step`, the latter two for each pose.
            speaking: 1 at each pose at which the voice speaks, else 0.
        """
        affects, first, count = np.empty((len(cued), _AFFECT)), 0, len(cued)
        while first < count:  # one thing mostly holds for many poses
            asks, sounds, speaks, last = cued[first], heard[first], speaking[first], first + 1
            while last < count and cued[last] is asks and heard[last] is sounds and speaking[last] == speaks:
                last += 1
            before, asked, known = state
            felt, told = np.empty(_STATE), before
            if sounds is not known:
                told = _NOTHING if sounds is None else self._told(sounds)
            changed = _feel(
                at + first, before, before if asks is asked or asks == asked else np.array(asks, np.float64), told,
                bool(speaks), self._tables, felt,
                affects if last - first == count else affects[first:last],
            )  # fmt: skip
            if changed or sounds is not known:
                state = FeelingState(felt, asks, sounds)
            first = last
        return state, Affects(affects)

    def _told(self, heard: HeardEmotion) -> Floats:
        """The categories that are heard, less what is faint."""
        if heard.probabilities[0] >= 1.0 - FAINT or self.temper.heard == 0.0:
            return _NOTHING
        told = [max(probability - FAINT, 0.0) / (1.0 - FAINT) for probability in heard.probabilities[1:]]
        return np.array(told, np.float64)


_N: Final = len(CATEGORIES)
_REGIONAL: Final = len(NEUTRAL)
_AFFECT: Final = _REGIONAL + 3
_SHOWN: Final = _REGIONAL + 3 * _N
_TOLD: Final = _SHOWN + _AFFECT
_STATE: Final = _TOLD + _N
_NOTHING: Final[Floats] = np.zeros(_N)
_MIXES: Final = SCRATCH[0] * SCRATCH[1]
_SCRATCH: Final = _MIXES + _AFFECT + _N + 3 * _N


@lru_cache(maxsize=64)
def _begun(temper: Temper) -> tuple[Floats, FeelingState]:
    """Return the weights, baseline, conflicts and points of `mixing.mix` in a row, and the state before the first pose.

    Most characters share them.
    """
    baseline, weights = np.array(temper.baseline, np.float64), np.array((temper.cues, temper.heard, temper.mood))
    nothing: Numbers = (0.0,) * _N
    felt = np.zeros(_STATE)
    felt[_SHOWN:_TOLD] = mixed(NEUTRAL, nothing, nothing, baseline, weights, 1.0)[:_AFFECT]
    tables = np.concatenate((weights, baseline, CONFLICTED.reshape(-1), POINTS.reshape(-1)))
    return tables, FeelingState(felt, NEUTRAL, None)


@numba.njit(cache=True)
def _differ(new: Floats, old: Floats) -> bool:
    """Return whether any number differs."""
    differ = False
    for k in range(len(old)):
        differ = differ or new[k] != old[k]
    return differ


@numba.njit(cache=True)
def _move(new: Floats, old: Floats) -> bool:
    """Copy what is new over what is old; return whether that changes anything."""
    changed = _differ(new, old)
    if changed:
        for k in range(len(old)):
            old[k] = new[k]
    return changed


@numba.njit(cache=True)
def _feel(
    at: int,
    before: Floats,
    asked: Floats,
    told: Floats,
    speaks: bool,
    tables: Floats,
    after: Floats,
    affects: Floats,
) -> bool:
    """Feel k poses from `at` on.

    Args:
        at: number of the first.
        before: float64[73], as of `FeelingState`.
        asked: what cues ask for, its first 21 numbers; told: what the voice tells, its last 7. Either may be `before`.
        speaks: only while the voice speaks does it tell anything.
        tables: float64[94], as of `_begun`.
        after: float64[73], is written: as `before`, at the last pose.
        affects: float64[k, 24], is written: what is shown at each pose.

    Returns:
        Whether anything changed.
    """
    for k in range(_STATE):
        after[k] = before[k]
    # One piece of memory: each costs as much as a pose at rest.
    scratch, changed, tells, tells_from = np.empty(_SCRATCH), False, False, len(told) - _N
    mixing, mix_out, smooth_out = scratch[:_MIXES].reshape(SCRATCH), scratch[_MIXES : -3 * _N], scratch[-3 * _N : -_N]
    cued, evidence, heard, mood, shown = after[:21], after[21:28], after[28:35], after[35:42], after[42:66]
    now, weights, baseline = scratch[-_N:], tables[:3], tables[3 : 3 + _REGIONAL]
    conflicts = tables[3 + _REGIONAL : -3 * _N].reshape((_N, _N))
    points = tables[-3 * _N :].reshape((_N, 3))
    for k in range(_N):
        after[_TOLD + k] = told[tells_from + k]
        now[k] = told[tells_from + k] if speaks else 0.0
        tells = tells or now[k] > 0.0
    for n in range(len(affects)):
        same = True
        if tells or evidence.any() or heard.any():
            smooth(evidence, heard, now, _SETTLES, _RISES, _FALLS, conflicts, smooth_out)
            changed = _move(smooth_out[:7], evidence) or changed
            same = not _move(smooth_out[7:], heard)
        same = not _move(asked[:21], cued) and same
        changed = changed or not same
        settled = same and not (mood.any() or heard.any() or cued.any())
        keep = _MOOD_KEPT if (at + n) % _MOOD_POSES == 0 else 1.0
        if not same or (keep != 1.0 and not settled):
            mix(cued, heard, mood, baseline, weights, keep, conflicts, points, mixing, mix_out)
            changed = _move(mix_out[24:], mood) or changed
            if _differ(mix_out[:21], shown[:21]):
                changed = _move(mix_out[:24], shown)
        for k in range(_AFFECT):
            affects[n, k] = shown[k]
    return changed
