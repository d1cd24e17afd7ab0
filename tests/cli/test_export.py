"""`voxrig export tensorrt`: engines from the command line."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("tensorrt_rtx", reason="TensorRT for RTX is not installed: pip install 'voxrig[tensorrt]'")

from voxrig.runtime.models.bundle import Bundle

Call = Callable[..., tuple[int, str, str]]

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def test_engines_go_where_a_server_looks(voxrig: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOXRIG_CACHE", str(tmp_path))
    code, told, _ = voxrig("export", "tensorrt", "listener", "--sm", "86,sm120", "--speech", SAMPLES / "warning.wav")
    assert code == 0
    assert "fp16" in told
    assert "listener in half precision: off by at most" in told
    assert f"{tmp_path / 'engines'}" in told.replace("\n", "")
    assert sorted(path.name.split("-")[2] for path in (tmp_path / "engines").glob("*.engine")) == ["sm120", "sm86"]
    assert "was there" in voxrig("export", "tensorrt", "listener", "--sm", "86")[1]


def test_the_outcome_as_json(voxrig: Call, tiny_bundle: Bundle, tmp_path: Path) -> None:
    arguments = ("export", "tensorrt", tiny_bundle.path, "-o", tmp_path / "e", "--precision", "fp16,fp32", "--json")
    code, told, err = voxrig(*arguments, "--sm", "75,89")
    assert (code, err) == (2, "")
    outcome = json.loads(told)
    assert outcome["flavour"] == "rtx"
    assert [(one["precision"], one["target"]) for one in outcome["engines"]] == [
        (precision, target) for precision in ("fp16", "fp32") for target in ("sm75", "sm89")
    ]
    refused = [one for one in outcome["engines"] if "refusal" in one]
    assert [(one["precision"], one["target"]) for one in refused] == [("fp32", "sm75")]
    first = outcome["engines"][0]
    assert Path(first["file"]).stat().st_size == first["bytes"]
    assert first["batches"] == [1, 32, 256]
    assert first["checks"] == ["tensors", "names", "checksum", "parity"]
    assert first["parity"]["largest"] < 3e-3
    assert first["fresh"]
    code, told, _ = voxrig("export", "tensorrt", tiny_bundle.path, "-o", tmp_path / "e", "--sm", "all", "--json")
    assert code == 0
    assert [one["target"] for one in json.loads(told)["engines"]] == ["sm80-sm86-sm89-sm120"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "name bundles, or give --all, one of the two"),
        (("live", "--all"), "name bundles, or give --all, one of the two"),
        (("nowhere",), "bundle nowhere: there is no such folder or file"),
        (("live", "--sm", "90"), "--sm '90' is no target of TensorRT-RTX; there are 75, 80, 86"),
        (("live", "--precision", "int8"), "--precision 'int8' is unknown; there are fp16, fp32"),
        (("live", "--flavour", "quick"), "there is no TensorRT 'quick'; there are rtx, classic"),
        (("live", "--speech", "nowhere.wav"), "nowhere.wav"),
    ],
)
def test_what_cannot_be_is_one_line(voxrig: Call, arguments: tuple[str, ...], message: str) -> None:
    code, told, err = voxrig("export", "tensorrt", *arguments)
    assert (code, told) == (1, "")
    assert message in err
    assert err.count("\n") == 1


def test_baking_on_what_is_not_there_is_one_line_or_the_cpu(
    voxrig: Call, shipped_models: None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from voxrig.runtime.models.gpu import GpuError, find_gpu

    with contextlib.suppress(GpuError):
        pytest.skip(f"this machine has a GPU: {find_gpu().name}")
    clip = SAMPLES / "warning.wav"
    code, _, err = voxrig("bake", clip, "-o", tmp_path / "t.csv", "--backend", "tensorrt")
    assert code == 1
    assert err.startswith("voxrig: error: backend tensorrt cannot run ")
    assert err.count("\n") == 1
    assert voxrig("bake", clip, "-o", tmp_path / "auto.csv", "--backend", "auto")[0] == 0
    assert [text.partition(";")[0] for text in caplog.messages] == ["models run on the CPU"]
    assert voxrig("bake", clip, "-o", tmp_path / "cpu.csv")[0] == 0
    assert (tmp_path / "auto.csv").read_bytes() == (tmp_path / "cpu.csv").read_bytes()
    code, _, err = voxrig("bake", clip, "-o", tmp_path / "x.csv", "--backend", "gpu")
    assert code == 1
    assert "there is no backend 'gpu'; there are cpu, auto, tensorrt, cuda" in err
