"""An engine's execution for one batch size: its memory, its context, and the CUDA graph that a call is."""

from contextlib import ExitStack
from typing import Any

from numpy import float32
from numpy.typing import NDArray

from voxrig.runtime.models.device_arena import DeviceArena
from voxrig.runtime.models.gpu import GpuError, checked, cuda
from voxrig.runtime.models.nvinfer import Nvinfer
from voxrig.runtime.models.spec import ModelSpec

Floats = NDArray[float32]


class Lane:
    """Runs an engine for up to `rows` characters. One call at a time.

    Addresses and shapes never change, so that a call can be one CUDA graph. TensorRT-RTX captures and replays the
    network itself, with the kernels that it compiled for this shape, and the two copies stand beside it; for the
    classic one the copies and the network are captured here, into one graph. `graph` says what became of it.

    Args:
        nvinfer: the TensorRT.
        engine: deserialized.
        spec: of the bundle.
        rows: how many characters it always computes.
        cache: of what TensorRT-RTX compiles; None for the classic one.

    Raises:
        GpuError: CUDA or TensorRT refuses.
    """

    def __init__(self, nvinfer: Nvinfer, engine: Any, spec: ModelSpec, rows: int, cache: Any) -> None:
        self.rows = rows
        self._nvinfer = nvinfer
        self._cuda = cuda()
        self._context: Any = None
        self._graph: Any = None
        self.graph = "captured by TensorRT-RTX"
        with ExitStack() as made:  # what is there goes back if the rest can't be had
            self._stream = checked(self._cuda.cudaStreamCreateWithFlags(self._cuda.cudaStreamNonBlocking))
            made.callback(self._cuda.cudaStreamDestroy, self._stream)
            self._given = DeviceArena(spec.inputs, rows)
            made.callback(self._given.close)
            self._told = DeviceArena(spec.outputs, rows)
            made.callback(self._told.close)
            made.callback(self._forget)
            self._prepare(engine, spec, cache)
            self._made = made.pop_all()

    def run(self, inputs: tuple[Floats, ...]) -> tuple[Floats, ...]:
        """Compute one step.

        Args:
            inputs: float32[B, ...] each, B of 1 to `rows`.

        Returns:
            The outputs, float32[B, ...] each, which are the caller's own.

        Raises:
            GpuError: CUDA or TensorRT refuses.
        """
        count = len(inputs[0])
        for view, value in zip(self._given.views, inputs, strict=True):
            view[:count] = value
        if self._graph is None:
            self._enqueue()
        else:
            checked(self._cuda.cudaGraphLaunch(self._graph, self._stream))
        checked(self._cuda.cudaStreamSynchronize(self._stream))
        return tuple(view[:count].copy() for view in self._told.views)

    def close(self) -> None:
        """Give everything on the GPU back."""
        self._made.close()

    def _prepare(self, engine: Any, spec: ModelSpec, cache: Any) -> None:
        """Make the context, and compute once: kernels are compiled and memory is taken here, and not in a session."""
        self._context = self._made_context(engine, cache)
        for tensor, address in zip(spec.inputs, self._given.addresses, strict=True):
            self._accepted(self._context.set_input_shape(tensor.name, (self.rows, *tensor.shape)), tensor.name)
            self._accepted(self._context.set_tensor_address(tensor.name, address), tensor.name)
        for tensor, address in zip(spec.outputs, self._told.addresses, strict=True):
            self._accepted(self._context.set_tensor_address(tensor.name, address), tensor.name)
        self._enqueue()
        checked(self._cuda.cudaStreamSynchronize(self._stream))
        if not self._nvinfer.is_rtx:
            self._capture()

    def _forget(self) -> None:
        """Give the graph and the context back."""
        if self._graph is not None:
            self._cuda.cudaGraphExecDestroy(self._graph)
        self._graph = self._context = None

    def _made_context(self, engine: Any, cache: Any) -> Any:
        if cache is None:
            context = engine.create_execution_context()
        else:
            api, config = self._nvinfer.api, engine.create_runtime_config()
            config.set_runtime_cache(cache)
            config.cuda_graph_strategy = api.CudaGraphStrategy.WHOLE_GRAPH_CAPTURE
            # Kernels for this very shape at once: swapped in later, they would change the last bits amid a sentence.
            config.dynamic_shapes_kernel_specialization_strategy = api.DynamicShapesKernelSpecializationStrategy.EAGER
            context = engine.create_execution_context(config)
        if context is None:
            raise GpuError(f"TensorRT makes no execution context: {self._nvinfer.complaint()}")
        return context

    def _enqueue(self) -> None:
        self._given.upload(self._stream)
        self._accepted(self._context.execute_async_v3(int(self._stream)), "the network")
        self._told.download(self._stream)

    def _capture(self) -> None:
        """Capture a call into a graph; where that cannot be, calls stay as they are and `graph` says why."""
        mode = self._cuda.cudaStreamCaptureMode.cudaStreamCaptureModeThreadLocal
        try:
            with ExitStack() as captured:
                checked(self._cuda.cudaStreamBeginCapture(self._stream, mode))
                try:
                    self._enqueue()
                finally:
                    graph = checked(self._cuda.cudaStreamEndCapture(self._stream))
                    captured.callback(self._cuda.cudaGraphDestroy, graph)
                self._graph = checked(self._cuda.cudaGraphInstantiate(graph, 0))
            self.graph = "captured with its copies"
        except GpuError as error:
            self.graph = f"not captured: {error}"

    def _accepted(self, good: bool, what: str) -> None:
        if not good:
            raise GpuError(f"TensorRT refuses {what}: {self._nvinfer.complaint()}")
