"""Networks on a GPU through TensorRT. Skipped where there is no GPU, as in CI: these have yet to run on one."""

import dataclasses
import logging
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("cuda.bindings.runtime", reason="cuda-bindings is not installed: pip install 'voxrig[tensorrt]'")
pytest.importorskip("tensorrt_rtx", reason="TensorRT for RTX is not installed: pip install 'voxrig[tensorrt]'")

from voxrig.runtime.models import bundle, contract
from voxrig.runtime.models.agreement import BOUNDS, furthest, verify_agreement, walk
from voxrig.runtime.models.backend import ModelOpener, open_model
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.engine_store import EngineError
from voxrig.runtime.models.engines import engine_for, engines_folder
from voxrig.runtime.models.gpu import Gpu, GpuError, find_gpu
from voxrig.runtime.models.nvinfer import Nvinfer, load_nvinfer
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.models.tensorrt import LANES, READY, TensorrtModel

SHIPPED = [(name, role) for role in ("face", "emotion", "body") for name in bundle.shipped(role)]


@pytest.fixture(scope="module")
def gpu() -> Gpu:
    try:
        return find_gpu()
    except GpuError as error:
        pytest.skip(f"needs a GPU: {error}")


@pytest.fixture(scope="module")
def nvinfer(gpu: Gpu) -> Nvinfer:
    return load_nvinfer()


@pytest.fixture
def model(gpu: Gpu, nvinfer: Nvinfer, tiny_bundle: Bundle, tmp_path: Path) -> TensorrtModel:
    engine = engine_for(tiny_bundle, nvinfer, gpu, tmp_path)
    return TensorrtModel(tiny_bundle, engine, nvinfer, tmp_path / "compiled" / "tiny.jit")


@pytest.mark.parametrize(("name", "role"), SHIPPED)
def test_every_shipped_model_agrees_with_the_cpu_in_batches_of_any_size(
    gpu: Gpu, name: str, role: str, tmp_path: Path
) -> None:
    chosen = bundle.load(name, role)
    on_gpu = open_model(chosen, "tensorrt", tmp_path)
    off = verify_agreement(on_gpu, OnnxModel(chosen, int8=False), BOUNDS["fp32"], (1, 2, 8, 9, 33, 64, 100, 256))
    print(f"\n{name} on {gpu.name}: off by {off:.1e}")


@pytest.mark.parametrize(("name", "role"), SHIPPED)
def test_half_precision_is_taken_where_it_was_exported(gpu: Gpu, name: str, role: str, tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    from voxrig.exporters.tensorrt import Order, export_engines

    chosen, nvinfer = bundle.load(name, role), load_nvinfer("rtx")
    order = Order([chosen], [gpu.target], ("fp16",), engines_folder(tmp_path))
    assert [one.refusal for one in export_engines(nvinfer, order)] == [""]
    assert engine_for(chosen, nvinfer, gpu, tmp_path).key.precision == "fp16"
    on_gpu = open_model(chosen, "tensorrt", tmp_path)
    off = verify_agreement(on_gpu, OnnxModel(chosen, int8=False), BOUNDS["fp16"], (1, 32, 256))
    print(f"\n{name} in half precision on {gpu.name}: off by {off:.1e}")


def test_answers_are_values_and_what_is_given_is_not_changed(model: TensorrtModel) -> None:
    first, second = walk(128, 2, 3)
    start = tuple(np.stack([state] * 3) for state in model.start())
    controls, states = model.step(first, start)
    kept = controls.copy(), tuple(state.copy() for state in states)
    model.step(second, states)
    assert np.array_equal(controls, kept[0])
    assert all(np.array_equal(one, other) for one, other in zip(states, kept[1], strict=True))
    assert not any(state.any() for state in start)


@pytest.mark.parametrize("size", [2, 5, 8])
def test_in_one_lane_the_others_do_not_matter(model: TensorrtModel, size: int) -> None:
    """Bit for bit within a batch size that is computed; from one to another, within what rounding does."""
    rows = next(walk(128, 1, 8))
    whole, _ = model.step(rows, tuple(np.stack([state] * 8) for state in model.start()))
    part, _ = model.step(rows[:size], tuple(np.stack([state] * size) for state in model.start()))
    contract.verify_same("controls", part, whole[:size])
    alone, _ = model.step(rows[:1], tuple(state[None] for state in model.start()))
    assert furthest(alone, whole[:1]) < BOUNDS["fp32"]


def test_more_than_the_largest_batch_is_cut(model: TensorrtModel) -> None:
    count = LANES[-1] + 5
    rows = next(walk(128, 1, count))
    controls, states = model.step(rows, tuple(np.stack([state] * count) for state in model.start()))
    assert len(controls) == count
    assert all(len(state) == count for state in states)
    last, _ = model.step(rows[-5:], tuple(np.stack([state] * 5) for state in model.start()))
    contract.verify_same("controls", controls[-5:], last)


def test_calls_are_graphs_and_large_lanes_come_when_they_are_called(model: TensorrtModel) -> None:
    assert tuple(model.graphs) == tuple(size for size in LANES if size <= READY)
    assert not [told for told in model.graphs.values() if told.startswith("not captured")]
    model.step(next(walk(128, 1, 200)), tuple(np.stack([state] * 200) for state in model.start()))
    assert 256 in model.graphs


def test_what_was_built_and_compiled_is_used_again(
    gpu: Gpu, nvinfer: Nvinfer, tiny_bundle: Bundle, tmp_path: Path
) -> None:
    open_model(tiny_bundle, "tensorrt", tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {path.suffix for path in before} >= ({".engine", ".json", ".jit"} if nvinfer.is_rtx else {".engine"})
    open_model(tiny_bundle, "tensorrt", tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.engine")} == {
        path: data for path, data in before.items() if path.suffix == ".engine"
    }


def test_an_engine_of_something_else_is_refused(
    gpu: Gpu, nvinfer: Nvinfer, tiny_bundle: Bundle, tmp_path: Path
) -> None:
    other = engine_for(bundle.load("live"), nvinfer, gpu, tmp_path)
    mine = engine_for(tiny_bundle, nvinfer, gpu, tmp_path)
    with pytest.raises(EngineError, match="has the tensors"):
        TensorrtModel(tiny_bundle, dataclasses.replace(mine, data=other.data), nvinfer)
    with pytest.raises(EngineError, match="does not load it"):
        TensorrtModel(tiny_bundle, dataclasses.replace(mine, data=b"vtrt"), nvinfer)


def test_auto_takes_the_gpu_and_says_so(
    gpu: Gpu, tiny_bundle: Bundle, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        assert isinstance(ModelOpener("auto", tmp_path).open(tiny_bundle), TensorrtModel)
    assert "models run on TensorRT" in caplog.messages


def test_closing_gives_the_memory_back(model: TensorrtModel) -> None:
    model.close()
    assert model.graphs == {}
