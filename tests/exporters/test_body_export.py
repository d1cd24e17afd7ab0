"""A checkpoint of a body, exported once more by the command."""

import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from voxrig.exporters import body_export  # noqa: E402
from voxrig.exporters.networks.body import BodyNetwork, BodySize  # noqa: E402
from voxrig.exporters.training.body_learning import BodyRecipe  # noqa: E402
from voxrig.runtime.models import bundle  # noqa: E402

NODES = 76
"""In the graph of two layers: each costs time at every step of every session."""


@pytest.fixture
def network() -> BodyNetwork:
    torch.manual_seed(3)
    made = BodyNetwork(BodySize(width=16, neck=4))
    made.mel_mean.fill_(-9.0)
    made.mel_scale.fill_(0.4)
    made.spread.fill_(0.3)
    with torch.no_grad():
        made.exit.weight.mul_(20)
    return made


@pytest.fixture
def checkpoint(network: BodyNetwork, tmp_path: Path) -> Path:
    path = tmp_path / "checkpoint.pt"
    torch.save({"network": network.state_dict(), "recipe": asdict(BodyRecipe(size=network.size))}, path)
    return path


def called(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> None:
    monkeypatch.setattr(sys, "argv", ["body_export", *map(str, words)])
    body_export.main()


def test_the_command_exports_what_was_trained(
    network: BodyNetwork,
    checkpoint: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    called(monkeypatch, checkpoint, tmp_path / "body", "--version", "0.2.0")
    assert "parity" in capsys.readouterr().out
    made = bundle.read(tmp_path / "body")
    assert (made.spec.name, made.spec.version, made.spec.role) == ("body", "0.2.0", "body")
    assert made.spec.training == body_export.PLANNED
    assert body_export.compare(network, made, body_export.constructed_rows(network, count=2, steps=100)) < 1e-5
    assert len(onnx.load_from_string(made.model).graph.node) <= NODES


def test_a_network_of_recordings_says_so(checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called(monkeypatch, checkpoint, tmp_path / "own.zip", "--name", "own", "--recorded", "ours", "--licence", "ours")
    made = bundle.read(tmp_path / "own.zip").spec
    assert (made.name, made.licence) == ("own", "ours")
    assert made.training == body_export.recorded(["ours"])


def test_another_checkpoint_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save({"network": {}, "recipe": {"size": {"inputs": 128}}}, tmp_path / "face.pt")
    with pytest.raises(ValueError, match=r"face\.pt holds no body; give a checkpoint\.pt"):
        called(monkeypatch, tmp_path / "face.pt", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_rows_to_compare_on_have_phrases_and_pauses(network: BodyNetwork) -> None:
    rows = torch.from_numpy(body_export.constructed_rows(network, count=3, steps=200))
    told, _ = network.keeping.over(rows, network.start(3).kept)
    changes = np.count_nonzero((told[:, 1:] != told[:, :-1]).numpy().any(-1), axis=1)
    assert (changes > 5).all()
    assert (changes < 100).all()
