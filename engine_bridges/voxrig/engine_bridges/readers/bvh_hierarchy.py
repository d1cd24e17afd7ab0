"""The skeleton at the head of a BVH file: joints, their offsets and channels."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NoReturn

_CHANNEL: Final = re.compile(r"([XYZ])(position|rotation)", re.IGNORECASE)
_WITH_COMMA: Final = re.compile(r"[-+]?\d*,\d+([eE][-+]?\d+)?")
_MOST: Final = 2048  # joints; a character with its face and clothes has some hundreds
_LONGEST: Final = 64  # digits and all, of a number
LARGEST: Final = 1e30
"""No number in a file is as large: float32 holds it, and its square."""
AGAIN: Final = "export the file again"
"""The usual remedy."""


class BvhError(ValueError):
    """A file that is no usable BVH; the message names the file, the line and the remedy."""


@dataclass(frozen=True, slots=True)
class BvhJoint:
    """A joint of the hierarchy.

    Attributes:
        name: as in the file.
        parent: its parent's place in the list of joints, before its own; -1 for the root.
        offset: x, y, z from the parent, in the file's own length.
        channels: such as `Zrotation`, in order.
        end: x, y, z of its end site, if it has one.
    """

    name: str
    parent: int
    offset: tuple[float, float, float] = (0.0, 0.0, 0.0)
    channels: tuple[str, ...] = ()
    end: tuple[float, float, float] | None = None


def fail(line: int, what: str, remedy: str) -> NoReturn:
    """Refuse a file for what its line, counted from 1, has."""
    raise BvhError(f"line {line}: {what}; {remedy}")


def number(word: str, line: int, what: str) -> float:
    """Return a finite number; `what` should be there.

    Raises:
        BvhError: it is none.
    """
    try:
        found = float(word.replace("_", "?")) if len(word) <= _LONGEST else math.nan  # Python's own 1_000 is none here
    except ValueError:
        if _WITH_COMMA.fullmatch(word):
            fail(line, f"{word!r} has a decimal comma", "export with points, for example under an English locale")
        fail(line, f"{word[:20]!r} is no number where {what} should be", AGAIN)
    if not abs(found) < LARGEST:
        fail(line, f"{word[:20]!r} where {what} should be", f"mend the motion there and {AGAIN}")
    return found


class _Words:
    """The words of the hierarchy one after the other, with the lines that they are in."""

    def __init__(self, lines: list[str]) -> None:
        self._words: Iterator[tuple[int, str]] = (
            (number, word) for number, line in enumerate(lines, 1) for word in re.findall(r"[{}]|[^\s{}]+", line)
        )
        self._last = len(lines)
        self.line = 1

    def next(self, what: str) -> str:
        self.line, word = next(self._words, (self._last, ""))
        if not word:
            fail(self.line, f"the hierarchy ends where {what} should be", AGAIN)
        return word

    def rest(self) -> bool:
        """Whether there is another word."""
        self.line, word = next(self._words, (self.line, ""))
        return bool(word)

    def number(self, what: str) -> float:
        word = self.next(what)
        return number(word, self.line, what)

    def offset(self) -> tuple[float, float, float]:
        return self.number("an offset"), self.number("an offset"), self.number("an offset")

    def name(self) -> str:
        """All words to the brace: names may have spaces."""
        words = []
        while (word := self.next("a name and {")) != "{":
            words.append(word)
        return " ".join(words)


def hierarchy(lines: list[str]) -> tuple[BvhJoint, ...]:
    """Return the joints that the lines before MOTION tell.

    Raises:
        BvhError: they are no skeleton, or more than one.
    """
    words = _Words(lines)
    if (word := words.next("HIERARCHY")).upper() != "HIERARCHY":
        fail(words.line, f"found {word[:20]!r} instead of HIERARCHY", "this is no BVH file")
    joints: list[BvhJoint] = []
    path: list[int] = []
    while path or not joints:
        word = words.next("a joint or }")
        kind = word.upper()
        if kind == ("JOINT" if path else "ROOT"):
            name = words.name()
            if any(joint.name == name for joint in joints):
                fail(words.line, f"there is a second joint {name!r}", "rename one of them")
            if len(joints) == _MOST:
                fail(
                    words.line, f"there are more than {_MOST} joints", "this is no character; export its skeleton alone"
                )
            joints.append(BvhJoint(name, path[-1] if path else -1))
            path.append(len(joints) - 1)
        elif path and kind == "OFFSET":
            joints[path[-1]] = replace(joints[path[-1]], offset=words.offset())
        elif path and kind == "CHANNELS":
            joints[path[-1]] = replace(joints[path[-1]], channels=_channels(words))
        elif path and kind == "END":
            joints[path[-1]] = replace(joints[path[-1]], end=_end(words))
        elif path and word == "}":
            path.pop()
        else:
            fail(words.line, f"{word[:20]!r} cannot be here", AGAIN)
    if words.rest():
        fail(words.line, "another ROOT or word follows the skeleton", "write each character to a file of its own")
    return tuple(joints)


def _channels(words: _Words) -> tuple[str, ...]:
    count = words.number("the number of channels")
    if not (count.is_integer() and 0 <= count <= 6):
        fail(words.line, f"a joint cannot have {count:g} channels", "it has 0 to 6")
    found: list[str] = []
    for _ in range(int(count)):
        word = words.next("a channel")
        match = _CHANNEL.fullmatch(word)
        if not match:
            fail(words.line, f"channel {word!r} is not known", "write X, Y or Z and position or rotation")
        name = match[1].upper() + match[2].lower()
        if name in found:
            fail(words.line, f"channel {name} comes twice", AGAIN)
        found.append(name)
    return tuple(found)


def _end(words: _Words) -> tuple[float, float, float]:
    words.name()
    if (word := words.next("OFFSET")).upper() != "OFFSET":
        fail(words.line, f"found {word!r} instead of the end site's OFFSET", AGAIN)
    offset = words.offset()
    if (word := words.next("}")) != "}":
        fail(words.line, f"found {word!r} instead of the end site's }}", AGAIN)
    return offset
