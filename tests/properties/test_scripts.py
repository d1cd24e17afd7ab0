"""A dialogue says the same in YAML, JSON and tables, and any other file is refused by nothing but `ScriptError`."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voxrig.baking.script.dialogue import Dialogue, ScriptError
from voxrig.baking.script.reading import read_dialogue

WORDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x24F, categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=8
)
TEXTS = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
LINES = st.lists(
    st.fixed_dictionaries(
        {"character": st.sampled_from(["Mira", "Guard", "Old Tom"]), "text": TEXTS},
        optional={
            "emotion": st.sampled_from(["joy=0.5", "anger=0.25", "neutral"]),
            "intensity": st.sampled_from([0.5, 1.0]),
        },
    ),
    min_size=1,
    max_size=5,
).map(lambda lines: [{"id": f"line_{number}", **line} for number, line in enumerate(lines)])


def read(folder: Path, name: str, text: str) -> Dialogue:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return read_dialogue(path)


def told(dialogue: Dialogue) -> list[tuple[Any, ...]]:
    assert dialogue.problems == ()
    return [(line.id, line.character, line.text, line.emotion, line.intensity) for line in dialogue.lines]


def table(lines: list[dict[str, Any]], separator: str, ends: str) -> str:
    rows = io.StringIO(newline="")
    columns = ["id", "character", "text", "emotion", "intensity"]
    writer = csv.DictWriter(rows, columns, delimiter=separator, lineterminator=ends)
    writer.writeheader()
    writer.writerows(lines)
    return rows.getvalue()


@settings(max_examples=60)
@given(LINES, st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]))
def test_every_format_tells_the_same(tmp_path: Path, lines: list[dict[str, Any]], separator: str, ends: str) -> None:
    from_json = told(read(tmp_path, "a.json", json.dumps({"lines": lines})))
    assert [(line[0], line[1], line[2]) for line in from_json] == [
        (line["id"], line["character"], line["text"]) for line in lines
    ]
    assert told(read(tmp_path, "a.yaml", yaml.safe_dump({"lines": lines}, allow_unicode=True))) == from_json
    assert told(read(tmp_path, "a.csv", table(lines, separator, ends))) == from_json


NAMES = st.sampled_from(["a.yaml", "a.json", "a.csv", "a.tsv"])
PIECES = st.sampled_from(
    [
        *(
            "lines:",
            "- id: a",
            "  text: x",
            "{",
            "}",
            "[",
            "]",
            "&a",
            "*a",
            "<<:",
            "!!x",
            "---",
            '"',
            "'",
            ",",
            ";",
            "\t",
        ),
        *("id,text", "id", "character", "\n", "\r\n", " ", "  ", "|", ">", "#", "%", "\\ud800", "\ufeff", "fps: 60/00"),
    ]
)
FILES = st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join) | st.text(max_size=40)


@settings(max_examples=400)
@given(NAMES, FILES.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=60))
@example("a.yaml", b"fps: 60/00\nlines: {a: x}")
@example("a.json", b'{"fps": ' + b"1" * 5000 + b', "lines": []}')
@example("a.json", b"[" * 3000)
def test_any_file_is_a_script_or_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    try:
        dialogue = read_dialogue(path)
    except ScriptError as error:
        assert "\n" not in str(error)
    else:
        assert all(str(problem) for problem in (*dialogue.problems, *dialogue.warnings))
        assert dialogue.lines or dialogue.problems


@pytest.mark.parametrize("fps", ["60/00", "1/0", "9" * 5000, "29.97." + "9" * 9])
def test_a_frame_rate_that_is_none_is_a_problem_of_its_line(tmp_path: Path, fps: str) -> None:
    dialogue = read(tmp_path, "a.yaml", f"fps: '{fps}'\nlines: {{a: {{text: Hello, character: A}}}}")
    [problem] = dialogue.problems
    assert "frame rate" in str(problem)
    assert problem.where.line == 1
