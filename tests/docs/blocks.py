"""The fenced blocks of Markdown pages, in order."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^( *)```(\w*)[ \t]*(.*?)\n(.*?)^\1```[ \t]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        page: relative to the repository.
        line: of its first line of text, counted from 1.
        language: "console", "python", "toml", ...; empty where none is said.
        name: the file that it is, as in a fence "toml server.toml"; empty for a block that is none.
        text: what stands in it, without the indentation of its fence.
    """

    page: str
    line: int
    language: str
    name: str
    text: str

    @property
    def place(self) -> str:
        """PAGE:LINE, for messages."""
        return f"{self.page}:{self.line}"


def blocks_of(page: Path) -> list[Block]:
    """Return the blocks of a page."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        indent, language, name, inner = match.groups()
        line = text.count("\n", 0, match.start(4)) + 1
        lines = (one.removeprefix(indent) for one in inner.splitlines())
        where = page.relative_to(ROOT).as_posix()
        found.append(Block(where, line, language, name, "".join(f"{one}\n" for one in lines)))
    return found


@dataclass(frozen=True)
class Command:
    """A line that is to be typed, and the lines below it that are to come; "…" there stands for anything."""

    place: str
    line: str
    answer: tuple[str, ...]


def commands_of(block: Block) -> list[Command]:
    """Return what a console block types; a backslash at the end of a line joins the next."""
    found: list[Command] = []
    lines = block.text.splitlines()
    for number, line in enumerate(lines):
        if line.startswith("$ "):
            whole = line[2:]
            for following in lines[number + 1 :]:
                if not whole.endswith("\\"):
                    break
                whole = whole[:-1] + following.strip()
            found.append(Command(f"{block.page}:{block.line + number}", whole, ()))
        elif found and line.strip() and not lines[number - 1].endswith("\\"):
            last = found.pop()
            found.append(Command(last.place, last.line, (*last.answer, line.rstrip())))
    return found
