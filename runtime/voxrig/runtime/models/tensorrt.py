"""A bundle's network on a GPU, as an engine of TensorRT.

A character's state stays a value on the host: it comes with each call and goes back with it. That costs a copy each
way, and keeps sessions what they are: cut, saved, replayed, moved to another batch at any step.
"""

import logging
import threading
from bisect import bisect_left
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.engine_store import Engine, EngineError
from voxrig.runtime.models.gpu import checked, cuda
from voxrig.runtime.models.nvinfer import Nvinfer
from voxrig.runtime.models.onnx import State
from voxrig.runtime.models.spec import ModelSpec
from voxrig.runtime.models.tensorrt_lane import Lane
from voxrig.runtime.models.whole_file import write_whole

log = logging.getLogger(__name__)

LANES: Final = (1, 8, 32, 64, 128, 256)
"""Batch sizes that are computed; a call takes the next larger one. A result's last bits are those of its size."""
READY: Final = 64
"""Those up to here are made when the model is loaded: a server asks for no more. Larger ones wait for a call."""


class TensorrtModel:
    """One step of a network for many characters at once. Holds no character's state; calls wait for one another.

    Args:
        bundle: the bundle that the engine was built from.
        engine: for this machine's GPU.
        nvinfer: the TensorRT that built it.
        compiled: file in which TensorRT-RTX keeps what it compiles for this GPU; None: nowhere.

    Raises:
        EngineError: TensorRT refuses the engine, or its tensors are not the bundle's.
        GpuError: CUDA or TensorRT refuses something else.
    """

    def __init__(self, bundle: Bundle, engine: Engine, nvinfer: Nvinfer, compiled: Path | None = None) -> None:
        engine.check(bundle.spec)
        self._spec = bundle.spec
        self._nvinfer = nvinfer
        self._compiled = compiled
        self._lock = threading.Lock()
        checked(cuda().cudaSetDevice(0))
        nvinfer.log.lines.clear()
        self._runtime = nvinfer.api.Runtime(nvinfer.log)
        self._engine = self._runtime.deserialize_cuda_engine(engine.data)
        if self._engine is None:
            raise EngineError(f"engine {engine.key.stem}: TensorRT does not load it: {nvinfer.complaint()}")
        self._check(engine)
        self._cache = self._runtime_cache()
        self._sizes = tuple(size for size in LANES if size <= engine.key.batches[2])
        self._lanes: dict[int, Lane] = {}
        try:
            for size in self._sizes:
                if size <= READY:
                    self._lane(size)
        except BaseException:
            self.close()
            raise
        self._keep_compiled()

    @property
    def spec(self) -> ModelSpec:
        """The manifest of the bundle."""
        return self._spec

    @property
    def graphs(self) -> dict[int, str]:
        """What became of the CUDA graph of each batch size that was made."""
        return {size: lane.graph for size, lane in self._lanes.items()}

    def start(self) -> State:
        """Return the state of a character that has heard nothing."""
        return tuple(np.zeros(state.shape, np.float32) for state in self._spec.states)

    def step(self, features: NDArray[np.float32], states: State) -> tuple[NDArray[np.float32], State]:
        """Run one model step for B characters; arguments and result as of `OnnxModel.step`.

        Raises:
            GpuError: CUDA or TensorRT refuses.
        """
        most = self._sizes[-1]
        if len(features) > most:
            parts = [
                self.step(features[at : at + most], tuple(state[at : at + most] for state in states))
                for at in range(0, len(features), most)
            ]
            columns = zip(*(state for _, state in parts), strict=True)
            return np.concatenate([controls for controls, _ in parts]), tuple(map(np.concatenate, columns))
        with self._lock:
            size = self._sizes[bisect_left(self._sizes, len(features))]
            controls, *following = self._lane(size).run((features, *states))
        return controls, tuple(following)

    def close(self) -> None:
        """Give everything on the GPU back."""
        with self._lock:
            for lane in self._lanes.values():
                lane.close()
            self._lanes.clear()

    def _lane(self, size: int) -> Lane:
        if size not in self._lanes:
            self._lanes[size] = Lane(self._nvinfer, self._engine, self._spec, size, self._cache)
        return self._lanes[size]

    def _check(self, engine: Engine) -> None:
        """Compare what TensorRT loaded with what the manifest of the engine says."""
        api = self._nvinfer.api
        wanted = {tensor.name: (-1, *tensor.shape) for tensor in (*engine.inputs, *engine.outputs)}
        names = [self._engine.get_tensor_name(number) for number in range(self._engine.num_io_tensors)]
        found = {name: tuple(self._engine.get_tensor_shape(name)) for name in names}
        if found != wanted or any(self._engine.get_tensor_dtype(name) != api.float32 for name in names):
            raise EngineError(f"engine {engine.key.stem} has the tensors {found}; its manifest says {wanted}")
        for tensor in engine.inputs:
            rows = tuple(int(shape[0]) for shape in self._engine.get_tensor_profile_shape(tensor.name, 0))
            if rows != engine.key.batches:
                raise EngineError(f"engine {engine.key.stem} is for batches of {rows}, not {engine.key.batches}")

    def _runtime_cache(self) -> Any:
        if not self._nvinfer.is_rtx:
            return None
        cache = self._engine.create_runtime_config().create_runtime_cache()
        try:
            if self._compiled is not None and self._compiled.is_file():
                cache.deserialize(self._compiled.read_bytes())  # refuses by itself what is damaged or another GPU's
        except OSError as error:
            log.info("what was compiled before is not used: %s", error)
        return cache

    def _keep_compiled(self) -> None:
        if self._cache is None or self._compiled is None:
            return
        data = bytes(self._cache.serialize())
        try:
            if not self._compiled.is_file() or self._compiled.read_bytes() != data:
                self._compiled.parent.mkdir(parents=True, exist_ok=True)
                write_whole(self._compiled, data)
        except OSError as error:  # a disk that is full or read-only costs time at the next start, not the GPU
            log.info("what was compiled is not kept: %s", error)
