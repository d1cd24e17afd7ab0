"""Where the networks run: by name or an error, or what there is, with one line that says why."""

import logging
import subprocess
import sys

import numpy as np
import pytest

from voxrig.runtime.models import contract
from voxrig.runtime.models.agreement import walk
from voxrig.runtime.models.backend import BACKENDS, BackendError, ModelOpener, open_model
from voxrig.runtime.models.batching import StepModel
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.gpu import GpuError, find_gpu
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.serving.settings import Settings, SettingsError
from voxrig.runtime.serving.stage import Stage


@pytest.fixture
def no_gpu() -> str:
    """Why there is no GPU; a machine that has one is no place for these tests."""
    try:
        gpu = find_gpu()
    except GpuError as error:
        return str(error)
    pytest.skip(f"this machine has a GPU: {gpu.name}")


def frames(model: StepModel) -> list[np.ndarray]:
    states, told = tuple(np.stack([state] * 3) for state in model.start()), []
    for row in walk(128, 10, 3):
        controls, states = model.step(row, states)
        told.append(controls)
    return told


def test_the_cpu_is_the_default(tiny_bundle: Bundle, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        assert isinstance(open_model(tiny_bundle), OnnxModel)
    assert caplog.messages == []
    assert Settings().backend == "cpu"


def test_without_a_gpu_the_cpu_does_it_and_one_line_says_why(
    tiny_bundle: Bundle, tiny_fast_bundle: Bundle, no_gpu: str, caplog: pytest.LogCaptureFixture
) -> None:
    models = ModelOpener("auto")
    with caplog.at_level(logging.DEBUG):
        opened = [models.open(one) for one in (tiny_bundle, tiny_fast_bundle, tiny_bundle)]
    (told,) = caplog.messages
    assert told.startswith("models run on the CPU; not TensorRT: ")
    assert no_gpu in told
    assert "; not CUDA: " in told
    assert "\n" not in told
    assert caplog.records[0].levelno == logging.WARNING
    for found, expected in zip(frames(opened[0]), frames(OnnxModel(tiny_bundle)), strict=True):
        contract.verify_same("controls", found, expected)


@pytest.mark.parametrize("backend", ["tensorrt", "cuda"])
def test_a_backend_that_is_asked_for_and_not_there_is_an_error(
    tiny_bundle: Bundle, no_gpu: str, backend: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(BackendError) as refused:
        open_model(tiny_bundle, backend)
    told = str(refused.value)
    assert told.startswith(f"backend {backend} cannot run tiny: ")
    assert told.endswith("; or choose cpu or auto")
    assert "\n" not in told
    if backend == "tensorrt":
        assert no_gpu in told
    assert caplog.messages == []


def test_a_backend_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(BackendError, match="no backend 'gpu'; there are cpu, auto, tensorrt, cuda"):
        ModelOpener("gpu")
    with pytest.raises(SettingsError, match="no backend 'gpu'"):
        Settings(backend="gpu")
    assert [Settings(backend=name).backend for name in BACKENDS] == list(BACKENDS)


def test_a_server_says_it_once_for_all_its_models(no_gpu: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "voxrig"):
        stage = Stage(Settings(backend="auto"))
    assert len([told for told in caplog.messages if told.startswith("models run on")]) == 1
    assert [spec.name for spec in stage.models] == ["live", "fast", "studio"]
    with pytest.raises(BackendError, match="backend tensorrt cannot run"):
        Stage(Settings(backend="tensorrt"))


WITHOUT = """
import sys
sys.modules |= dict.fromkeys(("cuda", "tensorrt", "tensorrt_rtx"))  # importing them fails, as where they aren't there
from voxrig.runtime.models.gpu import GpuError, find_gpu
from voxrig.runtime.models.nvinfer import NvinferError, load_nvinfer
for ask in (find_gpu, load_nvinfer, lambda: load_nvinfer("classic")):
    try:
        ask()
    except (GpuError, NvinferError) as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform == "darwin", reason="there is no CUDA for macOS")
def test_missing_packages_are_named() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "the package cuda-bindings is not installed: pip install 'voxrig[tensorrt]'",
        "TensorRT is not installed: pip install 'voxrig[tensorrt]'",
        "the package tensorrt is not installed: pip install tensorrt",
    ]
