"""Engines built with TensorRT for RTX, on a machine without a GPU: for all shipped models and all RTX cards."""

import dataclasses
from pathlib import Path

import onnx
import pytest

from voxrig.runtime.models import bundle
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.engine_build import build_engine
from voxrig.runtime.models.engine_key import EngineKey
from voxrig.runtime.models.engine_store import EngineError, EngineStore
from voxrig.runtime.models.engines import PORTABLE, ahead_key, engine_for, engines_folder, here_key, whole
from voxrig.runtime.models.gpu import Gpu
from voxrig.runtime.models.nvinfer import Nvinfer, NvinferError, load_nvinfer
from voxrig.runtime.models.spec import TensorSpec

pytest.importorskip("tensorrt_rtx", reason="TensorRT for RTX is not installed: pip install 'voxrig[tensorrt]'")

CARD = Gpu("NVIDIA GeForce RTX 4090", (8, 9), 13_000)


@pytest.fixture(scope="module")
def nvinfer() -> Nvinfer:
    return load_nvinfer("rtx")


def built(nvinfer: Nvinfer, chosen: Bundle, target: str = "sm86", model: bytes | None = None) -> bytes:
    key = ahead_key(chosen, nvinfer, target, "fp32")
    engine = build_engine(nvinfer, key, model or chosen.model, chosen.spec)
    assert (engine.inputs, engine.outputs) == (chosen.spec.inputs, chosen.spec.outputs)
    return engine.data


def test_engines_are_as_large_as_their_weights_and_name_their_tensors(nvinfer: Nvinfer, tiny_bundle: Bundle) -> None:
    data = built(nvinfer, tiny_bundle)
    assert data[:4] == b"vtrt"
    assert len(data) > 0.9 * sum(
        tensor.ByteSize() for tensor in onnx.load_from_string(tiny_bundle.model).graph.initializer
    )
    for tensor in (*tiny_bundle.spec.inputs, *tiny_bundle.spec.outputs):
        assert tensor.name.encode() in data


def test_rtx_cards_are_targets(nvinfer: Nvinfer) -> None:
    assert {"sm75", "sm86", "sm89", "sm120"} <= set(nvinfer.capabilities())
    assert nvinfer.capabilities()[-1] == "sm121"
    assert set(PORTABLE) <= set(nvinfer.capabilities())


def test_a_target_that_is_none_is_told(nvinfer: Nvinfer, tiny_bundle: Bundle) -> None:
    with pytest.raises(EngineError, match=r"sm90 is no target of TensorRT-RTX .*; there are sm75, sm80"):
        built(nvinfer, tiny_bundle, "sm90")


def test_turing_has_no_single_precision_products(nvinfer: Nvinfer, tiny_bundle: Bundle) -> None:
    with pytest.raises(EngineError, match=r"tiny-fp32-sm75-\w+: TensorRT builds no engine: .*FP32 GEMM"):
        built(nvinfer, tiny_bundle, "sm75")


def test_what_is_no_network_is_refused(nvinfer: Nvinfer, tiny_bundle: Bundle) -> None:
    with pytest.raises(EngineError, match="TensorRT cannot read the network"):
        built(nvinfer, tiny_bundle, model=b"no network")


def test_a_network_for_a_fixed_batch_is_refused(nvinfer: Nvinfer, tiny_bundle: Bundle) -> None:
    model = onnx.load_from_string(tiny_bundle.model)
    for tensor in (*model.graph.input, *model.graph.output):
        tensor.type.tensor_type.shape.dim[0].dim_value = 1
    with pytest.raises(EngineError, match=r"tensor features is .* \(1, 128\); it must be float32, with any batch"):
        built(nvinfer, tiny_bundle, model=model.SerializeToString())


def test_a_network_that_is_not_the_manifests_is_refused(nvinfer: Nvinfer, tiny_bundle: Bundle) -> None:
    spec = tiny_bundle.spec
    wrong = dataclasses.replace(
        spec,
        states=spec.states[:2],
        inputs=spec.inputs[:3],
        outputs=(spec.outputs[0], *(TensorSpec("next_" + state.name, state.shape) for state in spec.states[:2])),
    )
    with pytest.raises(EngineError, match="its tensors are not those of tiny 1"):
        build_engine(nvinfer, ahead_key(tiny_bundle, nvinfer, "sm86", "fp32"), tiny_bundle.model, wrong)


def test_the_other_tensorrt_is_asked_for_by_name() -> None:
    with pytest.raises(NvinferError, match="no TensorRT 'quick'; there are rtx, classic"):
        load_nvinfer("quick")
    assert load_nvinfer().flavour == "rtx"


def lookup(key: EngineKey, folder: Path) -> bool:
    return whole(EngineStore(folder), key) is not None


def test_an_engine_is_built_once_for_this_gpu_and_again_when_it_is_damaged(
    nvinfer: Nvinfer, tiny_bundle: Bundle, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The choice of an engine needs no GPU, only to be told of one."""
    folder = engines_folder(tmp_path)
    first = engine_for(tiny_bundle, nvinfer, CARD, tmp_path)
    assert first.key == here_key(tiny_bundle, nvinfer, CARD, "fp32")
    assert engine_for(tiny_bundle, nvinfer, CARD, tmp_path) == first
    (file,) = folder.glob("*.engine")
    file.write_bytes(b"damaged")
    with caplog.at_level("INFO"):
        again = engine_for(tiny_bundle, nvinfer, CARD, tmp_path)
    assert "is damaged" in caplog.text
    assert again.key == first.key
    assert EngineStore(folder).load(first.key) == again
    newer = dataclasses.replace(CARD, driver=13_010)
    assert engine_for(tiny_bundle, nvinfer, newer, tmp_path).key.driver == "13010"
    assert lookup(first.key, folder)


def test_engines_built_ahead_come_first_and_the_exact_target_before_all(
    nvinfer: Nvinfer, tiny_bundle: Bundle, tmp_path: Path
) -> None:
    store = EngineStore(engines_folder(tmp_path))
    for target, precision in (("-".join(PORTABLE), "fp32"), ("sm89", "fp32"), ("sm120", "fp32")):
        key = ahead_key(tiny_bundle, nvinfer, target, precision)
        store.save(build_engine(nvinfer, key, tiny_bundle.model, tiny_bundle.spec))
    assert engine_for(tiny_bundle, nvinfer, CARD, tmp_path).key.target == "sm89"
    ampere = dataclasses.replace(CARD, capability=(8, 6))
    assert engine_for(tiny_bundle, nvinfer, ampere, tmp_path).key.target == "-".join(PORTABLE)
    other = dataclasses.replace(tiny_bundle, spec=dataclasses.replace(tiny_bundle.spec, sha256="0" * 64))
    assert engine_for(other, nvinfer, ampere, tmp_path).key.gpu == CARD.name


def test_a_full_disk_costs_only_the_cache(
    nvinfer: Nvinfer, tiny_bundle: Bundle, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engines_folder(tmp_path).write_bytes(b"a file where the folder should be")
    with caplog.at_level("INFO"):
        assert engine_for(tiny_bundle, nvinfer, CARD, tmp_path).data
    assert "is not kept" in caplog.text


def test_every_shipped_model_is_built_by_name(nvinfer: Nvinfer) -> None:
    """All of them, in both precisions and for each card, are built in tests/exporters/test_tensorrt.py."""
    assert built(nvinfer, bundle.load("live"), "sm120")
