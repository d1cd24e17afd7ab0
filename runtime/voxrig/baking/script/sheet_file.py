"""Where the sheets of a script are: in it, in a file that it names, or in one that is given besides."""

from pathlib import Path
from typing import Final

from voxrig.baking.script.dialogue import Problem, ScriptError
from voxrig.baking.script.entry import Entry, Faults, one_line
from voxrig.baking.script.feelings import Styles
from voxrig.baking.script.nodes import Node, Pairs, Scalar, kind_of
from voxrig.baking.script.script_csv import read_sheets_table
from voxrig.baking.script.script_json import read_json
from voxrig.baking.script.script_yaml import read_yaml
from voxrig.baking.script.sheet_reading import Sheets, read_sheets
from voxrig.baking.script.source_text import source_text

YAML: Final = (".yaml", ".yml")
JSON: Final = (".json",)
TABLES: Final = (".csv", ".tsv", ".txt")
"""Endings of scripts and of files of sheets; a .txt is what Excel saves as "Unicode text"."""

_KEY: Final = "characters"


def tree(path: Path) -> Node:
    """Read a YAML or JSON file.

    Raises:
        ScriptError: it cannot be read, or is no such file.
    """
    text = source_text(path)
    return read_json(text, path) if path.suffix.lower() in JSON else read_yaml(text, path)


def find_sheets(entry: Entry, path: Path, besides: Path | None) -> tuple[Sheets | None, list[Problem]]:
    """Read all sheets that a script has.

    Args:
        entry: the script's outermost keys.
        path: of the script.
        besides: another file, whose sheets count before the script's.

    Returns:
        The sheets, None where there are none at all; and what is wrong with them.

    Raises:
        ScriptError: a file of sheets cannot be read.
    """
    own = _own(entry, path)
    given = None if besides is None else _file(besides.absolute())
    problems: list[Problem] = []
    sheets: Sheets | None = None
    sources = [source for source in (own, given) if source is not None]
    names = dict.fromkeys(one_line(key.text) for node, _ in sources for key, _ in node.pairs)
    for node, faults in sources:
        found = read_sheets(node, Styles(faults.path.parent), faults, names)
        problems += faults.problems
        good, broken = ({}, {}) if sheets is None else (dict(sheets.good), dict(sheets.broken))
        for name in found.names:
            good.pop(name, None)
            broken.pop(name, None)
        sheets = Sheets(good | dict(found.good), broken | dict(found.broken))
    return sheets, problems


def _own(entry: Entry, path: Path) -> tuple[Pairs, Faults] | None:
    node = entry.node(_KEY)
    if node is None:
        return None
    if isinstance(node, Scalar):
        given = entry.text(_KEY)
        return None if given is None else _file(path.parent / given.replace("\\", "/"))
    if not isinstance(node, Pairs):
        entry.fault(_KEY, f"it is {kind_of(node)}; write names with sheets, or the path of a file of them")
        return None
    return node, Faults(path)


def _file(path: Path) -> tuple[Pairs, Faults]:
    faults = Faults(path)
    ending = path.suffix.lower()
    if ending in TABLES:
        return read_sheets_table(source_text(path), path, faults), faults
    if ending not in (*YAML, *JSON):
        raise ScriptError(f"{path}: no file of characters has the ending {ending!r}; there are .yaml, .json and .csv")
    node = tree(path)
    if isinstance(node, Pairs) and [key.text for key, _ in node.pairs] == [_KEY]:
        node = node.pairs[0][1]
    if not isinstance(node, Pairs):
        raise ScriptError(f"{path}: this is no file of characters; write each name with its sheet")
    return node, faults
