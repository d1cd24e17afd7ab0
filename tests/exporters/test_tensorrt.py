"""Engines of every shipped model for every RTX card, built and checked without a GPU."""

import dataclasses
from pathlib import Path

import pytest

pytest.importorskip("tensorrt_rtx", reason="TensorRT for RTX is not installed: pip install 'voxrig[tensorrt]'")

from voxrig.exporters.tensorrt import Order, export_engines, inspect
from voxrig.runtime.models import bundle
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.engine_key import ANY, BATCHES, EngineKey
from voxrig.runtime.models.engine_store import EngineError, EngineStore
from voxrig.runtime.models.engines import PORTABLE
from voxrig.runtime.models.nvinfer import Nvinfer, load_nvinfer

CARDS = ("sm86", "sm89", "sm120")
SHIPPED = [(name, role) for role in ("face", "emotion", "body") for name in bundle.shipped(role)]


@pytest.fixture(scope="module")
def nvinfer() -> Nvinfer:
    return load_nvinfer("rtx")


def test_there_are_models_of_every_role() -> None:
    assert {role for _, role in SHIPPED} == {"face", "emotion", "body"}


@pytest.mark.parametrize(("name", "role"), SHIPPED)
def test_every_shipped_model_is_built_for_every_card(nvinfer: Nvinfer, tmp_path: Path, name: str, role: str) -> None:
    chosen = bundle.load(name, role)
    told: list[EngineKey] = []
    order = Order([chosen], (*CARDS, "-".join(PORTABLE)), ("fp16", "fp32"), tmp_path / "engines")
    built = list(export_engines(nvinfer, order, told.append))
    assert [one.refusal for one in built] == [""] * 8
    assert [one.key for one in built] == told
    assert {(one.key.precision, one.key.target) for one in built} == {
        (precision, target) for precision in order.precisions for target in order.targets
    }
    for one in built:
        assert one.engine is not None
        assert one.file is not None
        assert one.fresh
        assert (one.key.model, one.key.batches) == (chosen.spec.sha256, BATCHES)
        assert (one.key.gpu, one.key.driver, one.key.system) == (ANY, ANY, ANY)
        assert one.file.stat().st_size == len(one.engine.data)
        assert one.engine.layers > 50
        halves = ("parity",) if one.key.precision == "fp16" else ()
        assert one.checks == ("tensors", "names", "checksum", *halves)
        assert (one.parity is not None) == (one.key.precision == "fp16")
        assert EngineStore(order.folder).load(one.key) == one.engine
    sizes = {one.key.precision: len(one.engine.data) for one in built if one.engine}
    assert sizes["fp16"] < sizes["fp32"] < len(chosen.model) + 3_000_000


def test_what_is_there_is_built_only_when_it_must_be(nvinfer: Nvinfer, tiny_bundle: Bundle, tmp_path: Path) -> None:
    order = Order([tiny_bundle], CARDS, ("fp32",), tmp_path)

    def fresh(order: Order = order) -> list[bool]:
        return [one.fresh for one in export_engines(nvinfer, order)]

    assert fresh() == [True] * 3
    assert fresh() == [False] * 3
    (file,) = tmp_path.glob("tiny-fp32-sm89-*.engine")
    file.write_bytes(file.read_bytes()[:1000])
    assert fresh() == [False, True, False]
    (manifest,) = tmp_path.glob("tiny-fp32-sm120-*.json")
    manifest.write_text("{}", encoding="utf-8")
    assert fresh() == [False, False, True]
    assert fresh(dataclasses.replace(order, again=True)) == [True] * 3
    other = dataclasses.replace(tiny_bundle, spec=dataclasses.replace(tiny_bundle.spec, sha256="12" * 32))
    assert fresh(dataclasses.replace(order, bundles=[other])) == [True] * 3
    assert len(list(tmp_path.glob("*.json"))) == 6


def test_a_refusal_is_told_and_the_others_go_on(nvinfer: Nvinfer, tiny_bundle: Bundle, tmp_path: Path) -> None:
    order = Order([tiny_bundle], ("sm75", "sm86"), ("fp32", "fp16"), tmp_path)
    turing, ampere, turing_half, ampere_half = export_engines(nvinfer, order)
    assert turing.engine is None
    assert "FP32 GEMM is not supported" in turing.refusal
    assert [one.refusal for one in (ampere, turing_half, ampere_half)] == ["", "", ""]


def test_an_engine_that_is_not_the_bundles_is_seen(nvinfer: Nvinfer, tiny_bundle: Bundle, tmp_path: Path) -> None:
    (built,) = export_engines(nvinfer, Order([tiny_bundle], ("sm86",), ("fp32",), tmp_path))
    assert built.engine is not None
    with pytest.raises(EngineError, match="its tensors are not those of live"):
        inspect(built.engine, bundle.load("live"))
    with pytest.raises(EngineError, match="does not name its tensors features, state_0"):
        inspect(dataclasses.replace(built.engine, data=b"vtrt"), tiny_bundle)
