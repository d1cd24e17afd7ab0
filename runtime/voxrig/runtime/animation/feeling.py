"""Emotion over a session's time: from what is asked for, heard and remembered to what the face shows.

What is heard comes in slowly (a rise is 0.6 s late on average, a fall 1.5 s), so that a classifier that wavers leaves
the face alone: what it says is averaged first, and what contradicts itself in that average comes to little. Mood is
the average of what cues and voice made the face show, over about 45 s; it hangs on, faintly, when they are over. All
of it stays within its bounds for ever: every step goes a part of the way to a goal between 0 and 1.
"""

import math
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from voxrig.runtime.animation.emotion import CALM, CATEGORIES, NEUTRAL, Affect, Emotion
from voxrig.runtime.animation.listening import HeardEmotion
from voxrig.runtime.animation.mixing import Numbers, mixed, smoothed
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
    """The layer of emotion: mixes its sources by the character's temper.

    Attributes:
        temper: what the character feels by nature, and what moves it.
    """

    temper: Temper
    _baseline: Numbers = field(init=False, repr=False, compare=False)
    _weights: Numbers = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        weights = (self.temper.cues, self.temper.heard, self.temper.mood)
        object.__setattr__(self, "_baseline", tuple(map(float, self.temper.baseline)))
        object.__setattr__(self, "_weights", tuple(map(float, weights)))

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
            both = smoothed(evidence, moved, now, *_RATES).tolist()
            evidence = _same(tuple(both[: len(CATEGORIES)]), evidence)
            moved = _same(tuple(both[len(CATEGORIES) :]), moved)
        same = cued == state.cued and moved is state.heard
        if at % _MOOD_POSES == 0 and not (same and self._is_settled(state)):
            state = self._felt(cued, evidence, moved, state, _MOOD_KEPT)
        elif not same:
            state = self._felt(cued, evidence, moved, state, 1.0)
        elif evidence is not state.evidence:
            state = state._replace(evidence=evidence)
        return state, state.affect

    def _told(self, heard: HeardEmotion) -> Numbers:
        """The categories that are heard, less what is faint."""
        if heard.probabilities[0] >= 1.0 - FAINT or self.temper.heard == 0.0:
            return _NOTHING
        return tuple([max(probability - FAINT, 0.0) / (1.0 - FAINT) for probability in heard.probabilities[1:]])

    @staticmethod
    def _is_settled(state: FeelingState) -> bool:
        """Whether there is nothing that could move the mood."""
        return state.mood is _NOTHING and state.heard is _NOTHING and state.cued == NEUTRAL

    def _felt(
        self, cued: Emotion, evidence: Numbers, heard: Numbers, before: FeelingState, keep: float
    ) -> FeelingState:
        """Mix the sources anew."""
        out = mixed(tuple(cued), heard, before.mood, self._baseline, self._weights, keep).tolist()
        count = len(NEUTRAL)
        emotion = Emotion._make(out[:count])
        affect = before.affect if emotion == before.affect.emotion else Affect(emotion, *out[count : count + 3])
        return FeelingState(cued, evidence, heard, _same(tuple(out[count + 3 :]), before.mood), affect)


def _same(new: Numbers, old: Numbers) -> Numbers:
    """Return the older of two that are equal, and the one nothing for all that is nothing: sameness is quick to see."""
    if new == old:
        return old
    return _NOTHING if new == _NOTHING else new


def warm_up() -> None:
    """Compile what else runs first where an emotion is first heard, in the middle of a session."""
    smoothed(_NOTHING, _NOTHING, _NOTHING, *_RATES)
