"""Motion capture as a studio has it, made from postures: a BVH file and its sound."""

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from voxrig.engine_bridges.writers.bvh import write_bvh
from voxrig.runtime.core.body.bones import BODY_BONES
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.native import BONES
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate


def write_recording(
    folder: Path, stem: str, postures: NDArray[np.floating], samples: NDArray[np.float32], rate: int
) -> Path:
    """Write STEM.bvh and STEM.wav.

    Args:
        folder: is made if it isn't there.
        stem: the files' name.
        postures: float[T, 34], 60 a second.
        samples: float32[n], the sound.
        rate: its samples a second.

    Returns:
        The BVH file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    bones = np.zeros((len(postures), len(BONES) + len(BODY_BONES), 4), np.float32)
    bones[:, :, 3] = 1.0
    bones[:, len(BONES) :] = solve(np.asarray(postures, np.float64))
    names = profile("metahuman").names
    values = np.concatenate((np.zeros((len(bones), len(names)), np.float32), bones.reshape(len(bones), -1)), axis=1)
    take = Take("metahuman", names, (*BONES, *BODY_BONES), FrameRate(60), values, 0, rate)
    write_bvh(Clip(name=stem, take=take, layers={}), folder / f"{stem}.bvh")
    soundfile.write(folder / f"{stem}.wav", samples, rate)
    return folder / f"{stem}.bvh"
