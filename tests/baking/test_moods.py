"""What each line of a dialogue feels like."""

from dataclasses import replace
from pathlib import Path

from voxrig.baking.moods import moods_of, told
from voxrig.baking.script.dialogue import CharacterSheet, Dialogue, Line
from voxrig.baking.voices import Voice

ANGRY = Voice((0.05, 0.0, 0.0, 0.9, 0.0, 0.0, 0.05, 0.0), 0.9)


def dialogue(*lines: Line) -> Dialogue:
    sheets = {name: CharacterSheet(name) for name in ("Ann", "Bo")}
    return Dialogue(Path("/x/a.yaml"), "a", None, sheets, lines)


LINES = (
    Line("l1", "Ann", text="You thief! I hate you!", emotion="anger=0.9", listener="Bo", scene="one"),
    Line("l2", "Ann", text="Well.", listener="Bo", scene="one"),
    Line("l3", "Ann", text="Well.", listener="Bo", scene="two"),
)


def test_a_line_goes_by_those_before_it_in_its_scene() -> None:
    choices = moods_of(dialogue(*LINES), {}, {})
    assert choices["l1"].words == "anger=0.9"
    assert set(choices["l2"].emotion) == {"anger"}, "she still is"
    assert choices["l3"].emotion == {}, "another scene begins calmly"
    calm = moods_of(dialogue(replace(LINES[0], emotion="off", text="Hm."), *LINES[1:]), {}, {})
    assert calm["l2"].emotion != choices["l2"].emotion
    assert calm["l3"] == choices["l3"]
    assert moods_of(dialogue(*LINES[:2]), {}, {})["l2"] == choices["l2"], "what comes later counts for nothing"


def test_a_voice_counts_where_nobody_wrote_an_emotion() -> None:
    hm = replace(LINES[2], text="Hm.")
    plain, heard = (moods_of(dialogue(hm), voices, {})["l3"] for voices in ({}, {"l3": ANGRY}))
    assert plain.emotion == {}
    assert heard.emotion != {}
    assert heard.sources["voice"] > 0.5
    written = replace(hm, emotion="joy=0.5")
    assert moods_of(dialogue(written), {"l3": ANGRY}, {})["l3"].words == "joy=0.5"


def test_the_report_gets_plain_values() -> None:
    choice = moods_of(dialogue(*LINES), {}, {})["l1"]
    values = told(choice)
    assert values["words"] == "anger=0.9"
    assert values["why"] == list(choice.why)
    assert sum(values["sources"].values()) == 1.0
    assert values["vad"] == [round(value, 3) for value in choice.vad]
