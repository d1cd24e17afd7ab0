"""What a bake would do, and why."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.baking.dialogue_bake import Outcome, Way, bake_dialogue, look
from voxrig.baking.planning import Plan
from voxrig.baking.script.reading import read_dialogue
from voxrig.baking.settings import BakeSettings


def would(script: Path, out: Path, settings: BakeSettings, way: Way = Way()) -> Plan:  # noqa: B008
    return look(read_dialogue(script), settings, out, way)


def bake(script: Path, out: Path, settings: BakeSettings, way: Way = Way()) -> Outcome:  # noqa: B008
    return bake_dialogue(read_dialogue(script), settings, out, way)


def change(script: Path, old: str, new: str) -> None:
    text = script.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    script.write_text(text.replace(old, new), encoding="utf-8")


def errors(outcome: Outcome | Plan) -> dict[str, str]:
    records = outcome.records if isinstance(outcome, Outcome) else outcome.settled.values()
    return {record["id"]: record["error"] for record in records if record["status"] == "failed"}


def test_each_take_that_is_due_has_a_reason(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    out = tmp_path / "out"
    assert set(would(script, out, settings).why.values()) == {"new"}
    bake(script, out, settings)
    assert would(script, out, settings).why == {}
    change(script, "anger=0.6", "anger=0.7")
    (out / "csv" / "l3.csv").unlink()
    assert would(script, out, settings).why == {"l1": "changed", "l3": "files are missing"}
    forced = would(script, out, settings, Way(force=True))
    assert set(forced.why.values()) == {"forced"}
    assert [due.job.name for due in forced.due] == list(forced.order)


@pytest.mark.parametrize(("formats", "listens"), [(("csv",), set()), (("bvh",), {"l1_listener"})])
def test_a_posture_is_the_listeners_as_well_where_a_body_is_baked(
    script: Path, tmp_path: Path, settings: BakeSettings, formats: tuple[str, ...], listens: set[str]
) -> None:
    settings = replace(settings, formats=formats)
    bake(script, tmp_path / "out", settings)
    change(script, "{at: door, gaze: away}", "{at: door, gaze: away, gesture: stop, body: {lean: 8}}")
    plan = would(script, tmp_path / "out", settings)
    assert plan.why == dict.fromkeys({"l1"} | listens, "changed")
    for due in plan.due:
        if due.job.listening:
            assert [(tag.cue, tag.values) for tag in due.job.line.tags] == [("body", {"lean": 8.0})]


def test_a_line_that_is_called_like_anothers_listener_is_left_out(
    script: Path, tmp_path: Path, settings: BakeSettings
) -> None:
    change(script, "id: l3,", "id: L1_Listener, audio: l3.wav,")
    outcome = bake(script, tmp_path / "out", settings)
    [(name, told)] = errors(outcome).items()
    assert name == "L1_Listener"
    assert told.startswith("door.yaml:")
    assert "line 'l1' has a take or layer of the name 'l1_listener', too; give one of both lines another id" in told
    assert [record["id"] for record in outcome.records] == ["l1", "l1_listener", "l2", "l2_listener", name, "l4"]
    alone = bake(script, tmp_path / "alone", replace(settings, listeners=False))
    assert errors(alone) == {}
    assert [record["id"] for record in alone.records] == ["l1", "l2", name, "l4"]


def test_a_line_that_is_called_like_anothers_layer_is_left_out(
    script: Path, tmp_path: Path, settings: BakeSettings
) -> None:
    change(script, "id: l3,", "id: l1.blink, audio: l3.wav,")
    assert errors(would(script, tmp_path / "out", settings)) == {}
    assert list(errors(would(script, tmp_path / "out", replace(settings, layers=True)))) == ["l1.blink"]


def test_an_id_that_is_there_twice_fails_once_and_is_baked_once(
    script: Path, tmp_path: Path, settings: BakeSettings
) -> None:
    change(script, "id: l3,", "id: l1,")
    for _ in range(2):
        outcome = bake(script, tmp_path / "out", settings)
        assert outcome.count("failed") == 1
        assert "has this id already" in errors(outcome)["l1"]
        assert [record["id"] for record in outcome.records] == ["l1", "l1_listener", "l2", "l2_listener", "l1", "l4"]
    assert outcome.count("unchanged") == 5


def test_failed_lines_stand_where_the_script_has_them(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    change(script, 'emotion: "off"', "emotion: 7")
    change(script, "id: l1, character: Ann,", "id: l1, character: Anne,")
    order = would(script, tmp_path / "out", settings).order
    assert order == ("l1", "l2", "l2_listener", "l3", "l4")


def test_the_listener_of_a_line_that_is_wrong_now_is_not_left_over(
    script: Path, tmp_path: Path, settings: BakeSettings
) -> None:
    out = tmp_path / "out"
    bake(script, out, settings)
    change(script, "id: l2, character: Bo,", "id: l2, character: Bob,")
    assert would(script, out, settings).left_over == ()


def test_a_sound_that_lies_about_is_not_taken_for_a_missing_one(
    script: Path,
    tmp_path: Path,
    settings: BakeSettings,
    speech: Callable[..., np.ndarray],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (script.parent / "l3.wav").unlink()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    soundfile.write(elsewhere / "l3.wav", speech(0.5, 16_000), 16_000)
    monkeypatch.chdir(elsewhere)
    outcome = bake(script, tmp_path / "out", settings)
    assert "it has no recording; record it, or give --scratch-voice" in errors(outcome)["l3"]
    [record] = [record for record in outcome.records if record["id"] == "l3"]
    assert record["audio"] == ""


def test_a_style_file_that_is_gone_fails_its_line_alone(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    style = script.with_name("hero.json")
    style.write_text('{"jaw": 1.2}', encoding="utf-8")
    change(script, "emotion: auto", "emotion: auto, style: hero.json")
    dialogue = read_dialogue(script)
    style.unlink()
    found = errors(look(dialogue, settings, tmp_path / "out", Way()))
    assert list(found) == ["l3"]
    assert "hero.json: No such file or directory; check the path" in found["l3"]


def test_what_follows_an_earlier_lines_feeling_is_baked_again_with_it_and_nothing_else(
    script: Path, tmp_path: Path, settings: BakeSettings
) -> None:
    change(script, 'l3, character: Ann, text: "Then stay in there.", emotion: auto', "l3, character: Ann, text: Well.")
    change(script, 'I love my quiet house."', 'I love my quiet house.", emotion: joy=0.3')
    out = tmp_path / "out"
    first = bake(script, out, settings)
    by_id = {record["id"]: record for record in first.records}
    assert by_id["l3"]["emotion"]["words"].startswith("anger=")
    assert "still angry" in " ".join(by_id["l3"]["emotion"]["why"])
    change(script, "anger=0.6", "joy=0.9")
    assert set(would(script, out, settings).why) == {"l1", "l1_listener", "l3"}
    again = bake(script, out, settings)
    assert {r["id"]: r for r in again.records}["l3"]["emotion"]["words"].startswith("joy=")
    assert {r["id"] for r in again.records if r["status"] == "baked"} == {"l1", "l1_listener", "l3"}


def test_a_moved_bake_is_the_same_bake(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    style = script.with_name("hero.json")
    style.write_text('{"jaw": 1.2}', encoding="utf-8")
    change(script, "emotion: auto", "emotion: auto, style: hero.json")
    bake(script, script.parent / "out", settings)
    moved = script.parent.rename(tmp_path / "moved")
    assert would(moved / "door.yaml", moved / "out", settings).why == {}
