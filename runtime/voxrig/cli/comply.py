"""`voxrig comply`: try every rule of the protocol on a server or a client."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from voxrig.engine_bridges.compliance.rule import Finding
    from voxrig.engine_bridges.compliance.talk import Target

_PORTS = {"grpc": 52_000, "link": 52_001}


def comply(
    what: Annotated[Literal["server", "client"], typer.Argument(help="What is tried.")],
    target: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            help="The server: the one that is tried [default: this machine, port 52000 or 52001], or the one that a "
            "client is tried on [default: one of its own].",
        ),
    ] = None,
    over: Annotated[
        Literal["grpc", "link"] | None,
        typer.Option(help="gRPC (default for a server), or the engine link (default for a client)."),
    ] = None,
    program: Annotated[
        str | None,
        typer.Option(metavar='"CMD ..."', help="The client's puppet; HOST PORT, or --playout, is appended."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Try every rule of the protocol on a server or a client. Exit code 1 where one is broken."""
    findings: list[Finding] = []
    if what == "server":
        from voxrig.engine_bridges.compliance.server_suite import try_server

        over = over or "grpc"
        server = _target(target or f"127.0.0.1:{_PORTS[over]}", over)
        server.describe()  # no server at all is one line, not fifty broken rules
        subject = f"server {server.host}:{server.port} over {over}"
        findings += _watched(try_server(server))
    else:
        from voxrig.engine_bridges.compliance.client_subject import Subject, split_command
        from voxrig.engine_bridges.compliance.client_suite import try_client

        if not program:
            raise ValueError('which client? give its puppet: --program "CMD ..."')
        over = over or "link"
        subject = f"client {program} over {over}"
        with _serving(target, over) as server:
            findings += _watched(try_client(Subject(split_command(program), server)))
    from voxrig.engine_bridges.compliance import report

    typer.echo(report.as_json(subject, findings) if as_json else report.as_table(subject, findings))
    if any(finding.status == "broken" for finding in findings):
        raise typer.Exit(1)


def _watched(findings: "Iterator[Finding]") -> "Iterator[Finding]":
    """Say on a terminal how far it is: some cases take a second."""
    shows = sys.stderr.isatty()
    for number, finding in enumerate(findings, 1):
        if shows:
            print(f"\r{number} {finding.case:60.60}", end="", file=sys.stderr, flush=True)
        yield finding
    if shows:
        print(f"\r{'':64}\r", end="", file=sys.stderr, flush=True)


def _target(text: str, over: str) -> "Target":
    """Read HOST:PORT. Raises ValueError."""
    from voxrig.engine_bridges.compliance.talk import Target

    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal():
        raise ValueError(f"the target {text!r} is no HOST:PORT; give for example 127.0.0.1:{_PORTS[over]}")
    return Target(host.strip("[]") or "127.0.0.1", int(port), over)


@contextmanager
def _serving(target: str | None, over: str) -> "Iterator[Target]":
    """Yield the server to try a client on; without a target one is started on free ports of this machine."""
    if target:
        yield _target(target, over)
        return
    command = [sys.executable, "-m", "voxrig.cli.app", "serve", "--port", "0", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise ValueError("the server to try the client on did not start; give the --target of one that runs")
            port = json.loads(line)["port" if over == "grpc" else "link_port"]
            yield _target(f"127.0.0.1:{port}", over)
        finally:
            process.terminate()
