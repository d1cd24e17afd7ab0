"""The JSON Schema for editors: it and the reader say the same of good and bad scripts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import voxrig.baking.script
from voxrig.baking.script.cue_values import CUES
from voxrig.baking.script.dialogue import PERSONALITY, Dialogue, ScriptError
from voxrig.baking.script.event_values import WORDS
from voxrig.baking.script.line_reading import LINE_KEYS
from voxrig.baking.script.reading import SCRIPT_KEYS
from voxrig.baking.script.sheet_reading import SHEET_KEYS
from voxrig.baking.script.tag_reading import MOUTH
from voxrig.runtime.animation.affect.event import EVENT_KEYS
from voxrig.runtime.animation.body.vocabulary import GESTURES
from voxrig.runtime.animation.visemes import VISEMES

SCHEMA = json.loads((Path(voxrig.baking.script.__path__[0]) / "dialogue.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def line(**keys: Any) -> dict[str, Any]:
    return {"lines": [{"id": "a", "character": "G", "text": "hold it right there", **keys}]}


def tag(**keys: Any) -> dict[str, Any]:
    return line(tags=[{"at": 1.5, **keys}])


def sheet(**keys: Any) -> dict[str, Any]:
    return {"characters": {"G": keys, "M": None}, **line()}


def event(**keys: Any) -> dict[str, Any]:
    return line(events=[keys])


GOOD: list[Any] = [
    line(), line()["lines"], line(text=5), line(id="001"), line(id="Straße 1"), line(note={"any": ["thing"]}),
    line(emotion=None),
    {"$schema": "x", "dialogue": "T", "fps": 29.97, "audio": "a", "scene": "s", "note": 1, **line()},
    {"fps": "30000/1001", **line()}, {"fps": 60, **line()}, {"characters": None, **line()},
    {"lines": {"a": {"character": "G", "text": "x"}, "b": "G: x"}}, line(emotion="joy=0.5,fear=0.1"),
    line(emotion={"joy": 0.5}), line(emotion="auto"), line(emotion="off"), line(intensity=0.5),
    line(timecode="01:00:00:00"), line(timecode="1:00:00;02"), line(style="clear"), line(listener="M"),
    line(gaze="away"), line(gesture="shrug"), line(activity="thinking"), line(blink=True), line(head="nod"),
    line(tags="hold joy; it gaze=away"), line(tags=["hold joy"]), line(tags={"at": "hold", "blink": 0.5}),
    line(tags=[]), tag(emotion="joy"), tag(emotion={"joy": 1, "hold": 2}), tag(gaze={"yaw": 20}),
    tag(gaze={"to": "away", "hold": 1}), tag(gaze={"x": 1, "y": 2, "z": 3, "world": True}), tag(blink={"rate": 2}),
    tag(head={"tilt": -0.5}), tag(style={"jaw": 1.5}), tag(place={"yaw": 5}),
    tag(gesture={"name": "shrug", "strength": 1}), tag(gesture={"stop": 0.5, "left": True}),
    tag(gesture="offer=0.8, left"), line(gesture="refuse"), tag(point="listener"),
    tag(point={"yaw": 20, "look": False}),
    tag(point={"to": "listener", "hold": 2}), tag(hands="both"), tag(hands={"hold": 1}), tag(hands="left=1"),
    tag(body="sitting"), tag(body={"lean": 5, "energy": 0.5}), tag(body="lean=5"), line(body="mirror"),
    tag(event={"desirability": 1, "hold": 2}),
    tag(viseme="PP", weight=0.5, until=2), tag(jaw=2, until="end"), line(tags=[{"at": "it", "jaw": 2}]),
    event(desirability=-0.5), event(praiseworthiness=1, agent="self", other="M"),
    event(unexpectedness=1, about="M", what="x"), line(events={"appealingness": -1}), line(events="desirability=0.5"),
    line(events=["desirability=0.5"]), line(overrides=[{"start": 0, "end": 1, "jaw": 1.5}]),
    line(overrides=[{"start": 0, "end": 1, "viseme": "aa", "weight": 1, "ease": 0}]), sheet(),
    sheet(rig="metahuman", style="clear", emotion="joy=0.1", seed=7, voice="v", note=1), sheet(emotion={"joy": 1}),
    sheet(personality={"openness": -1}), sheet(relations={"M": 0.5}), sheet(seed=2**64 - 1),
    sheet(rig=None, personality=None), sheet(body="energy=0.5,sitting"), sheet(body="off"), sheet(body={}),
    sheet(body={"energy": -1, "handedness": 0.5, "sitting": True}),
]  # fmt: skip
BAD: list[Any] = [
    {}, [], 5, {"lines": []}, {"lines": {}}, {"lines": 5}, {"line": []}, {"lines": ["x"]}, {"lnes": 1, **line()},
    {"fps": "fast", **line()}, {"fps": 0, **line()}, {"fps": "30/0", **line()}, {"characters": ["G"], **line()},
    {"characters": {"self": {}}, **line()}, {"dialogue": ["x"], **line()},
    {"lines": [{"character": "G", "text": "x"}]}, {"lines": {"a": {"id": "a", "character": "G", "text": "x"}}},
    line(id=""), line(id="a/b"), line(id="a\\b"), line(id="a:b"), line(id="con"), line(id="Nul.txt"), line(id="a."),
    line(id=".a"), line(id="a" * 81), line(id=["a"]), line(id=None), line(txt="x"), line(text=["x"]),
    line(text="x" * 10_001), line(character={}), line(listener=["M"]), line(intensity=1.5), line(intensity=-0.1),
    line(intensity="0.5"), line(emotion=""), line(emotion={}), line(emotion={"joy": "1"}), line(emotion={"joy": 2}),
    line(timecode="1h"), line(timecode="25:00:00:00"), line(timecode="00:60:00:00"), line(style={}),
    line(activity="sleeping"), line(blink=2), line(tags=5), line(tags=["hold"]), line(tags=[["hold"]]),
    line(tags=[{"blink": True}]), tag(), tag(gaez="away"), tag(until=2), line(tags=[{"at": -1, "blink": True}]),
    line(tags=[{"at": 4000, "blink": True}]), line(tags=[{"at": "", "blink": True}]),
    line(tags=[{"at": [1], "blink": True}]), tag(emotion=["joy"]), tag(emotion={"joy": 5}), tag(gaze={"yaw": 500}),
    tag(gaze={"yaws": 5}), tag(gaze={}), tag(blink={"force": 5}), tag(head={"nod": 2}), tag(head={}),
    tag(gesture="wink"), tag(gesture="point"), tag(gesture={"wink": 1}), tag(gesture={"name": "wink"}),
    tag(gesture={"shrug": 2}), tag(gesture={"shrug": 1, "stop": 1}), tag(gesture={"left": 1}), tag(point={}),
    tag(point={"yaw": 200}), tag(hands="busy"), tag(hands={}), tag(hands={"hold": 61}), tag(body="lying"), tag(body={}),
    tag(body={"lean": 23}), tag(body={"leaning": 5}),
    tag(head={"wag": 1}), tag(style={"jaw": 50}), tag(style={"chin": 1}), tag(gesture={}),
    tag(gesture={"name": "x", "speed": 1}), tag(event={}), tag(event={"joy": 1}), tag(viseme="XX", until=2),
    tag(weight=0.5, until=2), tag(jaw=5, until=2), tag(jaw="1", until=2), event(), event(desirable=1),
    event(desirability=2), event(desirability="1"), event(likelihood=-0.5), event(agent=["G"], desirability=1),
    line(events=5), line(events="yes"), line(events=["yes"]), line(overrides={}), line(overrides=[5]),
    line(overrides=[{"start": 0, "jaw": 1}]), line(overrides=[{"start": 0, "end": 1}]),
    line(overrides=[{"start": 0, "end": 1, "chin": 1}]), line(overrides=[{"start": -1, "end": 1, "jaw": 1}]),
    line(overrides=[{"start": 0, "end": 1, "weight": 1, "jaw": 1}]),
    line(overrides=[{"start": 0, "end": 1e9, "jaw": 1}]), sheet(rigg="x"), sheet(rig="x"), sheet(rig=["arkit"]),
    sheet(style=[]), sheet(emotion=""), sheet(personality=5), sheet(personality={"open": 1}),
    sheet(personality={"openness": 2}), sheet(personality={"openness": "1"}), sheet(relations=["M"]),
    sheet(relations={"M": 2}), sheet(seed=0), sheet(seed=1.5), sheet(seed="7"), sheet(seed=2**64), sheet(voice=[]),
    sheet(body=["on"]), sheet(body={"energy": 2}), sheet(body={"lean": 1}), sheet(body={"energy": "1"}),
    {"characters": {"G": "x"}, **line()},
]  # fmt: skip


def is_good(read: Callable[..., Dialogue], text: str, name: str) -> bool:
    try:
        return not read(text, name).problems
    except ScriptError:
        return False


@pytest.mark.parametrize(("given", "good"), [*((one, True) for one in GOOD), *((one, False) for one in BAD)])
def test_schema_and_reader_say_the_same(read: Callable[..., Dialogue], given: Any, good: bool) -> None:
    assert VALIDATOR.is_valid(given) == good
    assert is_good(read, json.dumps(given), "scene.json") == good
    assert is_good(read, yaml.safe_dump(given, allow_unicode=True, sort_keys=False), "scene.yaml") == good


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_schema_has_the_readers_keys() -> None:
    definitions = SCHEMA["$defs"]
    assert set(SCHEMA["anyOf"][0]["properties"]) == set(SCRIPT_KEYS)
    assert set(definitions["line_with_id"]["properties"]) == set(LINE_KEYS)
    assert set(definitions["sheet"]["properties"]) == set(SHEET_KEYS)
    assert set(definitions["tag"]["properties"]) == {"at", "until", *CUES, *MOUTH}
    assert set(definitions["event"]["properties"]) == {*EVENT_KEYS, *WORDS}
    assert set(definitions["sheet"]["properties"]["personality"]["properties"]) == set(PERSONALITY)
    assert definitions["gesture_name"]["enum"] == list(GESTURES)
    assert set(GESTURES) < set(definitions["cue_gesture"]["anyOf"][2]["properties"])
    assert set(definitions["tag"]["properties"]["viseme"]["enum"]) == {*VISEMES, None}
