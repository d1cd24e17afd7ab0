"""Where the joints are: forward kinematics of the skeleton."""

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.bones import BODY_PLACES
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.skeleton import PLACES, SKELETON

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]


def skeleton_rotations(body: Floats, head: Floats | None = None) -> Floats:
    """Put a body's bones, float32[F, 52, 4], and the head's, float32[F, 4] (None: at rest), onto the skeleton.

    Returns:
        float32[F, J, 4], the local rotations of all joints of `SKELETON`.
    """
    turned = np.zeros((len(body), len(SKELETON), 4), np.float32)
    turned[:, :, 3] = 1.0
    turned[:, BODY_PLACES] = body
    if head is not None:
        turned[:, PLACES["head"]] = head
    return turned


def world_turns(rotations: NDArray[np.floating]) -> Doubles:
    """Return the turns of all joints against the world, float64[F, J, 3, 3], for local rotations float[F, J, 4]."""
    local = _matrices(np.asarray(rotations, np.float64))
    turns = np.empty_like(local)
    for place, joint in enumerate(SKELETON):
        turns[:, place] = local[:, place] if joint.parent < 0 else turns[:, joint.parent] @ local[:, place]
    return turns


def places(rotations: NDArray[np.floating]) -> Doubles:
    """Return where the joints are: float64[F, J, 3] in metres from the ground between the feet.

    Args:
        rotations: float[F, J, 4], local unit quaternions x, y, z, w of all joints of `SKELETON`.
    """
    turns = world_turns(rotations)
    found = np.zeros(turns.shape[:3])
    for place, joint in enumerate(SKELETON):
        if joint.parent < 0:
            found[:, place] = joint.offset
        else:
            found[:, place] = found[:, joint.parent] + turns[:, joint.parent] @ np.array(joint.offset)
    return found


def positions(postures: Doubles) -> Doubles:
    """Return where the joints of postures float64[F, 34] are: float64[F, J, 3], as of `places`."""
    return places(skeleton_rotations(solve(postures)))


def _matrices(quaternions: Doubles) -> Doubles:
    x, y, z, w = np.moveaxis(quaternions, -1, 0)
    rows = (
        (1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)),
        (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)),
        (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)),
    )
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)
