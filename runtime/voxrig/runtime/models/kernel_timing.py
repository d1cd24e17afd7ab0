"""How long kernels take on a GPU, as a classic TensorRT measures it to build an engine: kept for the next build."""

import logging
from pathlib import Path
from typing import Any

from voxrig.runtime.models.nvinfer import Nvinfer
from voxrig.runtime.models.whole_file import write_whole

log = logging.getLogger(__name__)


def recall(nvinfer: Nvinfer, config: Any, path: Path) -> None:
    """Have a build use what earlier ones measured; a file that is damaged, or another GPU's, is as good as none.

    Args:
        nvinfer: a classic TensorRT.
        config: of the build.
        path: where it is kept, if there was a build before.
    """
    try:
        data = path.read_bytes()
    except OSError:  # mostly as there is none yet; it only spares time
        data = b""
    if not _taken(config, data) and data:
        log.info("%s is not used, kernels are timed anew: %s", path, nvinfer.complaint())
        _taken(config, b"")


def keep(config: Any, path: Path) -> None:
    """Write what is known after a build; a disk that is full or read-only costs time at the next, not the engine."""
    cache = config.get_timing_cache()
    if cache is None:
        return
    data = bytes(cache.serialize())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
    except OSError as error:
        log.info("the timing of kernels is not kept: %s", error)


def _taken(config: Any, data: bytes) -> bool:
    cache = config.create_timing_cache(data)  # None of what is damaged
    return cache is not None and bool(config.set_timing_cache(cache, False))
