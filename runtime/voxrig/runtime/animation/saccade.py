"""Saccades: how far the eyes still are from where they jump to, at any moment of the jump.

Durations follow the main sequence (Bahill, Clark & Stark 1975, "The main sequence, a tool for studying human eye
movements", Mathematical Biosciences 24): 21 ms + 2.2 ms for every degree (Carpenter 1988, "Movements of the eyes").
With a velocity that peaks at 1.5 to 1.75 times its mean this also gives its peak velocities: 65 deg/s at 1 degree, 360
at 10, 500 at 20, levelling off below 800. Microsaccades are on the same line (Zuber, Stark & Cook 1965,
"Microsaccades and the velocity-amplitude relationship for saccadic eye movements", Science 150).
"""

import math
from typing import Final, NamedTuple

from numba.extending import register_jitable

from voxrig.runtime.core.timing import STEP_RATE

SHORTEST: Final = 0.021
"""Seconds that the smallest saccade takes."""
A_DEGREE: Final = 0.0022
"""Seconds that each degree adds."""

_LONG: Final = 0.1


class Saccade(NamedTuple):
    """A jump of gaze.

    Attributes:
        start: the pose at which it begins, or just after; gaze has not moved at it yet.
        phase: how far after that pose, 0 to 1 of the way to the next.
        poses: how long it takes, in 1/60 s.
        yaw, pitch: degrees from where it lands back to where it began.
        skew: 0 to 1, how much sooner than halfway its speed peaks.
    """

    start: int
    phase: float
    poses: float
    yaw: float
    pitch: float
    skew: float


LANDED: Final = Saccade(-1_000, 0.0, 1.0, 0.0, 0.0, 0.0)
"""A saccade that is long over."""


def duration(amplitude: float) -> float:
    """Return the seconds that a saccade of so many degrees takes."""
    return SHORTEST + A_DEGREE * amplitude


def begun(start: int, phase: float, yaw: float, pitch: float) -> tuple[Saccade, float]:
    """Return a saccade that begins `yaw` and `pitch` degrees off its goal, and its amplitude in degrees.

    The longer it takes the more its velocity leans to its beginning (van Opstal & van Gisbergen 1987, "Skewness of
    saccadic velocity profiles", Vision Research 27).
    """
    amplitude = math.hypot(yaw, pitch)
    seconds = duration(amplitude)
    return Saccade(start, phase, seconds * STEP_RATE, yaw, pitch, min(seconds / _LONG, 1.0)), amplitude


def remaining(saccade: Saccade, at: int) -> float:
    """Return the share of a saccade that is still to go at pose `at`: 1 before it begins, 0 when it has landed."""
    return to_go(saccade.start, saccade.phase, saccade.poses, saccade.skew, at)


@register_jitable
def to_go(start: float, phase: float, poses: float, skew: float, at: int) -> float:
    """Return what `remaining` does, for compiled code."""
    over = (at - start - phase) / poses
    if over <= 0.0:
        return 1.0
    if over >= 1.0:
        return 0.0
    # Velocity: a parabola, 6 u (1 - u), leaning to 12 u (1 - u)^2 by its skew.
    return 1.0 - over * over * (3.0 + 3.0 * skew - over * (2.0 + 6.0 * skew - 3.0 * skew * over))


def peak_velocity(amplitude: float) -> float:
    """Return the highest speed of a saccade of so many degrees, in deg/s."""
    seconds = duration(amplitude)
    skew = min(seconds / _LONG, 1.0)
    # where the derivative of the velocity, 6 + 6 s - (12 + 36 s) u + 36 s u^2, is 0
    half = 6.0 + 18.0 * skew
    top = (half - math.sqrt(half * half - 36.0 * skew * (6.0 + 6.0 * skew))) / (36.0 * skew)
    speed = top * (6.0 + 6.0 * skew - top * (6.0 + 18.0 * skew - 12.0 * skew * top))
    return speed * amplitude / seconds
