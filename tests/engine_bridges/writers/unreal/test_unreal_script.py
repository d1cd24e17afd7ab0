"""The script for Unreal, run as Unreal runs it, against the stand-in of `conftest`."""

import json
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from voxrig.engine_bridges.writers.metahuman_json import write_metahuman_json
from voxrig.engine_bridges.writers.unreal_script import ListedTake, write_unreal_script
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.timing import FrameRate

SKELETON = "/Game/MetaHumans/Common/Face/Face_Archetype_Skeleton"


@pytest.fixture
def folder(tmp_path: Path, lively_clip: Callable[..., Clip]) -> Path:
    """Two baked lines, one with a layer, and a sound, as a bake leaves them."""
    (tmp_path / "audio").mkdir()
    (tmp_path / "audio" / "gate 01.wav").write_bytes(b"RIFF....WAVE")
    write_metahuman_json(lively_clip(frames=90), tmp_path / "gate_01.curves.json")
    write_metahuman_json(lively_clip(frames=90).layer("speech"), tmp_path / "gate_01.speech.curves.json")
    write_metahuman_json(lively_clip(FrameRate(30_000, 1001), 50, "gate_02"), tmp_path / "gate_02.curves.json")
    takes = [
        ListedTake("gate_01.curves.json", "audio/gate 01.wav"),
        ListedTake("gate_01.speech.curves.json"),
        ListedTake("gate_02.curves.json"),
    ]
    write_unreal_script(takes, tmp_path / "import_to_unreal.py")
    return tmp_path


def run(folder: Path) -> None:
    runpy.run_path(str(folder / "import_to_unreal.py"), run_name="__main__")


def test_each_take_becomes_a_sequence_with_its_rate_length_and_curves(
    folder: Path, editor: Any, lively_clip: Callable[..., Clip]
) -> None:
    run(folder)
    made = {path for path in editor.assets if path.startswith("/Game/Voxrig/")}
    assert made == {f"/Game/Voxrig/{name}" for name in ("AS_gate_01", "AS_gate_01_speech", "AS_gate_02", "SW_gate_01")}
    for name, clip in (
        ("AS_gate_01", lively_clip(frames=90)),
        ("AS_gate_02", lively_clip(FrameRate(30_000, 1001), frames=50)),
    ):
        sequence = editor.assets[f"/Game/Voxrig/{name}"]
        take = clip.take
        assert (sequence.rate.numerator, sequence.rate.denominator) == (take.fps.numerator, take.fps.denominator)
        assert sequence.length == pytest.approx(float(take.time(len(take) - 1)))
        assert sequence.skeleton is editor.assets[SKELETON]
        assert sequence.controller.open == 0
        assert sequence in editor.saved
        times = np.array([float(take.time(row)) for row in range(len(take))])
        for place, curve in enumerate(take.names):
            keys = np.array(sequence.curves.get(curve, [(0.0, 0.0)]))
            found = np.interp(times, keys[:, 0], keys[:, 1])
            np.testing.assert_allclose(found, take.controls[:, place], atol=0.01 + 1e-9)
    assert editor.told[-1] == ("log", "Voxrig: 3 made, 0 unchanged, 0 failed, in /Game/Voxrig")


def test_a_second_run_leaves_all_alone_and_a_changed_take_is_made_anew(
    folder: Path, editor: Any, lively_clip: Callable[..., Clip]
) -> None:
    run(folder)
    before = dict(editor.assets)
    editor.saved.clear()
    run(folder)
    assert editor.assets == before
    assert editor.saved == []
    assert editor.told[-1] == ("log", "Voxrig: 0 made, 3 unchanged, 0 failed, in /Game/Voxrig")
    write_metahuman_json(lively_clip(frames=30).layer("emotion"), folder / "gate_01.speech.curves.json")
    text = (folder / "gate_01.speech.curves.json").read_text("utf-8").replace("gate_01.emotion", "gate_01.speech")
    (folder / "gate_01.speech.curves.json").write_text(text, encoding="utf-8")
    run(folder)
    assert editor.assets == before  # the same asset, so that what refers to it goes on doing so
    assert editor.assets["/Game/Voxrig/AS_gate_01_speech"].curves == {}
    assert editor.assets["/Game/Voxrig/AS_gate_01_speech"].steps == 29
    assert editor.told[-1] == ("log", "Voxrig: 1 made, 2 unchanged, 0 failed, in /Game/Voxrig")


def test_a_stopped_run_goes_on(folder: Path, editor: Any) -> None:
    editor.cancel_after = 1
    run(folder)
    assert ("warning", "Voxrig: stopped; run the script again to go on") in editor.told
    editor.cancel_after = 1000
    run(folder)
    assert editor.told[-1] == ("log", "Voxrig: 2 made, 1 unchanged, 0 failed, in /Game/Voxrig")


def test_a_broken_take_does_not_stop_the_others(folder: Path, editor: Any) -> None:
    (folder / "gate_01.curves.json").write_text("{", encoding="utf-8")
    data = json.loads((folder / "gate_01.speech.curves.json").read_text("utf-8"))
    (folder / "gate_01.speech.curves.json").write_text(json.dumps(data | {"name": "gate-02"}), encoding="utf-8")
    run(folder)
    errors = [text for kind, text in editor.told if kind == "error"]
    assert len(errors) == 2
    assert errors[0].startswith("Voxrig: gate_01.curves.json: ")
    assert errors[1] == (
        "Voxrig: gate_02.curves.json: gate_01.speech.curves.json and this would both be AS_gate_02; "
        "rename one of the lines"
    )
    assert editor.told[-1] == ("log", "Voxrig: 1 made, 0 unchanged, 2 failed, in /Game/Voxrig")


def test_what_it_needs_is_told(folder: Path, editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "audio" / "gate 01.wav").write_bytes(b"OggS")
    run(folder)
    assert any("could not be imported; Unreal takes 16-bit WAV" in text for _, text in editor.told)
    del editor.assets[SKELETON]
    run(folder)
    assert editor.told[-1][1].endswith("set SKELETON in this script to your face's")
    monkeypatch.setitem(sys.modules, "unreal", None)
    with pytest.raises(SystemExit, match="run this in Unreal's editor"):
        run(folder)


def test_the_script_is_plain_and_the_same_each_time(folder: Path, tmp_path: Path) -> None:
    text = (folder / "import_to_unreal.py").read_text("utf-8")
    assert "    ('gate_01.curves.json', 'audio/gate 01.wav'),\n" in text
    assert "import voxrig" not in text
    assert "from voxrig" not in text
    for name in "ab":
        write_unreal_script([ListedTake("x.curves.json")], tmp_path / name, "/Game/Dialogue/Act1")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert 'DESTINATION = "/Game/Dialogue/Act1"\n' in (tmp_path / "a").read_text("utf-8")
    write_unreal_script([], tmp_path / "none.py")
    compile((tmp_path / "none.py").read_text("utf-8"), "none.py", "exec")


@pytest.mark.parametrize("name", ["/takes/a.json", "C:/takes/a.json", "takes\\a.json"])
def test_a_path_that_only_holds_here_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="must be relative to the script, with forward slashes"):
        write_unreal_script([ListedTake(name)], tmp_path / "a.py")
    with pytest.raises(ValueError, match="'Game' is no content folder of Unreal"):
        write_unreal_script([], tmp_path / "a.py", "Game")
