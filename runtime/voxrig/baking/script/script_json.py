"""JSON as nodes, strictly as RFC 8259 has it, each with its line."""

import json
import re
from bisect import bisect_right
from pathlib import Path
from typing import Final

from voxrig.baking.script.dialogue import ScriptError, Where
from voxrig.baking.script.nodes import DEEPEST, Node, Scalar, items, pairs
from voxrig.baking.script.source_text import whole_characters

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_LITERAL: Final = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_STRINGS: Final = json.JSONDecoder()


def read_json(text: str, path: Path) -> Node:
    """Read a JSON text.

    Args:
        text: of the file.
        path: of the file, for messages.

    Raises:
        ScriptError: it is no JSON, or nested deeper than DEEPEST.
    """
    reader = _Reader(text, path)
    node, end = reader.value(reader.skip(0), 0)
    if end != len(text):
        raise reader.error(end, "something comes after the end; keep one object or list")
    return node


class _Reader:
    """Reads from places in one text."""

    def __init__(self, text: str, path: Path) -> None:
        self._text = text
        self._path = path
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def line(self, at: int) -> int:
        return bisect_right(self._starts, at)

    def error(self, at: int, problem: str) -> ScriptError:
        return ScriptError(f"{Where(self._path, self.line(at))}: no JSON: {problem}")

    def skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def value(self, at: int, depth: int) -> tuple[Node, int]:
        """Return the value that starts at `at`, and the place behind it and the space after it."""
        if depth > DEEPEST:
            raise self.error(at, f"nested more than {DEEPEST} levels; take some out")
        start = self._text[at : at + 1]
        if start == '"':
            return self._string(at)
        if start == "{":
            return self._object(at, depth)
        if start == "[":
            return self._list(at, depth)
        found = _LITERAL.match(self._text, at)
        if not found:
            raise self.error(at, f"{self._here(at)} where a value should be; quote texts, and take trailing commas out")
        return Scalar(found[0], "plain", self.line(at)), self.skip(found.end())

    def _string(self, at: int) -> tuple[Scalar, int]:
        line = self.line(at)
        try:
            text, end = _STRINGS.raw_decode(self._text, at)
        except json.JSONDecodeError as error:
            raise self.error(error.pos, f"{error.msg}; close the quotes, and write line ends as \\n") from None
        return Scalar(whole_characters(text, Where(self._path, line)), "quoted", line), self.skip(end)

    def _object(self, at: int, depth: int) -> tuple[Node, int]:
        made: list[tuple[Scalar, Node]] = []
        line, at = self.line(at), self.skip(at + 1)
        if self._text[at : at + 1] == "}":
            return pairs(made, line), self.skip(at + 1)
        while True:
            if self._text[at : at + 1] != '"':
                raise self.error(at, f"{self._here(at)} where a key in quotes should be; take trailing commas out")
            key, at = self._string(at)
            if self._text[at : at + 1] != ":":
                raise self.error(at, f"{self._here(at)} where a colon should be; write one after the key")
            node, at = self.value(self.skip(at + 1), depth + 1)
            made.append((key, node))
            last, at = self._next(at, "}")
            if last:
                return pairs(made, line), at

    def _list(self, at: int, depth: int) -> tuple[Node, int]:
        made: list[Node] = []
        line, at = self.line(at), self.skip(at + 1)
        if self._text[at : at + 1] == "]":
            return items(made, line), self.skip(at + 1)
        while True:
            node, at = self.value(at, depth + 1)
            made.append(node)
            last, at = self._next(at, "]")
            if last:
                return items(made, line), at

    def _next(self, at: int, close: str) -> tuple[bool, int]:
        """Step over a comma, or the closing bracket: then the first is true."""
        found = self._text[at : at + 1]
        if found not in (",", close) or not found:
            raise self.error(at, f"{self._here(at)} where , or {close} should be; put it in")
        return found == close, self.skip(at + 1)

    def _here(self, at: int) -> str:
        found = self._text[at : at + 1]
        return f"there is {found!r}" if found else "the file ends"
