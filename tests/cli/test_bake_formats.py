"""`voxrig bake` of one clip: formats by the ending of OUT and by name, and options that go with a dialogue only."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.baking.formats import FORMATS

Call = Callable[..., tuple[int, str, str]]

pytestmark = pytest.mark.usefixtures("shipped_models")


@pytest.fixture
def clip(tmp_path: Path, speech: Callable[..., np.ndarray]) -> Path:
    path = tmp_path / "Tür 1.wav"
    soundfile.write(path, speech(0.4, 16_000), 16_000)
    return path


def test_all_formats_are_listed(voxrig: Call) -> None:
    code, out, err = voxrig("bake", "--formats")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == list(FORMATS)
    assert ".usda, .usdc, .usd" in out


def test_the_ending_of_the_output_tells_the_format(voxrig: Call, clip: Path, tmp_path: Path) -> None:
    for one in FORMATS.values():
        for ending in one.endings:
            output = tmp_path / f"take{ending}"
            code, out, err = voxrig("bake", clip, "-o", output, "--json")
            assert (code, err) == (0, "")
            told = json.loads(out)
            assert (told["formats"], told["files"], told["tracks"]) == ([one.name], [str(output)], {})
            assert output.stat().st_size > 100


def test_all_formats_at_once_go_to_a_folder(voxrig: Call, clip: Path, tmp_path: Path) -> None:
    out_folder = tmp_path / "out"
    code, out, err = voxrig("bake", clip, "-o", out_folder, "-f", ",".join(FORMATS), "--tracks", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    made = sorted(str(path) for path in out_folder.iterdir())
    assert sorted(told["files"]) == made
    assert {str(out_folder / f"Tür 1{one.endings[0]}") for one in FORMATS.values()} <= set(made)
    assert list(told["tracks"]) == ["speech", "emotion", "blink", "gaze", "head", "idle", "body"]
    apart = [one for one in FORMATS.values() if not one.layered]
    assert told["tracks"]["blink"] == [str(out_folder / f"Tür 1.blink{one.endings[0]}") for one in apart]


def test_one_format_by_name_goes_to_any_file_or_to_a_folder(voxrig: Call, clip: Path, tmp_path: Path) -> None:
    assert voxrig("bake", clip, "-o", tmp_path / "take.dat", "-f", "a2f")[0] == 0
    assert json.loads((tmp_path / "take.dat").read_text(encoding="utf-8"))
    assert voxrig("bake", clip, "-o", tmp_path / "new", "-f", "a2f")[0] == 0
    assert (tmp_path / "new" / "Tür 1.a2f.json").read_bytes() == (tmp_path / "take.dat").read_bytes()
    assert voxrig("bake", clip, "-o", tmp_path, "-f", "csv")[0] == 0
    assert (tmp_path / "Tür 1.csv").is_file()


def test_fewer_keys_where_more_error_is_allowed(voxrig: Call, clip: Path, tmp_path: Path) -> None:
    for bound in ("0", "0.01", "0.1"):
        assert voxrig("bake", clip, "-o", tmp_path / f"{bound}.anim", "--key-error", bound)[0] == 0
    usual = tmp_path / "usual" / "0.01.anim"  # a Unity clip has its file's name
    usual.parent.mkdir()
    assert voxrig("bake", clip, "-o", usual)[0] == 0
    sizes = [(tmp_path / f"{bound}.anim").stat().st_size for bound in ("0", "0.01", "0.1")]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3
    assert usual.read_bytes() == (tmp_path / "0.01.anim").read_bytes()


def test_a_model_of_ones_own_in_a_glb(voxrig: Call, clip: Path, tmp_path: Path) -> None:
    assert voxrig("bake", clip, "-o", tmp_path / "own.glb")[0] == 0
    code, _, err = voxrig("bake", clip, "-o", tmp_path / "take.glb", "--glb-model", tmp_path / "own.glb")
    assert (code, err) == (0, "")
    assert (tmp_path / "take.glb").stat().st_size > 1000
    (tmp_path / "no.glb").write_bytes(b"glTF")
    code, _, err = voxrig("bake", clip, "-o", tmp_path / "take2.glb", "--glb-model", tmp_path / "no.glb")
    assert code == 1
    assert "no.glb" in err
    assert err.count("\n") == 1
    assert not (tmp_path / "take2.glb").exists()


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("take.csv", ("--jobs", 2), "--jobs has no effect on one clip; it belongs to a dialogue (YAML, JSON or CSV)"),
        ("take.csv", ("--ray", "local"), "--ray has no effect on one clip"),
        ("take.csv", ("--batch", 2), "--batch has no effect on one clip"),
        ("take.csv", ("--dry-run",), "--dry-run has no effect on one clip"),
        ("take.csv", ("--force",), "--force has no effect on one clip"),
        ("take.csv", ("--scratch-voice",), "--scratch-voice has no effect on one clip"),
        ("take.csv", ("--no-listeners",), "--no-listeners has no effect on one clip"),
        ("take.csv", ("--no-pictures",), "--no-pictures has no effect on one clip"),
        ("take.csv", ("--characters", "cast.yaml"), "--characters has no effect on one clip"),
        ("take.fbx", (), "take.fbx: no format has this ending; name the file with one of .csv (csv), "),
        ("take.csv", ("-f", "csv,fbx"), "format 'fbx' is unknown; give some of csv, "),
        ("no/out", ("-f", "csv,glb"), "several formats go to a folder; name one that is there"),
        ("new", ("-f", "csv,glb", "--fps", "0"), "frame rate 0/1 is not positive"),
        ("take.glb", ("--glb-model", "none.glb"), "--glb-model none.glb: there is no such file"),
    ],
)
def test_what_does_not_fit_is_one_line_and_no_file(
    voxrig: Call, clip: Path, tmp_path: Path, name: str, options: tuple[object, ...], message: str
) -> None:
    code, out, err = voxrig("bake", clip, "-o", tmp_path / name, *options)
    assert (code, out) == (1, "")
    assert message in err
    assert err.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [clip.name, "bundles"]
