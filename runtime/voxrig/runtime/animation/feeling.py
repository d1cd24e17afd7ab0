"""Emotion over a session's time: from what is asked for, heard and remembered to what the face shows.

What is heard comes in slowly (a rise is 0.6 s late on average, a fall 1.5 s), so that a classifier that wavers leaves
the face alone: what it says is averaged first, and what contradicts itself in that average comes to little. Mood is
the average of what cues and voice made the face show, over about 45 s; it hangs on, faintly, when they are over. All
of it stays within its bounds for ever: every step goes a part of the way to a goal between 0 and 1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.columns import distinct
from voxrig.runtime.animation.emotion import CALM, CATEGORIES, NEUTRAL, Affect, Emotion
from voxrig.runtime.animation.listening import HeardEmotion
from voxrig.runtime.animation.mixing import CONFLICTED, POINTS, Floats, Numbers, mix, mixed, smooth
from voxrig.runtime.animation.temper import Temper
from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.core.timing import STEP_RATE

Integers = NDArray[np.int64]

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


_RATES: Final = (_share(_SETTLE), _share(_RISE), _share(_FALL))
_MOOD_KEPT: Final = 1.0 - _share(MOOD_SECONDS, _MOOD_POSES)
_NOTHING: Final[Numbers] = (0.0,) * len(CATEGORIES)


class FeelingState(NamedTuple):
    """What a character feels at a pose.

    Attributes:
        cued: the emotion that cues asked for.
        evidence: what is heard, its running mean: 7 numbers, as `CATEGORIES`; so too the next two.
        heard: what of it moves the character.
        mood: what it has felt in the last minute or so.
        affect: what it shows.
    """

    cued: Emotion
    evidence: Numbers
    heard: Numbers
    mood: Numbers
    affect: Affect


@dataclass(frozen=True, slots=True)
class Feeling:
    """Feels: cues, what is heard, mood and baseline.

    Attributes:
        temper: what the character feels by nature, and what moves it.
    """

    temper: Temper
    _baseline: Floats = field(init=False, repr=False, compare=False)
    _weights: Floats = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        weights = (self.temper.cues, self.temper.heard, self.temper.mood)
        object.__setattr__(self, "_baseline", np.array(self.temper.baseline, np.float64))
        object.__setattr__(self, "_weights", np.array(weights, np.float64))

    def start(self) -> FeelingState:
        """Begin with nothing but the baseline."""
        return self._felt(NEUTRAL, _NOTHING, _NOTHING, FeelingState(NEUTRAL, _NOTHING, _NOTHING, _NOTHING, CALM), 1.0)

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
        evidence, moved = state.evidence, state.heard
        now = self._told(heard) if voice.speaking and heard is not None else _NOTHING
        if now is not _NOTHING or evidence is not _NOTHING or moved is not _NOTHING:
            both = np.empty(2 * _N)
            smooth(evidence, moved, now, *_RATES, CONFLICTED, both)
            numbers = both.tolist()
            evidence, moved = _same(tuple(numbers[:_N]), evidence), _same(tuple(numbers[_N:]), moved)
        same = cued == state.cued and moved is state.heard
        if at % _MOOD_POSES == 0 and not (same and self._is_settled(state)):
            state = self._felt(cued, evidence, moved, state, _MOOD_KEPT)
        elif not same:
            state = self._felt(cued, evidence, moved, state, 1.0)
        elif evidence is not state.evidence:
            state = state._replace(evidence=evidence)
        return state, state.affect

    def steps(
        self,
        state: FeelingState,
        at: int,
        cued: Sequence[Emotion],
        heard: Sequence[HeardEmotion | None],
        voices: Sequence[Voice],
    ) -> tuple[list[FeelingState], list[Affect]]:
        """Feel some poses from `at` on, each as of `step`."""
        if len(cued) == 1:  # as in a live session: quicker so
            after, affect = self.step(state, at, cued[0], heard[0], voices[0])
            return [after], [affect]
        told, last, now = [], None, _NOTHING
        for sounds_like, voice in zip(heard, voices, strict=True):
            if sounds_like is not last:
                last, now = sounds_like, _NOTHING if sounds_like is None else self._told(sounds_like)
            told.append(now if voice.speaking else _NOTHING)
        asked, asks = distinct(cued)
        sounds, sounding = distinct(told)
        emotion, *place = state.affect
        before = np.array((*state.cued, *state.evidence, *state.heard, *state.mood, *emotion, *place))
        felt, moved = np.empty((len(told), len(before))), np.empty(len(told), np.int64)
        _feel(
            at, before, asked, asks, sounds, sounding, self._baseline, self._weights, _MOOD_POSES, _MOOD_KEPT, *_RATES,
            CONFLICTED, POINTS, felt, moved,
        )  # fmt: skip
        states, affects = [], []
        for n, changes in enumerate(moved.tolist()):
            if changes:
                state = _changed(state, changes, cued[n], felt[n, _REGIONAL:].tolist())
            states.append(state)
            affects.append(state.affect)
        return states, affects

    @staticmethod
    def _is_settled(state: FeelingState) -> bool:
        """Whether there is nothing that could move the mood."""
        return state.mood is _NOTHING and state.heard is _NOTHING and state.cued == NEUTRAL

    def _felt(
        self, cued: Emotion, evidence: Numbers, heard: Numbers, before: FeelingState, keep: float
    ) -> FeelingState:
        """Mix the sources anew."""
        numbers = mixed(cued, heard, before.mood, self._baseline, self._weights, keep).tolist()
        emotion, affect = Emotion._make(numbers[:_REGIONAL]), before.affect
        if emotion != affect.emotion:
            affect = Affect(emotion, *numbers[_REGIONAL : _REGIONAL + 3])
        return FeelingState(cued, evidence, heard, _same(tuple(numbers[_REGIONAL + 3 :]), before.mood), affect)

    def _told(self, heard: HeardEmotion) -> Numbers:
        """The categories that are heard, less what is faint."""
        if heard.probabilities[0] >= 1.0 - FAINT or self.temper.heard == 0.0:
            return _NOTHING
        return tuple([max(probability - FAINT, 0.0) / (1.0 - FAINT) for probability in heard.probabilities[1:]])


_CUED, _HEARD, _SHOWN, _OTHER = 1, 2, 4, 8  # what changes at a pose, a bit each
_N: Final = len(CATEGORIES)
_REGIONAL: Final = len(NEUTRAL)


def _changed(before: FeelingState, changes: int, cued: Emotion, felt: list[float]) -> FeelingState:
    """Return the state of a pose at which something changes; `felt` is all but what cues ask for, as of `_feel`."""
    evidence = _same(tuple(felt[:_N]), before.evidence)
    heard = _same(tuple(felt[_N : 2 * _N]), before.heard)
    mood = _same(tuple(felt[2 * _N : 3 * _N]), before.mood)
    affect = before.affect
    if changes & _SHOWN:
        affect = Affect(Emotion._make(felt[3 * _N : 3 * _N + _REGIONAL]), *felt[3 * _N + _REGIONAL :])
    return FeelingState(cued if changes & _CUED else before.cued, evidence, heard, mood, affect)


def _same(new: Numbers, old: Numbers) -> Numbers:
    """Return the older of two that are equal, and the one nothing for all that is nothing: sameness is quick to see."""
    if new == old:
        return old
    return _NOTHING if new == _NOTHING else new


@numba.njit(cache=True)
def _move(new: Floats, old: Floats) -> bool:
    """Copy what is new over what is old; return whether that changes anything."""
    changed = False
    for k in range(len(old)):
        changed = changed or new[k] != old[k]
    if changed:
        for k in range(len(old)):
            old[k] = new[k]
    return changed


@numba.njit(cache=True)
def _feel(
    at: int,
    before: Floats,
    asked: Floats,
    asks: Integers,
    sounds: Floats,
    sounding: Integers,
    baseline: Floats,
    weights: Floats,
    mood_poses: int,
    mood_kept: float,
    settle: float,
    rise: float,
    fall: float,
    conflicts: Floats,
    points: Floats,
    felt: Floats,
    moved: Integers,
) -> None:
    """Feel k poses from `at` on.

    Args:
        at: number of the first.
        before: float64[66]: what cues asked for at the pose before, evidence, heard, mood, the emotion shown and where
            it lies.
        asked, asks: what cues ask for; sounds, sounding: what is told by the voice; as of `columns.distinct`.
        baseline, weights, conflicts, points: as of `mixing.mix`.
        mood_poses, mood_kept: every how many poses the mood moves, and how much of it is kept.
        settle, rise, fall: as of `mixing.smooth`.
        felt: float64[k, 66], is written: as `before`, at each pose.
        moved: int64[k], is written: what changes there, a bit each.
    """
    now, mix_out, smooth_out = before.copy(), np.empty(31), np.empty(14)
    cued, evidence, heard, mood, shown = now[:21], now[21:28], now[28:35], now[35:42], now[42:]
    for n in range(len(moved)):
        changes, told = 0, sounds[sounding[n]]
        if told.any() or evidence.any() or heard.any():
            smooth(evidence, heard, told, settle, rise, fall, conflicts, smooth_out)
            if _move(smooth_out[:7], evidence):
                changes |= _OTHER
            if _move(smooth_out[7:], heard):
                changes |= _HEARD
        if _move(asked[asks[n]], cued):
            changes |= _CUED
        same = changes & (_CUED | _HEARD) == 0
        settled = same and not (mood.any() or heard.any() or cued.any())
        keep = mood_kept if (at + n) % mood_poses == 0 else 1.0
        if not same or (keep != 1.0 and not settled):
            mix(cued, heard, mood, baseline, weights, keep, conflicts, points, mix_out)
            if _move(mix_out[24:], mood):
                changes |= _OTHER
            if (mix_out[:21] != shown[:21]).any():
                shown[:] = mix_out[:24]
                changes |= _SHOWN
        felt[n], moved[n] = now, changes


def warm_up() -> None:
    """Compile what else runs first where an emotion is first heard, in the middle of a session."""
    smooth(_NOTHING, _NOTHING, _NOTHING, *_RATES, CONFLICTED, np.empty(2 * _N))
