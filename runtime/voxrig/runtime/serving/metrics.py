"""What a server counts about itself. Written from one thread; a snapshot is plain numbers."""

from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, field

from voxrig.runtime.core.timing import STEP_RATE

_BOUNDS = tuple(10 ** (exponent / 10) for exponent in range(-20, 51))
"""Upper bounds of the histogram's bins: 0.01 to 100,000, ten a decade, so a percentile is at most 26 % too high."""


class Histogram:
    """Counts positive values in logarithmic bins: bounded, however long a server runs."""

    def __init__(self) -> None:
        self._bins = [0] * (len(_BOUNDS) + 1)
        self._count = 0
        self._sum = 0.0
        self._largest = 0.0

    def add(self, value: float) -> None:
        """Count one value."""
        self._bins[bisect_left(_BOUNDS, value)] += 1
        self._count += 1
        self._sum += value
        self._largest = max(self._largest, value)

    def snapshot(self, name: str) -> dict[str, float]:
        """Return mean, p50, p99 and largest as `NAME_mean`, ...: 0 where nothing was counted."""
        return {
            f"{name}_mean": self._sum / self._count if self._count else 0.0,
            f"{name}_p50": self._percentile(0.50),
            f"{name}_p99": self._percentile(0.99),
            f"{name}_max": self._largest,
        }

    def _percentile(self, share: float) -> float:
        wanted = share * self._count
        seen = 0
        for number, count in enumerate(self._bins):
            seen += count
            if count and seen >= wanted:
                return min(self._largest, _BOUNDS[number]) if number < len(_BOUNDS) else self._largest
        return 0.0


@dataclass
class Metrics:
    """A server's counters and timings."""

    connections: int = 0
    sessions: int = 0
    sessions_opened: int = 0
    ticks: int = 0
    rows: int = 0
    frames: int = 0
    late: int = 0
    errors: int = 0
    tick_ms: Histogram = field(default_factory=Histogram)
    batch: Histogram = field(default_factory=Histogram)
    wait_ms: Histogram = field(default_factory=Histogram)

    def snapshot(self) -> dict[str, float]:
        """Return every number by its name; proto/README.md says what each means."""
        counters = ("connections", "sessions", "sessions_opened", "ticks", "rows", "frames", "late", "errors")
        numbers: dict[str, float] = {name: float(getattr(self, name)) for name in counters}
        for name in ("tick_ms", "batch", "wait_ms"):
            numbers |= getattr(self, name).snapshot(name)
        return numbers


class Punctuality:
    """Tells which model steps of one session came late.

    A step is due one step after its audio came, or one step after the step before it was due, whichever is later. So a
    client in real time has each step due at once, and a clip sent in one piece is due as it would be played.
    """

    def __init__(self) -> None:
        self._arrivals: deque[tuple[int, float]] = deque()
        self._pending = 0
        self._due = float("-inf")

    def heard(self, pending: int, now: float) -> None:
        """Note that `pending` steps are ready after a message that arrived at `now` seconds."""
        if pending < self._pending:  # an interruption threw the old ones away
            self._arrivals.clear()
            self._pending = 0
            self._due = float("-inf")
        if pending > self._pending:
            self._arrivals.append((pending - self._pending, now))
            self._pending = pending

    def done(self, now: float) -> tuple[float, bool]:
        """Note that one step is computed; return the seconds since its audio came, and whether it is late."""
        if not self._arrivals:
            return 0.0, False
        steps, arrival = self._arrivals[0]
        if steps > 1:
            self._arrivals[0] = (steps - 1, arrival)
        else:
            self._arrivals.popleft()
        self._pending -= 1
        self._due = max(arrival, self._due) + 1.0 / STEP_RATE
        return now - arrival, now > self._due
