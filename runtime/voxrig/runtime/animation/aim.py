"""Where gaze is put: a direction within reach, and the jump that leads to it."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.saccade import LANDED, Saccade
from voxrig.runtime.animation.target import AS_NEEDED, Course


class Aim(NamedTuple):
    """Where gaze is put; changes at saccades, and while it follows something.

    Attributes:
        centre: yaw and pitch of what the fixation is near: a partner, a text, a target; degrees.
        share: how much of the way the head shall take (see `Target`).
        course: the fixation's own direction within reach, and what the head takes of it; degrees.
        micro: yaw and pitch by which a microsaccade put gaze off it, degrees.
        next_micro: the pose of the next one.
        saccade: the newest jump.
    """

    centre: tuple[float, float]
    share: float
    course: Course
    micro: tuple[float, float]
    next_micro: int
    saccade: Saccade


def put_as(aim: Aim, near: float, mutual: bool) -> NDArray[np.float64]:
    """Return an aim at something 1 / `near` metres away as `eye_turn.turn` takes it."""
    way, saccade, micro = aim.course, aim.saccade, aim.micro
    return np.array((
        way.yaw + micro[0], way.pitch + micro[1], saccade.start, saccade.phase, saccade.poses, saccade.skew,
        saccade.yaw, saccade.pitch, near, way.head_yaw, way.head_pitch, mutual,
    ))  # fmt: skip


LEVEL: Final = Aim((0.0, 0.0), AS_NEEDED, Course(0.0, 0.0, 0.0, 0.0), (0.0, 0.0), 0, LANDED)
"""Straight ahead, for long."""
