"""docs/reliability.md: every test and every command that it names is there, and every promise has a test."""

import ast
import re
import shlex
from functools import cache
from pathlib import Path

import pytest
import typer.main

from voxrig.cli.app import app

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")
SECTIONS = ("Security", "Robustness", "Streams", "Resuming", "Fuzzing", "Chaos", "Soak", "What is not promised")
QUOTED = re.findall(r"`([^`\n]+)`", PAGE)
TESTS = sorted({text for text in QUOTED if "::" in text})
COMMANDS = sorted({text for text in QUOTED if re.match(r"(VOXRIG_\w+=\S+ )*(python|voxrig) ", text)})
PATHS = sorted({text for text in QUOTED if re.fullmatch(r"[\w/.-]+\.(py|sh|cpp|h|cs|gd)", text)})


@cache
def functions(path: str) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("test", TESTS)
def test_a_test_that_is_named_is_there_and_asserts_something(test: str) -> None:
    path, name = test.split("::")
    assert Path(path).name.startswith("test_")
    assert name.startswith("test_")
    found = functions(path)
    called = {one.id for one in ast.walk(found[name]) if isinstance(one, ast.Name)} & found.keys()
    called |= {one.id for each in called for one in ast.walk(found[each]) if isinstance(one, ast.Name)} & found.keys()
    says = "".join(ast.unparse(found[each]) for each in {name, *called})
    assert "assert" in says or "raises(" in says, f"{test} asserts nothing"


@pytest.mark.parametrize("path", PATHS)
def test_a_file_that_is_named_is_there(path: str) -> None:
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_is_named_can_be_given(command: str) -> None:
    words = [word for word in shlex.split(command) if "=" not in word or word.startswith("-")]
    if words[0] == "voxrig":
        commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
        assert words[1] in commands
        options = {
            name for parameter in commands[words[1]].params for name in parameter.opts + parameter.secondary_opts
        }
        assert {word for word in words[2:] if word.startswith("--")} <= options
        return
    assert words[1] == "dev.py" or words[1:3] == ["-m", "pytest"] or (ROOT / words[1]).is_file()
    for word in words[1:]:
        if "/" in word or word.endswith(".py"):
            assert (ROOT / word.partition("::")[0]).exists(), f"{word} of {command!r} is not there"


def test_the_sections_stand_in_their_order() -> None:
    assert tuple(re.findall(r"^## (.+)$", PAGE, re.MULTILINE)) == SECTIONS


def test_every_promise_names_its_test() -> None:
    rows = [
        row
        for table in re.findall(r"\| promise \|[^\n]*\n\|[^\n]*\n((?:\|[^\n]*\n)+)", PAGE)
        for row in table.splitlines()
    ]
    assert len(rows) > 20
    assert [row for row in rows if not any(f"`{test}`" in row for test in TESTS)] == []


def test_every_figure_has_its_date_machine_and_command() -> None:
    rows = [
        row
        for table in re.findall(r"\| figure \|[^\n]*\n\|[^\n]*\n((?:\|[^\n]*\n)+)", PAGE)
        for row in table.splitlines()
    ]
    assert rows
    for row in rows:
        assert re.search(r"\d{4}-\d\d-\d\d", row), f"no date: {row}"
        assert any(f"`{command}`" in row for command in COMMANDS), f"no command: {row}"
        assert re.search(r"\| [A-Z]\b", row), f"no machine: {row}"
