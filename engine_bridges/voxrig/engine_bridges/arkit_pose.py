"""Frames of any rig profile as ARKit's 52 shapes and nine angles, which every bridge over UDP begins from."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.arkit import arkit_frames
from voxrig.runtime.core.rig import Profile

Pose = NDArray[np.float32]


def arkit_reader(rig: Profile) -> Callable[[Pose], Pose]:
    """Return what turns a frame's values, float32[rig.stride], into a pose of profile `arkit`, float32[61].

    Raises:
        ValueError: the profile is neither `arkit` nor `metahuman`.
    """
    if rig.name == "arkit":
        return lambda values: values
    if rig.name != "metahuman":
        raise ValueError(f"frames of rig {rig.name!r} cannot be read as ARKit's shapes; use arkit or metahuman")
    controls = len(rig.names)
    return lambda values: arkit_frames(values[:controls], values[controls:].reshape(-1, 4))
