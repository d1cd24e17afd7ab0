"""What a lane has taken from a GPU it gives back, also when it is refused amid: with a stand-in for CUDA."""

import ctypes
import sys
import weakref
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from voxrig.runtime.models.gpu import GpuError
from voxrig.runtime.models.nvinfer import Nvinfer
from voxrig.runtime.models.tensorrt_lane import Lane

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="there is no CUDA for macOS")

GOOD, REFUSED = SimpleNamespace(name="cudaSuccess", value=0), SimpleNamespace(name="cudaErrorUnknown", value=999)
CLASSIC = Nvinfer("classic", "10", None, SimpleNamespace(lines=[]))


class Gpu:
    """The functions of `cuda.bindings.runtime`, an engine and its contexts, of which the n-th call is refused."""

    cudaStreamNonBlocking = cudaHostAllocDefault = 1  # noqa: N815
    cudaMemcpyKind = SimpleNamespace(cudaMemcpyHostToDevice=1, cudaMemcpyDeviceToHost=2)  # noqa: N815
    cudaStreamCaptureMode = SimpleNamespace(cudaStreamCaptureModeThreadLocal=1)  # noqa: N815

    def __init__(self, refused: int) -> None:
        self.left = refused
        self.held: dict[int, object] = {}
        self.contexts: weakref.WeakSet[Context] = weakref.WeakSet()
        self.cudaHostAlloc = lambda size, _: self._take((ctypes.c_char * size)())
        self.cudaMalloc = lambda size: self._take((ctypes.c_char * size)())
        self.cudaStreamCreateWithFlags = lambda _: self._take(ctypes.c_int())
        self.cudaStreamEndCapture = lambda _: self._take(ctypes.c_int())
        self.cudaGraphInstantiate = lambda *_: self._take(ctypes.c_int())
        self.cudaMemcpyAsync = self.cudaStreamSynchronize = self.cudaStreamBeginCapture = self._do
        self.cudaGraphLaunch = self._do
        self.cudaFree = self.cudaFreeHost = self.cudaStreamDestroy = self._give
        self.cudaGraphDestroy = self.cudaGraphExecDestroy = self._give

    def accepts(self) -> bool:
        self.left -= 1
        return self.left != 0

    def create_execution_context(self) -> "Context | None":
        return Context(self) if self.accepts() else None

    def _do(self, *_: Any) -> tuple[Any, ...]:
        return (GOOD if self.accepts() else REFUSED,)

    def _take(self, thing: Any) -> tuple[Any, ...]:
        if not self.accepts():
            return REFUSED, None
        self.held[ctypes.addressof(thing)] = thing
        return GOOD, ctypes.addressof(thing)

    def _give(self, address: int) -> tuple[Any, ...]:
        del self.held[address]
        return (GOOD,)


class Context:
    """An execution context, which computes nothing."""

    def __init__(self, gpu: Gpu) -> None:
        gpu.contexts.add(self)
        self.set_input_shape = self.set_tensor_address = self.execute_async_v3 = lambda *_: gpu.accepts()


@pytest.mark.parametrize("refused", range(40))
def test_nothing_is_left_on_the_gpu_whatever_it_refuses(tiny_bundle, monkeypatch, refused):
    gpu, spec = Gpu(refused), tiny_bundle.spec
    monkeypatch.setitem(sys.modules, "cuda.bindings.runtime", gpu)
    try:
        lane = Lane(CLASSIC, gpu, spec, 8, None)
    except GpuError:
        assert refused > 0
    else:
        assert refused == 0 or lane.graph.startswith("not captured: ") or gpu.left > 0
        gpu.left = 0
        outputs = lane.run(tuple(np.zeros((3, *tensor.shape), np.float32) for tensor in spec.inputs))
        assert [output.shape for output in outputs] == [(3, *tensor.shape) for tensor in spec.outputs]
        assert len(gpu.held) == 5 + (lane.graph == "captured with its copies")
        lane.close()
        lane.close()
    assert (gpu.held, len(gpu.contexts)) == ({}, 0)
