"""The network that moves a body, as it came with the package."""

from typing import Final

from voxrig.runtime.models import bundle
from voxrig.runtime.models.onnx import OnnxModel

MOVER: Final = "body"
"""Name of its bundle."""


def shipped_mover() -> OnnxModel | None:
    """Load it; None where the package came without one: then a body only does what it is told.

    Raises:
        BundleError: it is damaged.
    """
    return OnnxModel(bundle.load(MOVER, "body")) if MOVER in bundle.shipped("body") else None
