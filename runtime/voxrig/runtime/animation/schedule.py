"""Numbers over a session's media time: where they begin, and the cues that turn them.

A style's dials and an emotion alike: any NamedTuple of floats.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Final, Generic, NamedTuple, TypeVar

from voxrig.runtime.core.smoothing import ease
from voxrig.runtime.core.timing import STEP_RATE

MOST_CUES: Final = 256
"""Cues that may wait or lie within the reach of an interruption."""

T = TypeVar("T", bound=NamedTuple)


class ScheduleError(ValueError):
    """A cue too many; the message says how many there may be."""


@dataclass(frozen=True, slots=True)
class StyleCue:
    """Some numbers go over to new values, from media sample `start` on, within `length` samples (0: at once).

    With a `hold` they stay there for so many samples and then go back, within another `length`, to where they would
    be without this cue; else they stay until the next cue.
    """

    start: int
    length: int
    values: tuple[tuple[str, float], ...]
    hold: int | None = None

    @property
    def end(self) -> int:
        """Media sample from which its effect no longer changes."""
        return self.start + self.length + (0 if self.hold is None else self.hold + self.length)

    def weight(self, since: int) -> float:
        """How far the values have gone over, 0 to 1, `since` / 60 samples after the start."""
        if since < 0:
            return 0.0
        if self.hold is not None:
            left = (self.end - self.start) * STEP_RATE - since
            if left <= 0:
                return 0.0
            since = min(since, left)
        return ease(since / (self.length * STEP_RATE)) if self.length else 1.0

    def without(self, keys: frozenset[str]) -> "StyleCue":
        """Return this cue less some keys."""
        return replace(self, values=tuple(pair for pair in self.values if pair[0] not in keys))


@dataclass(frozen=True, slots=True)
class Schedule(Generic[T]):
    """Numbers as a function of media time; a value.

    A cue moves each number it names from wherever the earlier cues have it at that moment, so that one may begin while
    another is under way. Cues of the same sample count in the order in which they came.

    Attributes:
        first: the numbers before all cues.
        cues: by their start.
        kind: what the cues are called in an error.
        done: from when on the numbers no longer change, in samples / 60.
    """

    first: T
    cues: tuple[StyleCue, ...] = ()
    kind: str = "style"
    done: float = field(init=False, repr=False, compare=False)
    _last: T = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        done, last = -math.inf, self.first
        if self.cues:
            end = max([cue.end for cue in self.cues])
            done, last = end * STEP_RATE, self.at(end, STEP_RATE)
        object.__setattr__(self, "done", done)
        object.__setattr__(self, "_last", last)

    def added(self, cue: StyleCue, oldest: int) -> "Schedule[T]":
        """Add a cue; what ended by media sample `oldest`, before which nobody will ask, is folded into `first`.

        Raises:
            ScheduleError: there are too many already.
        """
        folded = self.folded(oldest)
        cues = folded.cues
        if len(cues) >= MOST_CUES:
            raise ScheduleError(
                f"{len(cues)} {self.kind} cues wait or are not long over, the most there may be; send fewer"
            )
        place = sum(other.start <= cue.start for other in cues)
        return replace(folded, cues=(*cues[:place], cue, *cues[place:]))

    def folded(self, oldest: int) -> "Schedule[T]":
        """Return the same from media sample `oldest` on, with fewer cues: `at` takes longer the more there are."""
        if not any(cue.end <= oldest for cue in self.cues):
            return self
        now: dict[str, Any] = {}
        kept: list[StyleCue] = []
        for cue in self.cues:
            if cue.end > oldest:
                kept.append(cue)
            elif cue.hold is None:
                # What it has set is no longer moved by the cues before it.
                now.update(cue.values)
                keys = frozenset(key for key, _ in cue.values)
                kept = [less for before in kept if (less := before.without(keys)).values]
        return replace(self, first=self.first._replace(**now), cues=tuple(kept))

    def at(self, pose: int, rate: int) -> T:
        """Return the numbers of the pose at `pose` / 60 s, where media samples count at `rate` Hz."""
        now: dict[str, Any] = {}
        for cue in self.cues[self._covered(pose * rate) :]:
            since = pose * rate - cue.start * STEP_RATE  # in samples / 60
            if since < 0:
                break
            weight = cue.weight(since)
            if weight >= 1.0:
                now.update(cue.values)
            elif weight > 0.0:
                for key, new in cue.values:
                    old = now[key] if key in now else getattr(self.first, key)
                    if old != new:
                        now[key] = old + weight * (new - old)
        return self.first._replace(**now) if now else self.first

    def over(self, pose: int, count: int, rate: int) -> Sequence[T]:
        """Return `at` of `count` poses from `pose` on."""
        if pose * rate >= self.done:
            return (self._last,) * count
        return [self.at(pose + number, rate) for number in range(count)]

    def _covered(self, time: int) -> int:
        """Index of the last cue that has set every number by `time` (samples / 60): those before it count no more."""
        for index in range(len(self.cues) - 1, 0, -1):
            cue = self.cues[index]
            if cue.hold is None and len(cue.values) == len(self.first) and cue.end * STEP_RATE <= time:
                return index
        return 0


def transition_samples(seconds: float, rate: int) -> int:
    """Media samples of a transition, rounded."""
    return round(Fraction(seconds) * rate)
