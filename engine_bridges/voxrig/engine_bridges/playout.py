"""Show frames against the caller's own audio clock.

Frames arrive in bursts and sometimes late; an engine asks for "the face now", now being the media sample it is playing.
A `PlayoutBuffer` sits between: it interpolates between the two frames around that moment, holds the last one when the
next has not come, eases to rest when none comes for long (so that no mouth stays open), and drops what came too late.
It has no clock and no thread of its own, and all its storage is allocated at the start: straight to port.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]


class TimedFrame(Protocol):
    """What the buffer reads of a frame; the client's frames and the runtime's both have it."""

    @property
    def index(self) -> int:
        """Number of the frame in its session."""

    @property
    def sample(self) -> int:
        """Media sample on which it falls."""

    @property
    def values(self) -> Values:
        """float32 [stride]: the controls, then each bone's quaternion x, y, z, w."""


@dataclass
class PlayoutCounts:
    """What happened to frames and to calls of `sample`, since the start."""

    pushed: int = 0
    """Frames that came in."""
    exact: int = 0
    """Calls answered with one frame as it came."""
    interpolated: int = 0
    """Calls answered from two frames."""
    held: int = 0
    """Calls after the newest frame, within `hold` of it: the newest again."""
    rested: int = 0
    """Calls later than that, easing to rest or at rest."""
    waited: int = 0
    """Calls before the oldest frame, or before any: rest or the oldest frame."""
    late: int = 0
    """Frames dropped because a newer one was already due when they came."""
    skipped: int = 0
    """Frames in time that no call fell upon: the caller draws more slowly than the frames' rate."""
    superseded: int = 0
    """Frames discarded by `interrupt`."""
    overflowed: int = 0
    """Oldest frames dropped because the buffer was full."""


class PlayoutBuffer:
    """Frames in, values at any media sample out.

    `controls` and `bones` are the numbers of controls and of bones; `sample_rate` is the session's, in Hz; `capacity`
    is in frames, and more than come ahead of what is being shown: what is beyond pushes out the oldest (the default
    holds 34 s at 60 frames a second). Starved for longer than `hold` seconds, the face eases to rest (controls 0, bones
    unturned) over `ease` seconds, and back over as long when frames come again. Bones behind the first `eased`
    (default: all ease) stay as they are meanwhile: a body's, of which unturned would be a T-pose.
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
        stride = controls + 4 * bones
        self.counts = PlayoutCounts()
        self._controls = controls
        self._staying = controls + 4 * (bones if eased is None else min(eased, bones))
        self._capacity = capacity
        self._hold = hold * sample_rate
        self._ease = max(1.0, ease * sample_rate)
        self._rest = np.zeros(stride, np.float32)
        self._rest[controls + 3 :: 4] = 1.0
        self._values = np.empty((capacity, stride), np.float32)
        self._samples = [0] * capacity
        self._indices = [0] * capacity
        self._seen = [True] * capacity
        self._first = 0  # ring position of the oldest frame kept
        self._count = 0
        self._now: float | None = None
        self._restedness = 0.0  # 0: the frames, 1: rest; moves at most 1 / ease a sample, so nothing pops
        self._out = np.empty(stride, np.float32)

    def __len__(self) -> int:
        """Frames held, the one being shown included."""
        return self._count

    @property
    def newest_sample(self) -> int | None:
        """Media sample of the newest frame held, None where there is none."""
        return self._samples[self._at(self._count - 1)] if self._count else None

    def push(self, frames: Iterable[TimedFrame]) -> None:
        """Take frames in the order of their indices, as a session sends them. Values are copied.

        Raises ValueError where a frame does not follow the one before it: call `interrupt` first.
        """
        for frame in frames:
            if self._count and frame.index <= self._indices[self._at(self._count - 1)]:
                newest = self._indices[self._at(self._count - 1)]
                raise ValueError(f"frame {frame.index} came after frame {newest}: call interrupt({frame.index}) first")
            self.counts.pushed += 1
            if self._count == self._capacity:
                self._drop_oldest()
                self.counts.overflowed += 1
            due = self._now is not None and frame.sample <= self._now
            # What is older than a frame already due is never shown again; what `interrupt` left may share its sample.
            while self._count and (due or self._samples[self._at(self._count - 1)] >= frame.sample):
                self._retire_oldest(late=True)
            place = self._at(self._count)
            self._values[place] = frame.values
            self._rest[self._staying :] = self._values[place, self._staying :]
            self._samples[place] = frame.sample
            self._indices[place] = frame.index
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

    def sample(self, media_sample: float, out: Values | None = None) -> Values:
        """Return the values, float32 [stride], at `media_sample` of the caller's audio clock, and note it as now.

        The clock may stand still or jump ahead; where it goes back, frames already dropped do not return: the oldest
        kept is shown. Without `out` the buffer's own array is returned, which the next call overwrites.
        """
        result = self._out if out is None else out
        elapsed = 0.0 if self._now is None else max(0.0, media_sample - self._now)
        self._now = media_sample
        while self._count > 1 and self._samples[self._at(1)] <= media_sample:
            self._retire_oldest(late=False)
        if not self._count:
            self.counts.waited += 1
            result[:] = self._rest
            return result
        self._show(media_sample, result)
        starved = self._count == 1 and media_sample > self._samples[self._first] + self._hold
        step = elapsed / self._ease
        self._restedness = min(1.0, self._restedness + step) if starved else max(0.0, self._restedness - step)
        if self._restedness > 0.0:
            weight = self._restedness * self._restedness * (3.0 - 2.0 * self._restedness)
            self._mix(result, self._rest, weight, result)
        return result

    def _show(self, media_sample: float, result: Values) -> None:
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
            self._mix(self._values[first], self._values[second], weight, result)
            return
        result[:] = self._values[first]

    def _mix(self, a: Values, b: Values, weight: float, result: Values) -> None:
        """Blend `a` to `b`: controls linearly, bones along the shorter arc, unit length kept (normalised lerp)."""
        near = np.float32(1.0 - weight)
        far = np.float32(weight)
        first = self._controls
        if len(a) > first:
            # The sign is read before `result`, which may be `a`, is written.
            p, q = a[first:].reshape(-1, 4), b[first:].reshape(-1, 4)
            sign = np.where(np.einsum("ij,ij->i", p, q) < 0.0, -far, far)[:, None]
            turned = near * p + sign * q
            turned /= np.sqrt(np.einsum("ij,ij->i", turned, turned))[:, None]
            result[first:] = turned.reshape(-1)
        np.multiply(a[:first], near, out=result[:first])
        result[:first] += far * b[:first]

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
