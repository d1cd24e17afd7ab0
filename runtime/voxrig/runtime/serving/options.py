"""What a client may say of a character when it opens a session: how it speaks, and how it lives."""

from collections.abc import Mapping
from typing import Final

import grpc

from voxrig.runtime.animation.character import LIFE_KEYS, Character
from voxrig.runtime.animation.style import RANGES, Style, StyleError, check_known
from voxrig.runtime.animation.style_json import style_from_text
from voxrig.runtime.serving.refusal import RefusalError

_LONGEST_TEXT: Final = 1 << 16
_KEYS: Final = dict.fromkeys(("style", *RANGES, *LIFE_KEYS))


def read_options(options: Mapping[str, str], style: Style, character: Character) -> tuple[Style, Character]:
    """Read a session's options over the server's own style and character.

    Args:
        options: `style`, a preset or JSON, in the place of the server's; single dials on top of it; and the keys of
            `Character.with_options`.
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
        return style, character.with_options({key: options[key] for key in LIFE_KEYS if key in options})
    except ValueError as error:
        raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, str(error)) from error


def _number(key: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        low, high = RANGES[key]
        raise StyleError(f"{key} is {text!r:.40}; it must be a number from {low:g} to {high:g}") from None
