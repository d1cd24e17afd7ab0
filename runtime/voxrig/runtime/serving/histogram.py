"""How often a value was how large: bounded, however long a server runs."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

_DECADE: Final = (1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8)
PREFERRED: Final = (*(round(step * 10.0**power, 4) for power in range(-2, 5) for step in _DECADE), 100_000.0)
"""0.01 to 100,000 in preferred numbers (ISO 3, R10), ten a decade: a percentile is at most 28 % too high."""

SIZES: Final = (1.0, *(float(size * 2**power) for power in range(10) for size in (2, 3)))
"""Bounds for numbers of things: 1, 2, 3, 4, 6, 8, 12, ... 1536."""


class Histogram:
    """Counts values in bins.

    Args:
        bounds: the largest value of each bin, ascending; what is larger than the last is in a bin of its own.
    """

    def __init__(self, bounds: Sequence[float] = PREFERRED) -> None:
        self.bounds = tuple(bounds)
        self.count = 0
        self.sum = 0.0
        self._bins = [0] * (len(bounds) + 1)
        self._largest = 0.0

    def add(self, value: float) -> None:
        """Count one value."""
        self._bins[bisect_left(self.bounds, value)] += 1
        self.count += 1
        self.sum += value
        self._largest = max(self._largest, value)

    def cumulative(self) -> list[int]:
        """Return how many values were at most each of `bounds`, and last how many there were."""
        return list(accumulate(self._bins))

    def snapshot(self, name: str) -> dict[str, float]:
        """Return count, mean, p50, p99 and largest as `NAME_count`, ...: 0 where nothing was counted."""
        return {
            f"{name}_count": float(self.count),
            f"{name}_mean": self.sum / self.count if self.count else 0.0,
            f"{name}_p50": self._percentile(0.50),
            f"{name}_p99": self._percentile(0.99),
            f"{name}_max": self._largest,
        }

    def _percentile(self, share: float) -> float:
        wanted = share * self.count
        seen = 0
        for number, count in enumerate(self._bins):
            seen += count
            if count and seen >= wanted:
                return min(self._largest, self.bounds[number]) if number < len(self.bounds) else self._largest
        return 0.0
