"""The network that hears emotion in a voice, as it came with the package."""

from typing import Final

from voxrig.runtime.models import bundle
from voxrig.runtime.models.onnx import OnnxModel

LISTENER: Final = "listener"
"""Name of its bundle."""


def shipped_listener() -> OnnxModel | None:
    """Load it; None where the package came without one: then no emotion is heard, and all else goes on.

    Raises:
        BundleError: it is damaged.
    """
    if LISTENER not in bundle.shipped("emotion"):
        return None
    return OnnxModel(bundle.load(LISTENER, "emotion"))
