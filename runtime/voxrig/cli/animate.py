"""A clip through a model, offline: what `bake` and `fit-style` share."""

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

# The engine is imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.cli.sound_file import Sound
    from voxrig.runtime.animation.character import Character
    from voxrig.runtime.animation.overrides import Overrides
    from voxrig.runtime.animation.style import Style
    from voxrig.runtime.core.take import Take
    from voxrig.runtime.core.timing import FrameRate
    from voxrig.runtime.models.bundle import Bundle


class Animated(NamedTuple):
    """What a clip became.

    Attributes:
        take: the performance.
        tracks: what each layer that is on shows alone, by name; empty unless asked for.
        seconds: taken, without reading the sound, loading the model, and writing.
    """

    take: "Take"
    tracks: "Mapping[str, Take]"
    seconds: float


def animate(
    sound: "Sound",
    bundle: "Bundle",
    rig: str,
    fps: "FrameRate",
    style: "Style",
    overrides: "Overrides",
    character: "Character",
    *,
    tracks: bool = False,
    label: str = "baking",
    quiet: bool,
) -> Animated:
    """Run the clip through the same stream as a live session; `tracks`: also tell the layers apart."""
    from dataclasses import replace

    import numpy as np
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from voxrig.runtime.animation.composing import TRACKS
    from voxrig.runtime.animation.pipeline import Pipeline, run
    from voxrig.runtime.core.rig import profile
    from voxrig.runtime.core.take import Take
    from voxrig.runtime.models.batching import BatchRunner
    from voxrig.runtime.models.listener import shipped_listener
    from voxrig.runtime.models.onnx import OnnxModel

    runner = BatchRunner(OnnxModel(bundle))
    named = profile(rig)
    listener = shipped_listener() if character.layers.emotion else None
    pipeline = Pipeline(bundle.spec, named, fps, sound.rate, style, overrides, character, listener, tracks)
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
    seconds = time.perf_counter() - begun
    apart = {}
    for name in ("speech", *character.on) if tracks else ():
        row = TRACKS.index(name)
        values = np.stack([frame.values if frame.tracks is None else frame.tracks[row] for frame in frames])
        apart[name] = replace(take, values=values)
    return Animated(take, apart, seconds)
