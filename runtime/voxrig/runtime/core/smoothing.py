"""Going from one pose to another without a pop."""

from typing import Final

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

_SHORTEST: Final = np.float32(1e-12)


@register_jitable
def ease(progress: float) -> float:
    """Minimum-jerk ease: 0 at 0, 1 at 1, at rest at both ends (Flash & Hogan 1985); clamped outside."""
    if progress <= 0.0:
        return 0.0
    if progress >= 1.0:
        return 1.0
    return progress * progress * progress * (10.0 + progress * (6.0 * progress - 15.0))


def blend_poses(
    start: NDArray[np.float32], end: NDArray[np.float32], weight: float, controls: int
) -> NDArray[np.float32]:
    """Blend two poses: controls linearly, bones along the shorter arc.

    Args:
        start: float32[controls + 4 * bones], given back as it is at weight 0.
        end: float32 of the same shape, given back as it is at weight 1.
        weight: 0 to 1.
        controls: how many values come before the quaternions (x, y, z, w each).

    Returns:
        float32 of the same shape; quaternions have length 1 (normalised linear interpolation, off a true slerp by less
        than a degree for the angles of a face).
    """
    if weight <= 0.0:
        return start
    if weight >= 1.0:
        return end
    pose = start + np.float32(weight) * (end - start)
    if controls < len(pose):
        first, second = start[controls:].reshape(-1, 4), end[controls:].reshape(-1, 4)
        # q and -q are the same turn: take the sign that is nearer.
        sign = np.where((first * second).sum(axis=1, keepdims=True) < 0, np.float32(-1), np.float32(1))
        turned = first + np.float32(weight) * (sign * second - first)
        length = np.sqrt((turned * turned).sum(axis=1, keepdims=True))
        pose[controls:] = (turned / np.maximum(length, _SHORTEST)).reshape(-1)
    return pose
