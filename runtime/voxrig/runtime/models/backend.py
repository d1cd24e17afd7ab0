"""What runs the networks: the CPU, or a GPU through TensorRT or ONNX Runtime's CUDA provider.

`cpu` is the default, for what users expect of it: the same frames to the bit on every machine and in every batch, and
a GPU that is the game's alone. `auto` takes the first that works of TensorRT, CUDA and the CPU, and says in one line
of the log which and why. A backend asked for by its name is used, or is an error.

A GPU's model is used only once it has given the CPU's answers (`agreement`).
"""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from voxrig.runtime.models.agreement import BOUNDS, DisagreementError, verify_agreement
from voxrig.runtime.models.batching import StepModel
from voxrig.runtime.models.bound import BoundModel
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.cache_folder import cache_folder
from voxrig.runtime.models.engine_store import EngineError
from voxrig.runtime.models.engines import engine_for
from voxrig.runtime.models.gpu import GpuError, find_gpu
from voxrig.runtime.models.nvinfer import NvinferError, load_nvinfer
from voxrig.runtime.models.onnx import OnnxModel
from voxrig.runtime.models.signature import Trust
from voxrig.runtime.models.spec import BundleError
from voxrig.runtime.models.tensorrt import TensorrtModel

log = logging.getLogger(__name__)

BACKENDS: Final = ("cpu", "auto", "tensorrt", "cuda")
_CHAIN: Final = ("tensorrt", "cuda", "cpu")
_NAMES: Final = {"tensorrt": "TensorRT", "cuda": "CUDA", "cpu": "the CPU"}
_REFUSALS: Final = (NvinferError, GpuError, EngineError, DisagreementError, BundleError, RuntimeError, OSError)


class BackendError(ValueError):
    """A backend that does not exist or cannot be used here; the message says why and what to do."""


class ModelOpener:
    """Opens models on a backend. One of these for all models of a server, so that its log line comes once.

    Args:
        backend: one of `BACKENDS`.
        cache: folder of engines; None: `cache_folder`.
        keys: public keys, of which one must have signed each bundle that is opened; none: it may be unsigned.

    Raises:
        BackendError: there is no such backend.
        SignatureError: a key is none, or what checks signatures is not installed.
    """

    def __init__(self, backend: str = "cpu", cache: Path | None = None, keys: Sequence[str] = ()) -> None:
        check_backend(backend)
        self._trust = Trust(keys)
        self.backend = backend
        self._cache = cache
        self._told = ""
        self._refused: dict[str, str] = {}

    def open(self, bundle: Bundle) -> StepModel:
        """Open a bundle's network.

        Raises:
            BundleError: no backend can run the bundle, or (SignatureError) it isn't signed by whom it must be.
            BackendError: the one that was asked for by name cannot be used.
        """
        self._trust.check(bundle)
        if self.backend == "cpu":
            return OnnxModel(bundle)
        if self.backend != "auto":
            try:
                return _OPEN[self.backend](bundle, self._cache)
            except _REFUSALS as error:
                raise BackendError(
                    f"backend {self.backend} cannot run {bundle.spec.name}: {_line(error)}; or choose cpu or auto"
                ) from error
        for name in _CHAIN:
            if name in self._refused:
                continue
            try:
                model = _OPEN[name](bundle, self._cache)
            except _REFUSALS as error:
                if name == "cpu":
                    raise
                self._refused[name] = _line(error)
                continue
            self._tell(name)
            return model
        raise BackendError("no backend is left")  # the CPU is never refused

    def _tell(self, chosen: str) -> None:
        """Say once what runs the models, and why nothing before it in the chain does; again only if that changes."""
        if self._told == chosen:
            return
        self._told = chosen
        why = "".join(f"; not {_NAMES[name]}: {reason}" for name, reason in self._refused.items())
        log.log(logging.WARNING if why else logging.INFO, "models run on %s%s", _NAMES[chosen], why)


def open_model(bundle: Bundle, backend: str = "cpu", cache: Path | None = None) -> StepModel:
    """Open one model; see `ModelOpener`."""
    return ModelOpener(backend, cache).open(bundle)


def check_backend(name: str) -> None:
    """Refuse a backend that does not exist.

    Raises:
        BackendError: with those that do.
    """
    if name not in BACKENDS:
        raise BackendError(f"there is no backend {name!r}; there are {', '.join(BACKENDS)}")


def _open_cpu(bundle: Bundle, _: Path | None) -> StepModel:
    return OnnxModel(bundle)


def _open_cuda(bundle: Bundle, _: Path | None) -> StepModel:
    model = BoundModel(bundle, "cuda")
    verify_agreement(model, OnnxModel(bundle, int8=False), BOUNDS["fp32"])
    return model


def _open_tensorrt(bundle: Bundle, cache: Path | None) -> StepModel:
    gpu = find_gpu()  # first: on most machines that have none, nothing else need be loaded
    nvinfer = load_nvinfer()
    folder = cache or cache_folder()
    engine = engine_for(bundle, nvinfer, gpu, folder)
    place = "".join(sign if sign.isalnum() else "_" for sign in gpu.name)
    compiled = folder / "compiled" / f"{engine.key.stem}-{place}-{gpu.driver}.jit"
    model = TensorrtModel(bundle, engine, nvinfer, compiled)
    try:
        verify_agreement(model, OnnxModel(bundle, int8=False), BOUNDS[engine.key.precision])
    except BaseException:
        model.close()
        raise
    log.info("%s runs in %s on %s", bundle.spec.name, engine.key.precision, gpu.name)
    return model


_OPEN: Final[dict[str, Callable[[Bundle, Path | None], StepModel]]] = {
    "tensorrt": _open_tensorrt,
    "cuda": _open_cuda,
    "cpu": _open_cpu,
}


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
