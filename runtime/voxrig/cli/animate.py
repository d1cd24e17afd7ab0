"""A clip through a model, offline: what `bake` and `fit-style` share."""

import sys
import time
from typing import TYPE_CHECKING

# The engine is imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.cli.sound_file import Sound
    from voxrig.runtime.animation.overrides import Overrides
    from voxrig.runtime.animation.style import Style
    from voxrig.runtime.core.take import Take
    from voxrig.runtime.core.timing import FrameRate
    from voxrig.runtime.models.bundle import Bundle


def animate(
    sound: "Sound",
    bundle: "Bundle",
    rig: str,
    fps: "FrameRate",
    style: "Style",
    overrides: "Overrides",
    *,
    label: str = "baking",
    quiet: bool,
) -> "tuple[Take, float]":
    """Run the clip through the same stream as a live session; return the take, and the seconds it took.

    The seconds leave out reading the sound, loading the model, and writing.
    """
    import numpy as np
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from voxrig.runtime.animation.pipeline import Pipeline, run
    from voxrig.runtime.core.rig import profile
    from voxrig.runtime.core.take import Take
    from voxrig.runtime.models.batching import BatchRunner
    from voxrig.runtime.models.onnx import OnnxModel

    runner = BatchRunner(OnnxModel(bundle))
    named = profile(rig)
    pipeline = Pipeline(bundle.spec, named, fps, sound.rate, style, overrides)
    # One step on silence first: compiling and warming up is no part of the speed.
    run(pipeline, runner, pipeline.end(pipeline.push(pipeline.start(), np.zeros(1, np.float32))))
    columns = (TextColumn(label), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(file=sys.stderr)
    begun = time.perf_counter()
    state, frames = pipeline.start(), []
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task("bake", total=len(sound.samples))
        for start in range(0, len(sound.samples), sound.rate):  # by the second, for the progress; any split is the same
            piece = sound.samples[start : start + sound.rate]
            state, more = run(pipeline, runner, pipeline.push(state, piece))
            frames += more
            progress.advance(task, len(piece))
        state, more = run(pipeline, runner, pipeline.end(state))
        frames += more
    take = Take.from_frames(
        frames, profile=named.name, names=named.names, bones=named.bones, fps=fps, sample_rate=sound.rate
    )
    return take, time.perf_counter() - begun
