"""A clip through a model, offline: what `bake` and `fit-style` share."""

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

# The engine is imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.baking.performing import Part
    from voxrig.runtime.core.take import Take
    from voxrig.runtime.models.batching import StepModel
    from voxrig.runtime.models.bundle import Bundle


class Animated(NamedTuple):
    """What a clip became.

    Attributes:
        take: the performance.
        layers: what each layer that is on shows alone, by name; empty unless the part's pipeline tells them apart.
        seconds: taken, without reading the sound, loading the model, and writing.
    """

    take: "Take"
    layers: "Mapping[str, Take]"
    seconds: float


def animate(
    part: "Part", bundle: "Bundle", *, label: str = "baking", quiet: bool, model: "StepModel | None" = None
) -> Animated:
    """Run a clip through the same stream as a live session; the part's pipeline is for the bundle.

    `model` is the bundle's, opened; None: it is opened here, on the CPU.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from voxrig.baking.performing import perform, warm_up
    from voxrig.runtime.core.timing import STEP_RATE
    from voxrig.runtime.models.batching import BatchRunner
    from voxrig.runtime.models.onnx import OnnxModel

    runner = BatchRunner(model or OnnxModel(bundle))
    warm_up(part, runner)
    columns = (TextColumn(label), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(file=sys.stderr)
    begun = time.perf_counter()
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task("bake", total=len(part.samples) * STEP_RATE / part.pipeline.rate)
        for _, performed in perform([part], runner, 1, lambda poses: progress.advance(task, poses)):
            if isinstance(performed, Exception):
                raise performed
            return Animated(performed.take, performed.layers, time.perf_counter() - begun)
    raise ValueError("the clip has no samples; give one with sound in it")
