"""What a session has been told to do, on its media timeline: every kind of cue, as a value."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.blink import NOT_ASKED, Asked, BlinkPolicy
from voxrig.runtime.animation.body import asked as body
from voxrig.runtime.animation.emotion import NEUTRAL, Emotion
from voxrig.runtime.animation.gesture import NO_GESTURE, Gesture
from voxrig.runtime.animation.schedule import Schedule
from voxrig.runtime.animation.style import Dials
from voxrig.runtime.animation.target import HERE, Place, Target
from voxrig.runtime.animation.track import Track
from voxrig.runtime.core.timing import STEP_RATE


class Look(NamedTuple):
    """Where a character is told to look (None: wherever it likes), until media sample `end` (None: for good)."""

    target: Target | None = None
    end: int | None = None


class Orders(NamedTuple):
    """What the cues ask for at some poses, each as of the `Plan`; asked, gestures and acts with the pose from which on.

    Attributes:
        changes: how many poses on the face and head are asked for something else than at the pose before.
    """

    emotion: Sequence[Emotion]
    target: Sequence[Target | None]
    place: Sequence[Place]
    blinks: Sequence[BlinkPolicy]
    asked: Sequence[tuple[Asked, int]]
    activity: Sequence[Activity]
    gestures: Sequence[tuple[Gesture, int]]
    acts: Sequence[tuple[body.Asked, int]]
    hands: Sequence[body.HandsPolicy]
    manner: Sequence[body.BodyManner]
    changes: Sequence[int]


@dataclass(frozen=True, slots=True)
class Plan:
    """The cues of a session, each kind by the time from which it acts.

    Attributes:
        style: the style's dials; None while there is nothing but the natural style.
        emotion: the emotion asked for.
        gaze: where to look.
        place: where the character's head is in the world.
        blinks: whether and how often it may blink.
        asked: the last blink asked for.
        activity: what it does.
        gestures: the last gesture of the head asked for.
        acts: the last act of the hands asked for.
        hands: which hands are busy.
        manner: how the body gestures and holds itself: energy to handedness as they have gone over so far; lean, side
            and turn as asked for, with the transition in which the body goes there.
    """

    style: Schedule[Dials] | None = None
    emotion: Schedule[Emotion] = field(default_factory=lambda: Schedule(NEUTRAL, kind="emotion"))
    gaze: Track[Look] = field(default_factory=lambda: Track(Look()))
    place: Track[Place] = field(default_factory=lambda: Track(HERE))
    blinks: Track[BlinkPolicy] = field(default_factory=lambda: Track(BlinkPolicy()))
    asked: Track[Asked] = field(default_factory=lambda: Track(NOT_ASKED))
    activity: Track[Activity] = field(default_factory=lambda: Track(Activity.AUTO))
    gestures: Track[Gesture] = field(default_factory=lambda: Track(NO_GESTURE))
    acts: Track[body.Asked] = field(default_factory=lambda: Track(body.NOT_ASKED))
    hands: Track[body.HandsPolicy] = field(default_factory=lambda: Track(body.FREE))
    manner: Schedule[body.BodyManner] = field(default_factory=lambda: Schedule(body.USUAL, kind="body"))
    _done: float = field(init=False, repr=False, compare=False)
    _settled: dict[tuple[int, int], Orders] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        tracks = (self.gaze, self.place, self.blinks, self.asked, self.activity, self.gestures, self.acts, self.hands)
        ends = [track.starts[-1] for track in tracks if track.starts]
        if self.gaze.starts and (end := self.gaze.values[-1].end) is not None:
            ends.append(end)
        # In samples / 60: from when on it asks for the same for ever, which need not be gathered pose by pose.
        object.__setattr__(self, "_done", max(self.emotion.done, self.manner.done, *(end * STEP_RATE for end in ends)))
        object.__setattr__(self, "_settled", {})

    def target(self, at: int, rate: int) -> Target | None:
        """Return what the character is told to look at at pose `at`, where media samples count at `rate` Hz."""
        look = self.gaze.at(at, rate)[0]
        return None if look.end is not None and at * rate >= look.end * STEP_RATE else look.target

    def over(self, at: int, count: int, rate: int) -> Orders:
        """Return what the cues ask for at `count` poses from `at` on, but for the style."""
        if at * rate < self._done or count > _MOST:
            return self._gathered(at, count, rate)
        orders = self._settled.get((count, rate))
        if orders is None:
            orders = self._settled[count, rate] = self._gathered(at, count, rate)
        return orders

    def _gathered(self, at: int, count: int, rate: int) -> Orders:
        targets: Sequence[Target | None] = (self.gaze.first.target,) * count
        if self.gaze.starts:
            targets = [self.target(at + number, rate) for number in range(count)]
        places = self.place.values_over(at, count, rate)
        blinks = self.blinks.values_over(at, count, rate)
        asked = self.asked.over(at, count, rate)
        activities = self.activity.values_over(at, count, rate)
        gestures = self.gestures.over(at, count, rate)
        changes: Sequence[int] = ()
        if count > 1 and not self._is_constant:
            rows = list(zip(targets, places, blinks, asked, activities, gestures, strict=True))
            changes = [row for row in range(1, count) if _differ(rows[row - 1], rows[row])]
        emotions = self.emotion.over(at, count, rate)
        acts, hands = self.acts.over(at, count, rate), self.hands.values_over(at, count, rate)
        manners = self.manner.over(at, count, rate)
        return Orders(emotions, targets, places, blinks, asked, activities, gestures, acts, hands, manners, changes)

    @property
    def _is_constant(self) -> bool:
        """Whether no cue moves eyes, lids or head."""
        tracks = (self.gaze, self.place, self.blinks, self.asked, self.activity, self.gestures)
        return not any(track.starts for track in tracks)


_MOST: Final = 32
"""Poses that a session lives through in one go, mostly."""


def _differ(before: tuple[object, ...], after: tuple[object, ...]) -> bool:
    """Return whether a pose is asked for something else, be it the same anew."""
    now = zip(before[:3] + before[4:5], after[:3] + after[4:5], strict=True)
    return any(one is not other for one, other in now) or before[3] != after[3] or before[5] != after[5]
