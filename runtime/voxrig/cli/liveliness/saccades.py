"""Saccades, found in the movement of the eyes: how large, how long, how fast."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.cli.liveliness.motion import Doubles
from voxrig.cli.liveliness.published import AMPLITUDE_FREQUENCY, AMPLITUDE_SCALE

FAST: Final = 30.0
"""Degrees a second, of the eye in the head and of the line of sight: slower is pursuit, or the eye held on its target
while the head turns."""
SMALLEST: Final = 1.0
"""Degrees: 60 frames a second show too little of smaller ones to measure them."""
_TAIL: Final = 2  # frames that the slow ends of a saccade may have on either side
_SPREAD: Final = 22.5
"""Square of a saccade's duration over the variance of its speed curve in time: between that of a parabola (20), which
short saccades have, and of one that leans to its beginning as long ones do (25 for a Beta(2, 3)), so that a duration is
within 6 % of the truth for either (van Opstal & van Gisbergen 1987, "Skewness of saccadic velocity profiles", Vision
Research 27)."""


@dataclass(frozen=True, slots=True)
class Saccades:
    """n saccades of at least one degree, all float64[n].

    Attributes:
        seconds: length of the performance.
        time: when each began, in seconds.
        amplitude: degrees that gaze moved, less what it moved beside the saccade.
        spread: variance in time of its speed curve, in s²; it can come out below 0 for the shortest.
        velocity: largest mean speed over one frame, in degrees a second.
    """

    seconds: float
    time: Doubles
    amplitude: Doubles
    spread: Doubles
    velocity: Doubles

    def __len__(self) -> int:
        return len(self.time)

    @property
    def rate(self) -> float:
        """Saccades a minute."""
        return 60.0 * len(self) / self.seconds if self.seconds else math.nan

    @property
    def duration(self) -> Doubles:
        """Seconds each took, judged by its spread: rough one by one, see `main_sequence`."""
        return np.sqrt(_SPREAD * np.clip(self.spread, 0.0, None))


@dataclass(frozen=True, slots=True)
class MainSequence:
    """Duration = intercept + slope * amplitude, in seconds and seconds a degree; and the binned means it was fitted to.

    Attributes:
        intercept, slope: of the line.
        amplitudes, durations: float64[bins].
    """

    intercept: float
    slope: float
    amplitudes: Doubles
    durations: Doubles


def find_saccades(eyes: Doubles, gaze: Doubles, fps: float) -> Saccades:
    """Find saccades.

    Args:
        eyes: float64[F, 2], yaw and pitch of the eyes in the head, in degrees.
        gaze: float64[F, 2], the same of the line of sight in the world.
        fps: frames a second.
    """
    steps = np.diff(gaze, axis=0)
    fast = np.minimum(np.hypot(*np.diff(eyes, axis=0).T), np.hypot(*steps.T)) * fps > FAST
    edges = np.diff(np.concatenate(([0], fast.astype(np.int8), [0])))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    found = []
    for number, (first, end) in enumerate(zip(starts, ends, strict=True)):
        low = max(first - _TAIL, ends[number - 1] if number else 0)
        high = min(end + _TAIL, starts[number + 1] if number + 1 < len(starts) else len(steps))
        one = _measured(steps, int(low), int(first), int(end), int(high), fast, fps)
        if one[1] >= SMALLEST:
            found.append(one)
    table = np.array(found).reshape(-1, 4)
    return Saccades(len(eyes) / fps, *table.T)


def main_sequence(saccades: Saccades, least: int = 8) -> MainSequence | None:
    """Fit duration against amplitude.

    One saccade of two frames tells little of its duration, but the mean spread of many in a bin of one degree does.
    Bins of fewer than `least` saccades are left out; None if fewer than three remain.
    """
    bins = np.floor(saccades.amplitude).astype(int)
    points = []
    for degree in np.unique(bins):
        members = bins == degree
        spread = float(saccades.spread[members].mean()) if members.sum() >= least else 0.0
        if spread > 0.0:
            points.append((saccades.amplitude[members].mean(), math.sqrt(_SPREAD * spread), members.sum()))
    if len(points) < 3:
        return None
    amplitude, duration, count = np.array(points).T
    slope, intercept = np.polyfit(amplitude, duration, 1, w=np.sqrt(count))
    return MainSequence(float(intercept), float(slope), amplitude, duration)


def amplitude_distance(saccades: Saccades) -> float:
    """Return how far amplitudes are from those published for talking (Kolmogorov–Smirnov, 0 to 1), from one degree on.

    NaN without saccades.
    """
    if not len(saccades):
        return math.nan
    least, most, full = AMPLITUDE_FREQUENCY
    seen = min(most, full * math.exp(-SMALLEST / AMPLITUDE_SCALE))
    larger = (full * np.exp(-np.sort(saccades.amplitude) / AMPLITUDE_SCALE) - least) / (seen - least)
    published = 1.0 - np.clip(larger, 0.0, 1.0)
    steps = np.arange(len(saccades) + 1) / len(saccades)
    return float(max((steps[1:] - published).max(), (published - steps[:-1]).max()))


def _measured(
    steps: Doubles, low: int, first: int, end: int, high: int, fast: NDArray[np.bool_], fps: float
) -> tuple[float, float, float, float]:
    """Return start, amplitude, spread and velocity of a saccade: its fast steps are [first, end), all [low, high)."""
    total = steps[first:end].sum(axis=0)
    along = total / max(float(np.hypot(*total)), 1e-12)
    before = _creep(steps[max(0, low - _TAIL) : low], fast[max(0, low - _TAIL) : low], along)
    after = _creep(steps[high : high + _TAIL], fast[high : high + _TAIL], along)
    moved = steps[low:high] @ along - np.linspace(before, after, high - low)
    amplitude, at = float(moved.sum()), np.arange(len(moved)) + 0.5
    mean = float((moved * at).sum()) / amplitude
    # A frame's step says how far, not when within the frame: that adds 1/12 frame² (Sheppard's correction).
    spread = (float((moved * (at - mean) ** 2).sum()) / amplitude - 1 / 12) / fps**2
    return first / fps, amplitude, spread, float(moved.max()) * fps


def _creep(steps: Doubles, fast: NDArray[np.bool_], along: Doubles) -> float:
    """Return how far gaze moves in a step beside a saccade: what the head, or pursuit, adds to it all the while."""
    slow = steps[~fast]
    return float((slow @ along).mean()) if len(slow) else 0.0
