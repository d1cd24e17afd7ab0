"""`voxrig statistics`: does a character's life look like people's? Hours of it, measured beside published numbers."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

# The engine is imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.cli.liveliness.figures import Figure


def statistics(
    sound_paths: Annotated[list[Path], typer.Argument(metavar="IN", help="Speech: WAV, FLAC or OGG, said in turn.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="OUT.html", help="The report; replaced if it is there.")
    ],
    minutes: Annotated[float, typer.Option(min=0.5, help="Minutes of speech, and of silence, for each seed.")] = 60.0,
    seeds: Annotated[int, typer.Option(min=1, max=64, help="How many characters, of seed 0 and on.")] = 3,
    model: Annotated[str, typer.Option(help="live, fast or studio, or a bundle by its path.")] = "fast",
    json_path: Annotated[
        Path | None, typer.Option("--json", metavar="OUT.json", help="The same figures for machines.")
    ] = None,
) -> None:
    """Report blinks, gaze, saccades and head motion over long speech and silence, as HTML with plots."""
    from voxrig.cli.curve_file import check_output
    from voxrig.cli.liveliness.charts import all_charts
    from voxrig.cli.liveliness.figures import all_figures
    from voxrig.cli.liveliness.observed import SILENT, TALKING
    from voxrig.cli.liveliness.page import report_page
    from voxrig.cli.liveliness.script import FPS, Trial, at_24_khz
    from voxrig.cli.liveliness.trials import run_trials
    from voxrig.engine_bridges.readers.sound_file import read_sound
    from voxrig.engine_bridges.writers.whole_file import whole_text_file
    from voxrig.runtime.models import bundle

    check_output(output, *sound_paths, example="statistics.html")
    if json_path is not None:
        check_output(json_path, *sound_paths, example="statistics.json")
        if json_path.resolve() == output.resolve():
            raise ValueError(f"{output} is to be the report and --json too; give them two names")
    chosen = bundle.load(model)
    sounds = [read_sound(path) for path in sound_paths]
    clips = tuple(at_24_khz(sound.samples, sound.rate) for sound in sounds)
    trials = [
        Trial(chosen.path, clips if condition == TALKING else (), seed, minutes, condition)
        for condition in (TALKING, SILENT)
        for seed in range(seeds)
    ]
    sessions, elapsed = run_trials(trials)
    figures = all_figures(sessions)
    about = {
        "speech": f"{', '.join(path.name for path in sound_paths)}, {sum(s.seconds for s in sounds):.1f} s, in a loop "
        "with pauses of 0.3 to 1.5 s",
        "length": f"{minutes:g} min of speech and {minutes:g} min of silence for each of {seeds} seeds",
        "model": f"{chosen.spec.name} {chosen.spec.version}, rig metahuman at {FPS} fps, all layers of life on",
    }
    with whole_text_file(output) as file:
        file.write(report_page(about, figures, all_charts(sessions)))
    if json_path is not None:
        told: dict[str, Any] = {**about, "figures": [figure.as_json() for figure in figures]}
        with whole_text_file(json_path) as file:
            file.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    _show(figures)
    hours = 2 * seeds * minutes / 60
    typer.echo(f"{output}: {hours:.3g} h simulated in {elapsed:.0f} s, {3600 * hours / elapsed:.0f} times real time")


def _show(figures: "list[Figure]") -> None:
    """Print the figures that have a published number."""
    from voxrig.cli.liveliness.page import number

    for figure in figures:
        if figure.verdict:
            told = f"{figure.topic}, {figure.condition}: {figure.name} {number(figure.value)} {figure.unit}".rstrip()
            published = figure.published
            assert published is not None
            typer.echo(f"{told}; published {published.text}: {figure.verdict}")
