"""Where an engine for this machine's GPU comes from: built ahead of time, built here before, or built now."""

import logging
from pathlib import Path

from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.engine_build import build_engine
from voxrig.runtime.models.engine_key import BATCHES, PRECISIONS, EngineKey, this_system
from voxrig.runtime.models.engine_store import Engine, EngineError, EngineStore
from voxrig.runtime.models.gpu import Gpu
from voxrig.runtime.models.nvinfer import Nvinfer

log = logging.getLogger(__name__)

PORTABLE = ("sm80", "sm86", "sm89", "sm120")
"""Targets of an engine "for all": RTX cards from Ampere on."""


def engines_folder(cache: Path) -> Path:
    """Where engines are kept; `voxrig export tensorrt` writes here unless told otherwise."""
    return cache / "engines"


def ahead_key(bundle: Bundle, nvinfer: Nvinfer, target: str, precision: str) -> EngineKey:
    """Key of an engine that is built ahead of time, for every GPU of the target."""
    spec = bundle.spec
    return EngineKey(spec.name, spec.sha256, precision, target, nvinfer.flavour, nvinfer.version, batches=BATCHES)


def here_key(bundle: Bundle, nvinfer: Nvinfer, gpu: Gpu, precision: str) -> EngineKey:
    """Key of an engine that is built on this machine, for its GPU."""
    spec = bundle.spec
    return EngineKey(
        spec.name,
        spec.sha256,
        precision,
        gpu.target,
        nvinfer.flavour,
        nvinfer.version,
        gpu.name,
        str(gpu.driver),
        this_system(),
        BATCHES,
    )


def engine_for(bundle: Bundle, nvinfer: Nvinfer, gpu: Gpu, cache: Path) -> Engine:
    """Find the engine of a bundle for a GPU, or build it.

    Half precision comes first where somebody exported it: whoever did wants it. What is built here is in single
    precision, as the bundle is: making half of it is the exporter's work.

    Args:
        bundle: the network.
        nvinfer: the TensorRT.
        gpu: of this machine.
        cache: the folder of `cache_folder`.

    Raises:
        EngineError: TensorRT builds none.
    """
    store = EngineStore(engines_folder(cache))
    targets = (gpu.target, *(("-".join(PORTABLE),) if gpu.target in PORTABLE else ()))
    for precision in PRECISIONS:
        keys = [ahead_key(bundle, nvinfer, target, precision) for target in targets] if nvinfer.is_rtx else []
        for key in (*keys, here_key(bundle, nvinfer, gpu, precision)):
            if found := whole(store, key):
                return found
    key = here_key(bundle, nvinfer, gpu, "fp32")
    timing = engines_folder(cache) / f"timing-{nvinfer.version}-{gpu.target}.cache"
    built = build_engine(nvinfer, key, bundle.model, bundle.spec, timing)
    try:
        store.save(built)
    except OSError as error:
        log.info("the engine %s is not kept: %s", key.stem, error)
    return built


def whole(store: EngineStore, key: EngineKey) -> Engine | None:
    """Load an engine; None, and a line in the log, where it is damaged: it will be built again."""
    try:
        return store.load(key)
    except EngineError as error:
        log.info("an engine is not used, and built again where it is needed: %s", error)
        return None
