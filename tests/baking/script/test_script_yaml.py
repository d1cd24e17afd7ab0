"""YAML as nodes, by both of PyYAML's parsers."""

from pathlib import Path

import pytest
import yaml

from voxrig.baking.script.dialogue import ScriptError
from voxrig.baking.script.nodes import Items, Node, Pairs, Scalar
from voxrig.baking.script.script_yaml import read_yaml

PATH = Path("scene.yaml")
LOADERS = [loader for loader in (getattr(yaml, "CSafeLoader", None), yaml.SafeLoader) if loader]


@pytest.fixture(params=LOADERS, ids=lambda loader: loader.__name__)
def loader(request: pytest.FixtureRequest) -> type:
    return request.param  # type: ignore[no-any-return]


def plain(node: Node) -> object:
    """A node as text, lists and pairs."""
    if isinstance(node, Scalar):
        return node.text
    return [plain(one) for one in node.nodes] if isinstance(node, Items) else {k.text: plain(v) for k, v in node.pairs}


def test_scalars_stay_as_written(loader: type) -> None:
    text = "id: 001\nyes: on\ntime: 10:00:00:00\ntext: No\nhex: 0x10\nquoted: '001'\n"
    assert plain(read_yaml(text, PATH, 1, loader)) == {
        "id": "001", "yes": "on", "time": "10:00:00:00", "text": "No", "hex": "0x10", "quoted": "001",
    }  # fmt: skip


def test_kinds_and_lines(loader: type) -> None:
    node = read_yaml("a: 1\nb:\n  - 'x'\n  - !!str 2\n  - |\n    long\n", PATH, 10, loader)
    assert isinstance(node, Pairs)
    assert node.pairs[0][1] == Scalar("1", "plain", 10)
    listed = node.pairs[1][1]
    assert isinstance(listed, Items)
    assert [(one.kind, one.line) for one in listed.nodes if isinstance(one, Scalar)] == [
        ("quoted", 12), ("quoted", 13), ("quoted", 14),
    ]  # fmt: skip


def test_anchors_and_merge_keys(loader: type) -> None:
    text = (
        "base: &b {who: Guard, to: Mira}\nover: &o {to: Ann}\none: {<<: *b, to: Joe}\ntwo: {<<: [*o, *b]}\nthree: *b\n"
    )
    node = plain(read_yaml(text, PATH, 1, loader))
    assert isinstance(node, dict)
    assert node["one"] == {"who": "Guard", "to": "Joe"}
    assert node["two"] == {"who": "Guard", "to": "Ann"}
    assert node["three"] == node["base"]


def test_a_key_twice_is_kept_for_the_reader_to_tell(loader: type) -> None:
    node = read_yaml("a: 1\na: 2\n", PATH, 1, loader)
    assert isinstance(node, Pairs)
    assert [key.text for key, _ in node.pairs] == ["a", "a"]


@pytest.mark.parametrize(
    ("text", "line", "remedy"),
    [
        ("lines:\n\t- id: a", 2, "indent with spaces, not tabs"),
        ("id: a\ntext: Wait: here", 2, "put a text with a colon in quotes"),
        ("a: 1\n---\nb: 2", 2, "keep one script in a file"),
        ("a: !!python/object:os.system x", 1, "take it out"),
        ("a: *nobody", 1, "define it above"),
        ("- &a [*a]", 1, "define it above"),
        ("a: 1\n<<: 2", 2, "a group of keys"),
        ("? [a]\n: b", 1, "quote texts with brackets"),
        ("a: \x01", 1, "take it out"),
        ("[" * 5000, 1, "nested more than 40 levels"),
        ("", 0, "write lines: and a list of lines"),
    ],
)
def test_errors_have_file_line_and_remedy(loader: type, text: str, line: int, remedy: str) -> None:
    with pytest.raises(ScriptError) as told:
        read_yaml(text, PATH, 1, loader)
    message = str(told.value)
    assert message.startswith(f"scene.yaml:{line}: " if line else "scene.yaml: ")
    assert remedy in message
    assert "\n" not in message


def test_aliases_of_aliases_are_bounded(loader: type) -> None:
    """A billion laughs: nine lines that would be 10**9 entries."""
    laughs = ["a0: &a0 [" + ",".join(["ha"] * 10) + "]"]
    laughs += [f"a{n}: &a{n} [" + ",".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, 9)]
    with pytest.raises(ScriptError, match="aliases stand for more than"):
        read_yaml("\n".join(laughs), PATH, 1, loader)


def test_half_a_surrogate_pair_is_refused(loader: type) -> None:
    with pytest.raises(ScriptError, match=r"scene\.yaml:2: "):
        read_yaml('a: 1\nb: "\\ud83d"', PATH, 1, loader)
