"""Scratch voices for lines that are not recorded yet: made once, and again where the text or the voice changes."""

import json
from collections.abc import Iterable
from pathlib import Path

from voxrig.baking.scratch_voice import speak
from voxrig.baking.script.dialogue import Dialogue, Line, Problem
from voxrig.baking.store import HIDDEN
from voxrig.engine_bridges.writers.whole_file import whole_text_file

SCRATCH = "scratch"
"""The folder in a bake's folder that they lie in."""


def is_recorded(line: Line) -> bool:
    """Whether a line's sound is there."""
    return line.audio is not None and line.audio.is_file()


def scratch_path(line: Line, folder: Path) -> Path:
    """Return where the scratch voice of a line lies."""
    return folder / SCRATCH / f"{line.id}.scratch.wav"


def is_spoken(dialogue: Dialogue, line: Line, folder: Path) -> bool:
    """Whether the scratch voice of a line is there: with its text and in its character's voice, as both are now."""
    return scratch_path(line, folder).is_file() and _noted(_note(line, folder)) == _wanted(dialogue, line)


def speak_lines(dialogue: Dialogue, lines: Iterable[Line], folder: Path) -> list[Problem]:
    """Speak lines that have a text; return what went wrong, line by line.

    Raises:
        OSError: the folder cannot be written.
    """
    problems = []
    for line in lines:
        if is_spoken(dialogue, line, folder):
            continue
        path, note, wanted = scratch_path(line, folder), _note(line, folder), _wanted(dialogue, line)
        path.parent.mkdir(parents=True, exist_ok=True)
        note.parent.mkdir(parents=True, exist_ok=True)
        try:
            speak(line.text, path, wanted["voice"])
        except (ValueError, OSError) as error:
            problems.append(Problem(line.id, str(error), line.where))
            continue
        with whole_text_file(note) as file:
            json.dump(wanted, file, sort_keys=True)
    return problems


def _note(line: Line, folder: Path) -> Path:
    """Where it is written what a scratch voice says."""
    return folder / HIDDEN / SCRATCH / f"{line.id}.json"


def _wanted(dialogue: Dialogue, line: Line) -> dict[str, str]:
    return {"text": line.text, "voice": dialogue.characters[line.character].voice}


def _noted(note: Path) -> object:
    try:
        return json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
