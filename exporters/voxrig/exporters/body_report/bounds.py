"""What motion must not do: pop, turn joints beyond their limits, put hands through things, or slide on its feet."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from voxrig.exporters.body_report.motion import JOINTS
from voxrig.exporters.body_report.session import Session, performed

_FEET: Final = [JOINTS.index(f"foot_{side}") for side in "lr"]


def bounds(sessions: Sequence[Session], performer: str) -> dict[str, Any]:
    """Return a performer's worst, over all its performances.

    Returns:
        `angular_acceleration_peak` of torso, arms and legs, `..._p999` below which 999 of 1000 poses are, and
        `finger_acceleration_peak`, all in rad/s^2; `joint_excess` in degrees beyond a limit; `least_clearance` and
        `feet_drift` in metres.
    """
    motions = [motion for _, motion in performed(sessions, performer)]
    feet = [motion.places[:, _FEET] for motion in motions]
    return {
        "angular_acceleration_peak": max(float(motion.pushes.max()) for motion in motions),
        "angular_acceleration_p999": float(np.quantile(np.concatenate([motion.pushes for motion in motions]), 0.999)),
        "finger_acceleration_peak": max(float(motion.finger_pushes.max()) for motion in motions),
        "joint_excess": max(float(motion.beyond.max()) for motion in motions),
        "least_clearance": min(float(motion.gaps.min()) for motion in motions),
        "feet_drift": max(float(np.linalg.norm(foot - foot[:1], axis=-1).max()) for foot in feet),
    }
