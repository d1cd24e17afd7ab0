"""What a stretch of motion is like, in a few numbers: what emotions are told apart by."""

from itertools import pairwise
from typing import Final

import numpy as np

from voxrig.exporters.body_report.apexes import apexes
from voxrig.exporters.body_report.energy import left_share, mean_jerk, mean_speed
from voxrig.exporters.body_report.motion import HANDS, JOINTS, Doubles, Motion
from voxrig.runtime.core.body.posture import INDEX
from voxrig.runtime.core.timing import STEP_RATE

MOVEMENT: Final = (
    "wrist speed", "fast wrist speed", "acceleration", "jerk", "share gesturing", "strokes a minute", "largest way",
    "torso speed", "uneven hands",
)  # fmt: skip
CARRIAGE: Final = ("hands' height", "hands' reach", "hands apart", "lean", "shoulders back", "shoulders up", "curl")
NAMES: Final = (*MOVEMENT, *CARRIAGE)
"""The names of the numbers; those of the movement come first."""
STRETCH: Final = 8 * STEP_RATE
"""Poses of a stretch, about: a performance is parted into equal ones."""

_CHEST: Final = JOINTS.index("spine_05")
_CURLS: Final = [INDEX[f"{finger}_{side}"] for finger in ("index", "middle", "ring", "pinky") for side in "lr"]


def features(motion: Motion) -> Doubles:
    """Return the numbers of a motion: float64[len(NAMES)]."""
    postures, wrists = motion.postures, motion.wrists
    moving = motion.speeds[motion.gesturing] if motion.gesturing.any() else motion.speeds.ravel()
    pushes = np.linalg.norm(np.diff(wrists, 2, axis=0), axis=-1) * STEP_RATE**2
    chest = motion.places[:, _CHEST].astype(np.float64)
    from_chest = motion.places[:, HANDS].astype(np.float64) - chest[:, None]
    return np.array([
        mean_speed(motion), np.quantile(moving, 0.9), pushes.mean(), mean_jerk(motion), motion.any_gesture.mean(),
        len(apexes(motion)) * 3600 / len(motion), np.ptp(wrists, axis=0).max(),
        np.linalg.norm(np.diff(chest, axis=0), axis=-1).mean() * STEP_RATE, abs(left_share(motion) - 0.5),
        from_chest[..., 1].mean(), from_chest[..., 2].mean(),
        np.linalg.norm(wrists[:, 0] - wrists[:, 1], axis=-1).mean(),
        postures[:, INDEX["lean"]].mean(), postures[:, INDEX["open"]].mean(),
        postures[:, [INDEX["shrug_l"], INDEX["shrug_r"]]].mean(), postures[:, _CURLS].mean(),
    ])  # fmt: skip


def stretches(motion: Motion) -> list[Motion]:
    """Part a motion into equal stretches of about `STRETCH` poses."""
    count = max(1, round(len(motion) / STRETCH))
    edges = np.linspace(0, len(motion), count + 1).astype(int)
    return [
        Motion(*(getattr(motion, name)[first:after] for name in Motion.__dataclass_fields__))
        for first, after in pairwise(edges.tolist())
    ]
