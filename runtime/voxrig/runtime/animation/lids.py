"""The lids' way through a blink: shut quickly, open again in their own time."""

import math
from statistics import NormalDist
from typing import Final, NamedTuple

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

from voxrig.runtime.core.chance import normal, uniform
from voxrig.runtime.core.timing import STEP_RATE

WIDTHS: Final = (0.076, 0.100, 0.168)
"""Seconds that a blink is at half its depth or deeper: 10th, 50th, 90th percentile of one captured actor."""
SHORTEST: Final = 4.3 / STEP_RATE
"""Seconds of the briefest blink; a briefer one would not be seen shut."""
SHUT: Final = 1.2
"""Poses that a lid stays down at the least, so that one pose shows it there and frames at 24 fps nearly so."""

_CLOSING: Final = 0.33  # of the width, is the way down from the half to the bottom
_RESTING: Final = 0.17  # of the width, at the bottom
_SLOWEST: Final = 8.0  # poses from the half to the bottom, or back, in a blink that is held
_HALF: Final = 1.6783469900166608  # (1 + x) exp(-x) = 1/2
_LONGEST: Final = 0.3  # seconds, of a blink that is not asked for
_NARROW: Final = math.log(WIDTHS[1] / WIDTHS[0]) / NormalDist().inv_cdf(0.9)
_WIDE: Final = math.log(WIDTHS[2] / WIDTHS[1]) / NormalDist().inv_cdf(0.9)
_APART: Final = 0.15  # poses, standard deviation between the lids
_UNLIKE: Final = 0.02  # of the width, the same
_UNEVEN: Final = 0.02  # of the depth of partial blinks, at the most

_WIDTH, _ASYMMETRY = 22, 24  # of chance

_END: Final = 7.0  # time constants after which the rest, under 1 %, is gone
_REST: Final = (1.0 + _END) * math.exp(-_END)


class Stroke(NamedTuple):
    """A lid's way down and up again; times in poses from the blink's begin.

    Attributes:
        delay: after which it starts.
        fall: its way down takes.
        shut: it stays down.
        relax: time constant of the way up.
        depth: how far down, 0 to 1.
        first: where it starts, 0 to 1.
        speed: with which it starts, a pose.
    """

    delay: float
    fall: float
    shut: float
    relax: float
    depth: float
    first: float
    speed: float


def stroke(width: float, depth: float, delay: float, first: float = 0.0, speed: float = 0.0) -> Stroke:
    """Plan a blink of one lid.

    A third of the width belongs to closing, which makes it faster than opening by 1.8 to 2.3. Lids do close faster than
    they open (Guitton, Simard & Codère 1991, IOVS 32); markers on them showed a factor of 1.4 to 1.5 (Sforza et al.
    2008, Ophthalmic Physiol Opt 28).

    Args:
        width: poses at half depth or deeper, from rest; 4 at the least.
        depth: 0 to 1; no less than `first` is reached.
        delay: in poses.
        first: where the lid is, 0 to 1.
        speed: how much a pose it closes by already; negative if it opens.
    """
    closing = min(_CLOSING * width, _SLOWEST)
    shut = max(_RESTING * width, SHUT)
    opening = min(width - closing - shut, _SLOWEST)
    shut = width - closing - opening
    return Stroke(delay, 2.0 * closing, shut, opening / _HALF, max(depth, first), first, speed)


@register_jitable
def level(stroke: Stroke, since: float) -> float:
    """Return how far the lid is down, 0 to 1, so many poses after the blink's begin.

    Down by minimum jerk (Flash & Hogan 1985, J Neurosci 5), taking over the speed that was there; up like a critically
    damped spring let go, quick first and then slowly home (the shape of Trutoiu et al. 2011, "Modeling and animating
    eye blinks", ACM TAP 8). Position and speed have no jumps.
    """
    delay, fall, shut, relax, depth, first, speed = stroke
    time = since - delay
    if time <= 0.0:
        return first
    if time < fall:
        u = time / fall
        value = first + (depth - first) * u * u * u * (10.0 + u * (6.0 * u - 15.0))
        if speed:
            rest = 1.0 - u
            value += speed * time * rest * rest * rest * (1.0 + 3.0 * u)
            return min(max(value, 0.0), 1.0)
        return value
    x = (time - fall - shut) / relax
    if x <= 0.0:
        return depth
    if x >= _END:
        return 0.0
    return depth * ((1.0 + x) * math.exp(-x) - _REST) / (1.0 - _REST)


def length(stroke: Stroke) -> float:
    """Return after how many poses from the blink's begin the lid is open again."""
    return stroke.delay + stroke.fall + stroke.shut + _END * stroke.relax


def poses_of(lids: tuple[Stroke, Stroke]) -> int:
    """Return after how many poses both lids are open again."""
    return math.ceil(max(length(lids[0]), length(lids[1])))


def strokes(
    key: int, at: int, width: float, depth: float, before: NDArray[np.float64] | None, since: int
) -> tuple[Stroke, Stroke]:
    """Plan a blink of the left and the right lid from pose `at` on: milliseconds and percent apart, never a wink.

    Args:
        key: of the session.
        at: number of the pose.
        width: seconds at half depth or deeper; `SHORTEST` at the least.
        depth: 0 to 1.
        before: float64[2, 7], the strokes of the blink still under way, from which this one goes on; None if the lids
            are open.
        since: poses since that one began.
    """
    wider = _UNLIKE * _luck(key, at, 1)
    deeper = 0.0 if depth >= 1.0 else _UNEVEN * (2.0 * uniform(key, _ASYMMETRY, at, 2) - 1.0)
    poses = max(width, SHORTEST) * STEP_RATE
    left, right = (poses * (1.0 + wider), depth + deeper), (poses * (1.0 - wider), depth - deeper)
    if before is None:
        apart = _APART * _luck(key, at, 0)
        return stroke(*left, max(apart, 0.0)), stroke(*right, max(-apart, 0.0))
    return stroke(*left, 0.0, *_motion(before[0], since)), stroke(*right, 0.0, *_motion(before[1], since))


def drawn_width(key: int, at: int) -> float:
    """Draw the width in seconds of a blink that begins at pose `at`: log-normal on each side of its median."""
    luck = normal(key, _WIDTH, at)
    width = WIDTHS[1] * math.exp(luck * (_NARROW if luck < 0.0 else _WIDE))
    return min(max(width, SHORTEST), _LONGEST)


def _luck(key: int, at: int, draw: int) -> float:
    """Draw a normal number, cut at twice its deviation."""
    return min(max(normal(key, _ASYMMETRY, at, draw), -2.0), 2.0)


def _motion(numbers: NDArray[np.float64], since: int) -> tuple[float, float]:
    """Return where a lid is in its stroke, float64[7], and its speed a pose."""
    stroke = Stroke._make(numbers.tolist())
    now = level(stroke, since)
    return now, now - level(stroke, since - 1)
