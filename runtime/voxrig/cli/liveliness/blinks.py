"""Blinks, found in the curve of the lids: when, how far, how long, how regularly, and whether in step with others."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from voxrig.cli.liveliness.motion import Doubles, Floats

LASTING: Final = 0.6
"""Seconds: lids that stay lower for longer have not blinked, but follow the eyes down, squint or sleep."""
LEAST: Final = 0.2
"""Smallest rise of the lid curve that counts as a blink."""
PARTIAL: Final = 0.8
"""A blink whose lids come less far down than this is partial."""
DOUBLE: Final = 0.5
"""Seconds from one blink's peak to the next below which the two are one double blink."""
_SPLIT: Final = 0.6  # two peaks are two blinks if the lids open between them to below this share of the smaller


@dataclass(frozen=True, slots=True)
class Blinks:
    """n blinks of one performance, all float64[n] in seconds but `depth`.

    Attributes:
        seconds: length of the performance.
        time: when the lids were lowest.
        depth: how far they came down then, 0 to 1.
        width: full width at half of the blink's own height.
        closing, opening: from 10 to 90 % of that height, and back.
    """

    seconds: float
    time: Doubles
    depth: Doubles
    width: Doubles
    closing: Doubles
    opening: Doubles

    def __len__(self) -> int:
        return len(self.time)

    @property
    def rate(self) -> float:
        """Blinks a minute; the two of a double blink are counted as two."""
        return 60.0 * len(self) / self.seconds if self.seconds else math.nan

    @property
    def partial(self) -> float:
        """Share of blinks that don't shut the eye."""
        return float((self.depth < PARTIAL).mean()) if len(self) else math.nan

    @property
    def double(self) -> float:
        """Share of blinks that follow another within half a second."""
        return float((np.diff(self.time) < DOUBLE).mean()) if len(self) > 1 else math.nan

    @property
    def intervals(self) -> Doubles:
        """Seconds from each blink to the next, double blinks counted as one."""
        first = np.concatenate(([True], np.diff(self.time) >= DOUBLE)) if len(self) else np.zeros(0, bool)
        return np.diff(self.time[first])

    def within(self, window: float) -> float:
        """Share of all stretches of `window` seconds in which there is a blink."""
        edges = np.concatenate(([0.0], self.time, [self.seconds]))
        without = np.clip(np.diff(edges) - window, 0.0, None).sum()
        return float(1.0 - without / (self.seconds - window)) if self.seconds > window else math.nan


@dataclass(frozen=True, slots=True)
class LogNormal:
    """A log-normal distribution fitted to intervals, and how far off it is.

    Attributes:
        mu, sigma: mean and standard deviation of the natural logarithm.
        distance: largest difference between its distribution function and the data's (Kolmogorov–Smirnov).
        memoryless: the same of an exponential distribution with the data's mean: blinks that keep no time.
    """

    mu: float
    sigma: float
    distance: float
    memoryless: float

    def density(self, x: Doubles) -> Doubles:
        """Probability density at each x > 0."""
        z = (np.log(x) - self.mu) / self.sigma
        return np.exp(-0.5 * z * z) / (x * self.sigma * math.sqrt(2 * math.pi))


def find_blinks(lids: Floats, fps: float) -> Blinks:
    """Find the blinks in a curve of the lids, float32[F], 0 open to 1 shut."""
    curve = lids.astype(np.float64)
    above = curve - _lasting(curve, max(1, round(LASTING * fps)))
    found = [_measured(curve, above, first, peak, last) for first, peak, last in _peaks(above)]
    table = np.array(found).reshape(-1, 5)
    return Blinks(len(curve) / fps, table[:, 0] / fps, table[:, 1], *(table[:, 2:] / fps).T)


def fit_log_normal(intervals: Doubles) -> LogNormal | None:
    """Fit a log-normal by moments of the logarithm; None for fewer than 10 intervals, which tell nothing."""
    if len(intervals) < 10:
        return None
    ordered = np.sort(intervals)
    logs = np.log(ordered)
    mu, sigma, mean = float(logs.mean()), max(float(logs.std()), 1e-9), float(ordered.mean())
    normal = [0.5 * (1 + math.erf((value - mu) / (sigma * math.sqrt(2)))) for value in logs]
    return LogNormal(mu, sigma, _distance(np.array(normal)), _distance(1 - np.exp(-ordered / mean)))


def synchrony(one: Blinks, other: Blinks, step: float = 0.2, reach: float = 1.0) -> float:
    """Return the largest correlation of two trains of blinks, counted in bins of `step` s, shifted up to `reach` s."""
    bins = int(min(one.seconds, other.seconds) / step)
    trains = [np.histogram(b.time, bins, (0.0, bins * step))[0].astype(float) for b in (one, other)]
    if min(train.std() for train in trains) == 0:
        return math.nan
    a, b = ((train - train.mean()) / train.std() for train in trains)
    shifts = range(-round(reach / step), round(reach / step) + 1)
    return max(float((a[max(0, s) : bins + min(0, s)] * b[max(0, -s) : bins - max(0, s)]).mean()) for s in shifts)


def _distance(cumulative: Doubles) -> float:
    steps = np.arange(len(cumulative) + 1) / len(cumulative)
    return float(max((steps[1:] - cumulative).max(), (cumulative - steps[:-1]).max()))


def _lasting(curve: Doubles, width: int) -> Doubles:
    """Return the curve without its bumps shorter than `width` frames: a morphological opening."""
    return -_lowest(-_lowest(curve, width), width)


def _lowest(curve: Doubles, width: int) -> Doubles:
    half = width // 2
    padded = np.pad(curve, half, mode="edge")
    lowest: Doubles = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1).min(axis=1)
    return lowest


def _peaks(above: Doubles) -> list[tuple[int, int, int]]:
    """Return each blink as its first, highest and last frame; neighbours share the frame where they meet."""
    low = LEAST / 4
    edges = np.diff(np.concatenate(([0], (above > low).astype(np.int8), [0])))
    found: list[tuple[int, int, int]] = []
    for first, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        found += _split(above, max(int(first) - 1, 0), min(int(end), len(above) - 1))
    return found


def _split(above: Doubles, first: int, last: int) -> list[tuple[int, int, int]]:
    """Split one bump where the lids opened between two peaks."""
    piece = above[first : last + 1]
    peak = int(piece.argmax())
    if piece[peak] < LEAST:
        return []
    for side, offset in ((piece[:peak], 0), (piece[peak + 1 :], peak + 1)):
        found = _valley(side, float(piece[peak]), left=offset == 0)
        if found is not None:
            cut = first + offset + found
            return _split(above, first, cut) + _split(above, cut, last)
    return [(first, first + peak, last)]


def _valley(side: Doubles, height: float, left: bool) -> int | None:
    """Find the valley between the main peak and another one on this side of it."""
    run = side[::-1] if left else side
    if not len(run):
        return None
    valley = np.minimum.accumulate(run)
    rises = run - valley
    candidates = np.flatnonzero((run >= LEAST) & (valley < _SPLIT * np.minimum(run, height)) & (rises > 0))
    if not len(candidates):
        return None
    at = int(candidates[0])
    low = int(run[: at + 1].argmin())
    return len(run) - 1 - low if left else low


def _measured(curve: Doubles, above: Doubles, first: int, peak: int, last: int) -> tuple[float, ...]:
    """Return time of the peak, depth, width, closing and opening, in frames."""
    height = above[peak]
    rise = [_crossing(above, peak, first, share * height) for share in (0.1, 0.5, 0.9)]
    fall = [_crossing(above, peak, last, share * height) for share in (0.1, 0.5, 0.9)]
    return float(peak), float(curve[peak]), fall[1] - rise[1], rise[2] - rise[0], fall[0] - fall[2]


def _crossing(above: Doubles, peak: int, limit: int, level: float) -> float:
    """Return where the curve falls to `level` on the way from the peak to `limit`, between frames."""
    step = 1 if limit > peak else -1
    for at in range(peak, limit, step):
        here, there = above[at], above[at + step]
        if there <= level:
            return at + step * float((here - level) / (here - there))
    return float(limit)
