"""Sheets in files of their own, and what can be wrong with one."""

from collections.abc import Callable
from pathlib import Path

import pytest

from voxrig.baking.script.dialogue import PERSONALITY, Dialogue, ScriptError, seed_of

Read = Callable[..., Dialogue]

LINE = "lines: [{id: a, character: Guard, text: x}]"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


GUARD = "{rig: metahuman, seed: 7, personality: {openness: 0.5}, relations: {Mira: -0.2}}"
QUOTED = '{"rig": "metahuman", "seed": 7, "personality": {"openness": 0.5}, "relations": {"Mira": -0.2}}'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("cast.yaml", f"Guard: {GUARD}\nMira:\n"),
        ("cast.yaml", f"characters:\n  Mira:\n  Guard: {GUARD}"),
        ("cast.json", f'{{"Guard": {QUOTED}, "Mira": {{}}}}'),
        ("cast.csv", "Character;Rig;Seed;Openness;Relations\nGuard;metahuman;7;0,5;Mira=-0.2\nMira;;;;\n"),
        ("cast.csv", 'Name,Rig,Seed,Openness,Relations\nGuard,metahuman,7,0.5,"{Mira: -0.2}"\nMira,,,,\n'),
    ],
)
def test_a_file_of_sheets(read: Read, tmp_path: Path, name: str, text: str) -> None:
    path = write(tmp_path / name, text)
    for scene in (read(f"characters: {name}\n{LINE}"), read(LINE, characters=path)):
        assert [str(problem) for problem in scene.problems] == []
        guard, mira = scene.characters["Guard"], scene.characters["Mira"]
        assert (guard.rig, guard.seed, guard.personality, guard.relations) == (
            "metahuman", 7, {"openness": 0.5}, {"Mira": -0.2},
        )  # fmt: skip
        assert (mira.rig, mira.seed) == ("arkit", seed_of("Mira"))
        assert guard.where.path == path


def test_a_file_given_besides_counts_before_the_script(read: Read, tmp_path: Path) -> None:
    path = write(tmp_path / "cast.yaml", "Guard: {seed: 2, relations: {Mira: 1}}")
    scene = read(f"characters: {{Guard: {{seed: 1}}, Mira: {{seed: 3}}}}\n{LINE}", characters=path)
    assert scene.problems == ()
    assert {name: sheet.seed for name, sheet in scene.characters.items()} == {"Mira": 3, "Guard": 2}


def test_a_style_file_is_found_beside_the_sheets(read: Read, tmp_path: Path) -> None:
    (tmp_path / "cast").mkdir()
    style = write(tmp_path / "cast" / "grim.json", '{"jaw": 0.8}')
    write(tmp_path / "cast" / "cast.yaml", "Guard: {style: grim.json}")
    scene = read(f"characters: cast/cast.yaml\n{LINE}")
    assert scene.characters["Guard"].style == str(style)


@pytest.mark.parametrize(
    ("sheet", "problem"),
    [
        ("{rigg: arkit}", "a sheet has no key 'rigg'; did you mean 'rig'?"),
        ("{rig: metahumam}", "rig: there is no 'metahumam'; did you mean 'metahuman'?"),
        ("{style: gone.json}", "style: there is no style preset and no file 'gone.json'"),
        ("{emotion: auto}", "emotion: there is no emotion 'auto'"),
        ("{personality: {agreable: 1}}", "personality: there is no 'agreable'; did you mean 'agreeableness'?"),
        ("{personality: {openness: 2}}", "personality openness is 2; it must be from -1 to 1"),
        ("{personality: nice}", "personality: it is 'nice'; write a group such as"),
        ("{seed: 0}", "seed: it must be a whole number from 1"),
        ("{seed: 18446744073709551616}", "seed: it must be a whole number from 1 to 18446744073709551615"),
        ("{seed: 1.5}", "seed: it must be a whole number"),
        ("{relations: {Bob: 1}}", "relations: there is no 'Bob'; there are Guard"),
        ("metahuman", "the sheet of 'Guard' must be a group such as"),
    ],
)
def test_wrong_sheets(read: Read, sheet: str, problem: str) -> None:
    scene = read(f"characters:\n  Guard: {sheet}\n{LINE}")
    first, second = (str(one) for one in scene.problems)
    assert first.startswith("scene.yaml:2: ")
    assert problem in first
    assert "something is wrong with the sheet of 'Guard' at scene.yaml:2" in second
    assert scene.lines == ()


def test_wrong_names(told: Callable[..., list[str]]) -> None:
    assert "no character can be called 'self'" in told(f"characters: {{self: , Guard: }}\n{LINE}")[0]
    assert "sheet of 'Guard' in line 1 already" in told(f"characters: {{Guard: , Guard: }}\n{LINE}")[0]
    assert "characters: it is a list; write names with sheets" in told(f"characters: [Guard]\n{LINE}")[0]


def test_files_that_cannot_be_read(read: Read, tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"gone\.yaml: cannot be read"):
        read(f"characters: gone.yaml\n{LINE}")
    with pytest.raises(ScriptError, match=r"no file of characters has the ending '\.docx'"):
        read(LINE, characters=tmp_path / "cast.docx")
    with pytest.raises(ScriptError, match=r"cast\.csv:1: .* name it"):
        read(LINE, characters=write(tmp_path / "cast.csv", "who,rig\nGuard,arkit\n"))


def test_seeds_follow_from_names_and_never_change() -> None:
    """Bakes of last year must be the same: CRC-32 of the UTF-8 name."""
    assert [seed_of(name) for name in ("Mira", "Guard", "Jörg")] == [679536105, 1859337416, 3214252848]
    assert len(PERSONALITY) == 5


@pytest.mark.parametrize(
    ("given", "body"),
    [
        ("{body: 'energy=0.5, sitting'}", "energy=0.5,sitting"),
        ("{body: {energy: 0.5, sitting: true, mirror: false}}", "energy=0.5,sitting"),
        ("{body: {handedness: -1, sitting: 1}}", "handedness=-1,sitting"),
        ("{body: 'torso,arms'}", "torso,arms"),
        ("{body: off}", "off"),
        ("{body: {mirror: no}}", "on"),
        ("{body: }", ""),
        ("", ""),
    ],
)
def test_a_body(read: Read, given: str, body: str) -> None:
    scene = read(f"characters: {{Guard: {given}}}\n{LINE}")
    assert [str(problem) for problem in scene.problems] == []
    assert scene.characters["Guard"].body == body


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ("{energy: 2}", "body: energy is '2'; it must be a number from -1 to 1"),
        ("{lean: 5}", "body: has 'lean=5'"),
        ("{energy: much}", "body: 'energy' needs a number, as in {energy: 0.5}, or true"),
        ("[arms]", "body: it is a list; write one text"),
        ("tail", "body: has 'tail'; give on, off, or some of torso, arms"),
    ],
)
def test_a_body_that_cannot_be(read: Read, given: str, problem: str) -> None:
    scene = read(f"characters: {{Guard: {{body: {given}}}}}\n{LINE}")
    assert problem in str(scene.problems[0])
