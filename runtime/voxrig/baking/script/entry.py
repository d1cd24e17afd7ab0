"""Keyed pairs of a script, read strictly: what is wrong is written down with its line, and reading goes on."""

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from voxrig.baking.script.dialogue import Problem, Where
from voxrig.baking.script.nodes import Node, Pairs, Scalar, kind_of, shown

_MOST: Final = 20  # problems of one line or sheet that are told
_LONGEST: Final = 600  # characters of a problem: what other modules say may quote a whole text
_LONGEST_OWNER: Final = 80
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES: Final = re.compile(r"[ \t\r\n]+")
_LIKE: Final = 40  # characters of a name, and 500 names, that are compared to find near ones


class Faults:
    """What is wrong with one line of dialogue, one sheet, or the script around them.

    Attributes:
        path: of the file that is read.
        owner: id of the line; empty for anything else.
        problems: what was found.
    """

    def __init__(self, path: Path, owner: str = "") -> None:
        self.path = path
        self.owner = one_line(owner)[:_LONGEST_OWNER]
        self.problems: list[Problem] = []

    def add(self, line: int, text: str) -> None:
        """Write down what is wrong at a line of the file, and the remedy."""
        if len(self.problems) < _MOST:
            told = _SPACES.sub(" ", text)
            told = told if len(told) <= _LONGEST else f"{told[: _LONGEST // 2]} ... {told[-_LONGEST // 2 :]}"
            self.problems.append(Problem(self.owner, told, Where(self.path, line)))


def near(name: str, known: Iterable[str]) -> str:
    """Return the remedy for an unknown name: the nearest known ones, or all where none is near."""
    names = dict(zip((one.casefold()[:_LIKE] for one in known), known, strict=False))
    alike = get_close_matches(name.casefold()[:_LIKE], list(names)[:500], n=3, cutoff=0.6)
    if alike:
        return f"did you mean {' or '.join(shown(names[one]) for one in alike)}?"
    listed = [shown(one)[1:-1] for one in names.values()]
    more = ", ..." if len(listed) > 30 else ""
    return f"there are {', '.join(listed[:30])}{more}" if listed else "there are none"


def one_line(text: str) -> str:
    """Return a text on one line, without space around it."""
    return _SPACES.sub(" ", text).strip(" ")


class Entry:
    """One group of keys, each read as what it must be; keys without a value count as not there.

    Attributes:
        line: where the group begins.
    """

    def __init__(self, node: Pairs, known: Collection[str], what: str, faults: Faults) -> None:
        """Check the keys.

        Args:
            node: the group.
            known: keys that it may have.
            what: it is, for messages: "a line".
            faults: takes what is wrong.
        """
        self.line = node.line
        self._faults = faults
        self._nodes: dict[str, Node] = {}
        self._lines: dict[str, int] = {}
        unknown = 0
        for key, value in node.pairs:
            if key.text not in known:
                unknown += 1
                if unknown <= _MOST:
                    faults.add(key.line, f"{what} has no key {shown(key.text)}; {near(key.text, known)}")
            elif key.text in self._lines:
                first = self._lines[key.text]
                faults.add(key.line, f"the key {shown(key.text)} is there twice, first in line {first}; keep one")
            else:
                self._lines[key.text] = key.line
                if not (isinstance(value, Scalar) and value.absent):
                    self._nodes[key.text] = value

    def __contains__(self, key: str) -> bool:
        return key in self._nodes

    def node(self, key: str) -> Node | None:
        """Return what a key has, whatever it is."""
        return self._nodes.get(key)

    def line_of(self, key: str) -> int:
        """Return the line of what a key has; of the group where the key is not there."""
        return self._nodes[key].line if key in self._nodes else self.line

    def fault(self, key: str, text: str) -> None:
        """Write down that the value of a key is wrong."""
        self._faults.add(self.line_of(key), f"{key}: {text}")

    def text(self, key: str) -> str | None:
        """Return a text on one line, or None; numbers and true count as the text that is written."""
        node = self._nodes.get(key)
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self.fault(key, f"it is {kind_of(node)}; write one text")
            return None
        found = _CONTROL.search(node.text)
        if found:
            self.fault(key, f"the character {found[0]!r} is in it; take it out")
            return None
        return one_line(node.text)

    def number(self, key: str, low: float, high: float) -> float | None:
        """Return a number from `low` to `high`, or None."""
        node = self._nodes.get(key)
        return None if node is None else number(node, key, low, high, self._faults)

    def choice(self, key: str, known: Collection[str], default: str) -> str:
        """Return one of the known words."""
        given = self.text(key)
        if given is None:
            return default
        if given not in known:
            self.fault(key, f"there is no {shown(given)}; {near(given, known)}")
            return default
        return given

    def pairs(self, key: str, example: str) -> Pairs | None:
        """Return the group of keys that a key has, or None."""
        node = self._nodes.get(key)
        if node is None or isinstance(node, Pairs):
            return node
        self.fault(key, f"it is {kind_of(node)}; write a group such as {example}")
        return None


def number(node: Node, key: str, low: float, high: float, faults: Faults) -> float | None:
    """Return a node as a number from `low` to `high`; None where it is none, which is written down."""
    value = node.number() if isinstance(node, Scalar) else None
    if value is None:
        faults.add(node.line, f"{key} is {kind_of(node)}; it must be a number from {low:g} to {high:g}, without quotes")
    elif not low <= value <= high:
        faults.add(node.line, f"{key} is {value:g}; it must be from {low:g} to {high:g}")
        return None
    return value
