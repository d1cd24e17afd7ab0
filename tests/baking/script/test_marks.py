"""Marks inside a text."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voxrig.baking.script.dialogue import Dialogue
from voxrig.baking.script.entry import Faults
from voxrig.baking.script.marks import unmarked
from voxrig.baking.script.places import Places

Read = Callable[..., Dialogue]


@pytest.mark.parametrize(
    ("text", "bare", "marks"),
    [
        ("no marks", "no marks", []),
        (
            "Whoa, [anger=0.9] hold it [gaze=away] right!",
            "Whoa, hold it right!",
            [("hold", "anger=0.9"), ("right", "gaze=away")],
        ),
        ("[joy]Hello there", "Hello there", [("Hello", "joy")]),
        ("Hello [joy]there", "Hello there", [("there", "joy")]),
        ("Hello[joy] there", "Hello there", [("there", "joy")]),
        ("Hello there. [joy]", "Hello there.", [("end", "joy")]),
        ("Hel[joy]lo there", "Hello there", [("Hello", "joy")]),
        ("a [[sic] b [joy] a", "a [sic] b a", [("a#2", "joy")]),
        ("go, go [joy] go", "go, go go", [("go#3", "joy")]),
        ("in the [joy] end", "in the end", [("end#1", "joy")]),
        ("[joy] [gaze=away] now", "now", [("now", "joy"), ("now", "gaze=away")]),
        ("well-[joy]known", "well-known", [("known", "joy")]),
        ("3 [joy] 4", "3 4", [("4", "joy")]),
        ("你[joy]好", "你好", [("好", "joy")]),
        ("[joy]", "", [("end", "joy")]),
        ("[[", "[", []),
        ("a ] b", "a ] b", []),
    ],
)
def test_marks_stand_before_words(text: str, bare: str, marks: list[tuple[str, str]]) -> None:
    faults = Faults(Path("scene.yaml"))
    found = unmarked(text, 1, faults)
    places = Places(found.text)
    assert faults.problems == []
    assert found.text == bare
    assert [(places.call(index), inside) for index, inside in found.marks] == marks


@pytest.mark.parametrize("text", ["a [joy b", "a [joy [gaze=away] b", "["])
def test_open_brackets_are_told(text: str) -> None:
    faults = Faults(Path("scene.yaml"))
    unmarked(text, 7, faults)
    (problem,) = faults.problems
    assert "is not closed; write ] behind it, or for a bracket that is meant write [[" in str(problem)
    assert problem.where.line == 7


@pytest.mark.parametrize(
    ("mark", "tags"),
    [
        ("anger=0.9", [("emotion", {"anger": 0.9}, None)]),
        ("joy, fear=0.2, until=that", [("emotion", {"joy": 1.0, "fear": 0.2}, "that")]),
        ("gaze=away, hold=1", [("gaze", {"to": "away", "hold": 1.0}, None)]),
        ("yaw=10, pitch=-5", [("gaze", {"yaw": 10.0, "pitch": -5.0}, None)]),
        (
            "anger=1, hold=2, gaze=free",
            [("emotion", {"anger": 1.0, "hold": 2.0}, None), ("gaze", {"release": 1.0}, None)],
        ),
        ("nod", [("head", {"nod": 1.0}, None)]),
        ("gesture=shrug", [("gesture", {"shrug": 0.5}, None)]),
        ("point=listener, until=that", [("point", {"to": "listener"}, "that")]),
        ("hands=left", [("hands", {"left": 1.0}, None)]),
        ("lean=8, transition=1", [("body", {"lean": 8.0, "transition": 1.0}, None)]),
        ("body=sitting, joy", [("emotion", {"joy": 1.0}, None), ("body", {"sitting": 1.0}, None)]),
        ("blink", [("blink", {"force": 1.0, "strength": 1.0}, None)]),
        ("activity=thinking, until=1.5", [("activity", {"thinking": 1.0}, 1.5)]),
        ("viseme=PP, weight=0.5", [("viseme", {"viseme": "PP", "weight": 0.5}, None)]),
    ],
)
def test_what_a_mark_may_say(read: Read, mark: str, tags: list[tuple[str, object, object]]) -> None:
    (line,) = read(f"- {{id: a, character: G, text: 'do [{mark}] you see that'}}").lines
    assert line.text == "do you see that"
    assert [(tag.cue, tag.values, tag.until) for tag in line.tags] == tags
    assert {tag.at for tag in line.tags} == {"you"}


def test_an_unknown_mark_is_told(read: Read) -> None:
    (problem,) = read("- {id: a, character: G, text: 'oh [sighs] no'}").problems
    assert str(problem).startswith("scene.yaml:1: line 'a': the mark '[sighs]': there is no emotion 'sighs'; ")
    assert problem.text.endswith("for a bracket that is meant write [[")
