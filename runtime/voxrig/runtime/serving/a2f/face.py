"""The face parameters of a clip: how far lips, brows, lids and tongue move.

Values beyond their range are taken to its end, as clients send them (5 for a strength is common); NaN is refused.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from voxrig.runtime.serving.a2f.number import finite


class Face(NamedTuple):
    """The parameters that act, each at the value that changes nothing.

    Attributes:
        lower_strength, upper_strength, skin_strength: amplitude of mouth and jaw, of brows and cheeks, of all of them.
        lower_smoothing, upper_smoothing: seconds in which half of a movement is made.
        blink_strength, blink_offset: factor on the lids' closing, and what is added to it.
        eyelid_offset: the lids at rest, from -1 (shut) to 1 (wide open).
        lip_offset: the lips at rest, from -0.2 (tight) to 0.2 (parted).
        tongue_strength: amplitude of the tongue.
    """

    lower_strength: float = 1.0
    upper_strength: float = 1.0
    skin_strength: float = 1.0
    lower_smoothing: float = 0.0
    upper_smoothing: float = 0.0
    blink_strength: float = 1.0
    blink_offset: float = 0.0
    eyelid_offset: float = 0.0
    lip_offset: float = 0.0
    tongue_strength: float = 1.0


class Parameter(NamedTuple):
    """Where a parameter goes, and from where to where it is taken."""

    field: str
    low: float
    high: float


PARAMETERS: Final[Mapping[str, Parameter]] = MappingProxyType(
    {
        "lowerFaceStrength": Parameter("lower_strength", 0.0, 2.0),
        "upperFaceStrength": Parameter("upper_strength", 0.0, 2.0),
        "skinStrength": Parameter("skin_strength", 0.0, 2.0),
        "lowerFaceSmoothing": Parameter("lower_smoothing", 0.0, 0.1),
        "upperFaceSmoothing": Parameter("upper_smoothing", 0.0, 0.1),
        "blinkStrength": Parameter("blink_strength", 0.0, 2.0),
        "blinkOffset": Parameter("blink_offset", -1.0, 1.0),
        "eyelidOpenOffset": Parameter("eyelid_offset", -1.0, 1.0),
        "lipOpenOffset": Parameter("lip_offset", -0.2, 0.2),
        "tongueStrength": Parameter("tongue_strength", 0.0, 3.0),
    }
)
"""The parameters that act."""

WITHOUT_EFFECT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "faceMaskLevel": "where on a mesh the upper face ends; blend shapes belong to one or the other",
        "faceMaskSoftness": "how soft that border is on the mesh",
        "tongueHeightOffset": "ARKit's shapes have TongueOut alone",
        "tongueDepthOffset": "ARKit's shapes have TongueOut alone",
        "inputStrength": "the level of a voice does not move the face here",
    }
)
"""Parameters that are accepted without effect, and why. All integer and float array parameters are too."""


def read_face(given: Mapping[str, float]) -> tuple[Face, tuple[str, ...]]:
    """Read face parameters by their names.

    Returns:
        The parameters, and remarks on what was left out or cut, for people.

    Raises:
        ClipError: a value is NaN or infinite.
    """
    values: dict[str, float] = {}
    unknown: list[str] = []
    remarks: list[str] = []
    for name, sent in sorted(given.items()):
        value = finite(f"face parameter {name:.40}", sent)
        if name in PARAMETERS:
            field, low, high = PARAMETERS[name]
            values[field] = min(max(value, low), high)
            if values[field] != value:
                remarks.append(f"{name} {value:g} was taken as {values[field]:g}")
        elif name not in WITHOUT_EFFECT:
            unknown.append(name)
    if unknown:
        remarks.append(f"unknown face parameters had no effect: {', '.join(unknown)}")
    return Face(**values), tuple(remarks)
