"""`voxrig stream`: a sound file through a server in real time, and how well it kept up."""

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voxrig.cli.credential_options import ClientCert, ClientKey, SpeakTls, TlsCa, TlsName, TokenFile, tls_of, token_of
from voxrig.cli.life_options import LARGEST_SEED, Blink, Body, BodyModel, Emotion, Gaze, Head, Heard, Idle, given

# The engine is imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.cli.live_run import LiveRun
    from voxrig.engine_bridges.readers.sound_file import Sound
    from voxrig.engine_bridges.reconnecting import Notice
    from voxrig.runtime.core.timing import FrameRate
    from voxrig.runtime.serving.settings import Settings


def stream(
    sound_path: Annotated[Path, typer.Argument(metavar="IN", help="WAV, FLAC or OGG (Vorbis, Opus).")],
    target: Annotated[str, typer.Option(metavar="HOST:PORT", help="The server.")] = "127.0.0.1:52000",
    serve: Annotated[bool, typer.Option("--serve", help="Start a server for this run, on a free port.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT.csv", help="Also write the curves.")
    ] = None,
    rig: Annotated[str, typer.Option(help="arkit or metahuman.")] = "arkit",
    fps: Annotated[str, typer.Option(help="Frames a second: 60, 29.97 or 30000/1001.")] = "60",
    seed: Annotated[
        int | None,
        typer.Option(
            min=1, max=LARGEST_SEED, help="Of all random choices [default: the server draws one, and it is told]."
        ),
    ] = None,
    look_ahead: Annotated[
        int | None, typer.Option(metavar="MS", min=1, help="Use the best model that looks ahead at most so far.")
    ] = None,
    model: Annotated[
        list[str] | None, typer.Option(help="With --serve: a shipped model by name, or a bundle by its path.")
    ] = None,
    style: Annotated[
        str | None,
        typer.Option(metavar="PRESET|FILE.json", help="How the character speaks [default: the server's]."),
    ] = None,
    emotion: Emotion = None,
    heard: Heard = None,
    blink: Blink = None,
    gaze: Gaze = None,
    head: Head = None,
    idle: Idle = None,
    body: Body = None,
    body_model: BodyModel = None,
    resume_seconds: Annotated[
        float, typer.Option(metavar="S", min=0.0, help="Try a lost server again for so long, and go on where it was.")
    ] = 20.0,
    token_file: TokenFile = None,
    speak_tls: SpeakTls = False,
    tls_ca: TlsCa = None,
    tls_cert: ClientCert = None,
    tls_key: ClientKey = None,
    tls_name: TlsName = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON, and no progress.")] = False,
) -> None:
    """Stream a sound file in real time, play the frames, and tell how late they were."""
    from voxrig.cli.curve_file import check_output
    from voxrig.engine_bridges.readers.sound_file import read_sound
    from voxrig.runtime.animation.style_json import style_from_source, style_to_json
    from voxrig.runtime.core.rig import profile
    from voxrig.runtime.core.timing import FrameRate
    from voxrig.runtime.serving.settings import load

    # Everything that can be wrong is found before the clip is played.
    chosen_rig, rate = profile(rig).name, FrameRate.parse(fps)
    if model and not serve:
        raise ValueError("--model chooses the models of --serve; a server elsewhere has its own, see --look-ahead")
    if body_model and not serve:
        raise ValueError("--body-model chooses the body of --serve; a server elsewhere has its own")
    if output is not None:
        check_output(output, sound_path)
    sound = read_sound(sound_path)
    spoken = {} if style is None else {"style": style_to_json(style_from_source(style))}
    wanted: dict[str, Any] = {
        "frame_rate": rate.fraction,
        "seed": seed or 0,
        "look_ahead_ms": look_ahead or 0,
        "options": spoken
        | given(emotion=emotion, heard=heard, blink=blink, gaze=gaze, head=head, idle=idle, body=body),
    }
    calling: dict[str, Any] = {"resume_seconds": resume_seconds}
    if not serve:
        calling["token"] = token_of(token_file)
        calling["tls"] = tls_of(speak_tls, tls_ca, tls_cert, tls_key, tls_name)
    settings = load(port=0, models=tuple(model or ()), body_model=body_model)
    run = asyncio.run(_run(sound, settings if serve else target, chosen_rig, wanted, calling, as_json))
    if output is not None:
        _write(run, rate, output)
    summary = _summary(run, sound, rate) | {"input": str(sound_path), "output": str(output) if output else None}
    typer.echo(json.dumps(summary) if as_json else _text(summary))


async def _run(
    sound: "Sound", where: "str | Settings", rig: str, wanted: dict[str, Any], calling: dict[str, Any], quiet: bool
) -> "LiveRun":
    """Run the clip on a server that is there, or on one started for it."""
    from voxrig.runtime.serving.server import running

    if isinstance(where, str):
        return await _run_on(where, sound, rig, wanted, calling, quiet)
    async with running(where) as server:
        if not quiet:
            typer.echo(f"server started on {server.target}", err=True)
        return await _run_on(server.target, sound, rig, wanted, calling, quiet)


async def _run_on(
    target: str, sound: "Sound", rig: str, wanted: dict[str, Any], calling: dict[str, Any], quiet: bool
) -> "LiveRun":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from voxrig.cli.live_run import run_live
    from voxrig.engine_bridges.client import connect
    from voxrig.engine_bridges.wire import SessionError

    columns = (TextColumn("streaming in real time"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(file=sys.stderr)

    def tell(notice: "Notice") -> None:
        if not quiet:
            typer.echo(notice.text, err=True)

    async with connect(target, watch=tell, **calling) as client:
        try:
            session = await client.open(rig, sound.rate, **wanted)
            with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
                task = bar.add_task("stream", total=sound.seconds)
                return await run_live(
                    session, sound.samples, sound.rate, wanted["frame_rate"], lambda at: bar.update(task, completed=at)
                )
        except* SessionError as errors:
            raise ValueError(f"the server at {target} refused: {errors.exceptions[0]}") from errors
        except* ConnectionError as errors:
            raise ConnectionError(str(errors.exceptions[0])) from errors


def _write(run: "LiveRun", fps: "FrameRate", output: Path) -> None:
    from voxrig.cli.curve_file import write_curves
    from voxrig.runtime.core.frame import Frame
    from voxrig.runtime.core.take import Take

    session = run.session
    take = Take.from_frames(
        (Frame(frame.index, frame.sample, frame.utterance, frame.values) for frame in run.frames),
        profile=session.opened.rig,
        names=session.controls,
        bones=session.bones,
        fps=fps,
        sample_rate=run.rate,
    )
    write_curves(take, output)


def _summary(run: "LiveRun", sound: "Sound", fps: "FrameRate") -> dict[str, Any]:
    import numpy as np

    waits = run.latencies() * 1000
    model = run.session.opened.models[0]
    return {
        "seconds": round(sound.seconds, 6),
        "sound": f"{sound.kind}, {sound.rate} Hz, {sound.channels} channel(s)",
        "rig": run.session.opened.rig,
        "fps": str(fps),
        "model": f"{model.name} {model.version}",
        "look_ahead_ms": round(float(run.session.look_ahead * 1000), 3),
        "seed": run.session.opened.seed,
        "frames": len(run.frames),
        "first_frame_ms": round((run.arrived[0] - run.begun) * 1000, 3),
        "latency_ms": {
            **{f"p{share}": round(float(np.percentile(waits, share)), 3) for share in (50, 90, 99)},
            "max": round(float(waits.max()), 3),
        },
        "late_frames": run.late(),
        "playout_delay_ms": round(run.delay * 1000, 3),
        "playout": asdict(run.playout),
    }


def _text(summary: dict[str, Any]) -> str:
    wait, playout = summary["latency_ms"], summary["playout"]
    lines = [
        f"{summary['input']}: {summary['seconds']:.2f} s of {summary['sound']}",
        f"model {summary['model']}, look-ahead {summary['look_ahead_ms']:.1f} ms; seed {summary['seed']}",
        f"{summary['frames']} frames at {summary['fps']} fps, rig {summary['rig']}; the first came after "
        f"{summary['first_frame_ms']:.1f} ms",
        f"latency beyond the look-ahead: p50 {wait['p50']:.1f}, p90 {wait['p90']:.1f}, p99 {wait['p99']:.1f}, "
        f"max {wait['max']:.1f} ms",
        f"played {summary['playout_delay_ms']:.1f} ms behind the microphone: {summary['late_frames']} frames late; "
        f"{playout['exact'] + playout['interpolated']} poses shown, {playout['held']} held, {playout['rested']} "
        f"at rest, {playout['late']} frames dropped",
    ]
    if summary["output"]:
        lines.append(f"{summary['output']}: {summary['frames']} frames written")
    return "\n".join(lines)
