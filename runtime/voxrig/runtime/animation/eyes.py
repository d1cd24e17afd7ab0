"""Eyes on the native rig: look controls and bones that say the same."""

import math
from typing import Final, NamedTuple

from voxrig.runtime.animation.gaze import GazePose

Quaternion = tuple[float, float, float, float]


class LookRange(NamedTuple):
    """Degrees that an eye turns when a look control is 1."""

    out: float
    inward: float
    up: float
    down: float


LOOK_RANGE: Final = LookRange(out=42.165, inward=37.557, up=29.954, down=39.955)
"""A MetaHuman's eyes: the input ranges by which an Unreal aiming blueprint maps angles to the eye controls, as a public
port of it has them (github.com/AirSurfer09/Reallusion_CC5, EYE_TRACKING_ARCHITECTURE.md). Another project that measured
a MetaHuman's eye bones came to 40 degrees across and 35 up and down, the means of these. Gaze stays within
`target.EYE_YAW` and the others, where no control reaches 1. ARKit's look shapes name no angle; Epic's ARKit pose asset
maps them to these controls one to one."""

EYE_CONTROLS: Final = (
    "eyeLookUpL",
    "eyeLookDownL",
    "eyeLookLeftL",
    "eyeLookRightL",
    "eyeLookUpR",
    "eyeLookDownR",
    "eyeLookLeftR",
    "eyeLookRightR",
)
"""The look controls without `CTRL_expressions_`. Left and right are the character's: the left eye looks out with
eyeLookLeftL, the right eye in with eyeLookLeftR."""

_OUT: Final = 1.0 / math.radians(LOOK_RANGE.out)
_IN: Final = 1.0 / math.radians(LOOK_RANGE.inward)
_UP: Final = 1.0 / math.radians(LOOK_RANGE.up)
_DOWN: Final = 1.0 / math.radians(LOOK_RANGE.down)


def eye_controls(gaze: GazePose) -> tuple[float, ...]:
    """Return the values of `EYE_CONTROLS`, 0 to 1 each, for where both eyes look in the head."""
    left, down, right, low = gaze.left_yaw, gaze.left_pitch, gaze.right_yaw, gaze.right_pitch
    return (
        min(-down * _UP, 1.0) if down < 0.0 else 0.0,
        min(down * _DOWN, 1.0) if down > 0.0 else 0.0,
        min(left * _OUT, 1.0) if left > 0.0 else 0.0,
        min(-left * _IN, 1.0) if left < 0.0 else 0.0,
        min(-low * _UP, 1.0) if low < 0.0 else 0.0,
        min(low * _DOWN, 1.0) if low > 0.0 else 0.0,
        min(right * _IN, 1.0) if right > 0.0 else 0.0,
        min(-right * _OUT, 1.0) if right < 0.0 else 0.0,
    )


def eye_bones(gaze: GazePose) -> tuple[Quaternion, Quaternion]:
    """Return the bones eye_l and eye_r as quaternions x, y, z, w in the head, relative to rest."""
    return bone(gaze.left_yaw, gaze.left_pitch), bone(gaze.right_yaw, gaze.right_pitch)


def bone(yaw: float, pitch: float) -> Quaternion:
    """Return the quaternion of a turn by yaw and pitch, radians, without roll; as `rotation.angles_to_quaternion`."""
    cy, sy = math.cos(0.5 * yaw), math.sin(0.5 * yaw)
    cp, sp = math.cos(0.5 * pitch), math.sin(0.5 * pitch)
    return cy * sp, sy * cp, -sy * sp, cy * cp
