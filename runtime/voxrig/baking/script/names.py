"""The characters' names that a script may use."""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import NamedTuple

from voxrig.baking.script.entry import near
from voxrig.baking.script.nodes import shown


class Names(NamedTuple):
    """Names of characters, and who speaks.

    Attributes:
        known: those of the sheets; None where the script has no sheets, so that any name will do.
        speaker: of the line.
        relations: how much the speaker likes others.
    """

    known: Collection[str] | None
    speaker: str = ""
    relations: Mapping[str, float] = MappingProxyType({})

    def fault(self, name: str, besides: tuple[str, ...] = ()) -> str | None:
        """Return what is wrong with a name and the remedy; None for nothing."""
        if not name:
            return "the name is empty; give one"
        if self.known is None or name in self.known:
            return None
        return f"there is no character {shown(name)}; {near(name, (*self.known, *besides))}"
