"""Tables as nodes: CSV of any separator, spreadsheets' text exports, data tables and string tables of game engines.

A row becomes the keys of a line or of a sheet; an empty cell is a key that is not there.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from voxrig.baking.script.cell_node import opened
from voxrig.baking.script.columns import LINE_COLUMNS, SHEET_COLUMNS, Header, read_header
from voxrig.baking.script.cue_values import pairs_of_text
from voxrig.baking.script.dialogue import PERSONALITY, ScriptError, Where
from voxrig.baking.script.engine_text import spoken
from voxrig.baking.script.entry import Faults
from voxrig.baking.script.nodes import Items, Node, Pairs, Scalar, items, pairs

_SEPARATORS: Final = ",;\t|"
_SAYS: Final = re.compile(r"\s*sep=([,;\t|])\s*", re.IGNORECASE)  # Excel's own first line
_COMMA: Final = re.compile(r"-?\d*,\d+", re.ASCII)
_NUMBERS: Final = ("intensity", "seed", *PERSONALITY)
_NOTHING: Final = ("none", "null", "nullptr")  # as engines write an asset that is not there


class _Row(NamedTuple):
    cells: list[str]
    line: int


class _Table:
    """A header and the rows below it, as they come.

    Attributes:
        header: understood.
    """

    def __init__(self, text: str, path: Path, known: Mapping[str, tuple[str, ...]], faults: Faults) -> None:
        self._faults = faults
        self._rows = _rows(text, path)
        first = next(self._rows, None)
        if first is None:
            raise ScriptError(f"{path.name}: nothing is in it; write a row with the columns' names, and lines below")
        self.header: Header = read_header(first.cells, known)
        self._first = first
        for problem in self.header.problems:
            faults.add(first.line, problem)

    @property
    def line(self) -> int:
        """Where the header is."""
        return self._first.line

    def rows(self, key: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the line and the cells by key of all rows with none too many; `key` is what they are called by."""
        width = len(self._first.cells)
        for row in self._rows:
            cells = {name: row.cells[at] for name, at in self.header.columns.items() if at < len(row.cells)}
            extra = [cell for cell in row.cells[width:] if cell.strip()]
            if extra:
                owner = Faults(self._faults.path, cells.get(key, "").strip())
                owner.add(row.line, f"the row has {len(extra)} cells more than the header; quote texts with separators")
                self._faults.problems += owner.problems
            else:
                yield row.line, cells


def read_lines_table(text: str, path: Path, faults: Faults, warnings: Faults) -> Items:
    """Read a table of lines as a list of them.

    Args:
        text: of the file.
        path: of the file, for messages.
        faults: takes rows and columns that are left out.
        warnings: takes what is worth knowing about columns.

    Raises:
        ScriptError: it is no table, or none of its columns is an id, or a text or a sound.
    """
    table = _Table(text, path, LINE_COLUMNS, faults)
    columns = table.header.columns
    if "id" not in columns or not {"text", "audio"} & columns.keys():
        raise ScriptError(
            f"{Where(path, table.line)}: the first row must name the columns: one for ids (id, Key, RowName or ---) "
            "and one for text or audio; name them"
        )
    for warning in table.header.warnings:
        warnings.add(table.line, warning)
    made: list[Node] = []
    for line, cells in table.rows("id"):
        if cells.get("audio", "").strip().lower() in _NOTHING:
            cells.pop("audio", None)
        fault = None
        if "text" in cells:
            cells["text"], fault = spoken(cells["text"], escaped=table.header.escaped)
        if fault:
            own = Faults(path, cells.get("id", "").strip())
            own.add(line, fault)
            faults.problems += own.problems
        else:
            made.append(pairs([_pair(key, value, line) for key, value in cells.items()], line))
    return items(made, table.line)


def read_sheets_table(text: str, path: Path, faults: Faults) -> Pairs:
    """Read a table of characters as sheets by name.

    Args:
        text: of the file.
        path: of the file, for messages.
        faults: takes rows and columns that are left out.

    Raises:
        ScriptError: it is no table, or none of its columns is a name.
    """
    table = _Table(text, path, SHEET_COLUMNS, faults)
    if "name" not in table.header.columns:
        raise ScriptError(f"{Where(path, table.line)}: the first row must name the columns, one of them name; name it")
    made: list[tuple[Scalar, Node]] = []
    for line, cells in table.rows("name"):
        name = Scalar(cells.pop("name", ""), "cell", line)
        traits = [_pair(trait, cells.pop(trait), line) for trait in PERSONALITY if trait in cells]
        relations = cells.pop("relations", "")
        keys = [_pair(key, value, line) for key, value in cells.items()]
        if traits:
            keys.append((Scalar("personality", "cell", line), pairs(traits, line)))
        if relations.strip():
            node = opened(Scalar(relations, "cell", line), faults)
            given = pairs_of_text(node) if isinstance(node, Scalar) else node
            keys.append((Scalar("relations", "cell", line), given or pairs([], line)))
        made.append((name, pairs(keys, line)))
    return pairs(made, table.line)


def _pair(key: str, value: str, line: int) -> tuple[Scalar, Node]:
    if key in _NUMBERS and _COMMA.fullmatch(value.strip()):
        value = value.replace(",", ".")  # as half of Europe's spreadsheets write 0,8
    return Scalar(key, "cell", line), Scalar(value, "cell", line)


def _rows(text: str, path: Path) -> Iterator[_Row]:
    """Yield the rows with anything in them, the header first."""
    first = re.match(r"[^\r\n]*", text)
    said = _SAYS.fullmatch(first[0]) if first else None
    separator = said[1] if said else _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not (said and line == 1):
                yield _Row(cells, line)
            line = reader.line_num + 1
    except csv.Error as error:
        problem = f"no CSV: {error}; close the quotes, and double those inside a cell"
        raise ScriptError(f"{Where(path, line)}: {problem}") from error


def _separator(text: str) -> str:
    """Return what parts the cells: the most frequent of its kind in the first row that has anything, outside quotes."""
    header = next((line for line in text[:65536].splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", header)
    return max(_SEPARATORS, key=bare.count)
