"""Where a character may be told to look, and how its eyes and head share the way there.

Head space: metres from the point between the eyes while the head rests; X to the character's left, Y up, Z out of the
face. Angles are in degrees here, yaw positive to the character's left, pitch positive down (see `core.rotation`).
"""

import math
from typing import Final, NamedTuple

AS_NEEDED: Final = -1.0
"""A target's `head` where the head takes its natural share."""
USUAL: Final = 1.2
"""Metres to a partner in conversation: the far end of Hall's (1966, "The Hidden Dimension") personal distance."""
NEAREST: Final = 0.25
"""Metres that the eyes converge on at the nearest, whatever is nearer."""

EYE_YAW: Final = 35.0
"""Degrees that an eye turns sideways at the most; people make larger turns, but not for long."""
EYE_UP: Final = 25.0
"""Degrees that an eye turns up at the most."""
EYE_DOWN: Final = 30.0
"""Degrees that an eye turns down at the most."""
HEAD_YAW: Final = 60.0
"""Degrees that gaze turns the head sideways at the most."""
HEAD_PITCH: Final = 30.0
"""Degrees that gaze turns the head up or down at the most."""

_ALONE: Final = (10.0, 8.0)
_SHARE: Final = (0.75, 0.6)


class TargetError(ValueError):
    """A target that cannot be looked at; the message names the value and what to give."""


class Target(NamedTuple):
    """A point to look at.

    Attributes:
        x, y, z: metres, in head space; or in the world if `world`.
        head: 0 to 1, how much of the way the head takes; `AS_NEEDED`: little for a small angle, most of a large one.
        world: whether the point is in the world, in which a `Place` says where the head is.
        partner: whether the point lies between the eyes of the one whom the character talks to. Its gaze then stays
            free: it looks at that face and away from it, as it would straight ahead.
    """

    x: float
    y: float
    z: float
    head: float = AS_NEEDED
    world: bool = False
    partner: bool = False


class Place(NamedTuple):
    """Where a character's head rests in the world.

    Attributes:
        x, y, z: metres, of the point between the eyes; Y is up.
        yaw, pitch: degrees that the face is turned from the world's Z axis.
    """

    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0


HERE: Final = Place()
"""World and head space are one."""


class Bearing(NamedTuple):
    """A direction from a head at rest, and how near the point is.

    Attributes:
        yaw, pitch: degrees.
        near: 1 / metres, 1 / `NEAREST` at the most.
    """

    yaw: float
    pitch: float
    near: float


PARTNER: Final = Bearing(0.0, 0.0, 1.0 / USUAL)
"""Whom a character talks to, unless it is told where they are: straight ahead."""


class Course(NamedTuple):
    """Where gaze can get, and how far the head turns for it; degrees."""

    yaw: float
    pitch: float
    head_yaw: float
    head_pitch: float


def towards(yaw: float, pitch: float, head: float = AS_NEEDED) -> Target:
    """Return a target in a direction, at the usual distance.

    Raises:
        TargetError: an angle is not finite.
    """
    if not math.isfinite(yaw) or not math.isfinite(pitch):
        raise TargetError(f"yaw {yaw} and pitch {pitch} are no direction; give finite degrees")
    left, down = math.radians(yaw), math.radians(pitch)
    flat = USUAL * math.cos(down)
    return Target(flat * math.sin(left), -USUAL * math.sin(down), flat * math.cos(left), head)


def seen_from(target: Target, place: Place) -> tuple[float, float, float]:
    """Return a target's point in head space, in metres."""
    x, y, z = target[:3]
    if target.world:
        x, y, z = x - place.x, y - place.y, z - place.z
        yaw, pitch = math.radians(place.yaw), math.radians(place.pitch)
        x, z = x * math.cos(yaw) - z * math.sin(yaw), x * math.sin(yaw) + z * math.cos(yaw)
        y, z = y * math.cos(pitch) + z * math.sin(pitch), z * math.cos(pitch) - y * math.sin(pitch)
    return x, y, z


def bearing(target: Target, place: Place) -> Bearing:
    """Return where a target lies; one within a centimetre of the origin lies straight ahead, as near as can be.

    Raises:
        TargetError: a coordinate is not finite.
    """
    x, y, z = seen_from(target, place)
    distance = math.sqrt(x * x + y * y + z * z)
    if not math.isfinite(distance):
        raise TargetError(f"a target at {target[:3]} cannot be looked at; give finite metres")
    if distance < 0.01:
        return Bearing(0.0, 0.0, 1.0 / NEAREST)
    yaw, pitch = math.degrees(math.atan2(x, z)), math.degrees(math.asin(max(-1.0, min(1.0, -y / distance))))
    return Bearing(yaw, pitch, 1.0 / max(distance, NEAREST))


def course(yaw: float, pitch: float, head: float) -> Course:
    """Share a direction between eyes and head, within what both can do.

    The eyes alone make small shifts; of what is beyond 10 degrees sideways, or 8 up or down, the head takes most, so
    that the eyes stay within about 20 degrees of their middle (Guitton & Volle 1987, "Gaze control in humans: eye-head
    coordination during orienting movements to targets within and beyond the oculomotor range", J. Neurophysiology 58:
    the head's share grows with the angle; the two straight lines are ours).

    Args:
        yaw, pitch: degrees, of any size.
        head: share of the head as in `Target`.
    """
    if head < 0.0:
        head_yaw = math.copysign(_SHARE[0] * max(abs(yaw) - _ALONE[0], 0.0), yaw)
        head_pitch = math.copysign(_SHARE[1] * max(abs(pitch) - _ALONE[1], 0.0), pitch)
    else:
        head_yaw, head_pitch = head * yaw, head * pitch
    head_yaw = max(-HEAD_YAW, min(HEAD_YAW, head_yaw))
    head_pitch = max(-HEAD_PITCH, min(HEAD_PITCH, head_pitch))
    return Course(
        head_yaw + max(-EYE_YAW, min(EYE_YAW, yaw - head_yaw)),
        head_pitch + max(-EYE_UP, min(EYE_DOWN, pitch - head_pitch)),
        head_yaw,
        head_pitch,
    )
