"""`voxrig profile`: a server under real-time speech, and where the time of its frames goes."""

import asyncio
import shlex
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voxrig.cli.credential_options import TokenFile, token_of
from voxrig.cli.life_options import Blink, Body, BodyModel, Emotion, Gaze, Head, Heard, Idle, given

# The engine is imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.profiling.plan import Plan


def profile(
    sound_path: Annotated[
        Path | None, typer.Argument(metavar="CLIP", help="What characters say [default: some speech that is made up].")
    ] = None,
    target: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="The server [default: one is started for this].")
    ] = None,
    link_target: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="With --target: its engine link.")
    ] = None,
    sessions: Annotated[str, typer.Option(help="Characters at once, of each run; none: no runs.")] = "1,16,64",
    seconds: Annotated[float, typer.Option(help="Measured of each run.")] = 30.0,
    transport: Annotated[
        str, typer.Option(help="Of each run: grpc, grpc-bundled, link, link-bundled, a2f.")
    ] = "grpc,grpc-bundled",
    json_path: Annotated[
        Path | None, typer.Option("--json", metavar="OUT.json", help="Write the profile; - prints it.")
    ] = None,
    html_path: Annotated[Path | None, typer.Option("--html", metavar="OUT.html", help="Write a report.")] = None,
    compare: Annotated[
        Path | None, typer.Option(metavar="OLD.json", help="Say what is better or worse than in that profile.")
    ] = None,
    floors: Annotated[
        bool, typer.Option("--floors", help="Also measure what the largest run costs at the very least.")
    ] = False,
    capacity: Annotated[
        bool, typer.Option("--find-capacity", help="Search for the most characters, with each transport.")
    ] = False,
    budget_late: Annotated[float, typer.Option(help="Share of frames that may be late at capacity.")] = 0.001,
    budget_p99: Annotated[
        float | None, typer.Option("--budget-p99-ms", help="Latency that 99 of 100 frames must keep at capacity.")
    ] = None,
    most: Annotated[int, typer.Option(min=1, help="Characters that --find-capacity tries at most.")] = 1024,
    capacity_seconds: Annotated[float, typer.Option(help="Measured of each try of --find-capacity.")] = 8.0,
    client_processes: Annotated[int, typer.Option(help="Processes that speak, where one is not enough.")] = 1,
    rig: Annotated[str, typer.Option(help="arkit or metahuman.")] = "metahuman",
    fps: Annotated[str, typer.Option(help="Frames a second: 60, 29.97 or 30000/1001.")] = "60",
    margin_ms: Annotated[float, typer.Option(help="That playing waits beyond what it must.")] = 20.0,
    chunk_ms: Annotated[int, typer.Option(help="Speech sent at once.")] = 20,
    model: Annotated[
        list[str] | None,
        typer.Option(
            help="Of the server that is started, or of --target for floors: a shipped name, or a bundle's path."
        ),
    ] = None,
    serve_args: Annotated[
        str, typer.Option(metavar='"--option ..."', help="More for the `voxrig serve` that is started.")
    ] = "",
    emotion: Emotion = None,
    heard: Heard = None,
    blink: Blink = None,
    gaze: Gaze = None,
    head: Head = None,
    idle: Idle = None,
    body: Body = None,
    body_model: BodyModel = None,
    token_file: TokenFile = None,
) -> None:
    """Speak to a server in real time, with many characters, and tell its latency, cost and capacity."""
    from voxrig.profiling.capacity import Budget
    from voxrig.profiling.plan import Plan
    from voxrig.profiling.record_reading import read_record
    from voxrig.runtime.core.rig import profile as rig_profile
    from voxrig.runtime.core.timing import FrameRate

    # Everything that can be wrong is found before anything is measured.
    if target is not None and (body_model or serve_args):
        raise ValueError("--body-model and --serve-args are for a server that is started here; leave --target out")
    samples, rate, name = _clip(sound_path)
    plan = Plan(
        clip=samples,
        rate=rate,
        clip_name=name,
        transports=tuple(part.strip() for part in transport.split(",")),
        sessions=_counts(sessions),
        seconds=seconds,
        target=target,
        link_target=link_target,
        serve=(*_serve_options(model, body_model), *shlex.split(serve_args)),
        models=tuple(model or ()),
        floors=floors,
        capacity=capacity,
        budget=Budget(budget_late, budget_p99),
        most=most,
        capacity_seconds=capacity_seconds,
        processes=client_processes,
        chunk_ms=chunk_ms,
        margin_ms=margin_ms,
        rig=rig_profile(rig).name,
        fps=FrameRate.parse(fps).fraction,
        options=given(emotion=emotion, heard=heard, blink=blink, gaze=gaze, head=head, idle=idle, body=body),
        token="" if target is None else token_of(token_file),
    )
    old = read_record(compare) if compare is not None else None
    for path in (json_path, html_path):
        if path is not None and str(path) != "-" and not path.absolute().parent.is_dir():
            raise ValueError(f"there is no folder {path.absolute().parent} to write {path.name} in: make it first")
    _measure(plan, json_path, html_path, old)


def _clip(path: Path | None) -> tuple[Any, int, str]:
    from voxrig.engine_bridges.readers.sound_file import read_sound
    from voxrig.profiling.babble import RATE, babble

    if path is None:
        return babble(12.0), RATE, "babble"
    sound = read_sound(path)
    return sound.samples, sound.rate, path.name


def _counts(text: str) -> tuple[int, ...]:
    if text.strip() == "none":
        return ()
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ValueError(f"--sessions is {text!r}; give numbers, for example 1,16,64, or none") from None


def _serve_options(model: list[str] | None, body_model: str | None) -> tuple[str, ...]:
    models = tuple(word for name in model or () for word in ("--model", name))
    return (*models, *(("--body-model", body_model) if body_model else ()))


def _measure(plan: "Plan", json_path: Path | None, html_path: Path | None, old: Any) -> None:
    """Measure; what is there is told and written also when it is broken off, or fails."""
    from rich.console import Console
    from rich.live import Live

    from voxrig.profiling.profile_run import Profiler
    from voxrig.profiling.record import new_record
    from voxrig.profiling.tables import runs_table

    quiet = str(json_path) == "-"
    out = sys.stderr if quiet else sys.stdout
    console = Console(file=out, width=None if out.isatty() else 140)
    record = new_record(plan, " ".join(["voxrig", *map(shlex.quote, sys.argv[1:])]))
    shown: list[Any] = []
    broken_off = False
    with Live(console=console, transient=True, auto_refresh=False, redirect_stdout=False) as live:

        def draw(now: dict[str, Any] | None) -> None:
            if console.is_terminal:
                live.update(runs_table(shown, now), refresh=True)

        def done(run: dict[str, Any]) -> None:
            shown.append(run)
            draw(None)

        asked_to_end = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: its server must not stay
        try:
            asyncio.run(Profiler(plan, record, draw, done, _note).run())
        except KeyboardInterrupt:
            broken_off = True
        finally:
            signal.signal(signal.SIGTERM, asked_to_end)
            live.update("", refresh=True)
            if record["runs"] or record["capacity"]:
                _tell(record, json_path, html_path, old, console)
    if broken_off:
        typer.echo("broken off: what was measured until then is told", err=True)
        raise typer.Exit(130)


def _note(text: str) -> None:
    typer.echo(text, err=True)


def _tell(record: dict[str, Any], json_path: Path | None, html_path: Path | None, old: Any, console: Any) -> None:
    from voxrig.profiling.comparing import compared, differences
    from voxrig.profiling.comparison_table import comparison_table
    from voxrig.profiling.record import text_of, write_record
    from voxrig.profiling.report.page import write_html
    from voxrig.profiling.tables import summary

    console.print(summary(record))
    if old is not None:
        for line in differences(old, record):
            console.print(line, highlight=False)
        console.print(comparison_table(compared(old, record)))
    if str(json_path) == "-":
        typer.echo(text_of(record), nl=False)
    elif json_path is not None:
        write_record(record, json_path)
        console.print(f"{json_path}: the profile", highlight=False)
    if html_path is not None:
        write_html(record, html_path, old)
        console.print(f"{html_path}: the report", highlight=False)
