"""Yaw, pitch and roll against quaternions, in the axes of the whole rig.

Axes: right-handed, X to the character's left, Y up, Z out of the face (as glTF, VRM 1.0 and ARKit's face anchor).
Angles are in radians: yaw about Y, positive to the character's left; pitch about X, positive down; roll about Z,
positive to the character's right shoulder. Rotation = yaw * pitch * roll: roll is applied first.
"""

import math
from typing import Final

import numba
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
    angles = np.empty((*quaternion.shape[:-1], 3), np.float32)
    write_angles(np.ascontiguousarray(quaternion).reshape(-1, 4), angles.reshape(-1, 3), 0)
    return angles


@numba.njit(cache=True)
def write_angles(quaternions: NDArray[np.float32], out: NDArray[np.float32], column: int) -> None:
    """Write the angles of quaternions float32[n, 4 * k] to `out` [n, column + 3 * k or more] from `column` on.

    As `quaternion_to_angles`, for C-contiguous arrays and without another.
    """
    for row in range(len(quaternions)):
        for bone in range(quaternions.shape[1] // 4):
            x = np.float64(quaternions[row, 4 * bone])
            y = np.float64(quaternions[row, 4 * bone + 1])
            z = np.float64(quaternions[row, 4 * bone + 2])
            w = np.float64(quaternions[row, 4 * bone + 3])
            yaw = pitch = roll = 0.0
            if x != 0.0 or y != 0.0 or z != 0.0:  # else at rest, as in all frames of a face without head motion
                square = max(x * x + y * y + z * z + w * w, _TINY)
                # + 0.0: no -0.0, so that an angle of nothing reads the same however it came about
                yaw = math.atan2(2 * (x * z + w * y), square - 2 * (x * x + y * y)) + 0.0
                pitch = math.asin(min(max(2 * (w * x - y * z) / square, -1.0), 1.0)) + 0.0
                roll = math.atan2(2 * (x * y + w * z), square - 2 * (x * x + z * z)) + 0.0
            first = column + 3 * bone
            out[row, first], out[row, first + 1], out[row, first + 2] = yaw, pitch, roll


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
