"""`voxrig bake` of a whole dialogue."""

import io
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.baking.formats import FORMATS

Call = Callable[..., tuple[int, str, str]]

SCRIPT = """
dialogue: Two at a door
lines:
  - {id: l1, character: Ann, listener: Bo, text: "Open the door!", emotion: anger=0.6, tags: [{at: door, gaze: away}]}
  - {id: l2, character: Bo, text: "No.", emotion: auto}
"""
FEW = ("--jobs", 1, "--no-pictures")

pytestmark = pytest.mark.usefixtures("shipped_models")


@pytest.fixture
def script(tmp_path: Path, speech: Callable[..., np.ndarray]) -> Path:
    """door.yaml and two recordings beside it."""
    path = tmp_path / "scene" / "door.yaml"
    path.parent.mkdir()
    path.write_text(SCRIPT, encoding="utf-8")
    for name, seconds in (("l1", 0.8), ("l2", 0.5)):
        soundfile.write(path.with_name(f"{name}.wav"), speech(seconds, 16_000), 16_000)
    return path


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if ".voxrig" not in path.parts)


def test_a_script_becomes_a_folder_and_a_second_run_does_nothing(voxrig: Call, script: Path, tmp_path: Path) -> None:
    code, out, err = voxrig("bake", script, "-o", tmp_path / "out", *FEW)
    assert (code, err) == (0, "")
    assert "Two at a door: 3 takes: 3 baked; " in out
    assert re.search(r"2\.1 s of sound in \d+\.\d s, \d+ times real time, all of it", out)
    assert f"csv in {tmp_path / 'out'}; look at {tmp_path / 'out' / 'report.html'}" in out
    expected = ["csv/l1.csv", "csv/l1_listener.csv", "csv/l2.csv", "report.html", "report.json"]
    assert files(tmp_path / "out") == expected
    code, out, err = voxrig("bake", script, "-o", tmp_path / "out", *FEW)
    assert (code, err) == (0, "")
    assert "3 takes: 0 baked, 3 unchanged; " in out
    assert "times real time" not in out


def test_the_summary_as_json(voxrig: Call, script: Path, tmp_path: Path) -> None:
    code, out, err = voxrig("bake", script, "-o", tmp_path / "out", "--json", *FEW)
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert (told["baked"], told["unchanged"], told["edited"], told["failed"]) == (3, 0, 0, 0)
    assert (told["errors"], told["left_over"], told["jobs"]) == ([], [], 1)
    assert told["seconds"] == 2.1
    assert Path(told["report"]).is_file()


def test_a_dry_run_tells_and_writes_nothing(voxrig: Call, script: Path, tmp_path: Path) -> None:
    out_folder = tmp_path / "out"
    code, out, err = voxrig("bake", script, "-o", out_folder, "--dry-run")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "bake       l1  new  anger=0.6",
        "bake       l1_listener  new  fear=0.15",
        "bake       l2  new  auto",
        f"{out_folder}: 3 of 3 takes would be baked, 2.1 s of sound; nothing was written",
    ]
    assert not out_folder.exists()
    assert voxrig("bake", script, "-o", out_folder, *FEW)[0] == 0
    script.write_text(SCRIPT.replace("anger=0.6", "anger=0.9").replace("Bo, text", "Bob, text"), encoding="utf-8")
    script.with_name("l2.wav").unlink()
    code, out, _ = voxrig("bake", script, "-o", out_folder, "--dry-run", "--json")
    told = json.loads(out)
    assert code == 2, "a line would fail"
    assert [(take["id"], take["would"], take["why"]) for take in told["takes"]] == [
        ("l1", "bake", "changed"), ("l1_listener", "bake", "changed"), ("l2", "failed", ""),
    ]  # fmt: skip
    assert "it has no recording; record it, or give --scratch-voice" in told["takes"][2]["error"]


def test_lines_that_fail_are_told_on_stderr_with_exit_code_2(voxrig: Call, script: Path, tmp_path: Path) -> None:
    script.write_text(SCRIPT + "  - {id: l3, character: Ann, txt: Hello}\n", encoding="utf-8")
    script.with_name("l2.wav").write_bytes(b"RIFF")
    code, out, err = voxrig("bake", script, "-o", tmp_path / "out", *FEW)
    assert code == 2
    first, second, *more = err.splitlines()
    assert first.startswith("failed l2: ")
    assert "l2.wav" in first
    assert re.match(r"failed l3: door\.yaml:6: .*'txt'.*text", second)
    assert all(line.startswith("failed l3: door.yaml:6: ") for line in more)
    assert "2 baked, " in out
    code, out, err = voxrig("bake", script, "-o", tmp_path / "out", "--json", *FEW)
    assert (code, err) == (2, "")
    assert {wrong["id"] for wrong in json.loads(out)["errors"]} == {"l2", "l3"}


def test_what_was_edited_is_kept_and_told_of_until_it_is_forced(voxrig: Call, script: Path, tmp_path: Path) -> None:
    assert voxrig("bake", script, "-o", tmp_path / "out", *FEW)[0] == 0
    edited = tmp_path / "out" / "csv" / "l1.csv"
    edited.write_bytes(edited.read_bytes() + b"\n")
    script.write_text(SCRIPT.replace("anger=0.6", "anger=0.9"), encoding="utf-8")
    code, out, err = voxrig("bake", script, "-o", tmp_path / "out", *FEW)
    assert code == 2
    assert err.startswith("edited l1: csv/l1.csv was edited by hand since it was baked, and is kept")
    assert "1 edited" in out
    code, out, err = voxrig("bake", script, "-o", tmp_path / "out", "--force", *FEW)
    assert (code, err) == (0, "")
    assert "3 baked" in out


def test_a_line_that_is_gone_is_left_where_it_is(voxrig: Call, script: Path, tmp_path: Path) -> None:
    assert voxrig("bake", script, "-o", tmp_path / "out", *FEW)[0] == 0
    script.write_text(SCRIPT[: SCRIPT.index("  - {id: l2")], encoding="utf-8")
    _, out, _ = voxrig("bake", script, "-o", tmp_path / "out", *FEW)
    assert "no longer in the script, and left where they are: l2" in out
    assert (tmp_path / "out" / "csv" / "l2.csv").is_file()


def test_all_formats_at_once(voxrig: Call, script: Path, tmp_path: Path) -> None:
    code, _, err = voxrig("bake", script, "-o", tmp_path / "out", "-f", ",".join(FORMATS), *FEW)
    assert (code, err) == (0, "")
    for one in FORMATS.values():
        names = {path.name for path in (tmp_path / "out" / one.name).iterdir()}
        assert {f"{name}{one.endings[0]}" for name in ("l1", "l1_listener", "l2")} == names - {"import_to_unreal.py"}
    assert (tmp_path / "out" / "unreal" / "import_to_unreal.py").is_file()


def test_layers_apart_and_strips_of_faces(voxrig: Call, script: Path, tmp_path: Path) -> None:
    code, _, err = voxrig("bake", script, "-o", tmp_path / "out", "--tracks", "-f", "csv,glb", "--jobs", 1)
    assert (code, err) == (0, "")
    made = files(tmp_path / "out")
    assert {"csv/l1.csv", "csv/l1.speech.csv", "csv/l1.blink.csv", "glb/l1.glb", "report/l1.jpg"} <= set(made)
    assert "glb/l1.blink.glb" not in made


def test_key_error_0_keeps_all_keys(voxrig: Call, script: Path, tmp_path: Path) -> None:
    sizes = {}
    for bound in (0, 0.01, 0.1):
        folder = tmp_path / f"out{bound}"
        assert voxrig("bake", script, "-o", folder, "-f", "anim", "--key-error", bound, *FEW)[0] == 0
        sizes[bound] = (folder / "anim" / "l1.anim").stat().st_size
    assert sizes[0] > 1.5 * sizes[0.01] > 1.5 * sizes[0.1]


@pytest.mark.parametrize(
    ("fps", "timecode", "frames", "first"),
    [
        ("29.97", "01:00:00;02", 24, "01:00:00;02.000"),
        ("24", "01:00:00:23", 20, "01:00:00:23.000"),
        ("59.94", "00:10:00;04", 48, "00:10:00;04.000"),
    ],
)
def test_drop_frame_and_other_rates(
    voxrig: Call, script: Path, tmp_path: Path, fps: str, timecode: str, frames: int, first: str
) -> None:
    text = SCRIPT.replace("emotion: anger=0.6,", f'emotion: anger=0.6, timecode: "{timecode}",')
    script.write_text(text, encoding="utf-8")
    code, _, err = voxrig("bake", script, "-o", tmp_path / "out", "--fps", fps, *FEW)
    assert (code, err) == (0, "")
    _, *rows = (tmp_path / "out" / "csv" / "l1.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == frames
    assert rows[0].split(",")[0] == first


def test_the_scripts_rate_counts_where_no_option_says_otherwise(voxrig: Call, script: Path, tmp_path: Path) -> None:
    script.write_text(SCRIPT.replace("lines:", "fps: 25\nlines:"), encoding="utf-8")
    for options, frames in (((), 20), (("--fps", 50), 40)):
        assert voxrig("bake", script, "-o", tmp_path / "out", *options, *FEW)[0] == 0
        assert len((tmp_path / "out" / "csv" / "l1.csv").read_text(encoding="utf-8").splitlines()) == frames + 1


def test_a_folder_of_recordings(voxrig: Call, script: Path, tmp_path: Path) -> None:
    script.unlink()
    for old, new in (("l1", "Tür zu & auf #1%"), ("l2", "con")):
        script.with_name(f"{old}.wav").rename(script.with_name(f"{new}.wav"))
    code, out, err = voxrig("bake", script.parent, "-o", tmp_path / "out", *FEW)
    assert (code, err) == (0, "")
    assert "scene: 2 takes: 2 baked" in out
    assert sorted(path.name for path in (tmp_path / "out" / "csv").iterdir()) == ["Tür_zu_auf_1.csv", "line_con.csv"]


def test_characters_of_a_file_of_their_own(voxrig: Call, script: Path, tmp_path: Path) -> None:
    cast = tmp_path / "cast.csv"
    cast.write_text("Name,Rig\nAnn,metahuman\nBo,\n", encoding="utf-8")
    assert voxrig("bake", script, "-o", tmp_path / "out", "--characters", cast, *FEW)[0] == 0
    headers = {
        name: (tmp_path / "out" / "csv" / f"{name}.csv").read_text(encoding="utf-8")[:10] for name in ("l1", "l2")
    }
    assert headers == {"l1": "Frame,Time", "l2": "Timecode,B"}


def test_scratch_voices(voxrig: Call, script: Path, tmp_path: Path, program: Callable[..., str]) -> None:
    program("espeak-ng")
    script.with_name("l2.wav").unlink()
    code, _, err = voxrig("bake", script, "-o", tmp_path / "out", *FEW)
    assert code == 2
    assert "door.yaml:5: it has no recording; record it, or give --scratch-voice" in err
    assert voxrig("bake", script, "-o", tmp_path / "out", "--scratch-voice", *FEW)[0] == 0
    assert (tmp_path / "out" / "scratch" / "l2.scratch.wav").is_file()
    told = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert [line["scratch"] for line in told["lines"]] == [False, False, True]


def test_names_with_spaces_and_other_letters(voxrig: Call, script: Path, tmp_path: Path) -> None:
    there = tmp_path / "Zwei an der Tür, 100 %" / "größte Szene #1.yaml"
    there.parent.mkdir()
    text = SCRIPT.replace("id: l1,", "id: Tür auf 1, audio: l1.wav,").replace("Bo", "Zoë Bö")
    there.write_text(text, encoding="utf-8")
    for name in ("l1.wav", "l2.wav"):
        script.with_name(name).rename(there.with_name(name))
    out = there.parent / "fertige Datei'n"
    code, _, err = voxrig("bake", there, "-o", out, "-f", "csv,glb,unreal", *FEW)
    assert (code, err) == (0, "")
    assert {"csv/Tür auf 1.csv", "glb/Tür auf 1_listener.glb", "unreal/Tür auf 1.curves.json"} <= set(files(out))


def test_a_name_that_windows_keeps_for_itself_is_a_problem(voxrig: Call, script: Path, tmp_path: Path) -> None:
    script.write_text(SCRIPT.replace("id: l2,", "id: aux, audio: l2.wav,"), encoding="utf-8")
    code, _, err = voxrig("bake", script, "-o", tmp_path / "out", *FEW)
    assert code == 2
    assert "failed aux: door.yaml:5: id 'aux' is the name of a device on Windows; write for example 'line_aux'" in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--emotion", "joy=0.5"), "--emotion has no effect on a dialogue; it belongs to its script"),
        (("--seed", 3), "--seed has no effect on a dialogue; it belongs to its script"),
        (("--rig", "arkit"), "--rig has no effect on a dialogue; it belongs to its script"),
        (("--style", "clear"), "--style has no effect on a dialogue"),
        (("-f", "fbx"), "format 'fbx' is unknown; give some of csv"),
        (("--fps", "0"), "frame rate 0/1 is not positive"),
        (("--glb-model", "none.glb"), "--glb-model none.glb: there is no such file; check the path"),
        (("--model", "best"), "there is no bundle 'best'"),
        (("--characters", "none.yaml"), "none.yaml"),
    ],
)
def test_a_wrong_option_is_one_line_and_no_folder(
    voxrig: Call, script: Path, tmp_path: Path, options: tuple[object, ...], message: str
) -> None:
    code, out, err = voxrig("bake", script, "-o", tmp_path / "out", *options)
    assert (code, out) == (1, "")
    assert message in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_places_that_cannot_be(voxrig: Call, script: Path, tmp_path: Path) -> None:
    (tmp_path / "out.csv").touch()
    empty = tmp_path / "empty"
    empty.mkdir()
    cast = ("--characters", script)
    for source, output, more, message in (
        (script, tmp_path / "out.csv", (), "a dialogue's assets go to a folder, for example"),
        (tmp_path / "none.yaml", tmp_path / "out", (), "none.yaml"),
        (empty, tmp_path / "out", (), "there is no WAV, FLAC or OGG file in it; give a folder of recordings"),
        (script.parent, tmp_path / "out", cast, "--characters has no effect on a folder of recordings"),
    ):
        code, _, err = voxrig("bake", source, "-o", output, *more)
        assert code == 1
        assert message in err
        assert err.count("\n") == 1


class Terminal(io.StringIO):
    """Text that calls itself a terminal."""

    def isatty(self) -> bool:
        return True


def test_progress_is_for_terminals_alone(
    voxrig: Call, script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script.with_name("l2.wav").write_bytes(b"RIFF")
    _, _, err = voxrig("bake", script, "-o", tmp_path / "out", *FEW)
    assert err.count("l2.wav") == 1
    assert "\x1b" not in err
    monkeypatch.setitem(os.environ, "TERM", "xterm")
    for name in ("NO_COLOR", "TTY_COMPATIBLE", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    shown = Terminal()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", shown)
        voxrig("bake", script, "-o", tmp_path / "other", *FEW)
    assert re.search(r"baking \d/3", shown.getvalue())
    assert "\x1b[" in shown.getvalue()
