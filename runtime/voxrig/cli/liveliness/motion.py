"""What can be seen of a performance from outside: lids, eyes, head, line of sight and jumps, read off its frames."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.native import BONES
from voxrig.runtime.core.rotation import angles_to_quaternion, quaternion_to_angles

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

GROUPS: Final = ("brows", "lids", "looks", "cheeks and nose", "mouth", "jaw", "tongue and teeth", "other controls")
"""What controls are sorted into for `Motion.jumps`; the head's and the eyes' turns in degrees come after them."""
TURNS: Final = ("head", "eyes")
_PREFIXES: Final = (
    ("brow", 0), ("eyeBlink", 1), ("eyeWide", 1), ("eyeUpperLid", 1), ("eyeLowerLid", 1), ("eyeLid", 1),
    ("eyeRelax", 1), ("eyeLook", 2), ("eyeSquint", 3), ("eyeCheek", 3), ("eyeFace", 3), ("cheek", 3), ("nose", 3),
    ("mouth", 4), ("jaw", 5), ("tongue", 6), ("teeth", 6),
)  # fmt: skip
_LIDS: Final = (("eyeBlinkL", "eyeBlinkR"), ("eyeBlinkLeft", "eyeBlinkRight"))
_ANGLES: Final = ("Yaw", "Pitch", "Roll")
_OF_BONES: Final = ("Head", "LeftEye", "RightEye")


class MotionError(ValueError):
    """A rig that shows no lids or no eyes; the message says which names are missing."""


@dataclass(frozen=True, slots=True)
class Motion:
    """F frames of a performance, as an onlooker sees them.

    Attributes:
        fps: frames a second.
        speaking: bool[F], whether the voice is heard.
        lids: float32[F], how far the lids are shut, the mean of both eyes: 0 to 1.
        eyes: float64[F, 2], yaw and pitch of the eyes in the head, the mean of both, in degrees.
        gaze: float64[F, 2], the same of the line of sight in the world, where the resting head looks at 0, 0.
        head: float64[F, 3], yaw, pitch and roll in degrees.
        turned: float64[F], degrees that the head turned since the frame before.
        jumps: float32[F, len(GROUPS) + 2], the largest change since the frame before in each group of controls, then
            the degrees that the head and the eyes turned.
    """

    fps: float
    speaking: NDArray[np.bool_]
    lids: Floats
    eyes: Doubles
    gaze: Doubles
    head: Doubles
    turned: Doubles
    jumps: Floats

    def __len__(self) -> int:
        return len(self.lids)

    @property
    def seconds(self) -> float:
        """Length of the performance."""
        return len(self) / self.fps


def joined(parts: Sequence[Motion]) -> Motion:
    """Put pieces of one performance together, in order; at least one."""
    arrays = [entry.name for entry in fields(Motion) if entry.name != "fps"]
    return Motion(parts[0].fps, **{name: np.concatenate([getattr(part, name) for part in parts]) for name in arrays})


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Reads frames of one rig: MetaHuman's, with bones, or ARKit's, with angles.

    Attributes:
        names: control names, in the order of the frames' values.
        bones: bone names after them; head, eye_l and eye_r, or none where angles are among the names.
        fps: frames a second.

    Raises:
        MotionError: there are no lids, or neither bones nor angles.
    """

    names: tuple[str, ...]
    bones: tuple[str, ...]
    fps: float
    _lids: list[int] = field(init=False, repr=False, compare=False)
    _angles: list[int] = field(init=False, repr=False, compare=False)
    _groups: list[NDArray[np.intp]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        short = [_short(name) for name in self.names]
        lids = [[short.index(name) for name in pair] for pair in _LIDS if set(pair) <= set(short)]
        if not lids:
            raise MotionError("the rig has no eyeBlinkL and eyeBlinkR, so no blink can be seen")
        wanted = [part + angle for part in _OF_BONES for angle in _ANGLES]
        if self.bones != BONES and not set(wanted) <= set(self.names):
            raise MotionError(f"the rig has neither the bones {', '.join(BONES)} nor ARKit's angles of head and eyes")
        of = [next((group for prefix, group in _PREFIXES if name.startswith(prefix)), 7) for name in short]
        turning = set(wanted)
        columns = [
            np.array([i for i, g in enumerate(of) if g == group and self.names[i] not in turning], np.intp)
            for group in range(len(GROUPS))
        ]
        object.__setattr__(self, "_lids", lids[0])
        object.__setattr__(self, "_angles", [] if self.bones else [self.names.index(name) for name in wanted])
        object.__setattr__(self, "_groups", columns)

    def watch(self, values: Floats, speaking: NDArray[np.bool_], before: Floats | None = None) -> Motion:
        """Read frames, float32[F, stride], with `speaking` bool[F]; `before` float32[stride] is the frame before."""
        whole = np.concatenate((values[:1] if before is None else before[None], values))
        bones = self._quaternions(whole)
        forward = _forward(bones[:, 1]) + _forward(bones[:, 2])
        world = _forward(_product(bones[:, 0], bones[:, 1])) + _forward(_product(bones[:, 0], bones[:, 2]))
        changes = np.abs(np.diff(whole[:, : len(self.names)], axis=0))
        jumps = np.zeros((len(values), len(GROUPS) + len(TURNS)), np.float32)
        for group, columns in enumerate(self._groups):
            if len(columns):
                jumps[:, group] = changes[:, columns].max(axis=1)
        turns = np.degrees(2 * np.arcsin(np.minimum(_turned(bones), 1.0)))
        jumps[:, -2], jumps[:, -1] = turns[:, 0], turns[:, 1:].max(axis=1)
        head = np.degrees(quaternion_to_angles(bones[1:, 0].astype(np.float32)).astype(np.float64))
        return Motion(
            self.fps,
            speaking,
            values[:, self._lids].mean(axis=1),
            _yaw_pitch(forward)[1:],
            _yaw_pitch(world)[1:],
            head,
            turns[:, 0],
            jumps,
        )

    def _quaternions(self, values: Floats) -> Doubles:
        """Bones of frames as unit quaternions, float64[F, 3, 4]."""
        if self._angles:
            found = angles_to_quaternion(values[:, self._angles].reshape(-1, 3, 3))
        else:
            found = values[:, len(self.names) :].reshape(-1, 3, 4)
        bones: Doubles = found.astype(np.float64)
        bones /= np.linalg.norm(bones, axis=-1, keepdims=True)
        return bones


def _short(name: str) -> str:
    stem = name.removeprefix("CTRL_expressions_")
    return stem[:1].lower() + stem[1:]


def _product(a: Doubles, b: Doubles) -> Doubles:
    """Quaternion a times b, float64[F, 4]."""
    av, aw, bv, bw = a[:, :3], a[:, 3:], b[:, :3], b[:, 3:]
    vector, scalar = aw * bv + bw * av + np.cross(av, bv), aw * bw - (av * bv).sum(axis=1, keepdims=True)
    return np.concatenate((vector, scalar), axis=1)


def _turned(bones: Doubles) -> Doubles:
    """Sine of half the angle from each frame to the next, float64[F - 1, bones]."""
    a, b = bones[:-1], bones[1:]
    part = a[..., 3:] * b[..., :3] - b[..., 3:] * a[..., :3] - np.cross(a[..., :3], b[..., :3])
    sine: Doubles = np.linalg.norm(part, axis=-1)
    return sine


def _forward(q: Doubles) -> Doubles:
    """Where a bone's Z axis points, float64[F, 3]."""
    x, y, z, w = (q[:, k] for k in range(4))
    return np.stack((2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)), axis=1)


def _yaw_pitch(forward: Doubles) -> Doubles:
    """Yaw (+ to the character's left) and pitch (+ down) of directions, in degrees: float64[F, 2]."""
    level = np.hypot(forward[:, 0], forward[:, 2])
    angles = np.stack((np.arctan2(forward[:, 0], forward[:, 2]), -np.arctan2(forward[:, 1], level)), axis=1)
    degrees: Doubles = np.degrees(angles)
    return degrees
