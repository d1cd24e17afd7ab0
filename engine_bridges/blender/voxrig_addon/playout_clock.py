"""Where the sound is, between the coarse reports of an audio device.

An engine learns the position of its audio in steps (a buffer of 10 to 50 ms at a time, noticed a picture late), from a
crystal that is not the one of its own clock. A `PlayoutClock` is told of every report and says which media sample is
audible at any moment between them: an alpha-beta filter on position and speed (Kalata 1984, "The tracking index",
IEEE Trans. Aerospace and Electronic Systems 20(2)), that stops where the device stops and jumps where it jumps.
Straight to port: a few doubles, no storage, no clock of its own.
"""

from dataclasses import dataclass
from typing import Final

_ALPHA: Final = 0.1
_BETA: Final = _ALPHA * _ALPHA / (2.0 - _ALPHA)  # critically damped
_SLOWEST: Final = 0.9
_FASTEST: Final = 1.1
_JUMP: Final = 0.08
"""Seconds between report and expectation above which the sound was moved, and is not merely uneven."""
_SHORTEST_STEP: Final = 0.005
_LONGEST_STEP: Final = 0.1
_GROWTH: Final = 1.1
"""By how much the grain may grow with a report."""
_PATIENCE: Final = 1.5
"""Steps of the device after which a position that stays is a pause."""


@dataclass
class ClockCounts:
    """What the clock was told, since the start."""

    reports: int = 0
    """Reports with a new position."""
    resyncs: int = 0
    """Reports so far from what was expected that the clock jumped there, the first one left out."""
    pauses: int = 0
    """Times that the position stayed for longer than the device's steps."""


class PlayoutClock:
    """Media samples of `sample_rate` Hz against seconds of the caller's own clock, which never goes back."""

    def __init__(self, sample_rate: int) -> None:
        self.counts = ClockCounts()
        self._rate = float(sample_rate)
        self._speed = 1.0
        self._time = 0.0  # of the last new position
        self._position = 0.0  # filtered, at `_time`
        self._reported = 0.0  # as told
        self._looked = 0.0  # when it was told last, new or not
        self._step = _LONGEST_STEP  # longest of late between two new positions, seconds
        self._grain = 0.0  # least of late by which the position moved, samples: the sound is somewhere within it
        self._started = False
        self._moving = False

    def report(self, now: float, sample: float) -> None:
        """Take the device's word that media sample `sample` is audible at `now` seconds.

        Report at every picture, also when the position is the same as before: that is how a pause is noticed.
        """
        self._looked = now
        if self._started and sample == self._reported:
            if self._moving and now - self._time > _PATIENCE * self._step:
                self._moving = False
                self._position = sample + 0.5 * self._grain
                self.counts.pauses += 1
            return
        self.counts.reports += 1
        passed = now - self._time
        expected = self._position
        if self._moving:  # however long nobody looked
            expected += passed * self._speed * self._rate
        error = sample - expected
        moved = sample - self._reported
        if not self._started or abs(error) > _JUMP * self._rate:
            self.counts.resyncs += self._started
            self._position = sample + 0.5 * self._grain
        elif not self._moving or passed <= 0.0:  # on from a pause: how long the step took is not known
            self._position = max(sample, expected)
        else:
            self._position = expected + _ALPHA * error
            speed = self._speed + _BETA * error / (passed * self._rate)
            self._speed = min(_FASTEST, max(_SLOWEST, speed))
            if passed < _LONGEST_STEP:
                self._step = max(_SHORTEST_STEP, passed, 0.95 * self._step)
            if moved > 0.0:
                self._grain = moved if self._grain == 0.0 else min(moved, _GROWTH * self._grain)
        self._started = self._moving = True
        self._time = now
        self._reported = sample

    def at(self, now: float) -> float:
        """Return the media sample that is audible at `now` seconds; 0 before the first report.

        It may go back a little where a pause is noticed or a report corrects it.
        """
        if not self._moving:
            return self._position
        ahead = max(0.0, min(now - self._time, _PATIENCE * self._step))
        position = self._position + ahead * self._speed * self._rate
        if self._grain == 0.0:
            return position
        # A device that has not told of the next grain has not come to it: so much less is to be taken back in a pause.
        since = max(0.0, now - self._looked)
        return min(position, self._reported + self._grain + since * self._speed * self._rate)

    @property
    def speed(self) -> float:
        """Seconds of sound in a second of the caller's clock, 0.9 to 1.1; about 1."""
        return self._speed

    @property
    def is_moving(self) -> bool:
        """Whether the device plays, as far as is known."""
        return self._moving
