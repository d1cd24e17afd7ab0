"""Columns of tables: which of our keys a column is, by the names that spreadsheets and game engines give it."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, NamedTuple

from voxrig.baking.script.dialogue import PERSONALITY
from voxrig.baking.script.nodes import shown

LINE_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "id": ("---", "rowname", "key", "lineid", "id", "name", ""),
        "character": ("character", "speaker", "charactername", "speakername", "actor", "name"),
        "listener": ("listener", "addressee", "listenername"),
        "text": ("text", "dialoguetext", "linetext", "dialogue", "sourcestring", "subtitle", "spokentext", "source"),
        "audio": ("audio", "soundwave", "dialoguewave", "audiofile", "audiopath", "sound", "wav", "voiceover"),
        "emotion": ("emotion", "mood"),
        "intensity": ("intensity", "emotionintensity"),
        "style": ("style",),
        "scene": ("scene", "conversation", "scenename"),
        "timecode": ("timecode", "tc"),
        "tags": ("tags", "cues"),
        "events": ("events", "event"),
        "overrides": ("overrides",),
        "gaze": ("gaze", "lookat"),
        "gesture": ("gesture",),
        "point": ("point", "pointat"),
        "hands": ("hands",),
        "body": ("body", "posture"),
        "activity": ("activity",),
        "blink": ("blink",),
        "head": ("head",),
        "note": ("note", "notes", "comment", "comments", "sharedcomments", "devcomment", "description"),
    }
)
"""Our key -> names of its column, best first; case, spaces and signs don't count."""

SHEET_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "name": ("---", "rowname", "name", "character", "charactername", "id", "key", ""),
        "rig": ("rig",),
        "style": ("style",),
        "emotion": ("emotion", "mood"),
        "seed": ("seed",),
        "voice": ("voice",),
        "body": ("body",),
        "relations": ("relations",),
        **{trait: (trait,) for trait in PERSONALITY},
        "note": ("note", "notes", "comment", "comments", "description"),
    }
)
"""The same of a table of characters."""

_LANGUAGE: Final = re.compile(r"[^()]+\(([a-z]{2,3}(?:-\w+)*)\)", re.ASCII)
_OF_LANGUAGES: Final = re.compile(rf"{_LANGUAGE.pattern}(?: Comments)?", re.ASCII)
_ROW: Final = "---"  # Unreal's name of the first column
_ESCAPED: Final = "sourcestring"


class Header(NamedTuple):
    """A table's first row, understood.

    Attributes:
        columns: index of each key's column.
        escaped: whether the text is Unreal's SourceString, where a line's end is \\n.
        problems: names that are nearly one of ours, and so most likely a slip; names that are there twice.
        warnings: columns that are left alone, and the language that was chosen.
    """

    columns: Mapping[str, int]
    escaped: bool
    problems: tuple[str, ...]
    warnings: tuple[str, ...]


def read_header(cells: Sequence[str], known: Mapping[str, tuple[str, ...]]) -> Header:
    """Find the columns.

    Args:
        cells: of the first row.
        known: LINE_COLUMNS or SHEET_COLUMNS.
    """
    places: dict[str, int] = {}
    problems, warnings = [], []
    for index, cell in enumerate(cells):
        name = _letters(cell)
        if name in places and name:
            problems.append(f"the column {shown(cell.strip())} is there twice; keep one")
        if name or index == 0:
            places.setdefault(name, index)
    columns: dict[str, int] = {}
    for key, names in known.items():
        found = next((places[name] for name in names if name in places and places[name] not in columns.values()), None)
        if found is not None:
            columns[key] = found
    languages = [index for index, cell in enumerate(cells) if _LANGUAGE.fullmatch(cell.strip())]
    if "text" in known and "text" not in columns and languages:
        columns["text"] = next((index for index in languages if _code(cells[index]).startswith("en")), languages[0])
        if len(languages) > 1:
            warnings.append(f"of {len(languages)} languages the text is {cells[columns['text']].strip()}")
    aliases = sorted({name for names in known.values() for name in names})
    for index, cell in enumerate(cells):
        name = _letters(cell)
        if index in columns.values() or name in aliases or not name or _OF_LANGUAGES.fullmatch(cell.strip()):
            continue
        alike = get_close_matches(name[:40], [alias for alias in aliases if len(alias) > 2], n=1, cutoff=0.8)
        if alike:
            problems.append(f"there is no column {shown(cell.strip())}; did you mean {shown(alike[0])}?")
        else:
            warnings.append(f"the column {shown(cell.strip())} means nothing to the bake and is left alone")
    escaped = "text" in columns and _letters(cells[columns["text"]]) == _ESCAPED
    return Header(MappingProxyType(columns), escaped, tuple(problems), tuple(warnings))


def _letters(cell: str) -> str:
    text = cell.strip()
    return _ROW if text == _ROW else "".join(filter(str.isalnum, text.casefold()))


def _code(cell: str) -> str:
    found = _LANGUAGE.fullmatch(cell.strip())
    return found[1] if found else ""
