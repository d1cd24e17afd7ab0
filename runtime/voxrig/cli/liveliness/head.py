"""How much and how fast the head moves."""

import math
from dataclasses import dataclass

import numpy as np

from voxrig.cli.liveliness.motion import Doubles, Motion


@dataclass(frozen=True, slots=True)
class HeadMotion:
    """The head of one performance.

    Attributes:
        speed: float64[F], degrees a second, of the rotation as a whole.
        speaking, quiet: its mean while the voice is heard, or not; NaN where there is no such frame.
        fastest: its 99.9th percentile.
        mean, spread: float64[3], mean and standard deviation of yaw, pitch and roll in degrees.
        frequency: Hz below which half of the power of its angular velocity lies.
    """

    speed: Doubles
    speaking: float
    quiet: float
    fastest: float
    mean: Doubles
    spread: Doubles
    frequency: float


def head_motion(motion: Motion) -> HeadMotion:
    """Measure the head; of at least two frames."""
    speed = motion.turned * motion.fps
    return HeadMotion(
        speed,
        float(speed[motion.speaking].mean()) if motion.speaking.any() else math.nan,
        float(speed[~motion.speaking].mean()) if not motion.speaking.all() else math.nan,
        float(np.percentile(speed, 99.9)),
        motion.head.mean(axis=0),
        motion.head.std(axis=0),
        _median_frequency(np.diff(motion.head, axis=0), motion.fps),
    )


def _median_frequency(steps: Doubles, fps: float) -> float:
    """Return the frequency that halves the power of steps float64[F, 3]; NaN where nothing moves."""
    power = (np.abs(np.fft.rfft(steps - steps.mean(axis=0), axis=0)) ** 2).sum(axis=1)
    whole = np.cumsum(power)
    if not whole[-1] > 0:
        return math.nan
    return float(np.fft.rfftfreq(len(steps), 1 / fps)[np.searchsorted(whole, whole[-1] / 2)])
