"""Frames of any rig profile as poses of ARKit's, which every bridge over UDP begins from.

A pose is float32[61 + 4 * B]: the 52 shapes, nine angles in radians, then the turns x, y, z, w of the body's bones, as
many as the rig has.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.arkit import arkit_frames
from voxrig.runtime.core.body.bones import BODY_BONES
from voxrig.runtime.core.body.posture import STANDING
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.rig import Profile, profile
from voxrig.runtime.core.take import Take

Pose = NDArray[np.float32]

FACE: Final = len(profile("arkit").names)
"""Numbers of a face: 61."""


def arkit_reader(rig: Profile) -> Callable[[Pose], Pose]:
    """Return what turns a frame's values, float32[rig.stride], into a pose, float32[61 + 4 * len(rig.body)].

    Raises:
        ValueError: the profile is neither `arkit` nor `metahuman`.
    """
    if rig.name == "arkit":
        return lambda values: values
    if rig.name != "metahuman":
        raise ValueError(f"frames of rig {rig.name!r} cannot be read as ARKit's shapes; use arkit or metahuman")
    controls, face = len(rig.names), rig.stride - 4 * len(rig.body)

    def read_face(values: Pose) -> Pose:
        return arkit_frames(values[:controls], values[controls:face].reshape(-1, 4))

    def read_body(values: Pose) -> Pose:
        return np.concatenate((read_face(values), values[face:]))

    return read_body if rig.body else read_face


def rig_of(take: Take) -> Profile:
    """Return the rig that a take is in, with its body's bones.

    Raises:
        UnknownProfileError: there is no such rig.
    """
    rig = profile(take.profile)
    return rig.with_body(take.bones[len(rig.bones) :])


def standing(body: Sequence[str]) -> Pose:
    """Return the pose of a character of whom no frame has come yet: at ease, with arms that hang.

    Args:
        body: the names of its body's bones, whose rest is a T-pose, which nobody shall see.

    Returns:
        float32[61 + 4 * len(body)], a new array.
    """
    pose = np.zeros(FACE + 4 * len(body), np.float32)
    if body:
        pose[FACE:] = solve(STANDING[None])[0, [BODY_BONES.index(bone) for bone in body]].reshape(-1)
    return pose
