"""The command that trains the shipped body: from speech to a bundle, and on from where it was."""

import json
import shutil
import sys
from pathlib import Path

import pytest
import soundfile

pytest.importorskip("torch")

from voxrig.exporters.training import body
from voxrig.exporters.training.body_corpus import Corpus
from voxrig.runtime.models import bundle

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


@pytest.fixture
def spoken(data: Path, tmp_path: Path) -> Path:
    """The data sets, with a sample in each of two voices of `tts` and in LJ Speech's."""
    root = tmp_path / "data"
    shutil.copytree(data, root)
    (root / "ljspeech").mkdir()
    for folder, name, sample in (
        ("tts/audio", "t0", "healer"),
        ("tts/audio", "t1", "warning"),
        ("ljspeech", "l0", "healer"),
    ):
        samples, rate = soundfile.read(SAMPLES / f"{sample}.wav")
        soundfile.write(root / folder / f"{name}.opus", samples, rate, format="OGG", subtype="OPUS")
    shutil.copy(root / "tts" / "labels.json", root / "ljspeech" / "labels.json")
    labels = json.loads((root / "tts" / "labels.json").read_text("utf-8"))
    (root / "ljspeech" / "labels.json").write_text(json.dumps({"l0": labels["t0"]}), encoding="utf-8")
    return root


def test_one_command_does_it_all(
    spoken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(body, "CHECKED", Corpus(sessions=1, takes=1, seed=2, seconds=20))
    given = ["body", "--data", spoken, "--out", tmp_path / "body", "--cache", tmp_path / "cache"]
    given += ["--sessions", 2, "--takes", 1, "--epochs", 1]
    monkeypatch.setattr(sys, "argv", [str(part) for part in given])
    body.main()
    told = capsys.readouterr().out
    assert "2 performances, 0.0 h; 1 to check on" in told
    assert "explained/amplitude" in told
    spec = bundle.load(str(tmp_path / "body"), role="body").spec
    assert (spec.name, spec.licence) == ("body", "Apache-2.0")
    first = (tmp_path / "body" / "model.onnx").read_bytes()
    body.main()  # all is done already: it only exports
    assert "epoch" not in capsys.readouterr().out
    assert (tmp_path / "body" / "model.onnx").read_bytes() == first
