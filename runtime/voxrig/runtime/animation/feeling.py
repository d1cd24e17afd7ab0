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
from voxrig.runtime.animation.emotion import CATEGORIES, NEUTRAL, Affect, Affects, Emotion
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
    """What a character feels at a pose; a value, whose array is replaced and never written.

    Attributes:
        felt: float64[66]: the emotion that cues asked for (21 numbers); what is heard, its running mean (7, as
            `CATEGORIES`); what of it moves the character (7); the mood, what it has felt in the last minute or so (7);
            and what it shows (24, as of `emotion.Affects`).
    """

    felt: Floats

    @property
    def mood(self) -> Numbers:
        """What it has felt in the last minute or so, as `CATEGORIES`."""
        return tuple(self.felt[_REGIONAL + 2 * _N : _REGIONAL + 3 * _N].tolist())

    @property
    def affect(self) -> Affect:
        """What it shows."""
        return Affects(self.felt[None, _REGIONAL + 3 * _N :]).at(0)


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
        shown = mixed(NEUTRAL, _NOTHING, _NOTHING, self._baseline, self._weights, 1.0)
        felt = np.zeros(2 * _REGIONAL + 3 * _N + 3)
        felt[_REGIONAL + 3 * _N :] = shown[: _REGIONAL + 3]
        return FeelingState(felt)

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
        told, last, now = [], None, _NOTHING
        for sounds_like, speaks in zip(heard, speaking, strict=True):
            if sounds_like is not last:
                last, now = sounds_like, _NOTHING if sounds_like is None else self._told(sounds_like)
            told.append(now if speaks else _NOTHING)
        asked, asks = distinct(cued)
        sounds, sounding = distinct(told)
        felt, affects = np.zeros_like(state.felt), np.zeros((len(told), _REGIONAL + 3))
        changed = _feel(
            at, state.felt, asked, asks, sounds, sounding, self._baseline, self._weights, _MOOD_POSES, _MOOD_KEPT,
            *_RATES, CONFLICTED, POINTS, felt, affects,
        )  # fmt: skip
        return FeelingState(felt) if changed else state, Affects(affects)

    def _told(self, heard: HeardEmotion) -> Numbers:
        """The categories that are heard, less what is faint."""
        if heard.probabilities[0] >= 1.0 - FAINT or self.temper.heard == 0.0:
            return _NOTHING
        return tuple([max(probability - FAINT, 0.0) / (1.0 - FAINT) for probability in heard.probabilities[1:]])


_N: Final = len(CATEGORIES)
_REGIONAL: Final = len(NEUTRAL)


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
    after: Floats,
    affects: Floats,
) -> bool:
    """Feel k poses from `at` on.

    Args:
        at: number of the first.
        before: float64[66], as of `FeelingState`.
        asked, asks: what cues ask for; sounds, sounding: what is told by the voice; as of `columns.distinct`.
        baseline, weights, conflicts, points: as of `mixing.mix`.
        mood_poses, mood_kept: every how many poses the mood moves, and how much of it is kept.
        settle, rise, fall: as of `mixing.smooth`.
        after: float64[66], is written: as `before`, at the last pose.
        affects: float64[k, 24], is written: what is shown at each pose.

    Returns:
        Whether anything changed.
    """
    _move(before, after)
    mix_out, smooth_out, changed = np.empty(31), np.empty(14), False
    cued, evidence, heard, mood, shown = after[:21], after[21:28], after[28:35], after[35:42], after[42:]
    for n in range(len(affects)):
        same, told = True, sounds[sounding[n]]
        if told.any() or evidence.any() or heard.any():
            smooth(evidence, heard, told, settle, rise, fall, conflicts, smooth_out)
            changed = _move(smooth_out[:7], evidence) or changed
            same = not _move(smooth_out[7:], heard)
        same = not _move(asked[asks[n]], cued) and same
        changed = changed or not same
        settled = same and not (mood.any() or heard.any() or cued.any())
        keep = mood_kept if (at + n) % mood_poses == 0 else 1.0
        if not same or (keep != 1.0 and not settled):
            mix(cued, heard, mood, baseline, weights, keep, conflicts, points, mix_out)
            changed = _move(mix_out[24:], mood) or changed
            if (mix_out[:21] != shown[:21]).any():
                changed = _move(mix_out[:24], shown)
        _move(shown, affects[n])
    return changed
