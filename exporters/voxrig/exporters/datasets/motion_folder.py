"""A folder of motion capture with sound, of whatever kind it is; README.md in `retargeting` says what there may be."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from voxrig.exporters.datasets.beat2 import read_beat2
from voxrig.exporters.datasets.beat_motion import read_bvh_pairs
from voxrig.exporters.datasets.motion import MotionRecording
from voxrig.exporters.datasets.speech import DatasetError


def read_motion(folder: Path, own: Mapping[str, str] | None = None) -> Iterator[MotionRecording]:
    """Every recording of a folder: BVH files with sound, or SMPL-X parameters (NPZ) with sound.

    They come one at a time, for a data set doesn't fit into memory.

    Args:
        folder: with files at any depth.
        own: what the skeleton's joints are called, see `joint_names.known_joints`.

    Raises:
        DatasetError: there is neither, or both, or a recording cannot be used; the message names it and the remedy.
    """
    if not folder.is_dir():
        raise DatasetError(f"{folder} is no folder; give the one that holds the recordings")
    bvh = any(path.suffix.lower() == ".bvh" for path in folder.rglob("*"))
    npz = next(folder.rglob("*.npz"), None) is not None
    if bvh and npz:
        raise DatasetError(f"{folder} holds both BVH and NPZ files; give one kind at a time")
    if not bvh and not npz:
        raise DatasetError(f"{folder} holds no motion; put NAME.bvh (or SMPL-X's NAME.npz) and NAME.wav there")
    yield from read_bvh_pairs(folder, own) if bvh else read_beat2(folder, own)
