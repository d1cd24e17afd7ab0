"""What of the code for a GPU can be tried without one: its arithmetic, and that all it calls exists."""

import ast
import inspect
from types import ModuleType

import pytest

from voxrig.runtime.models import device_arena, tensorrt, tensorrt_lane
from voxrig.runtime.models.device_arena import ALIGNED, DeviceArena, arena_layout
from voxrig.runtime.models.gpu import GpuError, checked, cuda, find_gpu
from voxrig.runtime.models.spec import TensorSpec

TENSORS = (TensorSpec("features", (128,)), TensorSpec("a", (3, 5)), TensorSpec("b", (1,)))


@pytest.mark.parametrize("rows", [1, 8, 64])
def test_tensors_lie_one_behind_the_other_each_aligned(rows: int) -> None:
    places, size = arena_layout(TENSORS, rows)
    ends = [place + 4 * rows * width for place, width in zip(places, (128, 15, 1), strict=True)]
    assert places[0] == 0
    assert all(place % ALIGNED == 0 for place in (*places, size))
    for end, following in zip(ends, (*places[1:], size), strict=True):
        assert 0 <= following - end < ALIGNED


def used(module: ModuleType, *owners: str) -> set[str]:
    """Names that a module's code looks up on what is called `owners`, as in `self._cuda.cudaMalloc`."""
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Attribute):
            value = node.value
            name = value.attr if isinstance(value, ast.Attribute) else getattr(value, "id", "")
            if name in owners:
                found.add(node.attr)
    return found


def test_every_cuda_function_that_is_called_exists() -> None:
    api = pytest.importorskip("cuda.bindings.runtime", reason="cuda-bindings is not installed")
    names = used(device_arena, "_cuda") | used(tensorrt_lane, "_cuda")
    assert {"cudaMalloc", "cudaMemcpyAsync", "cudaStreamBeginCapture", "cudaGraphLaunch"} <= names
    assert [name for name in sorted(names) if not hasattr(api, name)] == []


def test_every_function_of_tensorrt_that_is_called_exists() -> None:
    api = pytest.importorskip("tensorrt_rtx", reason="TensorRT for RTX is not installed")
    assert used(tensorrt_lane, "api") == {"CudaGraphStrategy", "DynamicShapesKernelSpecializationStrategy"}
    for module, owner, kind in (
        (tensorrt_lane, "_context", "IExecutionContext"),
        (tensorrt_lane, "config", "IRuntimeConfig"),
        (tensorrt_lane, "engine", "ICudaEngine"),
        (tensorrt, "_engine", "ICudaEngine"),
        (tensorrt, "_runtime", "Runtime"),
        (tensorrt, "_cache", "IRuntimeCache"),
    ):
        names = used(module, owner)
        assert names
        assert [name for name in sorted(names) if not hasattr(getattr(api, kind), name)] == []


def test_what_cuda_refuses_is_named() -> None:
    pytest.importorskip("cuda.bindings.runtime", reason="cuda-bindings is not installed")
    try:
        find_gpu()
    except GpuError:
        with pytest.raises(GpuError, match=r"CUDA says cudaError\w+ \(\d+\); see that the driver"):
            DeviceArena(TENSORS, 4)
    else:
        with pytest.raises(GpuError, match=r"CUDA says cudaErrorInvalidDevice \(101\)"):
            checked(cuda().cudaSetDevice(4096))
