"""Lines that nobody has recorded, spoken and baked."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.baking.dialogue_bake import Outcome, Way, bake_dialogue, look
from voxrig.baking.script.reading import read_dialogue
from voxrig.baking.settings import BakeSettings

SCRIPT = """
characters: {Ann: {voice: en-us}, Bo: }
lines:
  - {id: s1, character: Ann, listener: Bo, text: "Open the door!", tags: [{at: door, blink: true}]}
  - {id: s2, character: Bo, text: "No."}
"""


@pytest.fixture(autouse=True)
def espeak(program: Callable[..., str]) -> str:
    return program("espeak-ng")


@pytest.fixture
def spoken(tmp_path: Path) -> Path:
    """A script without recordings."""
    path = tmp_path / "scene" / "door.yaml"
    path.parent.mkdir()
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def bake(script: Path, out: Path, settings: BakeSettings, *, scratch: bool = True) -> Outcome:
    return bake_dialogue(read_dialogue(script), settings, out, Way(scratch=scratch))


def baked(outcome: Outcome) -> list[str]:
    return [record["id"] for record in outcome.records if record["status"] == "baked"]


def test_lines_are_spoken_once_and_again_where_text_or_voice_change(
    spoken: Path, tmp_path: Path, settings: BakeSettings
) -> None:
    out = tmp_path / "out"
    outcome = bake(spoken, out, settings)
    assert baked(outcome) == ["s1", "s1_listener", "s2"]
    assert [record["scratch"] for record in outcome.records] == [True] * 3
    assert outcome.records[0]["audio"] == "scratch/s1.scratch.wav"
    assert [word[0] for word in outcome.records[0]["words"]] == ["Open", "the", "door"]
    before = {path: path.stat().st_mtime_ns for path in (out / "scratch").iterdir()}
    assert sorted(path.name for path in before) == ["s1.scratch.wav", "s2.scratch.wav"]
    assert baked(bake(spoken, out, settings)) == []
    assert {path: path.stat().st_mtime_ns for path in before} == before
    text = SCRIPT.replace('"No."', '"No, never."')
    spoken.write_text(text, encoding="utf-8")
    assert baked(bake(spoken, out, settings)) == ["s2"]
    spoken.write_text(text.replace("en-us", "en-gb"), encoding="utf-8")
    assert baked(bake(spoken, out, settings)) == ["s1", "s1_listener"]


def test_a_look_says_what_would_be_spoken_and_writes_nothing(
    spoken: Path, tmp_path: Path, settings: BakeSettings
) -> None:
    out = tmp_path / "out"
    plan = look(read_dialogue(spoken), settings, out, Way(scratch=True))
    assert plan.why == dict.fromkeys(("s1", "s1_listener", "s2"), "to be spoken by a scratch voice")
    assert not out.exists()
    bake(spoken, out, settings)
    assert look(read_dialogue(spoken), settings, out, Way(scratch=True)).why == {}
    spoken.write_text(SCRIPT.replace('"No."', '"No, never."'), encoding="utf-8")
    assert list(look(read_dialogue(spoken), settings, out, Way(scratch=True)).why) == ["s2"]


def test_a_recording_takes_the_place_of_a_scratch_voice(
    spoken: Path, tmp_path: Path, settings: BakeSettings, speech: Callable[..., np.ndarray]
) -> None:
    out = tmp_path / "out"
    bake(spoken, out, settings)
    soundfile.write(spoken.parent / "s2.wav", speech(0.7, 16_000), 16_000)
    outcome = bake(spoken, out, settings)
    assert baked(outcome) == ["s2"]
    [record] = [record for record in outcome.records if record["id"] == "s2"]
    assert (record["scratch"], record["audio"]) == (False, "../scene/s2.wav")


def test_without_the_option_an_old_scratch_voice_counts_for_nothing(
    spoken: Path, tmp_path: Path, settings: BakeSettings
) -> None:
    out = tmp_path / "out"
    bake(spoken, out, settings)
    assert bake(spoken, out, settings, scratch=False).count("failed") == 3


def test_a_voice_that_there_is_not_fails_its_lines_alone(spoken: Path, tmp_path: Path, settings: BakeSettings) -> None:
    spoken.write_text(SCRIPT.replace("en-us", "klingon-b"), encoding="utf-8")
    outcome = bake(spoken, tmp_path / "out", settings)
    assert baked(outcome) == ["s2"]
    [wrong] = [record for record in outcome.records if record["status"] == "failed"]
    assert wrong["id"] == "s1"
    assert wrong["error"].startswith("door.yaml:4: ")
    assert "klingon-b" in wrong["error"]
    told = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert [line["status"] for line in told["lines"]] == ["failed", "baked"]
