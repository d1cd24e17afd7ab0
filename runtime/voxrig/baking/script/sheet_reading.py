"""Characters' sheets, from the script or from a file of their own."""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from voxrig.baking.script.body_values import body_text
from voxrig.baking.script.dialogue import PERSONALITY, RIGS, CharacterSheet, Where, seed_of
from voxrig.baking.script.entry import Entry, Faults, near, number, one_line
from voxrig.baking.script.feelings import Styles, emotion_text
from voxrig.baking.script.nodes import Pairs, Scalar, shown

LARGEST_SEED: Final = 2**64 - 1
LONGEST_NAME: Final = 100
"""Characters that a name may have."""
SHEET_KEYS: Final = ("rig", "style", "emotion", "personality", "seed", "voice", "relations", "body", "note")

_FOLDED: Final = ("self", "listener", "away", "free")  # mean somebody or something else


class Sheets(NamedTuple):
    """Characters that have a sheet.

    Attributes:
        good: sheets by name.
        broken: where the others are, by name: their lines cannot be baked.
    """

    good: Mapping[str, CharacterSheet]
    broken: Mapping[str, Where]

    @property
    def names(self) -> Collection[str]:
        """All of them, in order."""
        return dict.fromkeys((*self.good, *self.broken))


def read_sheets(node: Pairs, styles: Styles, faults: Faults, others: Collection[str] = ()) -> Sheets:
    """Read sheets by name.

    Args:
        node: name -> sheet.
        styles: with the folder that style files are relative to.
        faults: takes what is wrong.
        others: names of characters with sheets elsewhere.
    """
    found: dict[str, tuple[CharacterSheet | None, Where]] = {}
    names = dict.fromkeys((*(one_line(key.text) for key, _ in node.pairs), *others))
    for key, value in node.pairs:
        name, own = one_line(key.text), Faults(faults.path)
        sheet = None
        if fault := _name_fault(name):
            own.add(key.line, fault)
        elif name in found:
            own.add(key.line, f"there is a sheet of {shown(name)} in line {found[name][1].line} already; keep one")
        elif isinstance(value, Pairs):
            sheet = _sheet(name, value, names, styles, own)
        elif isinstance(value, Scalar) and value.absent:
            sheet = plain_sheet(name, Where(faults.path, key.line))
        else:
            own.add(value.line, f"the sheet of {shown(name)} must be a group such as {{rig: arkit, style: clear}}")
        faults.problems += own.problems
        found[name] = (None if own.problems else sheet), Where(faults.path, key.line)
    good = {name: sheet for name, (sheet, _) in found.items() if sheet is not None}
    return Sheets(good, {name: where for name, (sheet, where) in found.items() if sheet is None})


def plain_sheet(name: str, where: Where) -> CharacterSheet:
    """Return the sheet of a character that nobody describes."""
    return CharacterSheet(name, seed=seed_of(name), where=where)


def _name_fault(name: str) -> str | None:
    if not name:
        return "a character has no name; give one"
    if len(name) > LONGEST_NAME:
        return f"the name {shown(name)} has {len(name)} characters; it may have {LONGEST_NAME}"
    if name in _FOLDED:
        return f"no character can be called {shown(name)}, which has a meaning of its own; use another name"
    return None


def _sheet(name: str, node: Pairs, names: Collection[str], styles: Styles, faults: Faults) -> CharacterSheet:
    entry = Entry(node, SHEET_KEYS, "a sheet", faults)
    return CharacterSheet(
        name=name,
        rig=entry.choice("rig", RIGS, RIGS[0]),
        style=styles.named(entry, "style") or "natural",
        emotion=emotion_text(entry, "emotion") or "",
        personality=_numbers(entry, "personality", PERSONALITY, "{agreeableness: -0.5}", faults),
        seed=_seed(entry, name),
        voice=entry.text("voice") or "",
        relations=_numbers(entry, "relations", names, "{Mira: -0.2}", faults),
        body=body_text(entry, "body"),
        where=Where(faults.path, node.line),
    )


def _numbers(entry: Entry, key: str, known: Collection[str], example: str, faults: Faults) -> dict[str, float]:
    """Read names with numbers from -1 to 1."""
    found: dict[str, float] = {}
    node = entry.pairs(key, example)
    for name, value in node.pairs if node else ():
        if isinstance(value, Scalar) and value.absent:
            continue
        if name.text not in known:
            faults.add(name.line, f"{key}: there is no {shown(name.text)}; {near(name.text, known)}")
        elif name.text in found:
            faults.add(name.line, f"{key}: {shown(name.text)} is there twice; keep one")
        else:
            given = number(value, f"{key} {name.text}", -1.0, 1.0, faults)
            found |= {} if given is None else {name.text: given}
    return found


def _seed(entry: Entry, name: str) -> int:
    given = entry.node("seed")
    if given is None:
        return seed_of(name)
    text = given.text.strip() if isinstance(given, Scalar) and given.kind != "quoted" else ""
    seed = int(text) if text.isascii() and text.isdecimal() and len(text) <= 20 else 0
    if not 1 <= seed <= LARGEST_SEED:
        entry.fault("seed", f"it must be a whole number from 1 to {LARGEST_SEED}, without quotes")
    return seed
