"""One direction of a line with a fault: when its bytes arrive, and which. No clock and no sockets."""

import random
from typing import NamedTuple

from faults.fault import Fault


class Segment(NamedTuple):
    """Bytes that arrive together at `due` seconds."""

    due: float
    data: bytes


class Lane:
    """All that is left to chance goes by the offset in the stream, so a seed gives the same line however it is read."""

    def __init__(self, fault: Fault, rng: random.Random) -> None:
        self.carried = 0
        """Bytes taken so far."""
        self.ended = False
        """Whether the fault's end has come; what is taken after it is gone."""
        self._fault = fault
        self._rng = rng
        self._free = 0.0  # when the line is free for the next segment
        self._last = 0.0  # when the last one arrives: none overtakes it
        self._wait = 0.0  # of the segment under way, besides the delay
        self._left = 0  # bytes of it to come
        self._corrupted = fault.spared + self._gap()

    def take(self, data: bytes, now: float) -> list[Segment]:
        """Return what becomes of bytes that the sender sent at `now` seconds."""
        segments: list[Segment] = []
        if self._fault.at is not None and self.carried + len(data) >= self._fault.at:
            data = data[: max(0, self._fault.at - self.carried)]
            ended = True
        else:
            ended = self.ended
        while data and not self.ended:
            if not self._left:
                self._left = self._fault.segment
                self._wait = self._fault.jitter * self._rng.random()
                if self._rng.random() < self._fault.loss:
                    self._wait += self._fault.stall
            part, data = data[: self._left], data[self._left :]
            self._left -= len(part)
            self._free = max(self._free, now) + len(part) / self._fault.bytes_per_second
            self._last = max(self._last, self._free + self._fault.delay + self._wait)
            segments.append(Segment(self._last, self._with_errors(part)))
            self.carried += len(part)
        self.ended = ended
        return segments

    def _with_errors(self, part: bytes) -> bytes:
        if self._corrupted >= self.carried + len(part):
            return part
        changed = bytearray(part)
        while (at := self._corrupted - self.carried) < len(part):
            changed[at] ^= 1 << self._rng.randrange(8)
            self._corrupted += 1 + self._gap()
        return bytes(changed)

    def _gap(self) -> int:
        """Draw how many bytes stay whole until the next that does not."""
        share = self._fault.corrupt
        return int(self._rng.expovariate(share)) if share else 1 << 62
