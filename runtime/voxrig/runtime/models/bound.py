"""A bundle's network in ONNX Runtime with its tensors bound to memory of a device: the CUDA provider on a GPU."""

import io
import threading
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import State, check_graph
from voxrig.runtime.models.spec import BundleError, ModelSpec

PROVIDERS: Final = {"cuda": "CUDAExecutionProvider", "cpu": "CPUExecutionProvider"}
_WITH_CUDA: Final = "pip install 'onnxruntime-gpu[cuda,cudnn]'"
_WARNING: Final = 2  # ONNX Runtime's own, for what belongs to no session
LANES: Final = (1, 8, 32, 64, 128, 256)
"""Batch sizes that memory is kept for; a call takes the next larger one."""


class BoundLane:
    """Memory for one batch size on the host and the device, bound to a session."""

    def __init__(self, session: ort.InferenceSession, spec: ModelSpec, rows: int, device: str) -> None:
        self._session = session
        self._binding = session.io_binding()
        self._host = tuple(np.zeros((rows, *tensor.shape), np.float32) for tensor in spec.inputs)
        self._given = tuple(ort.OrtValue.ortvalue_from_numpy(array, device, 0) for array in self._host)
        self._told = tuple(
            ort.OrtValue.ortvalue_from_shape_and_type([rows, *tensor.shape], np.float32, device, 0)
            for tensor in spec.outputs
        )
        for tensor, value in zip(spec.inputs, self._given, strict=True):
            self._binding.bind_ortvalue_input(tensor.name, value)
        for tensor, value in zip(spec.outputs, self._told, strict=True):
            self._binding.bind_ortvalue_output(tensor.name, value)

    def run(self, inputs: tuple[NDArray[np.float32], ...]) -> tuple[NDArray[np.float32], ...]:
        """Compute one step for B characters, B of 1 to the lane's rows."""
        count = len(inputs[0])
        for host, value, given in zip(self._host, inputs, self._given, strict=True):
            host[:count] = value
            given.update_inplace(host)
        self._session.run_with_iobinding(self._binding)
        return tuple(value.numpy()[:count].copy() for value in self._told)


class BoundModel:
    """One step of a network for many characters at once. Holds no character's state; calls wait for one another.

    Args:
        bundle: what to run.
        device: cuda or cpu. On the CPU it is slower than `OnnxModel`, and there for tests of the binding.

    Raises:
        BundleError: ONNX Runtime refuses the graph, or its inputs and outputs are not those of the manifest.
        RuntimeError: the device's provider does not start.
    """

    def __init__(self, bundle: Bundle, device: str = "cuda") -> None:
        provider = PROVIDERS[device]
        if provider not in ort.get_available_providers():
            raise RuntimeError(f"this ONNX Runtime knows no CUDA: pip uninstall onnxruntime, then {_WITH_CUDA}")
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4  # what fails is told below, once
        settings = [{"use_tf32": "0"}] if device == "cuda" else [{}]
        try:
            with _quiet():
                if device == "cuda":
                    ort.preload_dlls()  # of CUDA and cuDNN as pip installs them
                self._session = ort.InferenceSession(bundle.model, options, [provider], settings)
        except Exception as error:  # ONNX Runtime's own errors share no base class
            raise BundleError(f"bundle {bundle.path}: ONNX Runtime refuses the model: {error}") from error
        if self._session.get_providers()[0] != provider:
            raise RuntimeError(f"{provider} does not start: it needs NVIDIA's driver, CUDA and cuDNN; {_WITH_CUDA}")
        check_graph(self._session, bundle)
        self._spec, self._device, self._lock = bundle.spec, device, threading.Lock()
        self._lanes: dict[int, BoundLane] = {}

    @property
    def spec(self) -> ModelSpec:
        """The manifest of the bundle."""
        return self._spec

    def start(self) -> State:
        """Return the state of a character that has heard nothing."""
        return tuple(np.zeros(state.shape, np.float32) for state in self._spec.states)

    def step(self, features: NDArray[np.float32], states: State) -> tuple[NDArray[np.float32], State]:
        """Run one model step for B characters, B of 1 to 256; arguments and result as of `OnnxModel.step`."""
        with self._lock:
            size = LANES[bisect_left(LANES, len(features))]
            if size not in self._lanes:
                self._lanes[size] = BoundLane(self._session, self._spec, size, self._device)
            controls, *following = self._lanes[size].run((features, *states))
        return controls, tuple(following)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep ONNX Runtime from telling on its own, also on stdout, what it can't load: we say so in our words."""
    ort.set_default_logger_severity(4)
    try:
        with redirect_stdout(io.StringIO()):
            yield
    finally:
        ort.set_default_logger_severity(_WARNING)
