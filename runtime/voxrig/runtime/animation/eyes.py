"""How far a rig's eyes turn: the scale of its look controls."""

from typing import Final, NamedTuple


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
