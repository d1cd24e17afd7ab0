"""By how much two measurements of the same thing differ: what is smaller is no difference."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from voxrig.profiling.record_values import Record, figure, parts, sums

ENOUGH: Final = 3
"""Repeated runs on each side from which on their own spread stands in for the relative bound."""


class Bound(NamedTuple):
    """What one run may differ from the next on a machine that does nothing else."""

    relative: float
    """Share of the larger of both values."""
    absolute: float
    """In the metric's unit: the coarseness of clocks and counters, and what nobody sees."""
    each_second: str = ""
    """Key of the timeline that shows how much the metric wanders within a run; with it, the metric wanders too."""
    each_share: bool = False
    """That key has the metric's unit only up to a factor: it is the share of its median that counts."""
    timed: bool = True
    """It is worse where the server has to wait for a core."""


def noise(bound: Bound, old: Sequence[float], new: Sequence[float], runs: Sequence[Record] = ()) -> float:
    """Return the least difference between the medians of two sides that is one.

    The absolute bound holds always. With `ENOUGH` runs a side, theirs is the rest: half of both ranges together, so
    that ranges which touch are the same (with three runs a side they part by chance in one of ten cases, with four in
    one of 35). With fewer the relative bound holds, and what repeated runs, the seconds of one run, or its waiting
    for a core show can only widen it: neighbours on a machine are noise that no table of bounds knows.

    Args:
        bound: of the metric.
        old: the metric of each run of one side, not empty.
        new: of the other.
        runs: of both sides, for their timelines.
    """
    ranges = (max(old) - min(old) + max(new) - min(new)) / 2
    if min(len(old), len(new)) >= ENOUGH:
        return max(bound.absolute, ranges)
    largest = max(abs(float(np.median(old))), abs(float(np.median(new))))
    wander = max((_wander(bound, run, largest) for run in runs), default=0.0)
    share = bound.relative + (max(map(waited, runs), default=0.0) if bound.timed else 0.0)
    return max(bound.absolute, share * largest, ranges, wander)


def waited(run: Record) -> float:
    """Return by which share the stages of a run took longer by the clock than the server had CPU: it had to wait.

    On a machine of its own that is 0, for stages leave out what the server does between them. Where neighbours take a
    core away, nothing that a clock measured is truer than this.
    """
    clock, cpu = sum(sums(run, "stages_us_per_frame").values()), figure(run, "server", "cpu_us_per_frame")
    return max(0.0, clock / cpu - 1.0) if cpu else 0.0


def _wander(bound: Bound, run: Record, value: float) -> float:
    """The range of the middle half of a run's seconds, in the metric's unit."""
    told = [figure(second, bound.each_second) for second in parts(run, "timeline")] if bound.each_second else []
    seconds = [one for one in told if one is not None]
    if len(seconds) < 4:
        return 0.0
    low, middle, high = (float(q) for q in np.percentile(seconds, (25, 50, 75)))
    if bound.each_share:
        return value * (high - low) / middle if middle > 0 else 0.0
    return high - low
