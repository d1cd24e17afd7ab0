"""What a session has been told to do, on its media timeline: every kind of cue, as a value."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.blink import NOT_ASKED, Asked, BlinkPolicy
from voxrig.runtime.animation.emotion import Emotion
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
    """What the cues ask for at some poses, each as of the `Plan`; asked and gestures with the pose from which on."""

    emotion: Sequence[Emotion]
    target: Sequence[Target | None]
    place: Sequence[Place]
    blinks: Sequence[BlinkPolicy]
    asked: Sequence[tuple[Asked, int]]
    activity: Sequence[Activity]
    gestures: Sequence[tuple[Gesture, int]]


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
    """

    style: Schedule[Dials] | None = None
    emotion: Schedule[Emotion] = field(default_factory=lambda: Schedule(Emotion(), kind="emotion"))
    gaze: Track[Look] = field(default_factory=lambda: Track(Look()))
    place: Track[Place] = field(default_factory=lambda: Track(HERE))
    blinks: Track[BlinkPolicy] = field(default_factory=lambda: Track(BlinkPolicy()))
    asked: Track[Asked] = field(default_factory=lambda: Track(NOT_ASKED))
    activity: Track[Activity] = field(default_factory=lambda: Track(Activity.AUTO))
    gestures: Track[Gesture] = field(default_factory=lambda: Track(NO_GESTURE))

    def target(self, at: int, rate: int) -> Target | None:
        """Return what the character is told to look at at pose `at`, where media samples count at `rate` Hz."""
        look = self.gaze.at(at, rate)[0]
        return None if look.end is not None and at * rate >= look.end * STEP_RATE else look.target

    def over(self, at: int, count: int, rate: int) -> Orders:
        """Return what the cues ask for at `count` poses from `at` on, but for the style."""
        targets: Sequence[Target | None] = (self.gaze.first.target,) * count
        if self.gaze.starts:
            targets = [self.target(at + number, rate) for number in range(count)]
        return Orders(
            self.emotion.over(at, count, rate),
            targets,
            self.place.values_over(at, count, rate),
            self.blinks.values_over(at, count, rate),
            self.asked.over(at, count, rate),
            self.activity.values_over(at, count, rate),
            self.gestures.over(at, count, rate),
        )
