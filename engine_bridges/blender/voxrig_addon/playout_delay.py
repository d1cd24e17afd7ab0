"""How far behind its sending speech should be heard, so that the frames are there in time.

The longest journey of late decides: from handing over a sample to having the frame that shows it. Straight to port.
"""

from typing import Final

_BUCKETS: Final = 8
_NONE: Final = float("-inf")


class PlayoutDelay:
    """The longest journey of the last eight seconds, plus a margin; told by `margin` in seconds."""

    def __init__(self, margin: float = 0.02) -> None:
        self._margin = margin
        self._longest = [_NONE] * _BUCKETS  # one a second
        self._second = 0

    def arrived(self, now: float, sent: float) -> None:
        """Note a frame that came at `now`; the sample on which it falls was sent, or recorded, at `sent`.

        Both in seconds of the caller's own clock, which never goes back.
        """
        second = int(now // 1.0)
        for step in range(1, min(second - self._second, _BUCKETS) + 1):
            self._longest[(self._second + step) % _BUCKETS] = _NONE
        self._second = max(second, self._second)
        place = self._second % _BUCKETS
        self._longest[place] = max(self._longest[place], now - sent)

    @property
    def seconds(self) -> float:
        """Begin to play a sample so long after it was sent; the margin alone before the first frame."""
        return max(0.0, max(self._longest)) + self._margin
