"""What a script's file holds before anybody knows what it means: scalars as written, lists and keyed pairs.

Every node knows its line, so that a mistake is told where it was made; YAML, JSON and tables all become these.
"""

import math
import re
from typing import Final, Literal, NamedTuple, TypeAlias, Union

Kind: TypeAlias = Literal["plain", "quoted", "cell"]
"""How a scalar was written: without quotes (numbers, true, null), in quotes, or in a table, where they say nothing."""

Node: TypeAlias = Union["Scalar", "Items", "Pairs"]

DEEPEST: Final = 40
"""Levels that a file may be nested."""

_NUMBER: Final = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))
_YES: Final = frozenset(("true", "yes", "on"))
_NO: Final = frozenset(("false", "no", "off"))


class Scalar(NamedTuple):
    """Text as written, so that an id 001 stays that."""

    text: str
    kind: Kind
    line: int

    @property
    def absent(self) -> bool:
        """Whether it says nothing: a key without a value, null, an empty cell."""
        if self.kind == "cell":
            return not self.text.strip()
        return self.kind == "plain" and self.text in _NULLS

    def number(self) -> float | None:
        """Return it as a number; None for a text, also for a number in quotes, or one beyond all bounds."""
        text = self.text.strip() if self.kind == "cell" else self.text
        if self.kind == "quoted" or not _NUMBER.fullmatch(text):
            return None
        value = float(text)
        return value if math.isfinite(value) else None

    def truth(self) -> bool | None:
        """Return true or false; None for neither."""
        text = self.text.strip().lower()
        if self.kind == "quoted" or text not in _YES | _NO:
            return None
        return text in _YES


class Items(NamedTuple):
    """A list; `size` counts it and all below, aliases in full."""

    nodes: tuple[Node, ...]
    line: int
    size: int


class Pairs(NamedTuple):
    """Keys with values in the order written, also where a key comes twice; `size` as in a list."""

    pairs: tuple[tuple[Scalar, Node], ...]
    line: int
    size: int


def size_of(node: Node) -> int:
    """Return how many nodes there are from this one down."""
    return 1 if isinstance(node, Scalar) else node.size


def items(nodes: list[Node], line: int) -> Items:
    """Make a list."""
    return Items(tuple(nodes), line, 1 + sum(map(size_of, nodes)))


def pairs(made: list[tuple[Scalar, Node]], line: int) -> Pairs:
    """Make keyed pairs."""
    return Pairs(tuple(made), line, 1 + sum(1 + size_of(node) for _, node in made))


def kind_of(node: Node) -> str:
    """Return what a person calls it."""
    if isinstance(node, Scalar):
        return shown(node.text)
    return "a list" if isinstance(node, Items) else "a group of keys"


def shown(text: str) -> str:
    """Return a text for a message: in quotes, on one line, and not too long."""
    return repr(text if len(text) <= 60 else text[:57] + "...")
