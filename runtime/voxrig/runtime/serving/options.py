"""What a client may say of a character when it opens a session: how it speaks and lives, and what is told of it."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import grpc

from voxrig.runtime.animation.character import LIFE_KEYS, Character
from voxrig.runtime.animation.style import RANGES, Style, StyleError, check_known
from voxrig.runtime.animation.style_json import style_from_text
from voxrig.runtime.serving.outlet import OUTLET_KEYS
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.runtime.serving.tells import Tells

_LONGEST_TEXT: Final = 1 << 16
_KEYS: Final = dict.fromkeys(("style", *RANGES, *LIFE_KEYS, "tell", "behind", *OUTLET_KEYS))


class Wanted(NamedTuple):
    """What a session asks for.

    Attributes:
        style: how the character speaks.
        character: how it lives; the seed is not from the options.
        tells: what is told of it besides its frames.
        outlet: the options about where its frames go as well.
        drops: whether frames are left out where the client reads too slowly; else the session waits for it.
    """

    style: Style
    character: Character
    tells: Tells
    outlet: dict[str, str]
    drops: bool


def read_options(options: Mapping[str, str], style: Style, character: Character) -> Wanted:
    """Read a session's options over the server's own style and character.

    Args:
        options: `style`, a preset or JSON, in the place of the server's; single dials on top of it; the keys of
            `Character.with_options`; `tell` (`Tells.parse`); `behind`, wait or drop; and OUTLET_KEYS, which are not
            looked at here.
        style: the server's.
        character: the server's.

    Raises:
        RefusalError: INVALID_ARGUMENT for an unknown key, or a value that cannot be.
    """
    try:
        for key, text in options.items():
            check_known(key, _KEYS, "option")
            if len(text) > _LONGEST_TEXT:
                raise StyleError(f"{key} has {len(text)} characters; the most is {_LONGEST_TEXT}")
        if "style" in options:
            style = style_from_text(options["style"])
        style = style.with_dials(**{key: _number(key, options[key]) for key in RANGES if key in options})
        character = character.with_options({key: options[key] for key in LIFE_KEYS if key in options})
        tells = Tells.parse(options.get("tell", ""))
        outlet = {key: options[key] for key in OUTLET_KEYS if key in options}
        return Wanted(style, character, tells, outlet, _drops(options.get("behind", "wait")))
    except ValueError as error:
        raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, str(error)) from error


def _drops(text: str) -> bool:
    if text not in ("wait", "drop"):
        raise ValueError(f"behind is {text!r:.40}; it must be wait or drop")
    return text == "drop"


def _number(key: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        low, high = RANGES[key]
        raise StyleError(f"{key} is {text!r:.40}; it must be a number from {low:g} to {high:g}") from None
