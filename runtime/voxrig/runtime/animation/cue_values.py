"""Values of a cue, checked: which keys there are, from where to where, and the targets that they name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from voxrig.runtime.animation.style import check_known, in_range
from voxrig.runtime.animation.target import AS_NEEDED, Target, towards

Range = tuple[float, float]

SECONDS: Final[Range] = (0.0, 60.0)
"""Of what takes or lasts a moment."""
HOLD: Final[Range] = (0.0, 3600.0)
"""Seconds of what stays."""
SHARE: Final[Range] = (0.0, 1.0)
"""Of a share, and of a switch."""
WORLD: Final[Mapping[str, Range]] = MappingProxyType({"x": (-1e6, 1e6), "y": (-1e6, 1e6), "z": (-1e6, 1e6)})
"""Metres of a point."""
ANGLES: Final[Mapping[str, Range]] = MappingProxyType({"yaw": (-180.0, 180.0), "pitch": (-90.0, 90.0)})
"""Degrees of a direction."""
TARGET: Final[Mapping[str, Range]] = MappingProxyType({**WORLD, **ANGLES, "world": SHARE, "release": SHARE})
"""Keys of a target, and of its end."""


class CueError(ValueError):
    """A cue that cannot be; the message names the key, what was given and what there is."""


def checked(cue: str, values: Mapping[str, float], ranges: Mapping[str, Range]) -> dict[str, float]:
    """Return a cue's values, each a known key within its range.

    Raises:
        StyleError: one is not; with what there is.
    """
    for key in values:
        check_known(key, ranges, f"value of the cue {cue!r}")
    return {key: in_range(key, value, ranges[key]) for key, value in values.items()}


def target_of(cue: str, given: Mapping[str, float], freed: str) -> Target | None:
    """Return the target that a cue's checked values name; None where they release it.

    Args:
        cue: its name.
        given: values; of other keys than a target's `head` alone counts.
        freed: what a release gives free, for people.

    Raises:
        CueError: no target, half a point, both a point and a direction, or a release beside other values.
    """
    point, angles = WORLD.keys() & given.keys(), ANGLES.keys() & given.keys()
    if given.get("release"):
        if len(given) > 1:
            raise CueError(f"the cue {cue!r} has release, which gives {freed} free, with other values; send it alone")
        return None
    if bool(point) == bool(angles):
        raise CueError(f"the cue {cue!r} needs a target: x, y, z in metres, or yaw and pitch in degrees, or release 1")
    if point and len(point) < len(WORLD):
        raise CueError(f"the cue {cue!r} has {', '.join(sorted(point))} only; a target needs x, y and z")
    head, world = given.get("head", AS_NEEDED), bool(given.get("world"))
    if angles and world:
        raise CueError(f"the cue {cue!r} has world, which goes with x, y, z, and angles; they are always the head's")
    if point:
        return Target(given["x"], given["y"], given["z"], head, world)
    return towards(given.get("yaw", 0.0), given.get("pitch", 0.0), head)
