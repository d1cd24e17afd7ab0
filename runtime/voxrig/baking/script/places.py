"""Places in a line of dialogue: seconds, or words of its text, such as "bridge", "bridge#2" or "end"."""

import re
from functools import cached_property
from typing import Final

from voxrig.baking.script.entry import Faults, near, one_line
from voxrig.baking.script.nodes import Node, Scalar, kind_of, shown
from voxrig.baking.words_text import plain, tokens

END: Final = "end"
LATEST: Final = 3600.0
"""Seconds after which no line goes on."""

_LONGEST: Final = 100  # characters of a place
_COUNTED: Final = re.compile(r"(.*\S)\s*#\s*([0-9]{1,4})", re.ASCII | re.DOTALL)


class Places:
    """The words of one text, by which its places are called."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words as they are written, in order."""
        return tuple(token.text for token in tokens(self._text))

    @cached_property
    def _found(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for index, word in enumerate(self.words):
            found.setdefault(plain(word), []).append(index)
        return found

    def call(self, index: int) -> str:
        """Return what the word at an index is called, so that no other is meant; "end" behind the last."""
        if index >= len(self.words):
            return END
        word = self.words[index]
        same = self._found[plain(word)]
        return word if len(same) == 1 and plain(word) != END else f"{word}#{same.index(index) + 1}"

    def read(self, node: Node, key: str, faults: Faults, after: float | str | None = None) -> float | str | None:
        """Read a place.

        Args:
            node: what the script has.
            key: for messages.
            faults: takes what is wrong.
            after: a place that this one must not be before; of a word that is there several times, the first not
                before it is meant.

        Returns:
            Seconds or a word; None where it is wrong, which is written down.
        """
        if not isinstance(node, Scalar):
            faults.add(node.line, f"{key} is {kind_of(node)}; write seconds, or a word of the text")
            return None
        seconds = node.number()
        if seconds is not None:
            return self._seconds(seconds, key, node.line, faults, after)
        place = one_line(node.text)
        if not 0 < len(place) <= _LONGEST:
            faults.add(node.line, f"{key} is {shown(place)}; write seconds, or a word of the text")
            return None
        if place == END or not self._text:
            return place
        index = self._index(place, after, key, node.line, faults)
        if index is None:
            return None
        start = self._index(after, None, key, node.line, faults) if isinstance(after, str) and after != END else 0
        if after == END or (start is not None and index < start):
            faults.add(node.line, f"{key} {shown(place)} comes before the tag's start at {after!r}; swap them")
            return None
        return place if after is None else self.call(index)

    def _seconds(self, seconds: float, key: str, line: int, faults: Faults, after: float | str | None) -> float | None:
        if not 0.0 <= seconds <= LATEST:
            faults.add(line, f"{key} is {seconds:g}; it must be from 0 to {LATEST:g} seconds, or a word in quotes")
        elif isinstance(after, float) and seconds < after:
            faults.add(line, f"{key} {seconds:g} s comes before the tag's start at {after:g} s; swap them")
        else:
            return seconds
        return None

    def _index(self, place: str, after: float | str | None, key: str, line: int, faults: Faults) -> int | None:
        """Return the place of a word among the words; None where it is not there."""
        counted = _COUNTED.fullmatch(place)
        word, number = (counted[1], int(counted[2])) if counted else (place, 0)
        same = self._found.get(plain(word.strip('.,;:!?"“”«»()')))
        if not same:
            faults.add(line, f"{key} {shown(place)} is no word of the text; {near(word, self.words)}")
        elif number > len(same) or (counted and number < 1):
            faults.add(line, f"{key} {shown(place)}: the word is there {len(same)} times; count from #1")
        elif counted:
            return same[number - 1]
        else:
            first = self._index(after, None, key, line, Faults(faults.path)) if isinstance(after, str) else None
            return next((index for index in same if index >= (first or 0)), same[-1])
        return None
