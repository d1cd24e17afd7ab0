"""A bundle on trial: it is written only once it has done what the network does."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from voxrig.runtime.models import bundle
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.spec import ModelSpec

T = TypeVar("T")


def tried(spec: ModelSpec, graph: bytes, out: Path, compare: Callable[[Bundle], T]) -> tuple[ModelSpec, T]:
    """Write a bundle that passes; where it does not, nothing is left at `out`.

    Args:
        spec: its manifest; checksums are filled in.
        graph: ONNX.
        out: the bundle's folder, or a file that ends in `.zip`.
        compare: what it must pass; raises where it does not.

    Returns:
        The manifest as written, and what `compare` found.
    """
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "trial.zip"
        bundle.write(trial, spec, graph)
        found = compare(bundle.read(trial))
    out.parent.mkdir(parents=True, exist_ok=True)
    return bundle.write(out, spec, graph), found
