"""`voxrig train body` on a studio's motion: from BVH and WAV to a bundle that moves a body, and a page about it."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from voxrig.engine_bridges.readers.sound_file import read_sound
from voxrig.engine_bridges.readers.take_file import read_take
from voxrig.exporters.gesturing.listened import listened
from voxrig.exporters.gesturing.manner import Manner
from voxrig.exporters.gesturing.planner import Planner
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.core.native import BONES
from voxrig.runtime.models import bundle
from voxrig.runtime.models.onnx import OnnxModel

from ..exporters.body_recording import write_recording

Call = Callable[..., tuple[int, str, str]]

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three takes of two people as a studio would record them: the planner's, as BVH and WAV."""
    root = tmp_path_factory.mktemp("studio")
    for seed, (speaker, name) in enumerate((("anna", "healer"), ("anna", "warning"), ("ben", "gatekeeper"))):
        sound = read_sound(SAMPLES / f"{name}.wav")
        heard = listened(sound.samples, sound.rate)
        performance = Planner().perform(heard, Manner(arousal=0.5), key_of(seed))
        write_recording(root / speaker, name, performance.postures, sound.samples, sound.rate)
    return root


def test_a_body_is_trained_from_motion_to_report(studio: Path, tmp_path: Path, voxrig: Call) -> None:
    out, page = tmp_path / "anna", tmp_path / "anna.html"
    code, told, _ = voxrig("train", "body", "--data", studio, "--out", out, "--epochs", 2, "--report", page)
    assert code == 0
    assert told.count("cm off in the mean") == 3
    assert "role body" in told
    spec = bundle.load(str(out), role="body").spec
    assert (spec.name, spec.role) == ("anna", "body")
    assert [data.name for data in spec.training.data] == ["motion: anna", "motion: ben"]
    assert "whoever owns" in spec.licence
    assert "recorded motion" in spec.training.summary
    model = OnnxModel(bundle.load(str(out), role="body"))
    row = np.zeros((1, spec.inputs[0].shape[0]), np.float32)
    goals, _ = model.step(row, tuple(part[None] for part in model.start()))
    assert np.isfinite(goals).all()
    text = page.read_text("utf-8")
    assert "recorded" in text
    assert "student" in text
    assert "data:image/webp" in text
    assert (tmp_path / "anna-run" / "checkpoint.pt").is_file()

    def baked(*options: object) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        code, told, _ = voxrig("bake", SAMPLES / "warning.wav", "-o", tmp_path / "w.vxtake", "--body", "on", *options)
        assert code == 0
        assert f"; body {'anna 1' if options else 'body '}" in told
        return read_take(tmp_path / "w.vxtake").take.quaternions[:, len(BONES) :]

    assert np.abs(baked() - baked("--body-model", out)).max() > 0.01


def test_what_is_missing_is_told_in_a_line(tmp_path: Path, voxrig: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    given = ("train", "body", "--data", tmp_path, "--out", tmp_path / "b")
    code, _, err = voxrig(*given)
    assert code == 1
    assert "put NAME.bvh" in err
    code, _, err = voxrig(*given, "--report", tmp_path / "no" / "page.html")
    assert code == 1
    assert "there is no folder" in err
    found = importlib.util.find_spec
    monkeypatch.setattr("voxrig.cli.train.find_spec", lambda name: None if name == "torch" else found(name))
    code, _, err = voxrig(*given)
    assert code == 1
    assert "training needs torch: pip install 'voxrig[export]'" in err
    assert err.count("\n") == 1
