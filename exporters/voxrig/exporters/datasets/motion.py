"""A recorded body with its sound: what the readers of motion capture have in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

from voxrig.engine_bridges.readers.bvh import read_bvh
from voxrig.engine_bridges.readers.bvh_hierarchy import BvhError
from voxrig.exporters.datasets.joint_names import known_joints
from voxrig.exporters.datasets.recording import SOUNDS
from voxrig.exporters.datasets.speech import DatasetError

TOLERANCE: Final = 1.0
"""Seconds by which a motion and its sound may differ in length; what is too long is not looked at."""

_SHORTEST: Final = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class Motion:
    """A body that moves, on a skeleton of its own.

    Attributes:
        names: the skeleton's joints.
        parents: each one's parent's place, before its own; -1 for the root.
        offsets: float64[J, 3], from the parent, in any length; with no joint turned this is its pose.
        ends: float64[3] from joints without children to where their bones end, by place, where known.
        joints: which of them are ours: the places of `joint_names.known_joints`.
        rotations: float32[F, J, 4]: local unit quaternions x, y, z, w.
        fps: frames a second.
    """

    names: tuple[str, ...]
    parents: tuple[int, ...]
    offsets: NDArray[np.float64]
    ends: Mapping[int, NDArray[np.float64]]
    joints: Mapping[str, int]
    rotations: NDArray[np.float32]
    fps: Fraction

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.rotations) / float(self.fps)


@dataclass(frozen=True, slots=True)
class MotionRecording:
    """A motion and the sound to which it was made; both begin together.

    Attributes:
        name: unique within its data set.
        dataset: the data set's name.
        speaker: who speaks and moves.
        sound: a file that soundfile reads.
        motion: the body's.
        emotion: what the data set calls it, in lower case; empty where it doesn't tell.
        text: what is said; empty where it is not known.
    """

    name: str
    dataset: str
    speaker: str
    sound: Path
    motion: Motion
    emotion: str = ""
    text: str = ""


def bvh_motion(path: Path, own: Mapping[str, str] | None = None) -> Motion:
    """Read a BVH file, whose joints `own` may name (see `joint_names`).

    Raises:
        DatasetError: it cannot be read, or the skeleton is not known.
    """
    try:
        read = read_bvh(path)
        joints = known_joints([joint.name for joint in read.joints], own)
    except BvhError as error:
        raise DatasetError(str(error)) from error
    except DatasetError as error:
        raise DatasetError(f"{path}: {error}") from error
    written = np.array([joint.offset for joint in read.joints])
    # Some programs write lengths as positions and leave the offsets 0, some the other way round; the root goes about.
    offsets = np.median(read.positions[:: max(1, len(read.positions) // 100)].astype(np.float64), axis=0)
    offsets = np.where(np.linalg.norm(offsets, axis=-1, keepdims=True) > 0.0, offsets, written)
    offsets[0] = written[0]
    return Motion(
        names=tuple(joint.name for joint in read.joints),
        parents=tuple(joint.parent for joint in read.joints),
        offsets=offsets,
        ends={place: np.array(joint.end) for place, joint in enumerate(read.joints) if joint.end},
        joints=joints,
        rotations=read.rotations,
        fps=read.fps,
    )


def sounds_below(folder: Path) -> dict[str, Path]:
    """The sound files of a folder and those below it by their names without ending; WAV goes before others."""
    return {path.stem: path for ending in reversed(SOUNDS) for path in sorted(folder.rglob(f"*{ending}"))}


def text_beside(sound: Path) -> str:
    """What NAME.txt beside NAME.wav says, or nothing."""
    path = sound.with_suffix(".txt")
    return " ".join(path.read_text("utf-8", errors="replace").split()) if path.is_file() else ""


def check_together(path: Path, motion: Motion, sound: Path) -> None:
    """Refuse a motion and a sound that can't have begun and ended together, or are too short to learn from.

    Raises:
        DatasetError: names both.
    """
    try:
        heard = soundfile.info(sound).duration
    except soundfile.SoundFileError as error:
        raise DatasetError(f"{sound} cannot be read as sound ({error}); record or export it again") from error
    if abs(motion.seconds - heard) > TOLERANCE:
        raise DatasetError(f"{path} lasts {motion.seconds:.2f} s but {sound.name} {heard:.2f} s; trim one of them")
    if min(motion.seconds, heard) < _SHORTEST:
        raise DatasetError(f"{path} lasts {motion.seconds:.2f} s; leave takes shorter than {_SHORTEST} s out")
