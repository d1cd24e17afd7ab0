"""From values to places in a plot, straight or logarithmic, and the round values on the way."""

import math
from collections.abc import Iterable
from typing import Final, NamedTuple

_ROUND: Final = (1.0, 2.0, 5.0, 10.0)


class Scale(NamedTuple):
    """The values from `low` to `high` lie from `start` to `end`; what is outside is drawn at the edge."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def place(self, value: float) -> float:
        """Return where a value is."""
        inside = min(max(value, self.low), self.high)
        if self.log:
            share = math.log(inside / self.low) / math.log(self.high / self.low)
        else:
            share = (inside - self.low) / ((self.high - self.low) or 1.0)  # both the same beyond what digits tell
        return self.start + share * (self.end - self.start)

    def ticks(self, wanted: int = 5) -> list[float]:
        """Return round values, about `wanted` of them; of a logarithmic scale 1, 2 and 5, or each power of ten."""
        if self.log:
            return _powers(self.low, self.high, wanted)
        if self.high <= self.low:
            return [self.low]
        step = _step((self.high - self.low) / wanted)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(number * step, 10) + 0.0 for number in range(first, last + 1)]


def linear(values: Iterable[float], start: float, end: float) -> Scale:
    """Return a scale from 0, or from the lowest value where that is below, to a round one above all values."""
    told = list(values)
    low, high = min([0.0, *told]), max([0.0, *told])
    if high <= low:
        high = low + 1.0
    step = _step((high - low) / 8)
    return Scale(step * math.floor(low / step + 1e-9), step * math.ceil(high / step - 1e-9), start, end)


def logarithmic(values: Iterable[float], start: float, end: float) -> Scale:
    """Return a logarithmic scale between 1, 2 or 5 times powers of ten around those values that are above 0."""
    told = [value for value in values if value > 0]
    low, high = min(told, default=1.0), max(told, default=10.0)
    low, high = _round_below(low), _round_above(high)
    return Scale(low, high if high > low * 1.5 else low * 10, start, end, log=True)


def _round_below(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in reversed(_ROUND) if factor * power <= value * (1 + 1e-9))


def _round_above(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return next(factor * power for factor in _ROUND if factor * power >= value * (1 - 1e-9))


def _step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in _ROUND if factor * power >= rough * 0.999)


def _powers(low: float, high: float, wanted: int) -> list[float]:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    factors = (1, 2, 5) if 3 * (last - first) <= 2 * wanted else (1,)
    every = max(1, math.ceil((last - first + 1) / (2 * wanted)))
    found = [factor * 10.0**power for power in range(first, last + 1, every) for factor in factors]
    return [value for value in found if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
