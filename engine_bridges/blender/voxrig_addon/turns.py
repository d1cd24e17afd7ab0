"""Turns of head and eyes, from Voxrig's axes to Blender's.

Voxrig: X to the character's left, Y up, Z out of the face. An armature in Blender has Z up and the face to -Y, unless
it came from elsewhere with Y up. Quaternions here are x, y, z, w.
"""

from collections.abc import Sequence
from math import cos, sin

Quaternion = tuple[float, float, float, float]

ANGLES = {"head": "HeadYaw", "eye_l": "LeftEyeYaw", "eye_r": "RightEyeYaw"}
"""For each bone of Voxrig's the first of the three angles that say the same, in a rig without bones."""


def from_angles(yaw: float, pitch: float, roll: float) -> Quaternion:
    """Return the turn for radians: yaw to the character's left, pitch down, roll to its right, which comes first."""
    cy, cp, cr = cos(yaw / 2), cos(pitch / 2), cos(roll / 2)
    sy, sp, sr = sin(yaw / 2), sin(pitch / 2), sin(roll / 2)
    return (
        cy * sp * cr + sy * cp * sr,
        sy * cp * cr - cy * sp * sr,
        cy * cp * sr - sy * sp * cr,
        cy * cp * cr + sy * sp * sr,
    )


def to_z_up(turn: Quaternion) -> Quaternion:
    """Return the same turn in axes with X to the character's left, Z up and -Y out of the face."""
    x, y, z, w = turn
    return (x, -z, y, w)


def product(p: Quaternion, q: Quaternion) -> Quaternion:
    """Return `p` after `q`."""
    x, y, z, w = p
    a, b, c, d = q
    return (
        w * a + x * d + y * c - z * b,
        w * b - x * c + y * d + z * a,
        w * c + x * b - y * a + z * d,
        w * d - x * a - y * b - z * c,
    )


def on_one_side(turns: Sequence[Quaternion]) -> list[Quaternion]:
    """Return turns of which each is the one of two equal quaternions that is nearer to the one before."""
    found: list[Quaternion] = []
    last: Quaternion = (0.0, 0.0, 0.0, 1.0)
    for x, y, z, w in turns:
        a, b, c, d = last
        last = (x, y, z, w) if a * x + b * y + c * z + d * w >= 0.0 else (-x, -y, -z, -w)
        found.append(last)
    return found


def in_bone(turn: Quaternion, rest: Quaternion) -> Quaternion:
    """Return a turn in the armature's axes as the pose of a bone whose rest turns its own axes to the armature's."""
    x, y, z, w = rest
    return product(product((-x, -y, -z, w), turn), rest)


def turns_of(bone: str, curves: Sequence[str], bones: Sequence[str]) -> tuple[int, bool] | None:
    """Return where in a frame the turn of `bone` begins, and whether it is three angles; None where it has none."""
    if bone in bones:
        return len(curves) + 4 * bones.index(bone), False
    if ANGLES[bone] in curves:
        return curves.index(ANGLES[bone]), True
    return None


def turn_at(values: Sequence[float], place: int, is_angles: bool) -> Quaternion:
    """Read a turn from a frame's values, as `turns_of` says."""
    if is_angles:
        return from_angles(values[place], values[place + 1], values[place + 2])
    return (values[place], values[place + 1], values[place + 2], values[place + 3])
