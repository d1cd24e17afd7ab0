"""Blinks: when lids close and open, all from the session's key and what goes on.

Time until the next blink is kept in mean intervals, "blink time", which each pose uses up at the rate of the moment: a
change of activity acts at once, and nothing is drawn anew. An event may take the next blink early; what was left of the
wait is owed to the one after it, so that rates stay what they are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.blink_time import DOUBLE, RATES, SMALL_SHIFT, habit_of, pace_of, rate_of, shut, wait
from voxrig.runtime.animation.emotion import Affect
from voxrig.runtime.animation.gaze import GazePose
from voxrig.runtime.animation.lids import drawn_width, poses_of, strokes
from voxrig.runtime.animation.stretch import Stretch
from voxrig.runtime.animation.voice import Voice
from voxrig.runtime.core.chance import normal, uniform

Floats = NDArray[np.float64]

SPREAD: Final = 0.7
"""Standard deviation of a person's log intervals: a coefficient of variation of 79 % (78 to 80 % over 35 blinks each in
48 people: Doughty 2016, Clin Exp Optom 99)."""
PARTIAL: Final = 0.15
"""Share of blinks that go down by 0.4 to 0.8 only."""
LATE: Final = 30
"""Poses after which a blink that was asked for and never begun is forgotten."""

_HABIT, _INTERVAL, _DEPTH, _DOUBLE, _EVENT = 20, 21, 23, 25, 26  # of chance; 22 and 24 are of `lids`

_LOG_MEAN: Final = -0.5 * SPREAD * SPREAD
_REFRACTORY: Final = 6  # poses from open lids to the next blink
_DOUBLE_GAP: Final = 12  # poses from one begin to the other, at the least
_MOST_OWED: Final = 1.5  # mean intervals
_MOST_OVERDUE: Final = 0.5
_AFTER_FORCE: Final = 0.35  # mean intervals before the next of its own

_END_WINDOW: Final = 0.5  # mean intervals within which a phrase's end takes the next blink
_START_WINDOW: Final = 0.15
_SHIFT_WINDOW: Final = 0.5
_END_DELAY: Final = 8  # poses
_LARGE_SHIFT: Final = 25.0  # degrees
_SURE: Final = 0.97


class Lids(NamedTuple):
    """How far each lid is down by blinking: 0 open, 1 shut."""

    left: float
    right: float


OPEN: Final = Lids(0.0, 0.0)


class BlinkPolicy(NamedTuple):
    """What a cue lets happen.

    Attributes:
        allow: blinks may begin of themselves; one under way finishes anyhow.
        rate: factor on the rate, 0 to 4.
    """

    allow: bool = True
    rate: float = 1.0


FREE: Final = BlinkPolicy()


class Asked(NamedTuple):
    """A blink that a cue asks for.

    Attributes:
        strength: how deep, 0 (none at all) to 1 (shut).
        seconds: at half depth or deeper, 0.072 at the least; 0 as it comes.
    """

    strength: float = 1.0
    seconds: float = 0.0


NOT_ASKED: Final = Asked(0.0, 0.0)


class BlinkState(NamedTuple):
    """Where the lids stand.

    Attributes:
        left: mean intervals until the next blink.
        owed: mean intervals that an event took from this wait and the next gets.
        again: pose at which a double blink's second begins; -1 if none is to come.
        asked: pose for which the last blink was asked that was; -1 if none was.
        began: pose at which the last blink began.
        over: pose from which both lids are open.
        strokes: float64[2, 7], of the left and the right lid, as of `lids.Stroke`; None while open.
    """

    left: float
    owed: float
    again: int
    asked: int
    began: int
    over: int
    strokes: Floats | None


@dataclass(frozen=True, slots=True)
class Blinking:
    """Blinks of one character.

    Attributes:
        key: of the session, from `core.chance.key_of`.
    """

    key: int
    _habit: float = field(init=False, repr=False, compare=False)
    _rates: tuple[float, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        habit = habit_of(uniform(self.key, _HABIT, 0))
        object.__setattr__(self, "_habit", habit)
        object.__setattr__(self, "_rates", (RATES[Activity.TALKING] * habit, RATES[Activity.LISTENING] * habit))

    def start(self) -> BlinkState:
        """Return the state of someone met at a random moment between two blinks.

        The interval met is one of those drawn by length, and a uniform share of it is still to come (Cox 1962,
        "Renewal Theory", ch. 5).
        """
        met = math.exp(_LOG_MEAN + SPREAD * (normal(self.key, _INTERVAL, 0, 1) + SPREAD))
        return BlinkState(uniform(self.key, _INTERVAL, 0, 2) * met, 0.0, -1, -1, 0, 0, None)

    def rate(self, doing: Activity, voice: Voice, affect: Affect) -> float:
        """Return this person's mean blinks a minute while `doing`, not AUTO; see `blink_time.rate_of`."""
        return rate_of(RATES[doing] * self._habit, voice.arousal, affect.emotion.eyes_fear, affect.arousal)

    def step(
        self,
        state: BlinkState,
        at: int,
        voice: Voice,
        affect: Affect,
        gaze: GazePose,
        activity: Activity,
        policy: BlinkPolicy = FREE,
        asked: tuple[Asked, int] = (NOT_ASKED, -1),
    ) -> tuple[BlinkState, Lids]:
        """Make pose `at`, one after the other.

        Args:
            state: after the pose before.
            at: number of the pose.
            voice: at the pose.
            affect: at the pose.
            gaze: at the pose; its shift may bring a blink along.
            activity: what the character does.
            policy: what is allowed.
            asked: the last blink asked for, and from which pose on; it begins there once, forbidden or not, or a
                little later if it was not stepped there.

        Returns:
            The next state, and how far the lids are down.
        """
        after, lids = self.steps(
            Stretch.single(at, voice, affect), state, np.array([gaze], np.float64), (activity,), (policy,), (asked,)
        )
        return after, Lids(*lids[0].tolist())

    def steps(
        self,
        stretch: Stretch,
        state: BlinkState,
        gazes: Floats,
        activities: Sequence[Activity],
        policies: Sequence[BlinkPolicy],
        asked: Sequence[tuple[Asked, int]],
    ) -> tuple[BlinkState, Floats]:
        """Make the poses of a stretch, each as of `step`; `gazes` are float64[k, 8], as of `GazePose`.

        Returns:
            The state after the last, and float64[k, 2], how far the lids are down at each.
        """
        first, values, felt = stretch.at, stretch.voices.values, stretch.affects.values
        count, row, turns = len(values), 0, stretch.voices.turns
        lids = np.zeros((count, 2))
        while row < count:
            at, policy, ask = first + row, policies[row], asked[row]
            left, owed, again, served, began, over, strokes = state
            talking, resting = self._rates if activities[row] is Activity.AUTO else self._doing(activities[row])
            after = row
            if again != at and row not in turns and not _is_due(ask, served, at):
                last = stretch.stop(row) if row + 1 < count else count
                if again > at:
                    last = min(last, again - first)
                if strokes is not None:
                    if at >= over:
                        strokes = None
                    else:
                        last = min(last, over - first)
                ready = max(over + _REFRACTORY, again + 1) if policy.allow else 0
                after, left = wait(left, first, ready, talking, resting, policy.rate, values, felt, gazes, row, last)
            if after > row:
                state = BlinkState(left, owed, again, served, began, over, strokes)
            else:
                pace, after = pace_of(values[row], felt[row], talking, resting, policy.rate), row + 1
                state = self._decided(state, stretch, row, pace, gazes[row, 6], policy, ask)
                began, strokes = state.began, state.strokes
            if strokes is not None:
                shut(strokes, first - began, lids, row, after)
            row = after
        return state, lids

    def _doing(self, activity: Activity) -> tuple[float, float]:
        """Return this person's mean blinks a minute during an activity, of which it is the same who speaks."""
        rate = RATES[activity] * self._habit
        return rate, rate

    def _decided(
        self,
        state: BlinkState,
        stretch: Stretch,
        row: int,
        pace: float,
        shift: float,
        policy: BlinkPolicy,
        asked: tuple[Asked, int],
    ) -> BlinkState:
        """Let blink time pass at one pose, and begin what begins at it."""
        at = stretch.at + row
        left, owed, again, served, began, over, lids = state
        left -= pace
        if lids is not None and at >= over:
            lids = None
        if _is_due(asked, served, at):
            return self._begun_asked(BlinkState(left, owed, -1, asked[1], began, over, lids), at, asked[0])
        if not policy.allow:
            if left <= 0.0:  # one that nobody sees, lest all whose lids are let go at once blink at once
                left += self._interval(at)
            return BlinkState(left, owed, -1, served, began, over, lids)
        ready = again < at and at >= over + _REFRACTORY
        if ready and pace and (row in stretch.voices.turns or shift > SMALL_SHIFT):
            sooner = min(left, self._hurried(left, at, pace, stretch.voices.at(row), float(shift), policy))
            left, owed = sooner, owed + left - sooner
        state = BlinkState(left, owed, again, served, began, over, lids)
        return self._begun(state, at) if again == at or (ready and left <= 0.0) else state

    def _hurried(self, left: float, at: int, pace: float, voice: Voice, shift: float, policy: BlinkPolicy) -> float:
        """Return the mean intervals until the blink that an event brings; infinite if it brings none.

        Speakers blink at the end of and in pauses of speech (Nakano & Kitazawa 2010, "Eyeblink entrainment at
        breakpoints of speech", Exp Brain Res 205). The orbicularis acts in 97 % of gaze shifts over 33 degrees, from
        their beginning (Evinger et al. 1994, "Not looking while leaping", Exp Brain Res 100).
        """
        luck = uniform(self.key, _EVENT, at)
        share = min((shift - SMALL_SHIFT) / (_LARGE_SHIFT - SMALL_SHIFT), 1.0)
        if share > 0.0 and (luck < _SURE * share**3 * min(policy.rate, 1.0) or left < _SHIFT_WINDOW * share):
            return 0.0
        if left < (_END_WINDOW if voice.ended else _START_WINDOW if voice.started else 0.0):
            return luck * _END_DELAY * pace
        return math.inf

    def _begun(self, state: BlinkState, at: int) -> BlinkState:
        """Begin a blink of its own at pose `at`: a new one, or the second of a double."""
        depth = 1.0
        if uniform(self.key, _DEPTH, at) < PARTIAL:
            depth = 0.4 + 0.4 * uniform(self.key, _DEPTH, at, 1)
        lids = strokes(self.key, at, drawn_width(self.key, at), depth, state.strokes, at - state.began)
        left, owed, again = state.left, state.owed, -1
        if state.again != at:
            left, owed = self._interval(at) + min(max(left + owed, -_MOST_OVERDUE), _MOST_OWED), 0.0
            if uniform(self.key, _DOUBLE, at) < DOUBLE:
                down = lids[0]
                gap = down.fall + down.shut + down.relax * (2.0 + 2.0 * uniform(self.key, _DOUBLE, at, 1))
                again = at + max(round(gap), _DOUBLE_GAP)
        return BlinkState(left, owed, again, state.asked, at, at + poses_of(lids), np.array(lids))

    def _begun_asked(self, state: BlinkState, at: int, asked: Asked) -> BlinkState:
        """Begin the blink that was asked for; the next of its own is not close behind."""
        width = asked.seconds if asked.seconds > 0.0 else drawn_width(self.key, at)
        depth = min(max(asked.strength, 0.0), 1.0)
        lids = strokes(self.key, at, width, depth, state.strokes, at - state.began)
        left = max(state.left, _AFTER_FORCE)
        return BlinkState(left, state.owed, -1, state.asked, at, at + poses_of(lids), np.array(lids))

    def _interval(self, at: int) -> float:
        """Draw an interval that begins at pose `at`: log-normal with mean 1."""
        return math.exp(_LOG_MEAN + SPREAD * normal(self.key, _INTERVAL, at))


def _is_due(asked: tuple[Asked, int], served: int, at: int) -> bool:
    """Return whether a blink that was asked for begins at pose `at`."""
    return served < asked[1] <= at < asked[1] + LATE and asked[0].strength > 0.0
