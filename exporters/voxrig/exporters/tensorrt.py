"""Bundles -> engines of TensorRT, built ahead of time and checked: what `voxrig export tensorrt` does.

TensorRT for RTX builds them on any machine, with a GPU or without; the classic one on the GPU that they are for.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.half import halved
from voxrig.exporters.half_parity import HalfParity, compare_halves
from voxrig.exporters.heard_rows import Sound, heard_rows
from voxrig.runtime.models.agreement import walk
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.engine_build import build_engine
from voxrig.runtime.models.engine_key import EngineKey
from voxrig.runtime.models.engine_store import Engine, EngineError, EngineStore
from voxrig.runtime.models.engines import ahead_key, here_key, whole
from voxrig.runtime.models.gpu import find_gpu
from voxrig.runtime.models.nvinfer import Nvinfer

WALKED = 600
"""Steps of a random walk, where no speech is given."""
HERE = "here"
"""The target of a classic TensorRT: the GPU of this machine."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built.

    Attributes:
        bundles: what of.
        targets: compute capabilities, each as sm86 or sm80-sm86 for several in one; `HERE` of a classic TensorRT.
        precisions: of `engine_key.PRECISIONS`.
        folder: where the engines go.
        sounds: speech to compare half precision on; none: it is compared on a random walk.
        again: whether engines that are there are built again.
    """

    bundles: Sequence[Bundle]
    targets: Sequence[str]
    precisions: Sequence[str]
    folder: Path
    sounds: Sequence[Sound] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Built:
    """What became of one engine.

    Attributes:
        key: what it is for.
        engine: itself; None where TensorRT refused.
        file: where it lies.
        fresh: whether it was built now; else it was there.
        refusal: why there is none.
        parity: of half precision to single, on the CPU.
        checks: what was found right.
    """

    key: EngineKey
    engine: Engine | None = None
    file: Path | None = None
    fresh: bool = False
    refusal: str = ""
    parity: HalfParity | None = None
    checks: tuple[str, ...] = field(default=())


def export_engines(
    nvinfer: Nvinfer, order: Order, progress: Callable[[EngineKey], None] = lambda _: None
) -> Iterator[Built]:
    """Build engines, one after the other; `progress` is told what comes next.

    Yields:
        What became of each; a refusal of TensorRT is told, and the others go on.

    Raises:
        HalfError, HalfParityError: a network cannot be halved, or would be too far off.
        GpuError: a classic TensorRT has no GPU here.
        OSError: the disk refuses.
    """
    store = EngineStore(order.folder)
    for chosen in order.bundles:
        for precision in order.precisions:
            model, parity = chosen.model, None
            if precision == "fp16":
                model = halved(chosen.model)
                parity = compare_halves(chosen.model, model, chosen.spec, _rows(chosen, order.sounds))
            for target in order.targets:
                key = _key(nvinfer, chosen, target, precision)
                progress(key)
                yield _built(nvinfer, chosen, key, model, store, parity, again=order.again)


def _rows(chosen: Bundle, sounds: Sequence[Sound]) -> NDArray[np.float32]:
    """Return what a network is compared on, float32[steps, row]."""
    if sounds:
        return heard_rows(chosen, sounds)
    return np.concatenate(list(walk(chosen.spec.inputs[0].shape[0], WALKED, 1)))


def _key(nvinfer: Nvinfer, chosen: Bundle, target: str, precision: str) -> EngineKey:
    if target == HERE:
        return here_key(chosen, nvinfer, find_gpu(), precision)
    return ahead_key(chosen, nvinfer, target, precision)


def _built(
    nvinfer: Nvinfer,
    chosen: Bundle,
    key: EngineKey,
    model: bytes,
    store: EngineStore,
    parity: HalfParity | None,
    *,
    again: bool,
) -> Built:
    engine = None if again else whole(store, key)
    fresh = engine is None
    try:
        if engine is None:
            timing = store.folder / f"timing-{nvinfer.version}-{key.target}.cache"
            engine = build_engine(nvinfer, key, model, chosen.spec, timing)
            store.save(engine)
        read = store.load(key)
        if read is None:
            raise EngineError(f"{key.stem} is not there though it was written")
        checks = (*inspect(read, chosen), *(("parity",) if parity else ()))
    except EngineError as error:
        return Built(key, refusal=str(error))
    return Built(key, engine, store.file_of(read), fresh, parity=parity, checks=checks)


def inspect(engine: Engine, chosen: Bundle) -> tuple[str, ...]:
    """Check an engine as far as that goes without a GPU; return what was checked.

    TensorRT loads no engine without one. So its tensors are those that TensorRT told while it built, kept beside the
    engine under its checksum, and their names must stand in the engine.

    Raises:
        EngineError: something is not as it must be.
    """
    engine.check(chosen.spec)
    missing = [tensor.name for tensor in (*engine.inputs, *engine.outputs) if tensor.name.encode() not in engine.data]
    if missing:
        raise EngineError(f"{engine.key.stem} does not name its tensors {', '.join(missing)}")
    return "tensors", "names", "checksum"
