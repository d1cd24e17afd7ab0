"""Every `voxrig` command that a page tells a user is one: its subcommand, options and kinds of values are there."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from voxrig.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "docs", "deploy", "examples", "exporters", "engine_bridges", "proto", "samples", "runtime")


def told(pattern: str) -> list[tuple[str, str]]:
    """(page, command) of all pages, without those with dots for what is left out."""
    pages = [page for name in PAGES for page in (sorted((ROOT / name).rglob("*.md")) or [ROOT / name])]
    found = {
        (page.relative_to(ROOT).as_posix(), " ".join(command.split()))
        for page in pages
        for command in re.findall(pattern, page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    return sorted((page, command) for page, command in found if not re.search(r"\.\.\.|…|\[", command))


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """The subcommand that words name, and the words that follow."""
    found: Any = typer.main.get_command(app)
    rest = words[1:]
    while hasattr(found, "commands"):
        assert rest, f"{found.name} wants a command of {', '.join(found.commands)}"
        assert rest[0] in found.commands, f"{rest[0]}: there are {', '.join(found.commands)}"
        found, rest = found.commands[rest[0]], rest[1:]
    return found, rest


def check_whole(line: str) -> None:
    """Read a line as the command would; nothing is run. The command's own errors tell what is wrong."""
    command, rest = command_of(shlex.split(line.partition(" > ")[0]))
    assert command.make_context(command.name, rest).params


def check_options(line: str) -> None:
    """Hold the options against the command's."""
    command, rest = command_of(shlex.split(line))
    known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
    unknown = [word for word in rest if word.startswith("--") and word.partition("=")[0] not in known]
    assert not unknown, f"{command.name} has no {', '.join(unknown)}; it has {', '.join(sorted(known))}"


@pytest.mark.parametrize(("page", "line"), told(r"^ *\$ (voxrig .+)$"))
def test_what_is_to_be_typed_is_a_command(page: str, line: str) -> None:
    check_whole(line)


@pytest.mark.parametrize(("page", "line"), told(r"`(voxrig [a-z-]+ [^`]+)`"))
def test_what_a_line_speaks_of_is_there(page: str, line: str) -> None:
    check_options(line)


@pytest.mark.parametrize(
    "line", ["voxrig sing", "voxrig train", "voxrig view --bodies on", "voxrig serve --model-body x"]
)
def test_what_is_not_there_is_found(line: str) -> None:
    with pytest.raises(AssertionError):
        check_options(line)


@pytest.mark.parametrize(
    ("line", "message"),
    [("voxrig train body --data A", "parameter: out"), ("voxrig bake a.wav -o b --jobs x", "valid integer")],
)
def test_what_lacks_or_misreads_a_value_is_found(line: str, message: str) -> None:
    with pytest.raises(Exception, match=message):
        check_whole(line)
