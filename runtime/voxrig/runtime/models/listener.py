"""The network that hears emotion in a voice, as it came with the package."""

from collections.abc import Callable
from typing import Final

from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import StepModel
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel

LISTENER: Final = "listener"
"""Name of its bundle."""


def shipped_listener(open_with: Callable[[Bundle], StepModel] = OnnxModel) -> StepModel | None:
    """Load it; None where the package came without one: then no emotion is heard, and all else goes on.

    `open_with` makes the model of its bundle: see `backend.ModelOpener`.

    Raises:
        BundleError: it is damaged.
    """
    if LISTENER not in bundle.shipped("emotion"):
        return None
    return open_with(bundle.load(LISTENER, "emotion"))
