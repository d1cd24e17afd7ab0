"""Files that went wrong in every which way: told as problems, never as anything else, and in no time."""

import random
from pathlib import Path

import pytest

import voxrig.baking.script
from voxrig.baking.script.dialogue import ScriptError
from voxrig.baking.script.reading import read_dialogue

INPUTS = 1000
"""Of each form."""

YAML = """\
dialogue: &t The bridge
fps: 29.97
audio: .
characters:
  Guard: &g {rig: metahuman, style: clear, emotion: contempt=0.1, personality: {agreeableness: -0.5}, seed: 7}
  Mira: {<<: *g, relations: {Guard: 0.5}, note: *t}
lines:
  - id: gate_01
    character: Guard
    listener: Mira
    text: "Whoa, [surprise=0.5, until=there] hold it [[ [gaze=away] right there! \\u00e9"
    emotion: anger=0.6
    events: [{about: Mira, desirability: -0.4, agent: self}]
    tags: [{at: hold, emotion: {anger: 0.9}, until: there}, {at: 1.2, gaze: {yaw: 5}}, "it nod",
           {at: 0.5, jaw: 2, until: 0.6}]
    overrides: [{start: 0.5, end: 1, viseme: PP, weight: 0.5}]
    timecode: "01:00:00;02"
  - id: 002
    character: Mira
    text: |
      No
      way
    gaze: away
    tags: way joy
  - {id: b, text: 'Guard: what'}
"""
JSON = """\
{"dialogue": "The bridge", "fps": 60,
 "characters": {"Guard": {"seed": 7, "personality": {"openness": 0.5}}, "Mira": null},
 "lines": [{"id": "a", "character": "Guard", "text": "Whoa \\ud83d\\ude00 \\/ [joy] it", "intensity": 0.5,
  "audio": "/Game/VO/a.a",
  "tags": [{"at": "it", "gaze": "listener", "until": "end"}], "events": [{"desirability": 1e-1}], "blink": true},
  {"id": "b", "text": "Mira: no", "emotion": {"joy": 0.5}, "overrides": [{"start": 0, "end": 1.5, "lips": 1.2}]}]}
"""
CSV = """\
---,Speaker,Listener,DialogueText,SoundWave,Emotion,Intensity,Tags,Events,Notes
a,Guard,Mira,"NSLOCTEXT(""V"", ""a"", ""[joy] it"")",SoundWave'/Game/V/a.a',joy,"0,5",it nod,{appealingness: 1},x
b,Mira,Guard,"two
lines",b.wav,,,"[{at: 1, blink: yes}]","desirability=0.5",
"""
PIECES = [
    *"[]{}:,;&*!|>'\"%@`#-?=\\/\n\r\t \0\x7f\u2028\ufeff\ud800é", "<<: ", "*g", "&g ", "null", "~", "1e999", "-1",
    "nan", "\\ud83d", "\\x00", "---\n", "...\n", "!!python/object:os.system ", "[[", "]]", "#2", "=", "until=", "id: ",
    "at: ", "99999999999999999999", '""', "{at: ",
]  # fmt: skip


def broken(text: str, chance: random.Random) -> bytes:
    """Take away, double, swap and put in, a few times."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + int(chance.expovariate(0.1)))
        match chance.randrange(5):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = text[:end] + text[start:]
            case 2:
                text = text[:start] + chance.choice(PIECES) + text[start:]
            case 3:
                text = text[:start] + chance.choice(PIECES) + text[end:]
            case _:
                text = text[:start] + chance.choice(PIECES) * chance.choice((2, 50, 500)) + text[end:]
    data = text.encode(chance.choice(("utf-8", "utf-8", "utf-8", "utf-16")), "surrogatepass")
    if chance.random() < 0.1:
        place = chance.randrange(len(data) + 1)
        data = data[:place] + chance.randbytes(3) + data[place + 2 :]
    return data


@pytest.mark.parametrize(("name", "text"), [("scene.yaml", YAML), ("scene.json", JSON), ("scene.csv", CSV)])
def test_only_problems_come_out(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    chance = random.Random(6)
    path.write_bytes(text.encode())
    assert read_dialogue(path).problems == ()
    lines = refused = problems = 0
    for _ in range(INPUTS):
        data = broken(text, chance)
        path.write_bytes(data)
        try:
            scene = read_dialogue(path)
        except ScriptError as error:
            refused += 1
            told = [str(error)]
        else:
            lines += len(scene.lines)
            problems += len(scene.problems)
            told = [str(problem) for problem in scene.problems]
            assert all(line.character in scene.characters for line in scene.lines), data
        assert all("\n" not in one and "\r" not in one and len(one) < 2000 for one in told), data
        assert all(one.encode("utf-8") for one in told), data
    # It must have seen all three outcomes often.
    assert min(lines, refused, problems) > INPUTS // 20


@pytest.mark.parametrize(
    "text",
    [
        "lines: [" + "{id: a, text: x}, " * 20_000 + "]",
        "x: &x [" + "1, " * 1000 + "]\nlines: [{id: a, text: 'G: x', tags: [" + "*x, " * 900 + "]}]",
        "lines:\n- id: a\n  character: G\n  text: '" + "[joy] a " * 1200 + "'\n",
        "lines:\n- {id: a, character: G, text: '"
        + "a " * 4000
        + "', tags: ["
        + "{at: b, until: a, jaw: 1}, " * 1000
        + "]}\n",
        "lines: [{id: a, character: G, text: x, audio: '" + "/a" * 50_000 + "'}]",
        "lines: [{id: a, character: G, text: x, audio: '/" + "a." * 50_000 + "'}]",
        "lines: [{id: a, character: G, text: '" + " :" * 5000 + "', tags: [{at: 'a" + " " * 50_000 + "x', jaw: 1}]}]",
        "lines: [{id: " + "a" * 500_000 + ", text: x}]",
        "characters: {"
        + ", ".join(f"c{n}: " for n in range(20_000))
        + "}\nlines:\n"
        + "- {id: a, character: c, text: x}\n" * 50,
        "lines: [{" + ", ".join(f"k{n}: 1" for n in range(20_000)) + "}]",
    ],
    ids=["copies", "aliases", "marks", "tags", "slashes", "dots", "spaces", "id", "names", "keys"],
)
def test_large_and_odd_files_end(tmp_path: Path, text: str) -> None:
    path = tmp_path / "scene.yaml"
    path.write_text(text, encoding="utf-8")
    assert told_of(path) <= 40_000


def told_of(path: Path) -> int:
    """How much is told, whether the file can be read or not."""
    try:
        return len(read_dialogue(path).problems)
    except ScriptError:
        return 1


def test_the_page_itself_is_no_script() -> None:
    with pytest.raises(ScriptError):
        read_dialogue(Path(voxrig.baking.script.__path__[0]) / "README.md")
