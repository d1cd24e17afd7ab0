"""From a recorded body to ours: its motion on our skeleton, 60 times a second, and the postures that say it.

Lengths do not matter, for only directions are taken over: an arm points where the recorded one does, so that a hand is
as many arm lengths from its shoulder as it was. Hands that touch in the recording may pass each other here, and our
solver leads them around each other and the trunk.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.datasets.motion import Motion
from voxrig.exporters.retargeting.arms import put_arm
from voxrig.exporters.retargeting.fingers import put_fingers
from voxrig.exporters.retargeting.legs import put_leg
from voxrig.exporters.retargeting.source import source
from voxrig.exporters.retargeting.trunk import put_trunk
from voxrig.exporters.retargeting.turns import quaternions
from voxrig.runtime.core.body.reading import Residual, read, residual
from voxrig.runtime.core.skeleton import PLACES, SKELETON


@dataclass(frozen=True, slots=True)
class Retargeted:
    """A motion as postures.

    Attributes:
        postures: float64[T, 34], 60 a second; the first is at the motion's first frame.
        residual: what of the motion they do not say.
    """

    postures: NDArray[np.float64]
    residual: Residual


def postures(motion: Motion) -> Retargeted:
    """Return a motion as postures.

    Raises:
        DatasetError: the skeleton is not a body's.
    """
    rotations = retargeted(motion)
    found = read(rotations)
    return Retargeted(found, residual(rotations, found))


def retargeted(motion: Motion) -> NDArray[np.float32]:
    """Return a motion on our skeleton.

    Returns:
        float32[T, J, 4], 60 a second: local unit quaternions x, y, z, w of all joints of `SKELETON`; the root's turn is
        where the body faces. Of the two quaternions of a turn the one nearer to the frame before is taken.

    Raises:
        DatasetError: the skeleton is not a body's.
    """
    body = source(motion)
    world = np.empty((len(body.where), len(SKELETON), 3, 3))
    put_trunk(body, world)
    for side in "lr":
        put_arm(body, side, world)
        put_fingers(body, side, world)
        put_leg(body, side, world)
    for eye in ("eye_l", "eye_r"):
        world[:, PLACES[eye]] = world[:, PLACES["head"]]
    local = world.copy()
    for place, joint in enumerate(SKELETON):
        if joint.parent >= 0:
            local[:, place] = world[:, joint.parent].transpose(0, 2, 1) @ world[:, place]
    found = quaternions(local)
    signs = np.where((found[1:] * found[:-1]).sum(-1) < 0, -1.0, 1.0)
    found[1:] *= np.cumprod(signs, axis=0)[..., None]
    return found.astype(np.float32)
