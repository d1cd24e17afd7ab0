"""Events as a script writes them, checked as the affect engine reads them."""

from typing import Final

from voxrig.baking.script.entry import Entry, Faults
from voxrig.baking.script.names import Names
from voxrig.baking.script.nodes import Pairs
from voxrig.runtime.animation.affect.event import EVENT_KEYS, EVENT_WORDS, read_event
from voxrig.runtime.animation.affect.point import AffectError

SELF: Final = "self"
ABOUT: Final = "about"
"""A friendlier word for `other`."""
WORDS: Final = (*EVENT_WORDS, ABOUT)
"""Keys that have no number."""
LIVE: Final = {"transition": (0.0, 60.0), "hold": (0.0, 3600.0)}
"""Seconds that an event of a tag may have besides."""

_FREE: Final = "what"  # the one that is no name


def event_values(node: Pairs, names: Names, faults: Faults, *, live: bool = False) -> dict[str, float | str] | None:
    """Read an event.

    Args:
        node: its keys.
        names: of characters.
        faults: takes what is wrong.
        live: whether it is one of a tag: then it comes out in numbers only, as a live cue has it.

    Returns:
        As `affect.event.read_event` takes it; None where something is wrong, which is written down.
    """
    before = len(faults.problems)
    ranges = {**EVENT_KEYS, **(LIVE if live else {})}
    entry = Entry(node, (*ranges, *WORDS), "an event", faults)
    values: dict[str, float | str] = {}
    for key, (low, high) in ranges.items():
        number = entry.number(key, low, high)
        if number is not None:
            values[key] = number
    for key in WORDS:
        word = entry.text(key)
        if word is None:
            continue
        if key == "agent" and word == SELF:
            word = names.speaker
        if key != _FREE and (fault := names.fault(word)):
            entry.fault(key, fault)
        if key == ABOUT and "other" in entry:
            entry.fault(key, "it is the same as other; keep one")
        values["other" if key == ABOUT else key] = word
    if len(faults.problems) > before:
        return None
    try:
        appraised = {key: value for key, value in values.items() if key not in LIVE}
        event = read_event(appraised, names.speaker, names.relations)
    except AffectError as error:
        faults.add(node.line, str(error))
        return None
    if not live:
        return values
    told = {key: value for key, value in values.items() if key in ranges}
    if event.myself:
        told["self"] = 1.0
    return told | ({"liking": event.liking} if event.liking else {})
