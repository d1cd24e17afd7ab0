"""Whole scripts: what becomes a line, and what a problem."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from voxrig.baking.script.dialogue import Dialogue, ScriptError, Tag, seed_of
from voxrig.baking.script.reading import read_dialogue

Read = Callable[..., Dialogue]
Told = Callable[..., list[str]]

SCENE = """\
dialogue: The bridge
fps: 29.97
audio: audio
characters:
  Guard: {rig: metahuman, style: clear, emotion: "contempt=0.1", personality: {agreeableness: -0.5}, seed: 7,
          voice: en-us+m3, relations: {Mira: -0.2}}
  Mira:
lines:
  - id: gate_01
    character: Guard
    listener: Mira
    audio: gate_01.wav
    text: "Whoa, hold it right there!"
    emotion: anger=0.6
    intensity: 0.8
    events: [{about: Mira, desirability: -0.4, praiseworthiness: -0.3, agent: self}]
    tags:
      - {at: hold, emotion: anger=0.9, until: there}
      - {at: 1.2, gaze: listener}
    overrides: [{start: 1.0, end: 1.2, jaw: 1.4}]
    timecode: 01:00:00;02
  - {id: 002, character: Mira, text: No}
"""


def test_a_script_in_full(read: Read, tmp_path: Path) -> None:
    scene = read(SCENE)
    assert scene.problems == scene.warnings == ()
    assert (scene.title, scene.fps, list(scene.characters)) == ("The bridge", "29.97", ["Guard", "Mira"])
    guard, mira = scene.characters.values()
    assert (guard.rig, guard.style, guard.emotion, guard.seed) == ("metahuman", "clear", "contempt=0.1", 7)
    assert (guard.personality, guard.relations, guard.voice) == ({"agreeableness": -0.5}, {"Mira": -0.2}, "en-us+m3")
    assert (mira.rig, mira.style, mira.emotion, mira.seed) == ("arkit", "natural", "", seed_of("Mira"))
    first, second = scene.lines
    assert first.audio == tmp_path / "audio" / "gate_01.wav"
    assert (first.text, first.emotion, first.intensity) == ("Whoa, hold it right there!", "anger=0.6", 0.8)
    assert first.events == ({"desirability": -0.4, "praiseworthiness": -0.3, "agent": "Guard", "other": "Mira"},)
    assert [(tag.at, tag.cue, tag.values, tag.until, tag.where.line) for tag in first.tags] == [
        ("hold", "emotion", {"anger": 0.9}, "there", 18),
        (1.2, "gaze", {"to": "listener"}, None, 19),
    ]
    assert first.overrides == ({"start": 1.0, "end": 1.2, "jaw": 1.4},)
    assert (first.timecode, first.scene, str(first.where)) == ("01:00:00;02", "scene", "scene.yaml:9")
    assert (second.id, second.text, second.audio, second.emotion) == ("002", "No", None, None)


def test_json_is_the_same_script(read: Read) -> None:
    given = yaml.load(SCENE, yaml.BaseLoader)
    numbers = yaml.safe_load(SCENE)
    for line, same in zip(given["lines"], numbers["lines"], strict=True):
        line |= {key: same[key] for key in ("intensity", "events", "tags", "overrides") if key in same}
    given["characters"] = numbers["characters"]
    from_json = read(json.dumps(given, indent=1), "scene.json")
    from_yaml = read(SCENE)
    assert from_json.problems == ()

    def bare(scene: Dialogue) -> list[object]:
        lines = [
            (line.id, line.text, line.audio, line.emotion, line.events, line.overrides, line.timecode)
            for line in scene.lines
        ]
        return [lines, [(tag.at, tag.cue, tag.values, tag.until) for line in scene.lines for tag in line.tags]]

    assert bare(from_json) == bare(from_yaml)


def test_goes_to_another_process_as_it_is(read: Read) -> None:
    scene = read(SCENE)
    assert pickle.loads(pickle.dumps(scene)) == scene


def test_lines_by_id_lines_alone_and_names_before_the_text(read: Read) -> None:
    by_id = read('lines:\n  a_01: "Guard: Halt!"\n  a_02: {character: Mira, text: "Note: this is mine"}\n')
    assert [(line.id, line.character, line.text) for line in by_id.lines] == [
        ("a_01", "Guard", "Halt!"), ("a_02", "Mira", "Note: this is mine"),
    ]  # fmt: skip
    alone = read("- {id: a, character: Guard, text: x}\n- {id: b, text: 'Mira: y'}\n")
    assert [(line.id, line.character, line.text) for line in alone.lines] == [("a", "Guard", "x"), ("b", "Mira", "y")]
    one = read("characters: {Guard: }\nlines: [{id: a, text: 'Mind this: go'}]")
    assert [(line.character, line.text) for line in one.lines] == [("Guard", "Mind this: go")]


def test_characters_without_sheets_get_plain_ones(read: Read) -> None:
    scene = read("lines:\n- {id: a, character: Guard, listener: Mira, text: x}\n- {id: b, character: guard, text: x}\n")
    assert scene.characters["Mira"].seed == seed_of("Mira") == 679536105
    assert list(scene.characters) == ["Guard", "Mira", "guard"]
    assert [str(warning) for warning in scene.warnings] == [
        "scene.yaml:3: line 'b': is 'guard' the same character as 'Guard'? write both alike"
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{character: Guard, txt: x, text: y}", "a line has no key 'txt'; did you mean 'text'?"),
        ("{character: Gaurd, text: x}", "character: there is no character 'Gaurd'; did you mean 'Guard'?"),
        ("{character: Guard, listener: Bob, text: x}", "listener: there is no character 'Bob'; there are Guard, Mira"),
        ("{text: x}", "it has no character; write who speaks"),
        ("{character: Guard}", "audio: there is neither audio nor text"),
        ("{character: Guard, audio: none.wav}", "none.wav is not there, and the line has no text"),
        ("{character: Guard, text: x, emotion: agner}", "emotion: there is no emotion 'agner'; near it are anger"),
        ("{character: Guard, text: x, emotion: {joy: 2}}", "emotion: joy is 2; it must be from 0 to 1"),
        ("{character: Guard, text: x, intensity: loud}", "intensity is 'loud'; it must be a number from 0 to 1"),
        ("{character: Guard, text: x, intensity: '0.5'}", "intensity is '0.5'; it must be a number"),
        ("{character: Guard, text: x, intensity: 1e999}", "intensity is '1e999'; it must be a number"),
        ("{character: Guard, text: x, style: claer}", "no style preset and no file 'claer'; did you mean 'clear'?"),
        ("{character: Guard, text: [x]}", "text: it is a list; write one text"),
        ('{character: Guard, text: "\\u0007"}', "text: the character '\\x07' is in it; take it out"),
        ("{character: Guard, text: x, text: y}", "the key 'text' is there twice, first in line 4; keep one"),
        ("{character: Guard, text: x, timecode: 1h}", "timecode: '1h' is none; write hours:minutes:seconds:frames"),
        ("{character: Guard, text: x, timecode: '00:01:00;00'}", "timecode '00:01:00;00': drop-frame leaves out"),
        ("{character: Guard, text: x, events: [{desirable: 1}]}", "an event has no key 'desirable'; did you mean"),
        ("{character: Guard, text: x, events: [{desirability: 3}]}", "desirability is 3; it must be from -1 to 1"),
        ("{character: Guard, text: x, events: [{agent: Mira}]}", "an event moves nobody"),
        ("{character: Guard, text: x, events: [{about: Bob, liking: 1}]}", "about: there is no character 'Bob'"),
        ("{character: Guard, text: x, overrides: [{start: 1, end: 0, jaw: 2}]}", "it ends at 0 s, before its start"),
        ("{character: Guard, text: x, overrides: [{start: 1, end: 1e12, jaw: 2}]}", "end is 1e+12; it must be from 0"),
        ("{character: Guard, text: x, overrides: 3}", "overrides: it is '3'; write [{start: 1.2"),
        ("{character: Broken, text: x}", "character: something is wrong with the sheet of 'Broken' at scene.yaml:2"),
    ],
)
def test_a_wrong_line_is_told_and_the_others_go_on(read: Read, line: str, problem: str) -> None:
    line = line.replace("{", "{id: bad, ", 1)
    sheets = "characters: {Guard: , Mira: }" if "Broken" not in line else "characters: {Guard: , Broken: {rig: xyz}}"
    scene = read(f"fps: 29.97\n{sheets}\nlines:\n- {line}\n- {{id: good, character: Guard, text: fine}}\n")
    assert [one.id for one in scene.lines] == ["good"]
    (told,) = [str(one) for one in scene.problems if one.line == "bad"]
    assert told.startswith("scene.yaml:4: line 'bad': ")
    assert problem in told
    assert "\n" not in told


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("'a/b'", "write for example 'a_b'"),
        ("'a\\b'", "write for example 'a_b'"),
        ("'a:b?'", "write for example 'a_b_'"),
        ("con", "the name of a device on Windows; write for example 'line_con'"),
        ("Lpt1.wav", "the name of a device on Windows"),
        ("com\u00b2.x", "the name of a device on Windows"),
        ("conin$", "the name of a device on Windows"),
        ("'../a'", "write for example '.._a'"),
        ("'..'", "begins or ends with a dot"),
        ("'c:a'", "write for example 'c_a'"),
        ("'\\\\host\\share'", "write for example '_host_share'"),
        ("'a.'", "begins or ends with a dot or space; take it off"),
        ("'.a'", "begins or ends with a dot"),
        ("a" * 81, "has 81 characters; it may have 80"),
        ("GOOD", "line 2 has this id already, or one that differs only by case; give another"),
        ("Stra\u00dfe", ""),
        ("''", "id is empty; give each line a name of its own"),
        ("[a]", "a line has no id"),
        ("", "a line has no id; give each a name of its own"),
    ],
)
def test_ids_are_safe_as_names_of_files(told: Told, name: str, problem: str) -> None:
    found = told(f"lines:\n- {{id: good, character: G, text: x}}\n- {{id: {name}, character: G, text: x}}\n")
    assert [problem in one for one in found] == ([True] if problem else [])
    assert all(one.startswith("scene.yaml:3: ") for one in found)


def test_ids_that_differ_only_in_how_letters_are_composed(told: Told) -> None:
    (problem,) = told('[{"id": "caf\u00e9", "text": "G: x"}, {"id": "Cafe\u0301", "text": "G: x"}]', "scene.json")
    assert "line 1 has this id already" in problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("fsp: 60\nlines: [{id: a, text: 'G: x'}]", "scene.yaml:1: the script has no key 'fsp'; did you mean 'fps'?"),
        ("lines: [{id: a, text: 'G: x'}]\nfps: fast", "scene.yaml:2: fps: frame rate 'fast' is no number"),
        ("lines: [{id: a, text: 'G: x'}]\nlines: []", "scene.yaml:2: the key 'lines' is there twice"),
        ("lines: []", "scene.yaml:1: there are no lines; write some below lines:"),
        ("lines:\n- x", "scene.yaml:2: a line is 'x'; write its keys"),
        ("lines: 3", "scene.yaml:1: lines is '3'; write a list of lines"),
    ],
)
def test_what_is_wrong_around_the_lines(told: Told, text: str, problem: str) -> None:
    assert told(text)[0].startswith(problem)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("scene.yaml", "line: []", "scene.yaml: it has no lines; write lines: and a list (did you mean 'line'?)"),
        ("scene.yaml", "Hello", "scene.yaml:1: this is only a text"),
        ("scene.docx", "", "no script has the ending '.docx'; there are .yaml"),
        ("scene.yaml", b"a: 1\nb: \xff", "scene.yaml:2: this is no UTF-8 text; save it as UTF-8"),
        ("scene.yaml", b"a: 1\n\n\0", "scene.yaml:3: there is a NUL byte"),
        ("scene.json", b"\xff\xfe\x00", "this is no UTF-16-LE text; save it as UTF-8"),
    ],
)
def test_files_that_cannot_be_read_at_all(read: Read, name: str, text: str | bytes, problem: str) -> None:
    with pytest.raises(ScriptError) as told:
        read(text, name)
    assert problem in str(told.value)


def test_a_file_that_is_not_there_and_one_that_is_too_large(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"gone\.yaml: cannot be read .*check the path"):
        read_dialogue(tmp_path / "gone.yaml")
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(64 * 2**20 + 1)
    with pytest.raises(ScriptError, match="larger than 64 MiB; split the script"):
        read_dialogue(large)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends(read: Read, encoding: str, end: str) -> None:
    text = "# é\nlines:\n- {id: a, character: G, text: Grüß dich 😀}\n- {id: b}\n".replace("\n", end)
    scene = read(text.encode(encoding))
    assert [line.text for line in scene.lines] == ["Grüß dich 😀"]
    assert [problem.where.line for problem in scene.problems] == [4, 4]


def test_problems_of_one_line_are_bounded(read: Read) -> None:
    keys = ", ".join(f"key{n}: 1" for n in range(1000))
    assert len(read(f"lines: [{{id: a, {keys}}}]").problems) == 20


def test_a_tag_knows_its_own_line(read: Read) -> None:
    (line,) = read("lines:\n- id: a\n  text: 'G: x y'\n  gaze: away\n  tags:\n  - {at: y, blink: yes}\n").lines
    assert [(tag.cue, tag.where.line) for tag in line.tags] == [("gaze", 4), ("blink", 6)]
    assert isinstance(line.tags[0], Tag)
