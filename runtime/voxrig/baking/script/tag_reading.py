"""Tags: what a character is told at a moment of its line, from keys, from short texts, and from marks in the text."""

import math
from typing import Final

from voxrig.baking.script.cell_node import opened
from voxrig.baking.script.cue_values import CUES, cue_values
from voxrig.baking.script.dialogue import Tag, Where
from voxrig.baking.script.entry import Entry, Faults, one_line
from voxrig.baking.script.marks import ESCAPE, mark_pairs
from voxrig.baking.script.names import Names
from voxrig.baking.script.nodes import Items, Node, Pairs, Scalar, kind_of, shown
from voxrig.baking.script.places import LATEST, Places
from voxrig.runtime.animation.overrides import override_from
from voxrig.runtime.animation.style import StyleError

MOST: Final = 1000
"""Tags, events or overrides that a line may have."""
MOUTH: Final = ("viseme", "weight", "ease", "jaw", "lips", "tongue")
"""Keys of a tag that set the mouth, together."""

_KEYS: Final = ("at", "until", *CUES, *MOUTH)
_MOMENTS: Final = ("blink", "place", "head")
_EXAMPLE: Final = "{at: bridge, emotion: anger=0.9}"


def read_tags(node: Node, places: Places, names: Names, faults: Faults) -> list[Tag]:
    """Read the tags of a line: a list of groups or short texts, or all in one text, parted by semicolons."""
    tags: list[Tag] = []
    opens = opened(node, faults)
    for one in () if opens is None else _listed(opens, faults):
        if isinstance(one, Scalar):
            tags += _short(one, places, names, faults)
        elif isinstance(one, Items):
            faults.add(one.line, f"a tag is a list; write a group such as {_EXAMPLE}")
        else:
            tags += read_tag(one, places, names, faults)
    return tags


def _listed(node: Node, faults: Faults) -> tuple[Node, ...]:
    if isinstance(node, Pairs):
        return (node,)
    if isinstance(node, Scalar):
        return tuple(Scalar(text, node.kind, node.line) for text in node.text.split(";") if text.strip())[:MOST]
    if len(node.nodes) > MOST:
        faults.add(node.line, f"there are {len(node.nodes)} tags; a line may have {MOST}")
    return node.nodes[:MOST]


def _short(node: Scalar, places: Places, names: Names, faults: Faults) -> list[Tag]:
    place, _, inside = one_line(node.text).partition(" ")
    if not inside:
        faults.add(node.line, f"the tag {shown(node.text)} says nothing; write for example bridge anger=0.9")
        return []
    return read_tag(mark_pairs(inside, Scalar(place.rstrip(":"), "cell", node.line)), places, names, faults)


def read_mark(index: int, inside: str, line: int, places: Places, names: Names, faults: Faults) -> list[Tag]:
    """Read a mark of the text: what is in its brackets, and the index of the word that it stands before."""
    own = Faults(faults.path, faults.owner)
    tags = read_tag(mark_pairs(inside, Scalar(places.call(index), "quoted", line)), places, names, own)
    for problem in own.problems:
        faults.add(line, f"the mark {shown('[' + inside + ']')}: {problem.text}; {ESCAPE}")
    return tags


def read_tag(node: Pairs, places: Places, names: Names, faults: Faults) -> list[Tag]:
    """Read one group of keys: a tag for each cue in it."""
    entry = Entry(node, _KEYS, "a tag", faults)
    where = Where(faults.path, node.line)
    at_node, until_node = entry.node("at"), entry.node("until")
    if at_node is None:
        faults.add(node.line, f"the tag has no at; write for example {_EXAMPLE}")
        return []
    at = places.read(at_node, "at", faults)
    if at is None:
        return []
    until = None if until_node is None else places.read(until_node, "until", faults, at)
    tags = []
    for cue in CUES:
        found = entry.node(cue)
        if found is None:
            continue
        if cue in _MOMENTS and until_node is not None:
            faults.add(until_node.line, f"until does not go with {cue}, which is over by itself; take it out")
        values = cue_values(cue, found, names, faults)
        if values is not None:
            tags.append(Tag(at, cue, values, until, where))
    mouth = _mouth(entry, faults)
    if mouth:
        if until_node is None and (isinstance(at, float) or at == "end"):
            faults.add(node.line, "a mouth that is set from a time on needs an end; give until")
        tags.append(Tag(at, "viseme", mouth, until, where))
    if not tags and not any(key in entry for key in (*CUES, *MOUTH)):
        faults.add(node.line, f"the tag says nothing; give one of {', '.join((*CUES, *MOUTH))}")
    return tags


def _mouth(entry: Entry, faults: Faults) -> dict[str, float | str]:
    """Read the keys that set the mouth as an override without times."""
    values = _shape(entry)
    return values if values and _checked({"start": 0.0, "end": 0.0, **values}, entry.line, faults) else {}


def _shape(entry: Entry) -> dict[str, float | str]:
    """Return the keys that set the mouth, those that are given."""
    values = {key: entry.text(key) if key == "viseme" else entry.number(key, 0.0, 3.0) for key in MOUTH}
    return {key: value for key, value in values.items() if value is not None}


def read_overrides(node: Node, faults: Faults) -> list[dict[str, float | str]]:
    """Read overrides as animation/overrides.py has them."""
    if not isinstance(node, Items):
        faults.add(node.line, f"overrides: it is {kind_of(node)}; write [{{start: 1.2, end: 1.5, jaw: 1.4}}, ...]")
        return []
    found = []
    for one in node.nodes[:MOST]:
        if not isinstance(one, Pairs):
            faults.add(one.line, f"an override is {kind_of(one)}; write {{start: 1.2, end: 1.5, jaw: 1.4}}")
            continue
        entry = Entry(one, ("start", "end", *MOUTH), "an override", faults)
        before = len(faults.problems)
        times = {key: entry.number(key, 0.0, LATEST) for key in ("start", "end")}
        values = {key: value for key, value in times.items() if value is not None} | _shape(entry)
        if len(faults.problems) == before and _checked(values, one.line, faults):
            found.append(values)
    return found


def _checked(values: dict[str, float | str], line: int, faults: Faults) -> bool:
    try:
        override_from(values, math.inf)
    except StyleError as error:
        faults.add(line, str(error))
        return False
    return True
