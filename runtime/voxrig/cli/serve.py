"""`voxrig serve`: the server, until Ctrl-C."""

import asyncio
import json
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voxrig.cli.access_options import AllowAnyone, AllowPlaintext, TlsCert, TlsClientCa, TlsKey, Tokens
from voxrig.cli.backend_option import Backend
from voxrig.cli.life_options import Blink, Body, BodyModel, Emotion, Gaze, Head, Heard, Idle, as_settings, given
from voxrig.cli.limit_options import (
    BundleKey,
    HandshakeSeconds,
    HangSeconds,
    MaxConnections,
    MaxIdleSeconds,
    MaxLoad,
    MaxResumeSeconds,
    MaxSessionSeconds,
    ReloadModels,
    Supervise,
)
from voxrig.cli.starting import quick_start

if TYPE_CHECKING:
    from voxrig.runtime.serving.server import Server
    from voxrig.runtime.serving.settings import Settings


def serve(
    host: Annotated[
        str | None,
        typer.Option(help="Address to listen on [default: 127.0.0.1]; others need --tokens or --tls-client-ca."),
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
    processes: Annotated[
        str | None,
        typer.Option(metavar="N|auto", help="Processes that serve; auto: one for each physical core [default: 1]."),
    ] = None,
    ports: Annotated[
        str | None,
        typer.Option(
            metavar="auto|shared|own",
            help="Of several processes: one port for all (Linux), or --port, --port + 2, ... [default: auto].",
        ),
    ] = None,
    tick_ms: Annotated[
        float | None,
        typer.Option(help="Under load, wait up to so many milliseconds for more work to do at once [default: 16]."),
    ] = None,
    drain_seconds: Annotated[
        float | None,
        typer.Option(help="How long sessions may go on after SIGTERM or Ctrl-C; a second stops at once [default: 0]."),
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
    backend: Backend = None,
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
    metrics_port: Annotated[
        int | None,
        typer.Option(help="Port of /metrics, /healthz and /readyz [default: none is served]; 0 takes a free one."),
    ] = None,
    otel: Annotated[
        str | None,
        typer.Option(
            metavar="http://HOST:4318",
            envvar="OTEL_EXPORTER_OTLP_ENDPOINT",
            help="Send OpenTelemetry spans there; needs the extra otel.",
        ),
    ] = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    tls_client_ca: TlsClientCa = None,
    tokens: Tokens = None,
    allow_anyone: AllowAnyone = None,
    allow_plaintext: AllowPlaintext = None,
    max_connections: MaxConnections = None,
    handshake_seconds: HandshakeSeconds = None,
    max_idle_seconds: MaxIdleSeconds = None,
    max_session_seconds: MaxSessionSeconds = None,
    max_resume_seconds: MaxResumeSeconds = None,
    max_load: MaxLoad = None,
    hang_seconds: HangSeconds = None,
    supervise: Supervise = False,
    reload_models: ReloadModels = None,
    bundle_key: BundleKey = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the ready line and the closing line as JSON.")] = False,
) -> None:
    """Serve characters over gRPC and the engine link. Prints one line when ready, and one when stopped."""
    life = given(emotion=emotion, heard=heard, blink=blink, gaze=gaze, head=head, idle=idle, body=body)
    flags: dict[str, Any] = {
        "host": host,
        "port": port,
        "link_port": link_port,
        "link": link,
        "models": tuple(model) if model else None,
        "max_sessions": max_sessions,
        "processes": _process_count(processes),
        "ports": ports,
        "tick_ms": tick_ms,
        "drain_seconds": drain_seconds,
        "style": style,
        "body_model": body_model,
        "backend": backend,
        "a2f_fps": a2f_fps,
        "a2f_life": a2f_life,
        "livelink": tuple(livelink) if livelink else None,
        "vmc": tuple(vmc) if vmc else None,
        "vmc_shapes": vmc_shapes,
        "send_to": tuple(send_to) if send_to else None,
        "metrics_port": metrics_port,
        "otel": otel,
        "tls_cert": tls_cert,
        "tls_key": tls_key,
        "tls_client_ca": tls_client_ca,
        "tokens": tokens,
        "allow_anyone": allow_anyone,
        "allow_plaintext": allow_plaintext,
        "max_connections": max_connections,
        "handshake_seconds": handshake_seconds,
        "max_idle_seconds": max_idle_seconds,
        "max_session_seconds": max_session_seconds,
        "max_resume_seconds": max_resume_seconds,
        "max_load": max_load,
        "hang_seconds": hang_seconds,
        "reload_models": reload_models,
        "bundle_keys": tuple(bundle_key) if bundle_key else None,
        **as_settings(life),
    }
    counts: dict[str, float] = {}
    # Ctrl-C is how it ends; the server has stopped in good order by then.
    with ExitStack() as start, suppress(KeyboardInterrupt):
        start.enter_context(quick_start(lambda text: None if as_json else typer.echo(text, err=True)))
        from voxrig.runtime.serving.settings import load

        asyncio.run(_serve(load(config, **flags), supervise, as_json, counts, start))
    names = ("sessions_opened", "frames", "late", "errors")
    if as_json:
        typer.echo(json.dumps({"event": "stopped", **{name: int(counts.get(name, 0)) for name in names}}))
    else:
        opened, frames, late, errors = (f"{counts.get(name, 0):.0f}" for name in names)
        typer.echo(f"stopped after {opened} sessions and {frames} frames; {late} steps were late, {errors} errors")


def _process_count(text: str | None) -> int | None:
    """Read how many processes; 0 for as many as there are cores. Raises ValueError."""
    if text is None or text == "auto":
        return None if text is None else 0
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"--processes is {text!r}; give a number, or auto for one a physical core") from None


async def _serve(
    settings: "Settings", supervise: bool, as_json: bool, counts: dict[str, float], start: ExitStack
) -> None:
    from voxrig.cli.serve_many import served_by_many
    from voxrig.cli.served import served
    from voxrig.runtime.serving.processes.control import Assignment
    from voxrig.runtime.serving.processes.cores import usable_cores
    from voxrig.runtime.serving.stopping import Stopping

    stopping = Stopping()
    count = settings.processes or usable_cores()
    with stopping.on_signals():
        if count > 1 or supervise:
            start.close()
            await served_by_many(settings, count, stopping, as_json, counts)
        else:
            alone = Assignment(settings, number=0, count=1, shared_ports=False)
            await served(alone, stopping, start, lambda server: _say_ready(server, as_json), counts)


def _say_ready(server: "Server", as_json: bool) -> None:
    from voxrig.cli.serve_child import told_of

    told = told_of(server)
    if as_json:
        print(json.dumps({"event": "ready", **told}), flush=True)
        return
    link = f", engine link on port {server.link_port}" if server.link_port is not None else ""
    page = f", metrics on port {server.metrics_port}" if server.metrics_port is not None else ""
    where = f"voxrig {told['version']} is ready on {server.target}{link}{page}"
    print(f"{where}; model {', '.join(told['models'])}; Ctrl-C stops it", flush=True)
