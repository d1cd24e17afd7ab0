"""A performance as it is measured: where the hands are, how quickly they move, and when they gesture."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.bones import BODY_BONES
from voxrig.runtime.core.body.clearance import clearances
from voxrig.runtime.core.body.kinematics import places, skeleton_rotations
from voxrig.runtime.core.body.limits import excess
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.skeleton import PLACES
from voxrig.runtime.core.timing import STEP_RATE

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

JOINTS: Final = (
    "pelvis", "spine_03", "spine_05", "head", "foot_l", "foot_r",
    *(f"{name}_{side}" for side in "lr" for name in ("upperarm", "lowerarm", "hand", "middle_03", "thumb_03")),
)  # fmt: skip
"""The joints that are kept of a performance."""
HANDS: Final = (JOINTS.index("hand_l"), JOINTS.index("hand_r"))
MOVES: Final = 0.10
"""m/s: a hand gestures while its speed, over `_OVER`, is above it."""

_OVER: Final = 18  # poses
_BRIDGED: Final = 30  # poses of rest that interrupt no gesture
_SHORTEST: Final = 15  # poses
_FINGERS: Final = np.array([name.split("_")[0] in ("thumb", "index", "middle", "ring", "pinky") for name in BODY_BONES])


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """One performance at 60 poses a second.

    Attributes:
        postures: float64[T, 34].
        places: float32[T, K, 3] in metres, of `JOINTS`.
        wrists: float64[T, 2, 3] in metres: left, right.
        speeds: float64[T, 2] in m/s, of the wrists in the world.
        gesturing: bool[T, 2]: whether each hand gestures.
        pushes: float64[T]: the highest angular acceleration of a bone of torso, arms and legs, rad/s^2.
        finger_pushes: float64[T]: the same of the fingers' bones.
        beyond: float64[T]: by how many degrees the worst joint is beyond its limit; 0 where none is.
        gaps: float64[T]: the least distance between hands, forearms, trunk and head in metres; negative where they
            go into each other.
    """

    postures: Doubles
    places: NDArray[np.float32]
    wrists: Doubles
    speeds: Doubles
    gesturing: Bools
    pushes: Doubles
    finger_pushes: Doubles
    beyond: Doubles
    gaps: Doubles

    @staticmethod
    def of(postures: NDArray[np.floating]) -> "Motion":
        """Measure postures float[T, 34].

        Raises:
            ValueError: there are fewer than four poses, or they are not finite.
        """
        given = np.asarray(postures, np.float64)
        if len(given) < 4 or not np.isfinite(given).all():
            raise ValueError(f"postures of shape {given.shape} can't be measured; give 4 poses or more, all finite")
        bones = solve(given)
        rotations = skeleton_rotations(bones)
        found = places(rotations)[:, [PLACES[name] for name in JOINTS]]
        wrists = found[:, HANDS]
        speeds = speeds_of(wrists)
        whole = angular_accelerations(bones)
        gesturing = np.stack([gestures(speeds[:, hand]) for hand in (0, 1)], axis=1)
        return Motion(
            given, found.astype(np.float32), wrists, speeds, gesturing, whole[:, ~_FINGERS].max(1),
            whole[:, _FINGERS].max(1), excess(bones).max(1), clearances(rotations).min(1),
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.postures)

    @property
    def any_gesture(self) -> Bools:
        """bool[T]: whether a hand gestures."""
        return np.asarray(self.gesturing.any(axis=1))


def speeds_of(points: Doubles) -> Doubles:
    """Return the speeds in m/s of points float64[T, ..., 3]: float64[T, ...]."""
    return np.asarray(np.linalg.norm(np.gradient(points, axis=0), axis=-1) * STEP_RATE)


def jerks_of(points: Doubles) -> Doubles:
    """Return the jerk in m/s^3 of points float64[T, ..., 3]: float64[T - 3, ...], third differences."""
    return np.asarray(np.linalg.norm(np.diff(points, 3, axis=0), axis=-1) * STEP_RATE**3)


def smoothed(values: Doubles, poses: int) -> Doubles:
    """Return the mean of values float64[T] over a bell (a Hann window) of so many poses, as long; ends repeat."""
    window = np.hanning(poses + 2)[1:-1]
    before = len(window) // 2
    padded = np.pad(values, (before, len(window) - 1 - before), mode="edge")
    return np.convolve(padded, window / window.sum(), mode="valid")


def gestures(speed: Doubles) -> Bools:
    """Tell when a hand gestures by its speed float64[T] in m/s: bool[T]; short rests don't interrupt it."""
    moving = smoothed(speed, _OVER) > MOVES
    closed = _without_short(moving, False, _BRIDGED)
    return _without_short(closed, True, _SHORTEST)


def _without_short(told: Bools, which: bool, poses: int) -> Bools:
    """Turn stretches of `which` that are shorter than so many poses; those that touch an end stay, if they are not
    gestures."""
    out = told.copy()
    edges = np.flatnonzero(np.diff(np.concatenate(([not which], told, [not which])) == which)).reshape(-1, 2)
    for first, after in edges.tolist():
        inside = first > 0 and after < len(told)
        if after - first < poses and (inside or which):
            out[first:after] = not which
    return out


def angular_accelerations(bones: NDArray[np.floating]) -> Doubles:
    """Return how quickly bones change their turning: float64[T, B] in rad/s^2; the first and last pose have 0.

    Args:
        bones: float[T, B, 4], unit quaternions x, y, z, w in the parent's space.
    """
    q = np.asarray(bones, np.float64)
    before, after = q[:-1], q[1:]
    # the vector part of after * conjugate(before)
    vector = (
        before[..., 3:] * after[..., :3] - after[..., 3:] * before[..., :3]
        - np.cross(after[..., :3], before[..., :3])
    )  # fmt: skip
    real = (before * after).sum(-1, keepdims=True)
    size = np.linalg.norm(vector, axis=-1, keepdims=True)
    angle = 2 * np.arctan2(size, np.abs(real)) * np.where(real < 0, -1.0, 1.0)
    turning = vector / np.maximum(size, 1e-12) * angle * STEP_RATE
    found = np.zeros(q.shape[:2])
    found[1:-1] = np.linalg.norm(np.diff(turning, axis=0), axis=-1) * STEP_RATE
    return found
