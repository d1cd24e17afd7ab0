"""A small dialogue with recordings of its own, and a folder's bytes."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from voxrig.baking.casting import Cast, cast
from voxrig.baking.job import Job
from voxrig.baking.script.dialogue import CharacterSheet, Line, Tag
from voxrig.baking.script.reading import read_dialogue
from voxrig.baking.settings import BakeSettings
from voxrig.runtime.models.bundle import Bundle

from .said_line import RATE, SECONDS, SHEET, TEXT, WORDS, Made

SCRIPT = """
dialogue: Two at a door
characters:
  Ann: {seed: 3, personality: {extraversion: 0.5}, style: clear}
  Bo: {seed: 4, emotion: "sadness=0.2", rig: metahuman}
lines:
  - {id: l1, character: Ann, listener: Bo, text: "Open the door, you thief!", emotion: anger=0.6,
     tags: [{at: door, gaze: away}, {at: 0.3, viseme: PP, until: 0.4}]}
  - {id: l2, character: Bo, listener: Ann, text: "No. I love my quiet house.", timecode: "01:00:00:00"}
  - {id: l3, character: Ann, text: "Then stay in there.", emotion: auto}
  - {id: l4, character: Bo, text: "I will.", emotion: "off", tags: [{at: will, head: {nod: 0.6}}]}
"""
LENGTHS = {"l1": 1.4, "l2": 1.1, "l3": 0.9, "l4": 0.6}


@pytest.fixture
def script(tmp_path: Path, speech: Callable[..., np.ndarray]) -> Path:
    """door.yaml and four recordings beside it."""
    folder = tmp_path / "scene"
    folder.mkdir()
    for number, (name, seconds) in enumerate(LENGTHS.items()):
        rate = (24_000, 16_000)[number % 2]
        soundfile.write(folder / f"{name}.wav", speech(seconds, rate, number + 3), rate)
    path = folder / "door.yaml"
    path.write_text(SCRIPT, encoding="utf-8")
    assert read_dialogue(path).problems == ()
    return path


@pytest.fixture
def settings(tiny_bundle: Bundle) -> BakeSettings:
    """CSV alone, by the tiny model."""
    return BakeSettings(model=str(tiny_bundle.path), pictures=False)


@pytest.fixture(scope="session")
def bytes_of() -> Callable[[Path], dict[str, str]]:
    """`bytes_of(folder)`: checksums of all files below a folder, by their path in it."""

    def read(folder: Path) -> dict[str, str]:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}

    return read


@pytest.fixture
def audio(tmp_path: Path, speech: Callable[..., np.ndarray]) -> Path:
    """A recording with the times of its words beside it."""
    path = tmp_path / "l1.wav"
    soundfile.write(path, 0.5 * speech(SECONDS, RATE), RATE, subtype="FLOAT")
    path.with_suffix(".json").write_text(json.dumps({"words": WORDS}), encoding="utf-8")
    return path


@pytest.fixture
def made(audio: Path, settings: BakeSettings, tiny_bundle: Bundle) -> Made:
    """`made(tag, ..., words="", feeling={}, sheet=SHEET, formats="csv", body=None, **line)`: a line, cast."""

    def make(*tags: Tag, words: str = "", feeling: dict[str, float] | None = None,
             sheet: CharacterSheet = SHEET, formats: str = "csv", body: bool | None = None,
             **line: Any) -> Cast:  # fmt: skip
        said = Line("l1", "Ann", audio, **{"text": TEXT, "listener": "Bo", "tags": tags, **line})
        job = Job("l1", said, sheet, False, audio, False, feeling or {}, words)
        return cast(job, replace(settings, formats=tuple(formats.split(",")), body=body), tiny_bundle.spec, None)

    return make
