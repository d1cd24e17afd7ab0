"""A setting over media time that changes at moments: where to look, what to do."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from voxrig.runtime.core.timing import STEP_RATE

T = TypeVar("T")

MOST: Final = 8192
"""Changes that a track may hold: two minutes of a target that is tracked at 60 Hz."""
NEVER: Final = -1
"""The pose since which the value before all changes has held."""


class TrackError(ValueError):
    """A change too many; the message says how many there may be."""


@dataclass(frozen=True, slots=True)
class Track(Generic[T]):
    """A value that holds from one media sample until the next change; a value itself.

    Attributes:
        first: what holds before all changes.
        starts: the media samples of the changes, ascending.
        values: what holds from each of them on.
    """

    first: T
    starts: tuple[int, ...] = ()
    values: tuple[T, ...] = ()

    def added(self, start: int, value: T, oldest: int) -> "Track[T]":
        """Return this track with a change at media sample `start`; of two at the same sample the later added counts.

        What only held before media sample `oldest`, before which nobody will ask, is forgotten.

        Raises:
            TrackError: there are too many already.
        """
        gone = max(bisect_right(self.starts, oldest) - 1, 0)
        first = self.values[gone - 1] if gone else self.first
        starts, values = self.starts[gone:], self.values[gone:]
        if len(starts) >= MOST:
            raise TrackError(f"{len(starts)} changes wait or are not long over, the most there may be; send fewer")
        if not starts or start >= starts[-1]:
            return Track(first, (*starts, start), (*values, value))
        place = bisect_right(starts, start)
        return Track(first, (*starts[:place], start, *starts[place:]), (*values[:place], value, *values[place:]))

    def at(self, pose: int, rate: int) -> tuple[T, int]:
        """Return what holds at the pose at `pose` / 60 s, and the first pose at which it did (`NEVER`: always).

        Args:
            pose: number of the pose.
            rate: at which media samples count, in Hz.
        """
        starts = self.starts
        if not starts:
            return self.first, NEVER
        sample = pose * rate // STEP_RATE
        place = len(starts) if starts[-1] <= sample else bisect_right(starts, sample)
        if not place:
            return self.first, NEVER
        return self.values[place - 1], -(-starts[place - 1] * STEP_RATE // rate)

    def over(self, pose: int, count: int, rate: int) -> Sequence[tuple[T, int]]:
        """Return `at` of `count` poses from `pose` on."""
        starts = self.starts
        if not starts:
            return ((self.first, NEVER),) * count
        if starts[-1] <= pose * rate // STEP_RATE:
            return (self.at(pose, rate),) * count
        return [self.at(pose + number, rate) for number in range(count)]

    def values_over(self, pose: int, count: int, rate: int) -> Sequence[T]:
        """Return what holds at `count` poses from `pose` on."""
        starts = self.starts
        if not starts:
            return (self.first,) * count
        if starts[-1] <= pose * rate // STEP_RATE:
            return (self.values[-1],) * count
        return [self.at(pose + number, rate)[0] for number in range(count)]
