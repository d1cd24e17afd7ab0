"""Yaw, pitch and roll against quaternions, in the axes of the whole rig.

Axes: right-handed, X to the character's left, Y up, Z out of the face (as glTF, VRM 1.0 and ARKit's face anchor).
Angles are in radians: yaw about Y, positive to the character's left; pitch about X, positive down; roll about Z,
positive to the character's right shoulder. Rotation = yaw * pitch * roll: roll is applied first.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_TINY: Final = 1e-12


def quaternion_to_angles(quaternion: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn quaternions into angles; the result of a row does not depend on the other rows, to the bit.

    Args:
        quaternion: float32[..., 4], x, y, z, w, of any length (a zero quaternion reads as no rotation).

    Returns:
        float32[..., 3] radians: yaw, pitch, roll. Pitch stays within a quarter turn; at exactly a quarter turn yaw and
        roll are one axis and cannot be told apart.
    """
    angles = np.zeros((*quaternion.shape[:-1], 3), np.float32)
    if not quaternion[..., :3].any():  # at rest, as in all frames of a face without head motion
        return angles
    # Copies, so that the trigonometry below runs over contiguous arrays: the same code for one frame as for many.
    x, y, z, w = (np.ascontiguousarray(quaternion[..., k], np.float64) for k in range(4))
    square = np.maximum(x * x + y * y + z * z + w * w, _TINY)
    angles[..., 0] = np.arctan2(2 * (x * z + w * y), square - 2 * (x * x + y * y))
    angles[..., 1] = np.arcsin(np.clip(2 * (w * x - y * z) / square, -1.0, 1.0))
    angles[..., 2] = np.arctan2(2 * (x * y + w * z), square - 2 * (x * x + z * z))
    angles += 0.0  # no -0.0, so that a bone at rest reads the same among moving ones
    return angles


def angles_to_quaternion(angles: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn angles into unit quaternions; `quaternion_to_angles` undoes it while pitch is below a quarter turn.

    Args:
        angles: float32[..., 3] radians: yaw, pitch, roll.

    Returns:
        float32[..., 4], x, y, z, w.
    """
    half = angles.astype(np.float64) / 2
    cosine, sine = np.cos(half), np.sin(half)
    cy, cp, cr = (cosine[..., k] for k in range(3))
    sy, sp, sr = (sine[..., k] for k in range(3))
    quaternion = np.empty((*half.shape[:-1], 4), np.float32)
    quaternion[..., 0] = cy * sp * cr + sy * cp * sr
    quaternion[..., 1] = sy * cp * cr - cy * sp * sr
    quaternion[..., 2] = cy * cp * sr - sy * sp * cr
    quaternion[..., 3] = cy * cp * cr + sy * sp * sr
    return quaternion
