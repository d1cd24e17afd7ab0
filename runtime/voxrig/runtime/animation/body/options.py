"""What a person or a client says of a character's body when it begins, in words."""

from typing import Final, NamedTuple

from voxrig.runtime.animation.body.asked import USUAL, BodyManner
from voxrig.runtime.core.body.bones import PARTS

ALL: Final[tuple[str, ...]] = tuple(PARTS)
"""Every part of a body."""
_DIALS: Final = ("energy", "space", "rate", "openness", "handedness")
_SWITCHES: Final = ("sitting", "mirror")


class BodyError(ValueError):
    """A body that cannot be; the message names what was given and what there is."""


class Body(NamedTuple):
    """Which parts of a body a character shows, none where it has none, and how it holds itself at first."""

    parts: tuple[str, ...] = ()
    manner: BodyManner = USUAL


NO_BODY: Final = Body()
"""Head and eyes alone."""


def read_body(text: str) -> Body:
    """Read an option.

    Args:
        text: "off"; "on"; or, joined by commas, some of `ALL` (the parts; all where none is named), dials such as
            energy=0.5 (-1 to 1), and `sitting` and `mirror`.

    Raises:
        BodyError: anything else.
    """
    if text == "off":
        return NO_BODY
    parts: list[str] = []
    manner = USUAL._asdict()
    for word in () if text == "on" else text.split(","):
        name, given, value = word.strip().partition("=")
        if given and name in _DIALS:
            manner[name] = _dial(name, value)
        elif not given and name in _SWITCHES:
            manner[name] = True
        elif not given and name in ALL:
            parts.append(name)
        elif given or name != "on":
            raise BodyError(
                f"body has {word.strip()!r:.40}; give on, off, or some of {', '.join(ALL)}, sitting, mirror, "
                f"and {', '.join(_DIALS)} as energy=0.5"
            )
    chosen = tuple(part for part in ALL if part in parts) if parts else ALL
    return Body(chosen, BodyManner(**manner))


def _dial(name: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 2.0
    if not -1.0 <= value <= 1.0:
        raise BodyError(f"body: {name} is {text!r:.40}; it must be a number from -1 to 1")
    return value
