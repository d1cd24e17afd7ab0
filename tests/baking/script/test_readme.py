"""Every example of the script language's page is a script; every key and column has its place there."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import voxrig.baking.script
from voxrig.baking.script.columns import LINE_COLUMNS
from voxrig.baking.script.cue_values import CUES
from voxrig.baking.script.dialogue import Dialogue
from voxrig.baking.script.line_reading import LINE_KEYS
from voxrig.baking.script.sheet_reading import SHEET_KEYS
from voxrig.runtime.animation.affect.event import EVENT_KEYS, EVENT_WORDS
from voxrig.runtime.animation.body.vocabulary import GESTURES

PAGE = (Path(voxrig.baking.script.__path__[0]) / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```(yaml|csv)\n(.*?)```", PAGE, re.DOTALL)
UNNAMED = {"self", ""}


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_examples_are_read_without_a_problem(read: Callable[..., Dialogue], tmp_path: Path, number: int) -> None:
    ending, text = EXAMPLES[number]
    if text.startswith("Name,"):
        cast = tmp_path / "cast.csv"
        cast.write_text(text, encoding="utf-8")
        scene = read("- {id: a, character: Guard, listener: Mira, text: x}", "scene.yaml", cast)
        assert scene.characters["Guard"].relations == {"Mira": -0.2}
    else:
        scene = read(text, f"scene.{ending}")
    assert [str(one) for one in (*scene.problems, *scene.warnings)] == []
    assert scene.lines


def test_there_are_examples_of_both_forms() -> None:
    assert [ending for ending, _ in EXAMPLES].count("yaml") >= 4
    assert [ending for ending, _ in EXAMPLES].count("csv") >= 3


def test_every_key_is_explained() -> None:
    keys = {*LINE_KEYS, *SHEET_KEYS, *CUES, *GESTURES, *EVENT_KEYS, *EVENT_WORDS} - UNNAMED
    assert {key for key in keys if f"`{key}`" not in PAGE} == set()


def test_every_column_is_listed() -> None:
    prose = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    listed = {re.sub(r"[^\w]", "", name).lower() for name in re.findall(r"`([^`]+)`", prose)} | {"---", ""}
    assert {name for names in LINE_COLUMNS.values() for name in names} - listed == set()
