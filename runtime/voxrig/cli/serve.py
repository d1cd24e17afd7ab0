"""`voxrig serve`: the server, until Ctrl-C."""

import asyncio
import gc
import json
import signal
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voxrig.cli.life_options import Blink, Body, BodyModel, Emotion, Gaze, Head, Heard, Idle, as_settings, given

if TYPE_CHECKING:
    from voxrig.runtime.serving.server import Server
    from voxrig.runtime.serving.settings import Settings


def serve(
    host: Annotated[
        str | None, typer.Option(help="Address to listen on [default: 127.0.0.1]. There is no encryption yet.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on [default: 52000]; 0 takes a free one.")] = None,
    link_port: Annotated[
        int | None,
        typer.Option(help="Port of the engine link [default: the one after --port]; 0 takes a free one."),
    ] = None,
    link: Annotated[bool | None, typer.Option("--link/--no-link", help="Serve the engine link [default: yes].")] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Settings by name; options on the command line come first.")
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(help="A shipped model by name or a bundle by its path; may be repeated, the default model first."),
    ] = None,
    max_sessions: Annotated[
        int | None, typer.Option(help="Sessions open at once, on all connections [default: 256].")
    ] = None,
    style: Annotated[
        str | None,
        typer.Option(metavar="PRESET|FILE.json", help="How characters speak that ask for no style [default: natural]."),
    ] = None,
    emotion: Emotion = None,
    heard: Heard = None,
    blink: Blink = None,
    gaze: Gaze = None,
    head: Head = None,
    idle: Idle = None,
    body: Body = None,
    body_model: BodyModel = None,
    a2f_fps: Annotated[
        int | None, typer.Option(help="Frames a second for NVIDIA Audio2Face clients, 30 or 60 [default: 30].")
    ] = None,
    a2f_life: Annotated[
        str | None,
        typer.Option(
            metavar="off|on|head",
            help="Blinks, gaze and idle for Audio2Face clients; with head, its angles after the 52 shapes "
            "[default: off].",
        ),
    ] = None,
    livelink: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOST:PORT[=CHARACTER]",
            help="Also send sessions there as Live Link Face does: all, or those of a character. May be repeated.",
        ),
    ] = None,
    vmc: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST:PORT[=CHARACTER]", help="The same over the VMC protocol. May be repeated."),
    ] = None,
    vmc_shapes: Annotated[
        str | None,
        typer.Option(help="What VMC is sent: arkit (perfect sync), vrm (VRM 1.0) or vrm0 (VRM 0.x) [default: arkit]."),
    ] = None,
    send_to: Annotated[
        list[str] | None,
        typer.Option(metavar="HOST", help="A host that sessions may name targets on, or a network. May be repeated."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the ready line and the closing line as JSON.")] = False,
) -> None:
    """Serve characters over gRPC and the engine link. Prints one line when ready, and one when stopped."""
    from voxrig.runtime.serving.settings import load

    life = given(emotion=emotion, heard=heard, blink=blink, gaze=gaze, head=head, idle=idle, body=body)
    flags: dict[str, Any] = {
        "host": host,
        "port": port,
        "link_port": link_port,
        "link": link,
        "models": tuple(model) if model else None,
        "max_sessions": max_sessions,
        "style": style,
        "body_model": body_model,
        "a2f_fps": a2f_fps,
        "a2f_life": a2f_life,
        "livelink": tuple(livelink) if livelink else None,
        "vmc": tuple(vmc) if vmc else None,
        "vmc_shapes": vmc_shapes,
        "send_to": tuple(send_to) if send_to else None,
        **as_settings(life),
    }
    settings = load(config, **flags)
    counts: dict[str, float] = {}
    with suppress(KeyboardInterrupt):  # Ctrl-C is how it ends; the server has stopped in good order by then
        asyncio.run(_serve(settings, as_json, counts))
    names = ("sessions_opened", "frames", "late", "errors")
    if as_json:
        typer.echo(json.dumps({"event": "stopped", **{name: int(counts.get(name, 0)) for name in names}}))
    else:
        opened, frames, late, errors = (f"{counts.get(name, 0):.0f}" for name in names)
        typer.echo(f"stopped after {opened} sessions and {frames} frames; {late} steps were late, {errors} errors")


async def _serve(settings: "Settings", as_json: bool, counts: dict[str, float]) -> None:
    from voxrig.engine_bridges.outlets import UdpOutlets
    from voxrig.runtime.serving.server import running

    stop = asyncio.Event()
    with suppress(NotImplementedError):  # on Windows; Ctrl-C cancels this task on every system
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    with UdpOutlets(
        livelink=settings.livelink, vmc=settings.vmc, shapes=settings.vmc_shapes, send_to=settings.send_to
    ) as outlets:
        async with running(settings, outlets=outlets) as server:
            _spare_collector()
            _say_ready(server, as_json)
            try:
                await stop.wait()
            finally:
                counts |= server.snapshot()


def _spare_collector() -> None:
    """Have Python look for unreachable cycles rarely.

    What sessions remember are values without cycles, freed at once when nobody holds them; going through all of it
    again and again, half a million of them with 64 characters, would cost milliseconds that a frame is late by.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 10, 100)


def _say_ready(server: "Server", as_json: bool) -> None:
    from voxrig.runtime.serving.announce import software_version

    models = [f"{spec.name} {spec.version}" for spec in server.stage.models]
    if as_json:
        line = {"event": "ready", "target": server.target, "port": server.port, "link_port": server.link_port}
        text = json.dumps(line | {"models": models, "version": software_version()})
    else:
        link = f", engine link on port {server.link_port}" if server.link_port is not None else ""
        told = f"voxrig {software_version()} is ready on {server.target}{link}"
        text = f"{told}; model {', '.join(models)}; Ctrl-C stops it"
    print(text, flush=True)
