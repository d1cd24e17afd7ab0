"""What a bake writes to in its folder, and that none of it is what it reads."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from voxrig.baking.script.dialogue import Dialogue
from voxrig.baking.settings import BakeSettings
from voxrig.baking.take_names import LISTENS

_REPORTS: Final = ("report.html", "report.json", "unreal/import_to_unreal.py")


class OwnFileError(ValueError):
    """A bake would write over a file that it reads; the message names it, and the remedy."""


def check_inputs(dialogue: Dialogue, settings: BakeSettings, folder: Path) -> None:
    """Refuse to write over the script, sheets, styles, words of a recording, or the model.

    Raises:
        OwnFileError: with the remedy.
    """
    root = folder.resolve()
    written = {root / report for report in _REPORTS} | {root / path for path in _assets(dialogue, settings)}
    for path in _inputs(dialogue, settings):
        if path.resolve() in written:
            raise OwnFileError(f"{path} would be written over by this bake into {folder}; give another -o, or move it")


def _inputs(dialogue: Dialogue, settings: BakeSettings) -> Iterator[Path]:
    yield dialogue.path
    for sheet in dialogue.characters.values():
        yield sheet.where.path
        yield Path(sheet.style)
    for line in dialogue.lines:
        if line.style is not None:
            yield Path(line.style)
        if line.audio is not None:
            yield line.audio.with_suffix(".json")
    if settings.model_file is not None:
        yield settings.model_file


def _assets(dialogue: Dialogue, settings: BakeSettings) -> Iterator[str]:
    for line in dialogue.lines:
        for one in settings.writers:
            yield from (f"{one.name}/{name}{one.endings[0]}" for name in (line.id, line.id + LISTENS))
