"""Following a target that moves: smoothly while it is slow, by saccades where it is fast."""

import math
from typing import Final

from voxrig.runtime.animation.target import Bearing
from voxrig.runtime.core.timing import STEP_RATE

SPEED: Final = 40.0
"""Degrees a second at which eyes follow smoothly without falling behind; what is faster needs saccades to catch up."""
STEP: Final = SPEED / STEP_RATE
"""Degrees a pose of smooth pursuit."""
CATCH: Final = 1.0
"""Degrees that a target may be off before a saccade catches up with it."""
REST: Final = 9
"""Poses (150 ms) at least between two saccades to a target that moves."""

_BEHIND: Final = 120.0
_SIDE: Final = 60.0


def followed(goal: tuple[float, float], eyes: tuple[float, float], rested: int) -> tuple[tuple[float, float], bool]:
    """Follow a target for one pose.

    Args:
        goal: yaw and pitch of the target, degrees.
        eyes: where it was last looked at, degrees.
        rested: poses since the last saccade began.

    Returns:
        Where it is looked at now, and whether that takes a saccade.
    """
    yaw, pitch = goal[0] - eyes[0], goal[1] - eyes[1]
    off = math.hypot(yaw, pitch)
    if off <= STEP:
        return goal, False
    if off >= CATCH and rested >= REST:
        return goal, True
    return (eyes[0] + yaw * STEP / off, eyes[1] + pitch * STEP / off), False


def unwound(goal: Bearing, eyes: tuple[float, float]) -> tuple[float, float]:
    """Return a target's yaw and pitch; one that crosses behind the head keeps its side until it is well past."""
    yaw = goal.yaw
    if abs(yaw) > _BEHIND and abs(eyes[0]) > _SIDE and yaw * eyes[0] < 0.0:
        yaw += math.copysign(360.0, eyes[0])
    return yaw, goal.pitch
