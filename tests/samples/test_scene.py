"""The sample scene: a script without a fault, sound for every line, and labels that belong to both."""

import json
import wave
from pathlib import Path
from typing import Any

import pytest

from voxrig.baking.script.dialogue import Line
from voxrig.baking.script.reading import read_dialogue
from voxrig.baking.words import sidecar
from voxrig.baking.words_text import tokens

SCENE = Path(__file__).resolve().parents[2] / "samples" / "scene"
DIALOGUE = read_dialogue(SCENE / "bridge.yaml")
LINES = {line.id: line for line in DIALOGUE.lines}


def label(line: Line) -> dict[str, Any]:
    labels: dict[str, Any] = json.loads((SCENE / f"{line.id}.json").read_text("utf-8"))
    return labels


def seconds(line: Line) -> float:
    assert line.audio is not None
    with wave.open(str(line.audio)) as file:
        return file.getnframes() / file.getframerate()


def test_two_characters_say_ten_lines_to_each_other() -> None:
    assert DIALOGUE.problems == ()
    assert list(LINES) == [f"bridge_{number:02}" for number in range(1, 11)]
    assert set(DIALOGUE.characters) == {"Guard", "Mira"}
    assert all({line.character, line.listener} == {"Guard", "Mira"} for line in LINES.values())


def test_it_shows_what_a_script_can_say() -> None:
    cues = {tag.cue for line in LINES.values() for tag in line.tags}
    assert {"emotion", "gaze", "gesture", "blink", "activity", "viseme"} <= cues
    assert {type(tag.at) for line in LINES.values() for tag in line.tags} == {float, str}
    assert 4 <= sum(line.emotion is None for line in LINES.values()) <= 6
    assert [line.id for line in LINES.values() if line.events] == ["bridge_10"]
    assert "[" not in "".join(line.text for line in LINES.values())


def test_it_is_short_and_small() -> None:
    lengths = [seconds(line) for line in LINES.values()]
    assert all(2.0 <= length <= 6.0 for length in lengths)
    assert 35.0 <= sum(lengths) <= 45.0
    assert sum(path.stat().st_size for path in SCENE.iterdir()) <= 2_500_000


@pytest.mark.parametrize("name", LINES)
def test_the_voice_says_what_the_script_says(name: str) -> None:
    line = LINES[name]
    assert label(line)["text"] == line.text
    assert label(line)["voice"] == {"Guard": "am_michael", "Mira": "bf_emma"}[line.character]
    assert [word for word, _, _ in label(line)["words"]] == [token.text for token in tokens(line.text)]


@pytest.mark.parametrize("name", LINES)
def test_words_begin_and_end_with_phones(name: str) -> None:
    assert LINES[name].audio is not None
    given = sidecar(SCENE / f"{name}.wav")
    assert given is not None
    starts, ends = ({phone[edge] for phone in given.phones} for edge in (1, 2))
    assert {word[1] for word in given.words} <= starts
    assert {word[2] for word in given.words} <= ends
    assert given.words[0][1] == given.phones[0][1]
    assert given.words[-1][2] == given.phones[-1][2]
