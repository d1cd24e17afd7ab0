"""BEAT2 (Liu et al., CVPR 2024, "EMAGE"): bodies as SMPL-X parameters (NAME.npz), each with NAME.wav.

    poses              float[F, 165]: 55 joints, each a turn as axis times angle
    mocap_frame_rate   frames a second; 30 where it is missing
    trans, betas, ...  are not looked at: only turns are learned from

At rest SMPL-X stands in a T-pose, Y up, facing Z. Its joints' places come from a model whose licence does not allow to
carry it here, and differ from body to body: `_REST` is our own adult in SMPL-X's proportions, in round figures. Turns
are taken against it, so that an error of some degrees in how SMPL-X holds its arms at rest stays in the arms.
"""

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.datasets.beat_motion import beat_name
from voxrig.exporters.datasets.joint_names import known_joints
from voxrig.exporters.datasets.motion import Motion, MotionRecording, check_together, sounds_below, text_beside
from voxrig.exporters.datasets.speech import DatasetError

_BODY: Final[tuple[tuple[str, str, tuple[float, float, float]], ...]] = (
    ("pelvis", "", (0.0, 0.0, 0.0)),
    ("left_hip", "pelvis", (0.06, -0.095, -0.02)), ("right_hip", "pelvis", (-0.06, -0.095, -0.02)),
    ("spine1", "pelvis", (0.0, 0.11, -0.025)),
    ("left_knee", "left_hip", (0.05, -0.38, -0.01)), ("right_knee", "right_hip", (-0.05, -0.38, -0.01)),
    ("spine2", "spine1", (0.0, 0.135, 0.0)),
    ("left_ankle", "left_knee", (-0.02, -0.4, -0.03)), ("right_ankle", "right_knee", (0.02, -0.4, -0.03)),
    ("spine3", "spine2", (0.0, 0.055, 0.025)),
    ("left_foot", "left_ankle", (0.045, -0.06, 0.12)), ("right_foot", "right_ankle", (-0.045, -0.06, 0.12)),
    ("neck", "spine3", (0.0, 0.165, -0.03)),
    ("left_collar", "spine3", (0.045, 0.085, -0.01)), ("right_collar", "spine3", (-0.045, 0.085, -0.01)),
    ("head", "neck", (0.0, 0.16, 0.02)),
    ("left_shoulder", "left_collar", (0.11, 0.055, -0.015)), ("right_shoulder", "right_collar", (-0.11, 0.055, -0.015)),
    ("left_elbow", "left_shoulder", (0.26, -0.05, -0.035)), ("right_elbow", "right_shoulder", (-0.26, -0.05, -0.035)),
    ("left_wrist", "left_elbow", (0.25, 0.01, -0.005)), ("right_wrist", "right_elbow", (-0.25, 0.01, -0.005)),
    ("jaw", "head", (0.0, 0.0, 0.0)),
    ("left_eye", "head", (0.03, 0.05, 0.07)), ("right_eye", "head", (-0.03, 0.05, 0.07)),
)  # fmt: skip
_FINGERS: Final[tuple[tuple[str, tuple[tuple[float, float, float], ...]], ...]] = (
    ("index", ((0.1, -0.007, 0.025), (0.032, -0.003, 0.003), (0.023, -0.003, 0.0))),
    ("middle", ((0.108, -0.005, 0.0), (0.031, -0.004, -0.001), (0.024, -0.004, -0.003))),
    ("pinky", ((0.083, -0.015, -0.045), (0.02, -0.003, -0.006), (0.016, -0.003, -0.004))),
    ("ring", ((0.096, -0.009, -0.025), (0.029, -0.004, -0.003), (0.024, -0.004, -0.003))),
    ("thumb", ((0.04, -0.018, 0.025), (0.025, -0.004, 0.018), (0.023, -0.004, 0.012))),
)
_FPS: Final = 30
_LARGEST: Final = 1 << 30  # bytes of an array: a zip may claim anything; two hours are 285 MB
_DAMAGED: Final = (OSError, ValueError, KeyError, TypeError, EOFError, MemoryError, NotImplementedError)
_DAMAGED_ZIP: Final = (zipfile.BadZipFile, zlib.error, RuntimeError)


def _rest() -> tuple[tuple[str, ...], tuple[int, ...], NDArray[np.float64]]:
    """Names, parents and offsets of SMPL-X's 55 joints, in its order."""
    joints = list(_BODY)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        for finger, offsets in _FINGERS:
            parent = f"{side}_wrist"
            for number, (x, y, z) in enumerate(offsets, 1):
                joints.append((f"{side}_{finger}{number}", parent, (sign * x, y, z)))
                parent = f"{side}_{finger}{number}"
    names = tuple(name for name, _, _ in joints)
    parents = tuple(names.index(parent) if parent else -1 for _, parent, _ in joints)
    return names, parents, np.array([offset for _, _, offset in joints])


_NAMES, _PARENTS, _REST = _rest()


def read_beat2(folder: Path, own: Mapping[str, str] | None = None) -> Iterator[MotionRecording]:
    """Every NPZ file with poses of a folder and those below it, with the sound of its name, in the order of paths.

    Raises:
        DatasetError: nothing there, a file that can't be read, is without sound, or of another length than its sound.
    """
    sounds = sounds_below(folder)
    paths = sorted(folder.rglob("*.npz"))
    if not paths:
        raise DatasetError(f"{folder} holds no SMPL-X motion; put NAME.npz and NAME.wav there")
    for path in paths:
        if path.stem not in sounds:
            raise DatasetError(f"{path} has no sound; put {path.stem}.wav beside it")
        motion = smplx_motion(path, own)
        check_together(path, motion, sounds[path.stem])
        named = beat_name(path.stem)
        parts = path.relative_to(folder).parts
        speaker, emotion = named or (parts[0] if len(parts) > 1 else folder.resolve().name, "")
        name = path.relative_to(folder).with_suffix("").as_posix()
        yield MotionRecording(
            name, "beat2", speaker, sounds[path.stem], motion, emotion, text_beside(sounds[path.stem])
        )


def smplx_motion(path: Path, own: Mapping[str, str] | None = None) -> Motion:
    """Read SMPL-X parameters.

    Raises:
        DatasetError: they cannot be read or are no poses of SMPL-X.
    """
    try:
        # numpy leaves a file open that it opened itself and cannot read.
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            if any(entry.file_size > _LARGEST for entry in file.zip.infolist()):
                raise ValueError(f"it unpacks to more than {_LARGEST >> 20} MiB")
            poses = np.asarray(file["poses"])
            if poses.dtype.kind not in "fiu":
                raise ValueError(f"the poses are {poses.dtype}, no real numbers")
            poses = poses.astype(np.float64)
            rate = float(file["mocap_frame_rate"]) if "mocap_frame_rate" in file else float(_FPS)
    except (*_DAMAGED, *_DAMAGED_ZIP) as error:
        raise DatasetError(
            f'{path} cannot be read: {error}; it must be SMPL-X\'s "poses" as numpy writes them'
        ) from error
    if poses.ndim != 2 or poses.shape[1] != 3 * len(_NAMES) or not len(poses):
        raise DatasetError(f"{path}: poses of shape {poses.shape}; SMPL-X has {3 * len(_NAMES)} numbers a frame")
    if not np.isfinite(poses).all():
        frame = int(np.flatnonzero(~np.isfinite(poses).all(axis=1))[0])
        raise DatasetError(f"{path}: frame {frame} has NaN or infinity; mend the motion there")
    if not 1 <= rate <= 240:
        raise DatasetError(f"{path}: {rate:g} frames a second; it must be 1 to 240")
    joints = known_joints(_NAMES, own)
    fps = Fraction(rate).limit_denominator(1001)
    return Motion(_NAMES, _PARENTS, _REST, {}, joints, _quaternions(poses.reshape(len(poses), -1, 3)), fps)


def _quaternions(vectors: NDArray[np.float64]) -> NDArray[np.float32]:
    """Unit quaternions float32[..., 4] of axes times angles float64[..., 3]."""
    angles = np.linalg.norm(vectors, axis=-1, keepdims=True)
    sine = np.sinc(angles / (2 * np.pi)) / 2  # sin(angle / 2) / angle, also at 0
    return np.concatenate((vectors * sine, np.cos(angles / 2)), axis=-1).astype(np.float32)
