"""Texts as Unreal exports them: in macros that also carry their key for translators."""

import re
from typing import Final

from voxrig.baking.script.nodes import shown

_MACRO: Final = re.compile(r"\s*(?:NSLOCTEXT|LOCTEXT|INVTEXT)\s*\((?P<parts>.*)\)\s*", re.DOTALL)
_PART: Final = re.compile(r'\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)', re.DOTALL)
_TABLE: Final = re.compile(r"\s*LOCTABLE\s*\(.*\)\s*", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t"}


def spoken(cell: str, *, escaped: bool) -> tuple[str, str | None]:
    """Return the words of a cell, out of NSLOCTEXT("space", "key", "words") or INVTEXT("words").

    Args:
        cell: of the table.
        escaped: whether it has escapes without such a macro.

    Returns:
        The words, and what is wrong with them; None for nothing.
    """
    if _TABLE.fullmatch(cell):
        return cell, f"the text {shown(cell)} is in another table; export that string table with these ids instead"
    macro = _MACRO.fullmatch(cell)
    if not macro:
        return (_unescaped(cell) if escaped else cell), None
    parts = _PART.findall(macro["parts"])
    if not parts:
        return cell, f"the text {shown(cell)} has no words in quotes; correct it"
    return _unescaped(parts[-1]), None


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), text)
