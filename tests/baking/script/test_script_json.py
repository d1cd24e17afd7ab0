"""JSON as nodes."""

import json
from pathlib import Path

import pytest

from voxrig.baking.script.dialogue import ScriptError
from voxrig.baking.script.nodes import Items, Node, Pairs, Scalar
from voxrig.baking.script.script_json import read_json

PATH = Path("scene.json")


def value(node: Node) -> object:
    """A node as Python's own parser would have it."""
    if isinstance(node, Items):
        return [value(one) for one in node.nodes]
    if isinstance(node, Pairs):
        return {key.text: value(one) for key, one in node.pairs}
    return node.text if node.kind == "quoted" else json.loads(node.text)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, -2.5e3, true, null, "x"], "b": {}, "c": []}',
        '\t{\r\n"a"\t:\t"tab\\tand \\/ slash" }\n',
        '["\\ud83d\\ude00 \\u00e9 é 😀", "\\"\\\\\\b\\f\\n\\r\\t"]',
        "[]",
        '"text"',
        "0.5",
        json.dumps({"deep": [[[[{"a": [1]}]]]]}, indent=3),
    ],
)
def test_same_as_the_json_module(text: str) -> None:
    assert value(read_json(text, PATH)) == json.loads(text)


def test_lines_of_nested_keys() -> None:
    node = read_json('{\n "lines": [\n  {"id": "a",\n   "text": "b"}]}', PATH)
    assert isinstance(node, Pairs)
    ((_, listed),) = node.pairs
    assert isinstance(listed, Items)
    first = listed.nodes[0]
    assert isinstance(first, Pairs)
    assert [(key.text, key.line) for key, _ in first.pairs] == [("id", 3), ("text", 4)]


def test_numbers_stay_as_written() -> None:
    assert read_json("1.50", PATH) == Scalar("1.50", "plain", 1)


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ('{"a": 1,\n}', 2, "take trailing commas out"),
        ('{"a": 1\n "b": 2}', 2, "put it in"),
        ('{"a"\n 1}', 2, "write one after the key"),
        ("[1,\n]", 2, "take trailing commas out"),
        ('["a\nb"]', 1, "write line ends as \\n"),
        ('["a', 1, "close the quotes"),
        ("[01]", 1, "put it in"),
        ("[NaN]", 1, "quote texts"),
        ("{'a': 1}", 1, "in quotes"),
        ("[1] 2", 1, "keep one object or list"),
        ("", 1, "the file ends"),
        ('\n["\\ud83d"]', 2, "write the character itself"),
        ("[" * 100_000, 1, "nested more than 40 levels"),
        ('{"a":' * 100_000, 1, "nested more than 40 levels"),
    ],
)
def test_errors_have_file_line_and_remedy(text: str, line: int, remedy: str) -> None:
    with pytest.raises(ScriptError) as told:
        read_json(text, PATH)
    message = str(told.value)
    assert message.startswith(f"scene.json:{line}: ")
    assert remedy in message
    assert "\n" not in message
