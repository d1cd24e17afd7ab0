"""Names of takes, which are names of files: the line's own, and those of what it has besides."""

from collections.abc import Iterable, Iterator
from typing import Final

from voxrig.baking.script.dialogue import Line, Problem
from voxrig.baking.script.line_id import same_file
from voxrig.baking.settings import BakeSettings
from voxrig.runtime.animation.composing import TRACKS

LISTENS: Final = "_listener"
"""What the name of a listener's take ends with."""


def is_listened(line: Line, settings: BakeSettings) -> bool:
    """Whether a line has a listener's take, too."""
    return settings.listeners and line.listener is not None and line.listener != line.character


def clashes(lines: Iterable[Line], settings: BakeSettings) -> list[Problem]:
    """Return a problem for each line whose own files would have the names of another line's further ones."""
    lines = tuple(lines)
    taken = {same_file(name): (line.id, name) for line in lines for name in _besides(line, settings)}
    found = [(line, taken.get(same_file(line.id))) for line in lines]
    text = "line {!r} has a take or layer of the name {!r}, too; give one of both lines another id"
    return [Problem(line.id, text.format(*other), line.where) for line, other in found if other is not None]


def _besides(line: Line, settings: BakeSettings) -> Iterator[str]:
    """Yield the names of a line's files besides its own."""
    takes = [line.id]
    if is_listened(line, settings):
        takes.append(line.id + LISTENS)
        yield takes[1]
    if settings.layers:
        yield from (f"{take}.{layer}" for take in takes for layer in TRACKS)
