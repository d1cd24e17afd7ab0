"""The hash of a take's inputs changes with what its files depend on, and with nothing else."""

import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from voxrig.baking.job import Job, inputs_of
from voxrig.baking.script.dialogue import CharacterSheet, Line, Tag, Where
from voxrig.baking.settings import BakeSettings
from voxrig.runtime.core.timing import FrameRate

MODELS = {"face": "a", "emotion": "b"}
WHERE = Where(Path("/x/scene.yaml"), 3)
TAG = Tag("door", "emotion", {"anger": 0.9}, "thief", WHERE)


@pytest.fixture
def job(tmp_path: Path, speech: Callable[..., np.ndarray]) -> Job:
    folder = tmp_path / "here"
    folder.mkdir()
    soundfile.write(folder / "l1.wav", speech(0.2, 16_000), 16_000)
    (folder / "hero.json").write_text('{"jaw": 1.2}', encoding="utf-8")
    line = Line(
        "l1", "Ann", folder / "l1.wav", "Open the door, you thief!", "anger=0.6", 0.5, "Bo", (TAG,),
        ({"desirability": -0.4},), ({"start": 0.1, "end": 0.2, "jaw": 1.2},), str(folder / "hero.json"), "01:00:00:00",
        "door", WHERE,
    )  # fmt: skip
    sheet = CharacterSheet(
        "Ann", "arkit", str(folder / "hero.json"), "joy=0.1", {"openness": 0.2}, 3, "en", {}, "sitting", WHERE
    )
    return Job("l1", line, sheet, False, folder / "l1.wav", False, {"anger": 0.6}, "anger=0.6")


def digest(job: Job, settings: BakeSettings | None = None, models: dict[str, str] | None = None) -> str:
    return inputs_of(job, settings or BakeSettings(), models or MODELS)


OF_LINE: dict[str, Any] = {
    "id": "l2",
    "character": "Cid",
    "audio": Path("/x/other.wav"),
    "text": "Open the door, you fool!",
    "emotion": None,
    "intensity": 0.6,
    "listener": None,
    "tags": (replace(TAG, at="you"),),
    "events": (),
    "overrides": (),
    "style": "clear",
    "timecode": None,
    "scene": "gate",
}
OF_SHEET: dict[str, Any] = {
    "name": "Anne",
    "rig": "metahuman",
    "style": "clear",
    "emotion": "",
    "personality": {"openness": 0.3},
    "seed": 4,
    "body": "energy=0.2",
}
OF_JOB: dict[str, Any] = {
    "name": "l1_listener",
    "listening": True,
    "scratch": True,
    "feeling": {"anger": 0.7},
    "words": "anger=0.7",
}
OF_SETTINGS: dict[str, Any] = {
    "formats": ("csv", "glb"),
    "fps": FrameRate(Fraction(30)),
    "layers": True,
    "pictures": False,
    "body": True,
    "body_model": None,
    "backend": "auto",
    "bound": 0.02,
    "turn": 0.0,
    "batch": None,
    "listeners": None,
    "model": None,
    "model_file": None,
}


def test_every_field_is_thought_of() -> None:
    assert {f.name for f in fields(Line)} == {*OF_LINE, "where"}
    assert {f.name for f in fields(CharacterSheet)} == {*OF_SHEET, "voice", "relations", "where"}
    assert {f.name for f in fields(Job)} == {*OF_JOB, "line", "sheet", "audio"}
    assert {f.name for f in fields(BakeSettings)} == {*OF_SETTINGS}


def test_it_changes_with_each_of_them(job: Job) -> None:
    found = {"": digest(job), "models": digest(job, models={**MODELS, "face": "c"})}
    found |= {f"line {key}": digest(replace(job, line=replace(job.line, **{key: OF_LINE[key]}))) for key in OF_LINE}
    found |= {
        f"sheet {key}": digest(replace(job, sheet=replace(job.sheet, **{key: OF_SHEET[key]}))) for key in OF_SHEET
    }
    found |= {f"job {key}": digest(replace(job, **{key: value})) for key, value in OF_JOB.items()}
    settings = {key: value for key, value in OF_SETTINGS.items() if value is not None}
    found |= {f"set {key}": digest(job, replace(BakeSettings(), **{key: settings[key]})) for key in settings}
    for part, value in {"at": 0.3, "cue": "event", "values": {"anger": 0.8}, "until": None}.items():
        tag = replace(TAG, **{part: value})
        found[f"tag {part}"] = digest(replace(job, line=replace(job.line, tags=(tag,))))
    same = {name: digest for name, digest in found.items() if list(found.values()).count(digest) > 1}
    assert not same


def test_it_does_not_change_with_places_workers_and_what_counts_itself(job: Job) -> None:
    where = Where(Path("/elsewhere/scene.yaml"), 30)
    line = replace(job.line, where=where, tags=(replace(TAG, where=where),))
    sheet = replace(job.sheet, where=where, voice="de", relations={"Bo": 0.5})
    assert digest(replace(job, line=line, sheet=sheet)) == digest(job)
    for name, value in {"batch": 4, "listeners": False, "model": "/elsewhere/studio", "body_model": "/hers"}.items():
        assert digest(job, replace(BakeSettings(), **{name: value})) == digest(job)
    assert digest(job, BakeSettings(formats=("csv", "glb"))) == digest(job, BakeSettings(formats=("glb", "csv")))


def test_it_does_not_change_with_the_folders_place(job: Job, tmp_path: Path) -> None:
    there = shutil.copytree(tmp_path / "here", tmp_path / "there")
    style = str(there / "hero.json")
    line = replace(job.line, audio=there / "l1.wav", style=style)
    moved = replace(job, line=line, sheet=replace(job.sheet, style=style), audio=there / "l1.wav")
    assert digest(moved) == digest(job)


def test_it_changes_with_the_bytes_of_each_file(job: Job, tmp_path: Path, speech: Callable[..., np.ndarray]) -> None:
    face = tmp_path / "face.glb"
    face.write_bytes(b"one")
    settings = replace(BakeSettings(), model_file=face)
    found = [digest(job), digest(job, settings)]
    face.write_bytes(b"two, longer")
    found.append(digest(job, settings))
    (tmp_path / "here" / "hero.json").write_text('{"jaw": 1.25}', encoding="utf-8")
    found.append(digest(job))
    job.audio.with_suffix(".json").write_text('{"words": [["Open", 0, 0.1]]}', encoding="utf-8")
    found.append(digest(job))
    soundfile.write(job.audio, speech(0.3, 16_000), 16_000)
    found.append(digest(job))
    assert len(set(found)) == len(found)


def test_a_file_that_is_called_like_a_preset_counts_for_nothing(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = replace(job, line=replace(job.line, style="clear"))
    before = digest(plain)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clear").write_text("something else", encoding="utf-8")
    assert digest(plain) == before


def test_a_style_file_that_is_gone_is_an_error(job: Job, tmp_path: Path) -> None:
    (tmp_path / "here" / "hero.json").unlink()
    with pytest.raises(FileNotFoundError):
        digest(job)


def test_each_line_role_and_seed_has_random_choices_of_its_own(job: Job) -> None:
    others = [
        replace(job, listening=True),
        replace(job, line=replace(job.line, id="l2")),
        replace(job, sheet=replace(job.sheet, seed=4)),
    ]
    assert len({job.seed, *(other.seed for other in others)}) == 4
    assert replace(job, name="other").seed == job.seed
    assert 0 <= job.seed < 2**48
