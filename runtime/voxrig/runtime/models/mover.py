"""The network that moves a body: the one that came with the package, or one of a studio's own."""

from collections.abc import Callable
from typing import Final

from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import StepModel
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel

MOVER: Final = "body"
"""Name of the shipped bundle."""


def mover_bundle(chosen: str = MOVER) -> Bundle | None:
    """Read a body's bundle, shipped by its name or any by its path.

    Returns:
        The bundle; None where the package came without the usual one: then a body only does what it is told.

    Raises:
        BundleError: it is damaged or for something else, or there is none where another than the usual one is chosen.
    """
    return None if chosen == MOVER and MOVER not in bundle.shipped("body") else bundle.load(chosen, "body")


def mover(chosen: str = MOVER, open_with: Callable[[Bundle], StepModel] = OnnxModel) -> StepModel | None:
    """Load a body's network; see `mover_bundle`. `open_with` makes it of its bundle: see `backend.ModelOpener`."""
    found = mover_bundle(chosen)
    return None if found is None else open_with(found)


def shipped_mover() -> StepModel | None:
    """Load the one that came with the package; None where none did."""
    return mover()
