"""A folder of recordings as a dialogue without a script: a line for each file, all by one character."""

import re
from pathlib import Path
from typing import Final

from voxrig.baking.script.dialogue import CharacterSheet, Dialogue, Line, ScriptError, Where, seed_of

WHO: Final = "Character"
"""Who speaks them all."""

_ENDINGS: Final = (".wav", ".flac", ".ogg")


def dialogue_of_folder(folder: Path) -> Dialogue:
    """Make a line of each WAV, FLAC or OGG file in a folder, also in folders in it; each follows its own voice.

    Raises:
        ScriptError: there is none.
    """
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _ENDINGS and path.is_file())
    if not paths:
        raise ScriptError(
            f"{folder}: there is no WAV, FLAC or OGG file in it; give a folder of recordings, or a script"
        )
    root = folder.resolve()
    lines: dict[str, Line] = {}
    for path in paths:
        inside = path.relative_to(folder).with_suffix("")
        name = re.sub(r"[^\w.-]+", "_", "_".join(inside.parts)).strip("._") or "line"
        while name.lower() in lines:
            name += f"_{path.suffix[1:].lower()}"
        where = Where(root / path.relative_to(folder), 0)
        lines[name.lower()] = Line(name, WHO, root / path.relative_to(folder), emotion="auto", where=where)
    sheet = CharacterSheet(WHO, seed=seed_of(WHO), where=Where(root, 0))
    return Dialogue(root, folder.name, None, {WHO: sheet}, tuple(lines.values()))
