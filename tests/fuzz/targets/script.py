"""Scripts: YAML, JSON and tables, with sheets of characters; the first byte says which."""

import json
from random import Random

from voxrig.baking.script.columns import LINE_COLUMNS
from voxrig.baking.script.dialogue import Dialogue, ScriptError
from voxrig.baking.script.reading import SCRIPT_KEYS, read_dialogue

from ..target import Target, scratch
from ..tree_mutation import changed

_ENDINGS = {b"Y": ".yaml", b"J": ".json", b"C": ".csv", b"T": ".tsv"}

_SCENE = """\
dialogue: The bridge
fps: 29.97
characters:
  Guard: {rig: metahuman, style: clear, emotion: "contempt=0.1", personality: {agreeableness: -0.5}, seed: 7,
          relations: {Mira: -0.2}, body: on}
  Mira:
lines:
  - id: gate_01
    character: Guard
    listener: Mira
    text: "Whoa, [nod] hold it right there!"
    emotion: anger=0.6
    intensity: 0.8
    events: [{about: Mira, desirability: -0.4, praiseworthiness: -0.3, agent: self}]
    tags:
      - {at: hold, emotion: anger=0.9, until: there}
      - {at: 1.2, gaze: listener}
    overrides: [{start: 1.0, end: 1.2, jaw: 1.4}]
    timecode: 01:00:00;02
  - &a {id: 002, character: Mira, text: No}
  - {<<: *a, id: 003}
"""
_TREE = {
    "dialogue": "d",
    "fps": 30,
    "characters": {"A": {"rig": "arkit", "seed": 3}},
    "lines": [
        {"id": "a", "character": "A", "text": "Well, good.", "emotion": "joy=0.5", "tags": [{"at": 0.2, "nod": 0.5}]},
        {"id": "b", "character": "A", "text": "x", "timecode": "00:00:01:00", "events": [{"desirability": 0.2}]},
    ],
}
_TABLE = 'id,character,text,emotion,intensity,note\na1,Guard,"Hold, there",joy=0.5,"0,8",x\na2,Mira,No,,,\n'


def check(data: bytes) -> None:
    ending = _ENDINGS.get(data[:1], ".yaml")
    path = scratch() / f"scene{ending}"
    path.write_bytes(data[1:])
    try:
        found = read_dialogue(path)
    except ScriptError as error:
        assert "\n" not in str(error)
        return
    assert isinstance(found, Dialogue)
    for problem in (*found.problems, *found.warnings):
        assert str(problem)


def seeds() -> list[bytes]:
    tables = (_TABLE, _TABLE.replace(",", ";"), '---,SourceString\nk,"NSLOCTEXT(""a"",""b"",""Hi"")"\n')
    return [
        *(b"Y" + text.encode() for text in (_SCENE, "lines: {a: Hello, b: {text: Hi}}\n")),
        b"J" + json.dumps(_TREE).encode(),
        *(b"C" + text.encode() for text in tables),
        b"T" + _TABLE.replace(",", "\t").encode("utf-16"),
    ]


def mutate(data: bytes, chance: Random) -> bytes:
    if data[:1] != b"J":
        return data
    try:
        return b"J" + json.dumps(changed(json.loads(data[1:]), chance)).encode()
    except (ValueError, RecursionError):
        return data


TARGET = Target(check, seeds, mutate, (*SCRIPT_KEYS, *LINE_COLUMNS, "<<: *a", "&a", "!!str", "---", "{", "]"))
