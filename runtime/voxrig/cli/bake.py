"""`voxrig bake`: a sound file in, a finished take as a CSV out."""

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

# The engine is imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.cli.sound_file import Sound
    from voxrig.runtime.core.take import Take
    from voxrig.runtime.core.timing import FrameRate
    from voxrig.runtime.models.bundle import Bundle


def bake(
    sound_path: Annotated[Path, typer.Argument(metavar="IN", help="WAV, FLAC or OGG (Vorbis, Opus).")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT.csv", help="The take; replaced if it is there.")
    ],
    rig: Annotated[
        str, typer.Option(help="arkit: Live Link Face CSV. metahuman: all 251 raw controls and the bones.")
    ] = "arkit",
    fps: Annotated[str, typer.Option(help="Frames a second: 60, 29.97 or 30000/1001.")] = "60",
    seed: Annotated[int, typer.Option(min=0, help="Seed of all random choices; the mouth makes none.")] = 0,
    look_ahead: Annotated[
        float | None, typer.Option(metavar="MS", help="Use the best model that looks ahead at most so far.")
    ] = None,
    model: Annotated[str | None, typer.Option(help="A shipped model by name, or a bundle by its path.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON, and no progress.")] = False,
) -> None:
    """Turn a sound file into animation curves. Row 0 shows time 0: the look-ahead is taken out."""
    from voxrig.cli.curve_file import check_output, write_curves
    from voxrig.cli.sound_file import read_sound
    from voxrig.runtime.core.rig import profile
    from voxrig.runtime.core.timing import FrameRate
    from voxrig.runtime.models import bundle

    # Everything that can be wrong is found before the work is done.
    chosen_rig, rate = profile(rig).name, FrameRate.parse(fps)
    if model is not None and look_ahead is not None:
        raise ValueError("--model and --look-ahead both choose the model; give one of them")
    check_output(output, sound_path)
    sound = read_sound(sound_path)
    chosen = bundle.choose(look_ahead) if model is None else bundle.load(model)
    take, elapsed = _animate(sound, chosen, chosen_rig, rate, quiet=as_json)
    write_curves(take, output)
    summary = {
        "input": str(sound_path),
        "output": str(output),
        "rig": chosen_rig,
        "fps": str(rate),
        "frames": len(take),
        "seconds": round(sound.seconds, 6),
        "sound": f"{sound.kind}, {sound.rate} Hz, {sound.channels} channel(s)",
        "model": f"{chosen.spec.name} {chosen.spec.version}",
        "look_ahead_ms": float(chosen.spec.look_ahead * 1000),
        "seed": seed,
        "bake_seconds": round(elapsed, 6),
        "times_real_time": round(sound.seconds / elapsed, 2),
    }
    if as_json:
        typer.echo(json.dumps(summary))
        return
    typer.echo(f"{sound_path}: {sound.seconds:.2f} s of {summary['sound']}")
    typer.echo(f"{output}: {len(take)} frames at {rate} fps, rig {chosen_rig}")
    typer.echo(f"model {summary['model']}, looks ahead {summary['look_ahead_ms']:g} ms")
    typer.echo(f"baked in {elapsed:.2f} s: {sound.seconds / elapsed:.1f} times real time")
    if chosen_rig == "arkit" and -(-rate.numerator // rate.denominator) != 60:
        typer.echo("note: Unreal's Live Link Face importer reads every such CSV as 60 fps; bake at 60 for it")


def _animate(sound: "Sound", bundle: "Bundle", rig: str, fps: "FrameRate", *, quiet: bool) -> "tuple[Take, float]":
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
    pipeline = Pipeline(bundle.spec, named, fps, sound.rate)
    # One step on silence first: compiling and warming up is no part of the speed.
    run(pipeline, runner, pipeline.end(pipeline.push(pipeline.start(), np.zeros(1, np.float32))))
    columns = (TextColumn("baking"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
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
