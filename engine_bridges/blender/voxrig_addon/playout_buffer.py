"""Frames in, values at any media sample out: interpolated, held, then eased to rest so that no mouth stays open.

A port of voxrig/engine_bridges/playout.py, which says more, to Python without numpy: values are array("f").
"""

from array import array
from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

Values: TypeAlias = "array[float]"
"""Of type code "f", [stride]."""


@dataclass
class PlayoutCounts:
    """What happened to frames and to calls of `sample`, since the start; the original says what each is."""

    pushed: int = 0
    exact: int = 0
    interpolated: int = 0
    held: int = 0
    rested: int = 0
    waited: int = 0
    late: int = 0
    skipped: int = 0
    superseded: int = 0
    overflowed: int = 0


class PlayoutBuffer:
    """Numbers of controls and bones, media samples of `sample_rate` Hz, `capacity` in frames, times in seconds.

    Bones behind the first `eased` (default: all ease) don't go to rest, of which a body's would be a T-pose.
    """

    def __init__(
        self,
        controls: int,
        bones: int,
        sample_rate: int,
        *,
        capacity: int = 2048,
        hold: float = 0.1,
        ease: float = 0.2,
        eased: int | None = None,
    ) -> None:
        if capacity < 2:
            raise ValueError(f"a capacity of {capacity} frames cannot interpolate: give 2 or more")
        self.counts = PlayoutCounts()
        self._controls = controls
        self._staying = controls + 4 * (bones if eased is None else min(eased, bones))
        self._stride = controls + 4 * bones
        self._capacity = capacity
        self._hold = hold * sample_rate
        self._ease = max(1.0, ease * sample_rate)
        self._rest: Values = array("f", [0.0] * controls + [0.0, 0.0, 0.0, 1.0] * bones)
        self._values: list[array[float]] = [self._rest] * capacity  # by reference: nobody writes to a frame
        self._samples = [0] * capacity
        self._indices = [0] * capacity
        self._seen = [True] * capacity
        self._first = 0  # ring position of the oldest frame kept
        self._count = 0
        self._now: float | None = None
        self._restedness = 0.0  # 0: the frames, 1: rest; moves at most 1 / ease a sample, so nothing pops
        self._mixed: Values = array("f", self._rest)

    def __len__(self) -> int:
        """Frames held, the one being shown included."""
        return self._count

    @property
    def newest_sample(self) -> int | None:
        """Media sample of the newest frame held, None where there is none."""
        return self._samples[self._at(self._count - 1)] if self._count else None

    def push(self, index: int, sample: int, values: Values) -> None:
        """Take the frame that follows the one before it.

        Raises ValueError where its index is not above the newest's, which `interrupt` undoes, or its length is wrong.
        """
        if len(values) != self._stride:
            raise ValueError(f"a frame of {len(values)} values came, {self._stride} are expected")
        if self._count and index <= self._indices[self._at(self._count - 1)]:
            newest = self._indices[self._at(self._count - 1)]
            raise ValueError(f"frame {index} came after frame {newest}: call interrupt({index}) first")
        self.counts.pushed += 1
        if self._count == self._capacity:
            self._drop_oldest()
            self.counts.overflowed += 1
        due = self._now is not None and sample <= self._now
        # What is older than a frame already due is never shown again; what `interrupt` left may share its sample.
        while self._count and (due or self._samples[self._at(self._count - 1)] >= sample):
            self._retire_oldest(late=True)
        place = self._at(self._count)
        self._values[place] = values
        self._rest[self._staying :] = values[self._staying :]
        self._samples[place] = sample
        self._indices[place] = index
        self._seen[place] = False
        self._count += 1

    def interrupt(self, frame_index: int) -> None:
        """Discard the frames from `frame_index` on: an INTERRUPTED event says which; their successors come next."""
        while self._count and self._indices[self._at(self._count - 1)] >= frame_index:
            if self._count == 1 and self._seen[self._first]:
                self._indices[self._first] = frame_index - 1  # on the screen already: stays until a successor is due
                return
            self._count -= 1
            self.counts.superseded += 1

    def sample(self, media_sample: float) -> Values:
        """Return the values at `media_sample` of the caller's audio clock, and note it as now. Don't write to them."""
        elapsed = 0.0 if self._now is None else max(0.0, media_sample - self._now)
        self._now = media_sample
        while self._count > 1 and self._samples[self._at(1)] <= media_sample:
            self._retire_oldest(late=False)
        if not self._count:
            self.counts.waited += 1
            return self._rest
        shown = self._show(media_sample)
        starved = self._count == 1 and media_sample > self._samples[self._first] + self._hold
        step = elapsed / self._ease
        self._restedness = min(1.0, self._restedness + step) if starved else max(0.0, self._restedness - step)
        if self._restedness > 0.0:
            return self._mix(shown, self._rest, self._restedness * self._restedness * (3.0 - 2.0 * self._restedness))
        return shown

    def _show(self, media_sample: float) -> Values:
        first = self._first
        ahead = media_sample - self._samples[first]
        self._seen[first] = True
        if ahead < 0.0:
            self.counts.waited += 1
        elif ahead == 0.0:
            self.counts.exact += 1
        elif self._count == 1:
            if ahead > self._hold:
                self.counts.rested += 1
            else:
                self.counts.held += 1
        else:
            self.counts.interpolated += 1
            second = self._at(1)
            self._seen[second] = True
            weight = ahead / (self._samples[second] - self._samples[first])
            return self._mix(self._values[first], self._values[second], weight)
        return self._values[first]

    def _mix(self, a: Values, b: Values, weight: float) -> Values:
        """Blend `a` to `b`: controls linearly, bones along the shorter arc, unit length kept (normalised lerp)."""
        near, out = 1.0 - weight, self._mixed
        for place in range(self._controls):
            out[place] = near * a[place] + weight * b[place]
        for place in range(self._controls, self._stride, 4):
            dot = a[place] * b[place] + a[place + 1] * b[place + 1]
            dot += a[place + 2] * b[place + 2] + a[place + 3] * b[place + 3]
            far = -weight if dot < 0.0 else weight
            x, y = near * a[place] + far * b[place], near * a[place + 1] + far * b[place + 1]
            z, w = near * a[place + 2] + far * b[place + 2], near * a[place + 3] + far * b[place + 3]
            length = sqrt(x * x + y * y + z * z + w * w)
            out[place], out[place + 1], out[place + 2], out[place + 3] = x / length, y / length, z / length, w / length
        return out

    def _at(self, offset: int) -> int:
        return (self._first + offset) % self._capacity

    def _retire_oldest(self, late: bool) -> None:
        if not self._seen[self._first]:
            if late:
                self.counts.late += 1
            else:
                self.counts.skipped += 1
        self._drop_oldest()

    def _drop_oldest(self) -> None:
        self._first = (self._first + 1) % self._capacity
        self._count -= 1
