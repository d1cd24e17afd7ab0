"""A studio's own data, from captures to a bundle that bakes, by the commands in the exporters' README."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from voxrig.cli.app import main as voxrig  # noqa: E402
from voxrig.exporters import onnx as face_export  # noqa: E402
from voxrig.exporters.training import face  # noqa: E402
from voxrig.runtime.core.capture import parse_capture  # noqa: E402
from voxrig.runtime.core.timing import FrameRate  # noqa: E402
from voxrig.runtime.models import bundle  # noqa: E402

SAMPLE = Path(__file__).resolve().parents[3] / "samples" / "warning.wav"
TINY = ("--width", 16, "--updates", 3, "--rows", 4, "--steps", 60)


@pytest.fixture
def beat(own_captures: Path, tmp_path: Path) -> Path:
    """The take `anna/healer` in BEAT's form."""
    folder = tmp_path / "beat"
    folder.mkdir()
    take = parse_capture((own_captures / "anna" / "healer.csv").read_text("utf-8"))
    names = [name[0].lower() + name[1:] for name in take.names[:51]]
    rows = take.controls[:, :51].round(5).tolist()
    frames = [{"weights": row, "time": float(take.time(i)), "rotation": []} for i, row in enumerate(rows)]
    (folder / "1_anna_0_1_1.json").write_text(json.dumps({"names": names, "frames": frames}))
    shutil.copy(own_captures / "anna" / "healer.wav", folder / "1_anna_0_1_1.wav")
    return folder


def call(monkeypatch: pytest.MonkeyPatch, main, *arguments: object) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(sys, "argv", ["command", *map(str, arguments)])
    main()


def test_captures_become_a_bundle_that_bakes(
    own_captures: Path, beat: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, own = tmp_path / "run", tmp_path / "bundles" / "anna"
    data = ("--captures", own_captures, "--beat", beat, "--cache", tmp_path / "cache")
    call(monkeypatch, face.main, *data, "--out", run, *TINY)
    log = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    assert log[-1]["update"] == 3
    assert np.isfinite([log[-1]["loss"], log[-1]["held_out"]]).all()
    call(monkeypatch, face_export.main, run / "checkpoint.pt", own, "--name", "anna")
    assert bundle.load(own).spec.name == "anna"
    out = tmp_path / "warning.csv"
    with pytest.raises(SystemExit) as left:
        call(monkeypatch, voxrig, "bake", SAMPLE, "-o", out, "--rig", "arkit", "--model", own)
    assert not left.value.code
    take = parse_capture(out.read_text("utf-8"))
    assert (take.fps, len(take)) == (FrameRate(60), 162)
    assert np.ptp(take.controls) > 0


def test_a_folder_without_captures_is_told_before_anything_is_trained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="holds no captures"):
        call(monkeypatch, face.main, "--captures", tmp_path, "--out", tmp_path / "run", *TINY)
    assert not (tmp_path / "run").exists()
