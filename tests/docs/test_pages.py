"""What the pages of docs/ tell a newcomer to type, run or write down works: each page from top to bottom, in a folder.

Console blocks are run for real, against the server that the page starts; Python blocks are programs; a block whose
fence names a file is written to it, for the commands below; what is a file of Voxrig is read by what reads those.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
import readers
from blocks import ROOT, Block, blocks_of, commands_of
from ground import NOT_RUN, Ground, reason_not_run
from unity_script import compile_script

DOCS = ROOT / "docs"
ELSEWHERE = {
    "docs/capacity.md": "tests/profiling runs such profiles, tests/cli/test_serve_many.py such servers",
    "docs/security.md": "it has a test of its own",
    "docs/reliability.md": "a ledger: the tests that it names are its commands",
}
"""Pages whose blocks are not run here, and what does instead."""
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in DOCS.rglob("*.md"))
TOLD = {"text", "bat"}  # to be read, not typed here


@pytest.fixture
def ground(tmp_path: Path, program: Callable[..., str]):
    one = Ground(tmp_path, program)
    yield one
    one.close()


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ELSEWHERE and blocks_of(ROOT / page)])
def test_page_works(page: str, ground: Ground) -> None:
    blocks = blocks_of(ROOT / page)
    for block in blocks:
        if block.language == "cpp":
            typed = [one.line for other in blocks if other.language == "console" for one in commands_of(other)]
            assert any(block.name and block.name in line for line in typed), f"{block.place}: nothing compiles it"
        follow(block, ground)


def follow(block: Block, ground: Ground) -> None:
    """Do what a block says."""
    path = ground.save(block) if block.name else ground.folder / f"block_{block.line}"
    match block.language:
        case "console":
            for command in commands_of(block):
                ground.type(command)
        case "python":
            if not block.name:
                ground.python(block)
        case "csharp":
            compile_script(block, path, ground.program)
        case language if language not in {*TOLD, "cpp"}:  # C++ is compiled by a command of the page
            path.write_text(block.text, encoding="utf-8")
            readers.check(block, path)


def test_what_is_run_elsewhere_is_there() -> None:
    typed = {one.line for page in PAGES for block in blocks_of(ROOT / page) for one in commands_of(block)}
    unused = [start for start in NOT_RUN if not any(line == start or line.startswith(start + " ") for line in typed)]
    assert unused == [], "no page has these any more"
    places = [word.strip("`,;") for why in (*NOT_RUN.values(), *ELSEWHERE.values()) for word in why.split()]
    assert [word for word in places if word.startswith("tests/") and not (ROOT / word).exists()] == []


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("voxrig bake samples/nobody.wav -o a.csv", "left with"),
        ("voxrig serve --no-such-option", "ended at once"),
        ("python -c 'print(1)'", "never said '2…'"),
    ],
)
def test_what_does_not_work_is_found(line: str, error: str, ground: Ground) -> None:
    block = Block("docs/page.md", 3, "console", "", f"$ {line}\n2…\n")
    with pytest.raises(AssertionError, match=error):
        follow(block, ground)


@pytest.mark.parametrize(
    ("language", "name", "text"),
    [
        ("toml", "server.toml", "prot = 1\n"),
        ("yaml", "scene.yaml", "lines:\n  - {id: a, txt: b}\n"),
        ("json", "overrides.json", '[{"start": 2, "end": 1}]\n'),
        ("gdscript", "", "$VoxrigCharacter.sing()\n"),
        ("cobol", "", "DISPLAY\n"),
    ],
)
def test_what_is_no_such_file_is_found(language: str, name: str, text: str, ground: Ground) -> None:
    with pytest.raises((AssertionError, ValueError)):
        follow(Block("docs/page.md", 3, language, name, text), ground)


def test_reasons_are_of_whole_words() -> None:
    assert reason_not_run("git clone https://example.org/a")
    assert not reason_not_run("git cloned")
