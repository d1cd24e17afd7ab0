"""A script's file as a dialogue: YAML, JSON, or a table, told by its ending; what is wrong is told line by line."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from voxrig.baking.script.dialogue import CharacterSheet, Dialogue, Line, Problem, ScriptError, Where
from voxrig.baking.script.entry import Entry, Faults, near, one_line
from voxrig.baking.script.feelings import Styles
from voxrig.baking.script.line_id import composed, id_fault, same_file
from voxrig.baking.script.line_reading import Setting, read_line
from voxrig.baking.script.nodes import Items, Node, Pairs, Scalar, kind_of, pairs
from voxrig.baking.script.script_csv import read_lines_table
from voxrig.baking.script.sheet_file import JSON, TABLES, YAML, find_sheets, tree
from voxrig.baking.script.sheet_reading import Sheets, plain_sheet
from voxrig.baking.script.sound_folder import SoundFolder
from voxrig.baking.script.source_text import source_text
from voxrig.runtime.core.timing import FrameRate, FrameRateError

SCRIPT_KEYS: Final = ("dialogue", "fps", "audio", "scene", "characters", "lines", "note", "$schema")
"""Keys of a script, outermost."""


class _Told(NamedTuple):
    """Collects what is wrong with the script around its lines, and what is worth knowing."""

    faults: Faults
    warnings: Faults


def read_dialogue(path: Path, characters: Path | None = None) -> Dialogue:
    """Read a script.

    Args:
        path: of the script; YAML, JSON, CSV or TSV by its ending.
        characters: a file of sheets, in the same formats; they count before those in the script.

    Returns:
        The dialogue; a line that is wrong is among its problems, and the others go on.

    Raises:
        ScriptError: a file cannot be read at all: it is not there, or no YAML, JSON or table, or has no lines.
    """
    path = path.absolute()
    told = _Told(Faults(path), Faults(path))
    entry = Entry(_script(path, told), SCRIPT_KEYS, "the script", told.faults)
    fps = _fps(entry)
    sheets, problems = find_sheets(entry, path, characters)
    folder = (entry.text("audio") or ".").replace("\\", "/")
    setting = Setting(
        path=path,
        sheets=sheets,
        sounds=SoundFolder(path.parent if folder == "." else path.parent / folder),
        styles=Styles(path.parent),
        scene=entry.text("scene") or path.stem,
        fps=None if fps is None else FrameRate.parse(fps),
    )
    title = entry.text("dialogue") or path.stem
    lines, wrong = _lines(entry, setting)
    return Dialogue(
        path=path,
        title=title,
        fps=fps,
        characters=_cast(sheets, lines),
        lines=tuple(lines),
        problems=(*told.faults.problems, *problems, *wrong),
        warnings=(*told.warnings.problems, *_alike(lines)),
    )


def _script(path: Path, told: _Told) -> Pairs:
    """Return the outermost keys of a file; a list or a table is the lines."""
    ending = path.suffix.lower()
    if ending in TABLES:
        node: Node = read_lines_table(source_text(path), path, told.faults, told.warnings)
    elif ending in (*YAML, *JSON):
        node = tree(path)
    else:
        known = ", ".join((*YAML, *JSON, *TABLES))
        raise ScriptError(f"{path}: no script has the ending {ending!r}; there are {known}")
    if isinstance(node, Items):
        node = pairs([(Scalar("lines", "plain", node.line), node)], node.line)
    if not isinstance(node, Pairs):
        raise ScriptError(f"{Where(path, node.line)}: this is only a text; write lines: and a list of lines")
    if not any(key.text == "lines" for key, _ in node.pairs):
        keys = [key.text for key, _ in node.pairs]
        raise ScriptError(f"{path.name}: it has no lines; write lines: and a list ({near('lines', keys)})")
    return node


def _fps(entry: Entry) -> str | None:
    text = entry.text("fps")
    try:
        if text is not None:
            FrameRate.parse(text)
    except FrameRateError as error:
        entry.fault("fps", str(error))
        return None
    return text


def _lines(entry: Entry, setting: Setting) -> tuple[list[Line], list[Problem]]:
    """Return the lines that are right, and what is wrong with the others."""
    lines: list[Line] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for name, node, at in _named(entry, setting.path, problems):
        name = composed(name)
        faults = Faults(setting.path, name)
        fault = id_fault(name)
        same = same_file(name)
        if fault:
            faults.add(at, fault)
        elif same in seen:
            faults.add(at, f"line {seen[same]} has this id already, or one that differs only by case; give another")
        seen.setdefault(same, at)
        line = read_line(name, node, setting, faults)
        problems += faults.problems
        if line is not None:
            lines.append(line)
    if not seen and not problems:
        where = Where(setting.path, entry.line_of("lines"))
        problems.append(Problem("", "there are no lines; write some below lines:", where))
    return lines, problems


def _named(entry: Entry, path: Path, problems: list[Problem]) -> Iterator[tuple[str, Pairs, int]]:
    """Yield id, keys and place of each line; what is none goes to the problems."""
    node = entry.node("lines")
    found: list[tuple[Scalar | None, Node]] = []
    if isinstance(node, Items):
        found = [(None, one) for one in node.nodes]
    elif isinstance(node, Pairs):
        found = list(node.pairs)
    elif node is not None:
        problems.append(_problem(node, path, f"lines is {kind_of(node)}; write a list of lines"))
    for key, one in found:
        if isinstance(one, Scalar) and key is not None:
            one = pairs([(Scalar("text", one.kind, one.line), one)], one.line)
        if not isinstance(one, Pairs):
            problems.append(_problem(one, path, f"a line is {kind_of(one)}; write its keys: id, character, text, ..."))
            continue
        given = key or next((value for own, value in one.pairs if own.text == "id"), None)
        if key is not None and any(own.text == "id" for own, _ in one.pairs):
            faults = Faults(path, key.text)
            faults.add(one.line, "the line has an id before its keys and among them; keep one")
            problems += faults.problems
        elif not isinstance(given, Scalar) or given.absent:
            problems.append(_problem(one, path, "a line has no id; give each a name of its own, such as id: gate_01"))
        else:
            yield one_line(given.text), one, given.line


def _problem(node: Node, path: Path, text: str) -> Problem:
    return Problem("", text, Where(path, node.line))


def _cast(sheets: Sheets | None, lines: list[Line]) -> Mapping[str, CharacterSheet]:
    if sheets is not None:
        return sheets.good
    first: dict[str, Where] = {}
    for line in lines:
        for name in (line.character, line.listener):
            if name is not None:
                first.setdefault(name, line.where)
    return {name: plain_sheet(name, where) for name, where in first.items()}


def _alike(lines: list[Line]) -> list[Problem]:
    """Warn of characters whose names differ only by case."""
    found: dict[str, str] = {}
    told = []
    for line in lines:
        other = found.setdefault(line.character.casefold(), line.character)
        if other != line.character:
            text = f"is {line.character!r} the same character as {other!r}? write both alike"
            told.append(Problem(line.id, text, line.where))
    return told[:20]
