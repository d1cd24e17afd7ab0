"""YAML as nodes: scalars as written, anchors, aliases and merge keys resolved, each with its line.

Built from the parser's events, one after the other, so that neither deep nesting nor aliases of aliases can grow.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from voxrig.baking.script.dialogue import ScriptError, Where
from voxrig.baking.script.nodes import DEEPEST, Items, Kind, Node, Pairs, Scalar, items, pairs, size_of
from voxrig.baking.script.source_text import whole_characters

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_COPIED: Final = 1_000_000  # nodes that aliases may stand for in all
_TAG: Final = "tag:yaml.org,2002:"
_TAGS: Final = frozenset(_TAG + name for name in ("str", "int", "float", "bool", "null", "map", "seq", "merge")) | {"!"}
_HINTS: Final = {
    "mapping values are not allowed": "put a text with a colon in quotes",
    "cannot start any token": "indent with spaces, not tabs, and put texts that begin with @, % or ` in quotes",
    "could not find expected ':'": "write 'key: value', and put long texts in quotes",
    "did not find expected key": "check the quotes and the indentation of this line and the one before",
    "expected <block end>": "check the quotes and the indentation of this line and the one before",
    "did not find expected '-' indicator": "check the indentation of this line",
    "unexpected end of stream": "close the quotes",
    "expected ',' or": "close the bracket, and put texts with commas or brackets in quotes",
}


@dataclass(slots=True)
class _Open:
    """A list or keyed pairs whose end has not come yet."""

    keyed: bool
    line: int
    anchor: str | None
    nodes: list[Node] = field(default_factory=list)


def read_yaml(text: str, path: Path, first_line: int = 1, loader: type = _LOADER) -> Node:
    """Read a YAML text of one document.

    Args:
        text: of the file, or of a piece of it.
        path: of the file, for messages.
        first_line: line of the file where the text begins.
        loader: PyYAML's, the compiled one where there is one.

    Raises:
        ScriptError: it is no YAML; nested deeper than DEEPEST; or what no script needs: tags of its own, several
            documents, aliases that stand for more than a million entries.
    """
    builder = _Builder(path, first_line)
    try:
        for event in yaml.parse(text, Loader=loader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + first_line if mark else 0
        raise builder.error(line, f"no YAML: {_told(error)}") from None
    except yaml.reader.ReaderError as error:
        line = first_line + text.count("\n", 0, max(error.position, 0))
        problem = f"no YAML: the character #x{error.character:04x} is not allowed; take it out"
        raise ScriptError(f"{Where(path, line)}: {problem}") from None
    except yaml.YAMLError as error:
        raise ScriptError(f"{path.name}: no YAML: {' '.join(str(error).split())}; correct it") from None
    if builder.root is None:
        raise ScriptError(f"{path.name}: nothing is in it; write lines: and a list of lines")
    return builder.root


def _told(error: yaml.MarkedYAMLError) -> str:
    problem = " ".join((error.problem or error.context or "it cannot be read").split())
    hint = next((hint for start, hint in _HINTS.items() if start in problem), "correct it, or quote the text")
    return f"{problem}; {hint}"


class _Builder:
    """Takes events and keeps what is open."""

    def __init__(self, path: Path, first_line: int) -> None:
        self.root: Node | None = None
        self._path = path
        self._first = first_line
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._copied = 0

    def error(self, line: int, problem: str) -> ScriptError:
        return ScriptError(f"{Where(self._path, line)}: {problem}")

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + self._first if event.start_mark else 0
        if isinstance(event, yaml.ScalarEvent):
            self._check_tag(event.tag, line)
            text = whole_characters(event.value, Where(self._path, line))
            node = Scalar(text, _kind(event), line)
            self._add(node, event.anchor)
        elif isinstance(event, yaml.AliasEvent):
            self._add(self._alias(event.anchor or "", line), None)
        elif isinstance(event, yaml.CollectionStartEvent):
            self._check_tag(event.tag, line)
            if len(self._open) >= DEEPEST:
                raise self.error(line, f"nested more than {DEEPEST} levels; take some out")
            keyed = isinstance(event, yaml.MappingStartEvent)
            self._open.append(_Open(keyed, line, event.anchor))
            if event.anchor:
                self._anchors.pop(event.anchor, None)  # an alias inside would never end
        elif isinstance(event, yaml.CollectionEndEvent):
            closed = self._open.pop()
            self._add(self._pairs(closed) if closed.keyed else items(closed.nodes, closed.line), closed.anchor)
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise self.error(line, "a second document begins here; keep one script in a file")

    def _add(self, node: Node, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = node
        if self._open:
            self._open[-1].nodes.append(node)
        else:
            self.root = node

    def _alias(self, anchor: str, line: int) -> Node:
        node = self._anchors.get(anchor)
        if node is None:
            raise self.error(line, f"there is no anchor &{anchor} before this alias; define it above")
        self._copy(node, line)
        return node

    def _copy(self, node: Node, line: int) -> None:
        self._copied += size_of(node)
        if self._copied > _MOST_COPIED:
            raise self.error(line, f"the aliases stand for more than {_MOST_COPIED:,} entries; write out what is meant")

    def _check_tag(self, tag: str | None, line: int) -> None:
        if tag is not None and tag not in _TAGS:
            raise self.error(line, f"the tag {tag!r:.60} means nothing here; take it out")

    def _pairs(self, closed: _Open) -> Pairs:
        made: list[tuple[Scalar, Node]] = []
        merged: list[Pairs] = []
        for key, node in zip(closed.nodes[::2], closed.nodes[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise self.error(key.line, "a key must be a word, not a list or a group; quote texts with brackets")
            if key.text == "<<" and key.kind == "plain":
                merged += self._merged(node)
            else:
                made.append((key, node))
        given = {key.text for key, _ in made}
        for source in merged:
            new = [(key, node) for key, node in source.pairs if key.text not in given]
            given |= {key.text for key, _ in new}
            made += new
            self._copy(source, closed.line)
        return pairs(made, closed.line)

    def _merged(self, node: Node) -> list[Pairs]:
        sources = node.nodes if isinstance(node, Items) else (node,)
        found = [source for source in sources if isinstance(source, Pairs)]
        if len(found) < len(sources):
            raise self.error(node.line, "<< takes in a group of keys, such as *alias, or a list of them; give one")
        return found


def _kind(event: yaml.ScalarEvent) -> Kind:
    if event.tag is not None:
        return "quoted" if event.tag in (_TAG + "str", "!") else "plain"
    return "plain" if event.style is None or event.style == "" else "quoted"
