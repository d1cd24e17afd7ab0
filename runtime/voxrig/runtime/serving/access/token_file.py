"""Changing a list of tokens as text, so that its comments and its order stay."""

import re
from typing import Final

from voxrig.runtime.serving.access.tokens import TokensError, digest, read_tokens

_BEGIN: Final = re.compile(r"^[ \t]*\[\[[ \t]*token[ \t]*\]\]", re.MULTILINE)


def entry(
    name: str,
    secret: str,
    max_connections: int | None = None,
    max_sessions: int | None = None,
    audio_seconds_per_hour: float | None = None,
) -> str:
    """Return the table of a token, as text. Raises TokensError where it can't be one."""
    lines = ["[[token]]", f'name = "{name}"', f'sha256 = "{digest(secret).hex()}"']
    limits: dict[str, float | None] = {
        "max_connections": max_connections,
        "max_sessions": max_sessions,
        "audio_seconds_per_hour": audio_seconds_per_hour,
    }
    text = "\n".join((*lines, *(f"{key} = {value}" for key, value in limits.items() if value is not None), ""))
    if [token.name for token in read_tokens(text.encode())] != [name]:
        raise TokensError("a name has letters, digits, '.', '_' and '-'")
    return text


def with_entry(text: str, new: str) -> str:
    """Return a list with one more table. Raises TokensError where it is none, or has that name already."""
    whole = f"{text.rstrip()}\n\n{new}" if text.strip() else new
    read_tokens(whole.encode())
    return whole


def without_entry(text: str, name: str) -> str:
    """Return a list without a token; what stands between it and the next one goes too.

    Raises:
        TokensError: it is no such list, has no such token, or no other: an empty list would let nobody in.
    """
    names = [token.name for token in read_tokens(text.encode())]
    if name not in names:
        raise TokensError(f"there is no token {name!r:.80}; there are {', '.join(names)}")
    if len(names) == 1:
        raise TokensError(f"{name} is the only token; add another one first, or serve without --tokens")
    starts = [found.start() for found in _BEGIN.finditer(text)]
    place = names.index(name)
    if len(starts) != len(names):
        raise TokensError("the list has no [[token]] line for each token; take it out by hand")
    end = starts[place + 1] if place + 1 < len(starts) else len(text)
    rest = text[: starts[place]] + text[end:]
    if [token.name for token in read_tokens(rest.encode())] != [each for each in names if each != name]:
        raise TokensError("the list is not as `voxrig token` writes it; take it out by hand")
    return rest
