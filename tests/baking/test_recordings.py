"""A folder of recordings as a dialogue."""

import unicodedata
from pathlib import Path

import pytest

from voxrig.baking.recordings import WHO, dialogue_of_folder
from voxrig.baking.script.dialogue import ScriptError
from voxrig.baking.script.line_id import id_fault, same_file


def folder(tmp_path: Path, *names: str) -> Path:
    for name in names:
        path = tmp_path / "takes" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    return tmp_path / "takes"


def test_each_recording_is_a_line_that_follows_its_voice(tmp_path: Path) -> None:
    dialogue = dialogue_of_folder(folder(tmp_path, "b.wav", "a.FLAC", "deep/er/c.ogg", "notes.txt"))
    assert [line.id for line in dialogue.lines] == ["a", "b", "deep_er_c"]
    assert {line.emotion for line in dialogue.lines} == {"auto"}
    assert list(dialogue.characters) == [WHO]
    assert all(line.audio is not None and line.audio.is_absolute() for line in dialogue.lines)
    assert dialogue.title == "takes"


def test_names_are_safe_and_none_is_another(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "über.wav")
    names = ["a b.wav", "a_b.wav", "a_b.ogg", "A_B.flac", "con.wav", "x" * 120 + ".wav", "x" * 130 + ".wav",
             "'q' & #%.wav",
             "übel.wav", decomposed, "日本.wav", "è/nul.wav", "nul.wav"]  # fmt: skip
    lines = dialogue_of_folder(folder(tmp_path, *names)).lines
    assert len(lines) == len({same_file(line.id) for line in lines}) == len(names)
    assert [id_fault(line.id) for line in lines] == [None] * len(names)
    assert {"A_B", "a_b_wav", "line_con", "line_nul", "übel", "über", "日本", "è_nul"} <= {line.id for line in lines}


def test_the_same_recordings_have_the_same_names_elsewhere(tmp_path: Path) -> None:
    found = [
        [(line.id, line.audio.name) for line in dialogue_of_folder(folder(tmp_path / place, "b c.wav", "b_c.wav")).lines
         if line.audio is not None]
        for place in ("here", "there/deeper")
    ]  # fmt: skip
    assert found[0] == found[1]


def test_a_folder_without_recordings(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="there is no WAV, FLAC or OGG file in it"):
        dialogue_of_folder(folder(tmp_path, "notes.txt"))
