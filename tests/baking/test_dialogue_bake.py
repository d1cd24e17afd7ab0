"""A dialogue becomes assets; again, and only what has changed is baked."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.baking.dialogue_bake import Outcome, Way, bake_dialogue, look
from voxrig.baking.folder_lock import FolderBusyError, only_one
from voxrig.baking.script.reading import read_dialogue
from voxrig.baking.settings import BakeSettings
from voxrig.engine_bridges.readers.livelink_csv import read_livelink_csv

Bytes = Callable[[Path], dict[str, str]]

TAKES = ["l1", "l1_listener", "l2", "l2_listener", "l3", "l4"]


def bake(script: Path, out: Path, settings: BakeSettings, way: Way = Way()) -> Outcome:  # noqa: B008
    return bake_dialogue(read_dialogue(script), settings, out, way)


def status(outcome: Outcome) -> dict[str, str]:
    return {record["id"]: record["status"] for record in outcome.records}


def change(script: Path, old: str, new: str) -> None:
    text = script.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    script.write_text(text.replace(old, new), encoding="utf-8")


def baked(outcome: Outcome) -> list[str]:
    return [name for name, what in status(outcome).items() if what == "baked"]


def test_every_line_becomes_its_files(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    out = tmp_path / "out"
    outcome = bake(script, out, settings)
    assert list(status(outcome)) == TAKES
    assert set(status(outcome).values()) == {"baked"}
    assert sorted(path.name for path in (out / "csv").iterdir()) == sorted(f"{name}.csv" for name in TAKES)
    take = read_livelink_csv(out / "csv" / "l1.csv")
    assert len(take) == 84  # 1.4 s
    assert (out / "csv" / "l2.csv").read_text(encoding="utf-8").startswith("Frame,Time,CTRL_expressions_")
    told = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert [record["id"] for record in told["lines"]] == TAKES
    one = told["lines"][0]
    assert (one["character"], one["listener"], one["emotion"]["words"]) == ("Ann", "Bo", "anger=0.6")
    assert [word[0] for word in one["words"]] == ["Open", "the", "door", "you", "thief"]
    assert "l1" in (out / "report.html").read_text(encoding="utf-8")


def test_a_second_run_does_nothing(script: Path, tmp_path: Path, settings: BakeSettings, bytes_of: Bytes) -> None:
    out = tmp_path / "out"
    bake(script, out, settings)
    before = {path: path.stat().st_mtime_ns for path in (out / "csv").iterdir()}
    first = bytes_of(out)
    outcome = bake(script, out, settings)
    assert set(status(outcome).values()) == {"unchanged"}
    assert {path: path.stat().st_mtime_ns for path in (out / "csv").iterdir()} == before
    assert bytes_of(out) == first


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("{at: door, gaze: away}", "{at: thief, gaze: away}", ["l1"]),
        ("emotion: auto", "emotion: auto, style: mumble", ["l3"]),
        ("seed: 4", "seed: 5", ["l1_listener", "l2", "l4"]),
        ("I will.", "I would.", []),  # then `will` is not in the text: the line fails
    ],
)
def test_a_changed_line_is_baked_alone(
    script: Path, tmp_path: Path, settings: BakeSettings, old: str, new: str, again: list[str]
) -> None:
    out = tmp_path / "out"
    bake(script, out, settings)
    change(script, old, new)
    outcome = bake(script, out, settings)
    assert baked(outcome) == again
    if not again:
        [wrong] = [record for record in outcome.records if record["status"] == "failed"]
        assert wrong["id"] == "l4"
        assert "will" in wrong["error"]


def test_another_recording_is_baked_alone(
    script: Path, tmp_path: Path, settings: BakeSettings, speech: Callable[..., np.ndarray]
) -> None:
    out = tmp_path / "out"
    bake(script, out, settings)
    soundfile.write(script.parent / "l3.wav", speech(0.7, 24_000, 11), 24_000)
    assert baked(bake(script, out, settings)) == ["l3"]
    (out / "csv" / "l1.csv").unlink()
    assert baked(bake(script, out, settings)) == ["l1"]


def test_other_settings_bake_everything(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    out = tmp_path / "out"
    bake(script, out, settings)
    assert baked(bake(script, out, replace(settings, batch=2))) == []
    assert baked(bake(script, out, replace(settings, formats=("csv", "take")))) == TAKES
    assert len(list((out / "take").iterdir())) == len(TAKES)


def test_what_somebody_edited_is_kept(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    out = tmp_path / "out"
    bake(script, out, settings)
    edited = out / "csv" / "l1.csv"
    edited.write_text(edited.read_text(encoding="utf-8") + "\n", encoding="utf-8", newline="\n")
    by_hand = edited.read_bytes()
    assert baked(bake(script, out, settings)) == []
    change(script, "anger=0.6", "anger=0.9")
    outcome = bake(script, out, settings)
    assert status(outcome)["l1"] == "edited"
    assert "csv/l1.csv was edited by hand" in next(r["error"] for r in outcome.records if r["id"] == "l1")
    assert edited.read_bytes() == by_hand
    assert "l1" in baked(bake(script, out, settings, Way(force=True)))
    assert edited.read_bytes() != by_hand


def test_broken_lines_leave_the_others_alone(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    whole = bake(script, tmp_path / "whole", settings)
    assert whole.count("failed") == 0
    (script.parent / "l2.wav").write_bytes(b"RIFF no sound")
    (script.parent / "l3.wav").unlink()
    change(script, "dialogue: Two at a door", "dialogue: Two at a door\nemotional: yes")
    text = script.read_text(encoding="utf-8")
    script.write_text(text + "  - {id: l5, character: Nobody, text: Hello}\n", encoding="utf-8")
    outcome = bake(script, tmp_path / "out", settings)
    assert status(outcome)["l1"] == status(outcome)["l4"] == "baked"
    wrong = {record["id"]: record["error"] for record in outcome.records if record["status"] == "failed"}
    assert {"l2", "l2_listener", "l3", "l5"} <= set(wrong)
    assert "--scratch-voice" in wrong["l3"]
    assert re.match(r"door\.yaml:\d+: ", wrong["l5"])
    for name in ("l1", "l4"):
        same = [(tmp_path / folder / "csv" / f"{name}.csv").read_bytes() for folder in ("whole", "out")]
        assert same[0] == same[1]


def test_a_line_that_is_taken_out_is_left_over(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    out = tmp_path / "out"
    bake(script, out, settings)
    text = script.read_text(encoding="utf-8")
    script.write_text(text[: text.index("  - {id: l4")], encoding="utf-8")
    outcome = bake(script, out, settings)
    assert outcome.left_over == ("l4",)
    assert (out / "csv" / "l4.csv").is_file()


def test_batches_and_processes_give_the_same_bytes(
    script: Path, tmp_path: Path, settings: BakeSettings, bytes_of: Bytes
) -> None:
    full = replace(settings, formats=("csv", "take", "glb"), layers=True, pictures=True)
    ways = {"one": (1, 1), "many": (32, 1), "two": (3, 2)}
    found = []
    for name, (batch, processes) in ways.items():
        bake(script, tmp_path / name, replace(full, batch=batch), Way(processes))
        found.append(bytes_of(tmp_path / name))
    assert found[0] == found[1] == found[2]
    assert "csv/l1.blink.csv" in found[0]
    assert "report/l1.jpg" in found[0]


def test_a_look_writes_nothing(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    out = tmp_path / "out"
    plan = look(read_dialogue(script), settings, out, Way())
    assert [due.job.name for due in plan.due] == TAKES
    assert not out.exists()


def test_two_bakes_in_one_folder(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    with (
        only_one(tmp_path / "out" / ".voxrig" / "lock"),
        pytest.raises(FolderBusyError, match="another bake is writing there"),
    ):
        bake(script, tmp_path / "out", settings)


def test_nothing_of_a_speaker_leaks_into_the_listener(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    bake(script, tmp_path / "one", settings)
    change(script, "seed: 3", "seed: 33")  # Ann's
    change(script, "{at: door, gaze: away}", "{at: thief, emotion: joy=0.9}")
    change(script, "style: clear", "style: mumble")
    bake(script, tmp_path / "other", settings)
    speaker, listener = (
        [(tmp_path / folder / "csv" / f"{name}.csv").read_bytes() for folder in ("one", "other")]
        for name in ("l1", "l1_listener")
    )
    assert speaker[0] != speaker[1]
    assert listener[0] == listener[1]


def test_a_listener_is_alive_and_silent(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    bake(script, tmp_path / "out", replace(settings, formats=("take",)))
    from voxrig.engine_bridges.readers.take_file import read_take

    clip = read_take(tmp_path / "out" / "take" / "l2_listener.vxtake")
    assert clip.listening
    assert clip.character == "Ann"
    arkit = clip.arkit()
    moved = {name: float(np.ptp(arkit.values[:, column])) for column, name in enumerate(arkit.names)}
    assert moved["HeadPitch"] > 0.003
    assert moved["JawOpen"] < 0.2
