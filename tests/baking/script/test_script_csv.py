"""Tables: our own, spreadsheets', and game engines' exports."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voxrig.baking.script.columns import LINE_COLUMNS, SHEET_COLUMNS
from voxrig.baking.script.dialogue import Dialogue, ScriptError
from voxrig.baking.script.line_reading import LINE_KEYS
from voxrig.baking.script.sheet_reading import SHEET_KEYS

Read = Callable[..., Dialogue]

OWN = """\
id,character,listener,text,audio,emotion,intensity,gaze,tags,events,overrides
gate_01,Guard,Mira,"Whoa, ""hold"" it
right there!",a.wav,"anger=0.6,fear=0.1",0.8,away,"hold joy, until=there
; 1.2 nod","[{desirability: -0.4}]","[{""start"": 1, ""end"": 2, ""jaw"": 1.2}]"
002,Mira,,No,,auto,,,,desirability=0.5,
"""


def test_our_own_columns(read: Read, tmp_path: Path) -> None:
    scene = read(OWN, "scene.csv")
    assert [str(problem) for problem in scene.problems] == []
    first, second = scene.lines
    assert (first.text, first.emotion, first.intensity) == ('Whoa, "hold" it right there!', "anger=0.6,fear=0.1", 0.8)
    assert first.audio == tmp_path / "a.wav"
    assert [(tag.at, tag.cue, tag.until) for tag in first.tags] == [
        (0.0, "gaze", None), ("hold", "emotion", "there"), (1.2, "head", None),
    ]  # fmt: skip
    assert first.events == ({"desirability": -0.4},)
    assert first.overrides == ({"start": 1.0, "end": 2.0, "jaw": 1.2},)
    assert (second.id, second.text, second.emotion, second.listener) == ("002", "No", "auto", None)
    assert second.events == ({"desirability": 0.5},)
    assert (first.where.line, second.where.line) == (2, 5)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_encodings_and_line_ends(read: Read, separator: str, encoding: str, end: str) -> None:
    rows = [
        ["ID", "Speaker", "Dialogue Text", "Intensity"],
        ["a", "Jörg", '"Hm; well, | yes"', "0.5"],
        ["", "", "", ""],
    ]
    text = end.join(separator.join(row) for row in rows) + end
    (line,) = read(text.encode(encoding), "scene.tsv" if separator == "\t" else "scene.csv").lines
    assert (line.character, line.text, line.intensity) == ("Jörg", "Hm; well, | yes", 0.5)


def test_a_spreadsheet_with_decimal_commas_and_its_own_first_line(read: Read) -> None:
    (line,) = read("sep=;\r\nid;character;text;intensity\r\na;G;Hallo, du;0,8\r\n", "scene.csv").lines
    assert (line.text, line.intensity, line.where.line) == ("Hallo, du", 0.8, 3)


UNREAL = """\
---,Speaker,DialogueText,SoundWave,Emotion,DesignerRef
gate_01,"Guard","NSLOCTEXT(""VO"", ""g"", ""Whoa, \\""hold\\"" it!"")","SoundWave'/Game/VO/gate_01.gate_01'","",12
gate_02,"Guard","INVTEXT(""Go."")","None","joy=0.5",13
gate_03,"Guard","LOCTABLE(""/Game/T.T"", ""gate_03"")","None","",14
"""


def test_unreal_data_table(read: Read, tmp_path: Path) -> None:
    (tmp_path / "Dialogue" / "VO").mkdir(parents=True)
    (tmp_path / "Dialogue" / "VO" / "gate_01.wav").write_bytes(b"")
    scene = read(UNREAL, "DT_Gate.csv")
    first, second = scene.lines
    assert (first.id, first.character, first.text) == ("gate_01", "Guard", 'Whoa, "hold" it!')
    assert first.audio == tmp_path / "Dialogue" / "VO" / "gate_01.wav"
    assert (second.text, second.audio, second.emotion) == ("Go.", None, "joy=0.5")
    (problem,) = scene.problems
    assert str(problem).startswith("DT_Gate.csv:4: line 'gate_03': the text 'LOCTABLE(")
    assert [warning.text for warning in scene.warnings] == [
        "the column 'DesignerRef' means nothing to the bake and is left alone"
    ]


def test_unreal_string_table(read: Read, tmp_path: Path) -> None:
    cast = tmp_path / "cast.csv"
    cast.write_text('Name,Rig,Agreeableness,Seed\nGuard,metahuman,"-0,5",7\n')
    scene = read('Key,SourceString,Comment\n"gate_01","Halt!\\nWho goes?","by the gate"\n', "ST.csv", cast)
    (line,) = scene.lines
    assert (line.character, line.text) == ("Guard", "Halt! Who goes?")
    assert scene.characters["Guard"].personality == {"agreeableness": -0.5}


def test_unity_string_table(read: Read) -> None:
    header = "Key,Id,Shared Comments,German(de),German(de) Comments,English(en),English(en) Comments\n"
    scene = read(header + "gate_01,8801,,Halt!,,Guard: Stop!,\n", "Strings.csv")
    (line,) = scene.lines
    assert (line.id, line.character, line.text) == ("gate_01", "Guard", "Stop!")
    assert [warning.text for warning in scene.warnings] == ["of 2 languages the text is English(en)"]
    (only,) = read("Key,Id,German(de)\ngate_01,8801,Wache: Halt!\n", "Strings.csv").lines
    assert (only.character, only.text) == ("Wache", "Halt!")


def test_name_is_the_row_where_there_is_a_speaker_and_the_speaker_where_there_is_an_id(read: Read) -> None:
    (row,) = read("Name,Speaker,Text\nr_01,Guard,x\n", "a.csv").lines
    assert (row.id, row.character) == ("r_01", "Guard")
    (speaker,) = read("Id,Name,Text\nr_01,Guard,x\n", "b.csv").lines
    assert (speaker.id, speaker.character) == ("r_01", "Guard")
    (blank,) = read(",Speaker,Text\nr_01,Guard,x\n", "c.csv").lines
    assert blank.id == "r_01"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("id,character,text,emoton\na,G,x,joy\n", "scene.csv:1: there is no column 'emoton'; did you mean 'emotion'?"),
        ("id,text,text\na,G: x,y\n", "scene.csv:1: the column 'text' is there twice; keep one"),
        ("id,character,text\na,G,Whoa, hold it\n", "scene.csv:2: line 'a': the row has 1 cells more than the header"),
        ("id,character,text,tags\n\na,G,x,[{at: \n", "scene.csv:3: line 'a': no YAML: "),
        ("id,character,text,events\na,G,x,yes\n", "scene.csv:2: line 'a': an event is 'yes'; write a group such as"),
        ("id,character,text,overrides\na,G,x,yes\n", "scene.csv:2: line 'a': overrides: it is 'yes'; write"),
        ("id,character,text,intensity\na,G,x,high\n", "scene.csv:2: line 'a': intensity is 'high'; it must be"),
        ('id,character,text\na,G,"one\ntwo"\nb,,x\n', "scene.csv:4: line 'b': it has no character"),
    ],
)
def test_problems_of_tables(told: Callable[..., list[str]], text: str, problem: str) -> None:
    assert told(text, "scene.csv")[0].startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "scene.csv: nothing is in it"),
        ("who,what\na,b\n", "scene.csv:1: the first row must name the columns"),
        ("text\nx\n", "scene.csv:1: the first row must name the columns"),
        ('id,text\na,"x\nb,y\n', "scene.csv:2: no CSV: unexpected end of data; close the quotes"),
        ('id,text\na,"x"y\n', "scene.csv:2: no CSV: "),
    ],
)
def test_tables_that_cannot_be_read(read: Read, text: str, problem: str) -> None:
    with pytest.raises(ScriptError) as told:
        read(text, "scene.csv")
    assert str(told.value).startswith(problem)


def test_columns_are_keys_of_the_script() -> None:
    assert set(LINE_COLUMNS) == set(LINE_KEYS)
    traits = {"openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"}
    assert set(SHEET_COLUMNS) == {*SHEET_KEYS, "name", *traits} - {"personality"}
