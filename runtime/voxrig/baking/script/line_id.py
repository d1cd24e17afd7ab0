"""Ids of lines, which become names of files on every system."""

import re
import unicodedata
from typing import Final

from voxrig.baking.script.nodes import shown

LONGEST: Final = 80
"""Characters that an id may have."""
FORBIDDEN: Final = r'<>:"/\|?*'
"""Characters that Windows has not in names of files; nor control characters."""
DEVICES: Final = (
    *("CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"),
    *(f"{port}{n}" for port in ("COM", "LPT") for n in "123456789\u00b9\u00b2\u00b3"),
)
"""Names that Windows keeps for devices, also with an ending, and in any case."""

_BAD: Final = re.compile(rf"[{re.escape(FORBIDDEN)}\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def id_fault(name: str) -> str | None:
    """Return what is wrong with an id and the remedy; None for nothing."""
    if not name:
        return "id is empty; give each line a name of its own"
    if len(name) > LONGEST:
        return f"id {shown(name)} has {len(name)} characters; it may have {LONGEST}"
    if found := _BAD.search(name):
        better = _BAD.sub("_", name)
        return f"id {shown(name)} has {found[0]!r}, which no name of a file may have; write for example {shown(better)}"
    if name.endswith((".", " ")) or name.startswith((" ", ".")):
        return f"id {shown(name)} begins or ends with a dot or space; take it off"
    if name.partition(".")[0].rstrip(" ").upper() in DEVICES:
        return f"id {shown(name)} is the name of a device on Windows; write for example {shown('line_' + name)}"
    if len(name.encode("utf-8")) > 2 * LONGEST:
        return f"id {shown(name)} is too long for a name of a file in UTF-8; shorten it"
    return None


def same_file(name: str) -> str:
    """Return what two ids have in common that would be one file: where case or composed letters don't count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def composed(name: str) -> str:
    """Return an id with its letters composed, so that it is one name on every system."""
    return unicodedata.normalize("NFC", name)
