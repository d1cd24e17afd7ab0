"""`voxrig doctor`: does everything that voxrig needs work, here or on the way to a server? If not, what mends it?"""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from voxrig.cli.credential_options import SpeakTls, TlsCa, TlsName, TokenFile, tls_of, token_of
from voxrig.cli.diagnosis.finding import Finding, broken, one_line

# The checks are imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.runtime.serving.settings import Settings


def doctor(
    target: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Look at a server as its clients do, in place of this machine."),
    ] = None,
    token_file: TokenFile = None,
    tls: SpeakTls = False,
    tls_ca: TlsCa = None,
    tls_cert: Annotated[
        Path | None,
        typer.Option(metavar="FILE.pem", help="With --target the client's certificate, else that of the server here."),
    ] = None,
    tls_key: Annotated[Path | None, typer.Option(metavar="FILE.pem", help="The key of --tls-cert.")] = None,
    tls_name: TlsName = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Settings of the server that is to run here.")
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65_535, help="The port that the server is to use [default: 52000].")
    ] = None,
    host: Annotated[str | None, typer.Option(help="The address it is to listen on [default: 127.0.0.1].")] = None,
    tokens: Annotated[str | None, typer.Option(metavar="FILE", help="Its list of tokens.")] = None,
    tls_client_ca: Annotated[str | None, typer.Option(metavar="FILE", help="Who signs its clients.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check this machine, or with --target a server: what is wrong, why it matters, and the command that mends it.

    Exit code 1 if something needed is broken.
    """
    if target is not None:
        from voxrig.cli.diagnosis.reach import Way
        from voxrig.cli.diagnosis.target import check_target

        chosen = tls_of(tls, tls_ca, tls_cert, tls_key, tls_name)
        findings = check_target(Way.parse(target, token_of(token_file), chosen))
    else:
        if any((tls, tls_ca, tls_name, token_file)):
            raise ValueError(
                "--tls, --tls-ca, --tls-name and --token-file say how to reach a server: give --target too"
            )
        pair = {"tls_cert": tls_cert and str(tls_cert), "tls_key": tls_key and str(tls_key)}
        access = {"tokens": tokens, "tls_client_ca": tls_client_ca, **pair}
        findings = _check_here(config, {"port": port, "host": host, **access})
    _report(findings, as_json)


def _check_here(config: Path | None, flags: dict[str, Any]) -> Iterator[Finding]:
    """Check this machine for a server with these settings."""
    from voxrig.cli.diagnosis.engine import check_engine, check_voices
    from voxrig.cli.diagnosis.machine import check_machine
    from voxrig.cli.diagnosis.network import check_loopback, check_proxy
    from voxrig.cli.diagnosis.packages import check_packages

    yield from check_packages()
    settings, problem = _settings(config, flags)
    yield from check_engine(settings.bundle_keys if settings else ())
    yield from check_voices()
    yield from check_machine()
    yield from check_loopback()
    yield from check_proxy("127.0.0.1")
    if problem is not None:
        yield problem
    if settings is not None:
        yield from _check_server(settings)


def _settings(config: Path | None, flags: dict[str, Any]) -> "tuple[Settings | None, Finding | None]":
    """Read the settings as the server would; what is wrong with them is a finding."""
    try:
        from voxrig.runtime.serving.settings import load
    except Exception:  # the engine is broken, and is told of
        return None, None
    try:
        return load(config, **flags), None
    except ValueError as error:
        why, remedy = "a server set up so does not start", "mend what the line above names"
        return None, broken("settings", one_line(error), why, remedy)


def _check_server(settings: "Settings") -> Iterator[Finding]:
    """Check what a server that is to run here needs."""
    from voxrig.cli.diagnosis.access import check_access
    from voxrig.cli.diagnosis.network import check_port

    yield from check_access(settings, time.time())
    if settings.port:
        yield check_port(settings.port, settings.host)
    if settings.link and settings.engine_link_port:
        remedy = "--link-port, or do without the engine link: --no-link"
        yield check_port(settings.engine_link_port, settings.host, remedy)
    if settings.metrics_port > 0:
        yield check_port(settings.metrics_port, settings.host, "--metrics-port")


def _report(findings: Iterator[Finding], as_json: bool) -> None:
    """Print each finding as it comes, or all as JSON. Raises typer.Exit where something needed is broken."""
    found = []
    for finding in findings:
        found.append(finding)
        if not as_json:
            typer.echo("\n".join(finding.lines()))
    wrong = [finding for finding in found if finding.needed and not finding.ok]
    risks = [finding for finding in found if finding.risk]
    if as_json:
        typer.echo(json.dumps({"ok": not wrong, "checks": [asdict(finding) for finding in found]}))
    elif wrong:
        typer.echo(f"{len(wrong)} broken" + (f", {len(risks)} at risk" if risks else ""))
    else:
        typer.echo("all that is needed works" + (f"; {len(risks)} at risk" if risks else ""))
    if wrong:
        raise typer.Exit(1)
