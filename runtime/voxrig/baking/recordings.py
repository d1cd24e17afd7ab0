"""A folder of recordings as a dialogue without a script: a line for each file, all by one character."""

import hashlib
import re
from pathlib import Path
from typing import Final

from voxrig.baking.script.dialogue import CharacterSheet, Dialogue, Line, ScriptError, Where, seed_of
from voxrig.baking.script.line_id import composed, id_fault, same_file

WHO: Final = "Character"
"""Who speaks them all."""

_LONGEST: Final = 60  # bytes of an id, so that what stands apart two of them has room
_ENDINGS: Final = (".wav", ".flac", ".ogg")


def dialogue_of_folder(folder: Path) -> Dialogue:
    """Make a line of each WAV, FLAC or OGG file in a folder, also in folders in it; each follows its own voice.

    Raises:
        ScriptError: there is none.
    """
    paths = sorted(path for path in folder.rglob("*") if _is_recording(path.relative_to(folder)) and path.is_file())
    if not paths:
        raise ScriptError(
            f"{folder}: there is no WAV, FLAC or OGG file in it; give a folder of recordings, or a script"
        )
    root = folder.resolve()
    lines: dict[str, Line] = {}
    for path in paths:
        name = _name(path.relative_to(folder))
        while same_file(name) in lines:
            name += f"_{path.suffix[1:].lower()}"
        where = Where(root / path.relative_to(folder), 0)
        lines[same_file(name)] = Line(name, WHO, root / path.relative_to(folder), emotion="auto", where=where)
    sheet = CharacterSheet(WHO, seed=seed_of(WHO), where=Where(root, 0))
    return Dialogue(root, root.name, None, {WHO: sheet}, tuple(lines.values()))


def _name(path: Path) -> str:
    """Return the id of a recording: safe as the name of a file on every system."""
    inside = composed("_".join(path.with_suffix("").parts))
    name = re.sub(r"[^\w.-]+", "_", inside).strip("._") or "line"
    if len(name.encode()) > _LONGEST:
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        name = f"{name.encode()[: _LONGEST - 9].decode(errors='ignore').rstrip('.')}_{digest}"
    return f"line_{name}" if id_fault(name) else name


def _is_recording(path: Path) -> bool:
    """Tell by its path in the folder: what is hidden (macOS leaves ._NAME.wav) and scratch voices are none."""
    hidden = any(part.startswith(".") for part in path.parts)
    return path.suffix.lower() in _ENDINGS and not hidden and not path.stem.endswith(".scratch")
