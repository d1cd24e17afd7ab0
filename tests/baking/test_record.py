"""What the report tells of each take, where its sound is, and what Unreal imports."""

import ast
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from voxrig.baking.dialogue_bake import Way, bake_dialogue
from voxrig.baking.job import Job
from voxrig.baking.record import failed
from voxrig.baking.script.dialogue import CharacterSheet, Line
from voxrig.baking.script.reading import read_dialogue
from voxrig.baking.settings import BakeSettings

Records = dict[str, dict[str, Any]]


def told(script: Path, out: Path, settings: BakeSettings) -> Records:
    bake_dialogue(read_dialogue(script), settings, out, Way())
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return {record["id"]: record for record in report["lines"]}


def test_words_say_where_their_times_come_from(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    times = [["no", 0.1, 0.3], ["i", 0.35, 0.4], ["love", 0.4, 0.5], ["my", 0.5, 0.6], ["quiet", 0.6, 0.8]]
    rows = json.dumps({"words": [*times, ["house", 0.8, 1.0004]]})
    script.with_name("l2.json").write_text(rows, encoding="utf-8")
    records = told(script, tmp_path / "out", settings)
    assert records["l2"]["words_by"] == "given"
    assert records["l2"]["words"][0] == ["No", 0.1, 0.3]
    assert records["l2"]["words"][5] == ["house", 0.8, 1.0]
    assert records["l1"]["words_by"] in ("aligned", "estimated")
    assert records["l2"]["timecode"] == "01:00:00:00"


def test_warnings_of_the_sound_are_the_speakers(
    script: Path, tmp_path: Path, settings: BakeSettings, speech: Callable[..., np.ndarray]
) -> None:
    soundfile.write(script.with_name("l1.wav"), np.clip(9 * speech(1.4, 24_000), -1, 1), 24_000)
    soundfile.write(script.with_name("l3.wav"), np.zeros(8000, np.float32), 16_000)
    records = told(script, tmp_path / "out", settings)
    kinds = {name: [warned["kind"] for warned in record["warnings"]] for name, record in records.items()}
    assert "clipping" in kinds["l1"]
    assert "silence" in kinds["l3"]
    assert kinds["l1_listener"] == []


@pytest.mark.parametrize("out", ["scene/out", "there/deep er", "scene"])
def test_the_report_finds_each_sound_from_its_own_folder(
    script: Path, tmp_path: Path, settings: BakeSettings, out: str
) -> None:
    (tmp_path / out).mkdir(parents=True, exist_ok=True)
    records = told(script, tmp_path / out, settings)
    for name, record in records.items():
        sound = (tmp_path / out / record["audio"]).resolve()
        assert sound == (script.parent / f"{name.removesuffix('_listener')}.wav").resolve()
        assert "\\" not in record["audio"]


def test_unreal_gets_a_script_with_each_take_and_its_sound(
    script: Path, tmp_path: Path, settings: BakeSettings
) -> None:
    out = tmp_path / "out"
    records = told(script, out, replace(settings, formats=("unreal",)))
    tree = ast.parse((out / "unreal" / "import_to_unreal.py").read_text(encoding="utf-8"))
    [takes] = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "TAKES"
        and node.value is not None
    ]  # fmt: skip
    assert takes == tuple(
        (f"{name}.curves.json", "" if name.endswith("_listener") else f"../../scene/{name}.wav") for name in records
    )
    for file, sound in takes:
        assert (out / "unreal" / file).is_file()
        assert not sound or (out / "unreal" / sound).is_file()


def test_no_unreal_no_script(script: Path, tmp_path: Path, settings: BakeSettings) -> None:
    told(script, tmp_path / "out", settings)
    assert not (tmp_path / "out" / "unreal").exists()


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("two\n lines"), "two lines"),
        (OSError(28, "No space left on device"), "[Errno 28] No space left on device"),
        (KeyError("x"), "KeyError: 'x'"),
        (MemoryError(), "MemoryError: MemoryError"),
    ],
)
def test_a_failed_take_says_why_in_one_line(error: Exception, text: str) -> None:
    line = Line("l1", "Ann", listener="Bo")
    record = failed(Job("l1", line, CharacterSheet("Ann"), False, Path("x/l1.wav"), False, {}, ""), error)
    assert record["error"] == text
    assert (record["status"], record["role"], record["audio"], record["files"]) == ("failed", "speaker", "l1.wav", [])


def test_a_timecode_that_the_rate_has_not_fails_its_line_alone(
    script: Path, tmp_path: Path, settings: BakeSettings
) -> None:
    text = script.read_text(encoding="utf-8").replace("01:00:00:00", "01:00:00:45")
    script.write_text(text, encoding="utf-8")
    assert told(script, tmp_path / "sixty", settings)["l2"]["status"] == "baked"
    from voxrig.runtime.core.timing import FrameRate

    records = told(script, tmp_path / "twenty-four", replace(settings, fps=FrameRate(24)))
    assert [name for name, record in records.items() if record["status"] == "failed"] == ["l2"]
    assert records["l2"]["error"].startswith("door.yaml:9: timecode: ")
    assert "01:00:00:45" in records["l2"]["error"]
