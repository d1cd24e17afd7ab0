"""Speaking styles by name."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from voxrig.runtime.animation.style import NATURAL, Style, check_known

_TIGHT: Final = {"mouthPressUL": 0.12, "mouthPressUR": 0.12, "mouthPressDL": 0.12, "mouthPressDR": 0.12}

PRESETS: Final[Mapping[str, Style]] = MappingProxyType(
    {
        "natural": NATURAL,
        "mumble": Style(lips=0.55, jaw=0.5, sharpness=0.5, tongue=0.7),
        "soft": Style(lips=0.8, jaw=0.7, sharpness=0.8),
        "clear": Style(lips=1.25, jaw=1.15, sharpness=1.4, tongue=1.2),
        "theatrical": Style(lips=1.5, jaw=1.4, sharpness=1.6, effort=0.5, tongue=1.3),
        "shout": Style(lips=1.5, jaw=1.9, sharpness=1.15),
        "tight-lipped": Style(lips=0.65, jaw=0.8, sharpness=0.8, lip_offset=-0.5, rest=_TIGHT),
        "slack": Style(lips=0.8, jaw=0.9, sharpness=0.6, lip_offset=0.4, rest={"jawOpen": 0.03}),
        "responsive": Style(effort=1.0),
    }
)
"""natural leaves everything as the model gives it; responsive only follows the voice's effort."""


def preset(name: str) -> Style:
    """Look a preset up by its exact name.

    Raises:
        StyleError: there is none of that name; the message names those that there are.
    """
    check_known(name, PRESETS, "style preset")
    return PRESETS[name]
