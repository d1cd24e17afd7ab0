"""What an engine is for: a network compiled for some GPUs by some TensorRT. Another of any of it is another engine."""

import hashlib
import json
import platform
import sys
from dataclasses import asdict, dataclass
from typing import Final

PRECISIONS: Final = ("fp16", "fp32")
"""How the matrix products are computed: half (sums of them, states and all else stay single) or single precision."""
BATCHES: Final = (1, 32, 256)
"""Characters in one call that an engine is made for: fewest, usual, most."""
_LONGEST_NAME: Final = 40
"""Letters of a model's name in a file's, which has others and may not have more than 255 bytes."""
ANY: Final = "any"
"""For what an engine built ahead of time does not depend on."""


@dataclass(frozen=True, slots=True)
class EngineKey:
    """All that an engine depends on.

    Attributes:
        name: of the model, for people.
        model: sha256 of the bundle's model.onnx, in hex; of the single-precision one for every precision.
        precision: one of `PRECISIONS`.
        target: compute capabilities, as sm86 or sm80-sm86.
        gpu, driver, system: name of the GPU, the driver's CUDA version and the operating system it was built on; `ANY`
            where an engine runs on each GPU of its capability.
        flavour: rtx or classic; see `nvinfer`.
        version: of that TensorRT.
        batches: fewest, usual and most characters in one call.
    """

    name: str
    model: str
    precision: str
    target: str
    flavour: str
    version: str
    gpu: str = ANY
    driver: str = ANY
    system: str = ANY
    batches: tuple[int, int, int] = BATCHES

    @property
    def stem(self) -> str:
        """How its files' names begin: readable, and another for every other key."""
        told = json.dumps(asdict(self), sort_keys=True)
        name = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in self.name[:_LONGEST_NAME])
        return f"{name}-{self.precision}-{self.target}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def this_system() -> str:
    """Return the operating system and processor, as engines built for this machine alone name them."""
    return f"{sys.platform}-{platform.machine().lower()}"
