"""`voxrig send`: a baked take to game engines over UDP, in real time."""

import json
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

# The engine is imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.engine_bridges.routes import Route
    from voxrig.engine_bridges.take_player import TakePlayer
    from voxrig.runtime.core.take import Take
    from voxrig.runtime.core.timing import FrameRate


def send(
    take_path: Annotated[
        Path,
        typer.Argument(
            metavar="TAKE",
            help="A Live Link Face CSV, of bake --rig arkit or of the app; or a .vxtake, also with a body.",
        ),
    ],
    livelink: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST[:PORT][=SUBJECT]", help="Send Live Link Face packets there; may be repeated."),
    ] = None,
    vmc: Annotated[
        list[str] | None, typer.Option(metavar="HOST[:PORT]", help="Send the VMC protocol there; may be repeated.")
    ] = None,
    vmc_shapes: Annotated[
        str, typer.Option(help="What VMC is sent: arkit (perfect sync), vrm (VRM 1.0's presets) or vrm0 (VRM 0.x's).")
    ] = "arkit",
    fps: Annotated[
        str | None, typer.Option(help="Frames a second of the take [default: as its timecode tells].")
    ] = None,
    start: Annotated[float, typer.Option(metavar="SECONDS", min=0.0, help="Begin so far into the take.")] = 0.0,
    loop: Annotated[bool, typer.Option("--loop", help="Play it over and over, until Ctrl-C.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON, and no progress.")] = False,
) -> None:
    """Play a baked take to Unreal (Live Link) or VMC receivers in real time; then ease to rest."""
    from voxrig.engine_bridges.arkit_pose import rig_of
    from voxrig.engine_bridges.routes import Routes
    from voxrig.engine_bridges.take_player import TakePlayer
    from voxrig.engine_bridges.udp_sender import UdpSender
    from voxrig.engine_bridges.vmc import SHAPES
    from voxrig.runtime.core.timing import FrameRate

    # Everything that can be wrong is found before anything is sent.
    if vmc_shapes not in SHAPES:
        raise ValueError(f"--vmc-shapes is {vmc_shapes!r}; use one of: {', '.join(SHAPES)}")
    found = _routes(livelink or [], vmc or [], take_path.stem)
    if not found:
        raise ValueError(
            "nowhere to send to: give --livelink 127.0.0.1 or --vmc 127.0.0.1, with :PORT where it differs"
        )
    take = _read(take_path, FrameRate.parse(fps) if fps is not None else None)
    first = round(start * float(take.fps.fraction))
    if first >= len(take):
        seconds = len(take) / float(take.fps.fraction)
        raise ValueError(f"--start {start:g} is beyond the end of {take_path}, which has {seconds:.2f} s")
    sender = UdpSender()
    routes = Routes(found, take.fps, vmc_shapes, rig_of(take).body)
    player = TakePlayer(take, routes, sender, clock=time.perf_counter, sleep=time.sleep)
    with suppress(KeyboardInterrupt):  # Ctrl-C is how a loop ends; the face has come to rest by then
        _play(player, take, first, loop, quiet=as_json)
    sender.close()
    summary = {
        "input": str(take_path),
        "fps": str(take.fps),
        "take_frames": len(take),
        "frames": player.run.frames,
        "skipped": player.run.skipped,
        "rounds": player.run.rounds,
        "packets": sender.counts.sent,
        "failed": sender.counts.failed,
        "targets": [_told(route) for route in found],
    }
    typer.echo(json.dumps(summary) if as_json else _text(summary))


def _read(path: Path, fps: "FrameRate | None") -> "Take":
    """Read a take by its ending; `fps` is for files that don't tell it.

    Raises:
        ValueError: it is no such file, or has a rate of its own that is to be another.
    """
    from voxrig.engine_bridges.readers.livelink_csv import read_livelink_csv
    from voxrig.engine_bridges.readers.take_file import read_take

    if path.suffix.lower() != ".vxtake":
        return read_livelink_csv(path, fps)
    take = read_take(path).take
    if fps not in (None, take.fps):
        raise ValueError(f"--fps {fps}: {path} is at {take.fps} frames a second; leave --fps out")
    return take


def _routes(livelink: list[str], vmc: list[str], subject: str) -> "list[Route]":
    """Find the receivers; a subject that is not named is called after the take."""
    from voxrig.engine_bridges.routes import Route
    from voxrig.engine_bridges.targets import check_name, parse_target, resolve

    routes = []
    for protocol, texts in (("livelink", livelink), ("vmc", vmc)):
        for text in texts:
            target = parse_target(protocol, text)
            name = check_name(target.name or subject) if protocol == "livelink" else ""
            routes.append(Route(protocol, resolve(target), name))
    return routes


def _play(player: "TakePlayer", take: "Take", first: int, loop: bool, quiet: bool) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("sending in real time"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(file=sys.stderr)
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("send", total=len(take), completed=first)
        player.play(first, loop, lambda row: bar.update(task, completed=row + 1))


def _told(route: "Route") -> dict[str, str]:
    named = {"subject": route.subject} if route.subject else {}
    return {"protocol": route.protocol, "address": str(route.address), **named}


def _text(summary: dict[str, Any]) -> str:
    names = {"livelink": "Live Link Face", "vmc": "VMC"}
    lines = [
        f"{summary['input']}: {summary['frames']} frames at {summary['fps']} fps sent in {summary['packets']} packets; "
        f"{summary['skipped']} frames left out, {summary['failed']} packets failed"
    ]
    for target in summary["targets"]:
        subject = f", subject {target['subject']}" if "subject" in target else ""
        lines.append(f"{names[target['protocol']]} to {target['address']}{subject}")
    return "\n".join(lines)
