"""When to show frames of which nobody says when they are heard, told from when they come alone.

An engine that plays the sound has a `PlayoutClock`; a sender beside it sees only frames, in bursts (a reply that was
sent at once) or one by one (a live voice). Frames are shown as far apart as they lie in time, the first one at once.
One that comes late moves all later ones by as much, so that a live voice is shown as late as the slowest of its frames
and no later; where frames only come as fast as they are shown, the delay shrinks again when the slow ones were long
ago. Of a live voice that was held up and then comes at a rush, the newest is shown at once.
"""

from typing import Final

_BUCKETS: Final = 8
_BUCKET_SECONDS: Final = 0.5
_STEADY: Final = 0.1
"""Spread of the journeys, in seconds, up to which they are a live voice's."""
_LEVEL: Final = 0.01
"""How far the slowest journeys of both halves of the window may differ: a reply that comes just faster than it is
spoken has the same spread, but its journeys become shorter and shorter."""
_AHEAD: Final = 0.3
"""Seconds of frames in store from which it is no live voice."""
_GAP: Final = 0.1
"""Frames later than this were held up, or nobody spoke."""
_RUSH: Final = 0.25
"""Seconds that the rush after a hold-up may take."""
_SHRINK: Final = 0.05
"""Seconds that the delay loses in a second."""
_NEVER: Final = float("-inf")


class ArrivalClock:
    """Seconds of the caller's own clock, which never goes back, at which each frame is to be shown.

    Args:
        period: seconds between two frames.
    """

    def __init__(self, period: float) -> None:
        self._period = period
        self._origin = 0.0  # when frame 0 would have been shown
        self._started = False
        self._utterance = -1
        self._live = False
        self._rush_until = _NEVER
        self._last = 0.0
        self._slowest = [_NEVER] * _BUCKETS  # journeys, one entry each half second
        self._quickest = [-_NEVER] * _BUCKETS
        self._bucket = 0
        self._filled = 0

    @property
    def is_live(self) -> bool:
        """Whether frames come as fast as they are shown, as far as is known."""
        return self._live

    def due(self, index: int) -> float:
        """When to show frame `index`; only after one has arrived."""
        return self._origin + index * self._period

    def restart(self, index: int, when: float) -> None:
        """Show frame `index` at `when`, and the others from there."""
        self._origin = when - index * self._period
        self._started = True
        self._forget()

    def arrived(self, index: int, utterance: int, now: float) -> None:
        """Note a frame that came at `now`."""
        journey = now - index * self._period
        late = journey - self._origin
        if not self._started:
            self._started, self._utterance, self._origin = True, utterance, journey
        elif utterance != self._utterance:
            self._utterance = utterance
            self._forget()
            self._origin = max(self._origin, journey)
        elif late > 0.0:
            if late > _GAP:
                self._rush_until = now + _RUSH if self._live else _NEVER
                self._forget()
            self._origin = journey
        elif now < self._rush_until:
            self._origin = journey
        elif late < -_AHEAD:
            self._live = False
        self._remember(journey, now)
        self._last = now

    def _remember(self, journey: float, now: float) -> None:
        if now < self._rush_until:
            return
        bucket = int(now / _BUCKET_SECONDS)
        if self._filled == 0:
            self._bucket, self._filled = bucket, 1
        for step in range(1, min(bucket - self._bucket, _BUCKETS) + 1):
            place = (self._bucket + step) % _BUCKETS
            self._slowest[place], self._quickest[place] = _NEVER, -_NEVER
        self._filled += bucket - self._bucket
        self._bucket = bucket
        place = bucket % _BUCKETS
        self._slowest[place] = max(self._slowest[place], journey)
        self._quickest[place] = min(self._quickest[place], journey)
        if self._filled > _BUCKETS:
            self._judge(now)

    def _judge(self, now: float) -> None:
        """With the window full: is it a live voice, and may it be shown earlier?"""
        slowest = max(self._slowest)
        if slowest - min(self._quickest) > _STEADY:
            return
        order = [self._slowest[(self._bucket + 1 + step) % _BUCKETS] for step in range(_BUCKETS)]
        half = _BUCKETS // 2
        if abs(max(order[:half]) - max(order[half:])) > _LEVEL:
            return
        self._live = True
        self._origin -= min(max(0.0, self._origin - slowest), _SHRINK * max(0.0, now - self._last))

    def _forget(self) -> None:
        """Empty the window."""
        self._slowest[:] = [_NEVER] * _BUCKETS
        self._quickest[:] = [-_NEVER] * _BUCKETS
        self._filled = 0
