"""The options of who may use a server, the same for each command that starts one."""

from typing import Annotated

import typer

PANEL = "Who may use it"

TlsCert = Annotated[
    str | None,
    typer.Option(metavar="FILE.pem", help="Certificate; with it every port speaks TLS.", rich_help_panel=PANEL),
]
TlsKey = Annotated[
    str | None, typer.Option(metavar="FILE.pem", help="Its key, without a password.", rich_help_panel=PANEL)
]
TlsClientCa = Annotated[
    str | None,
    typer.Option(
        metavar="FILE.pem", help="Clients must show a certificate signed by one of these.", rich_help_panel=PANEL
    ),
]
Tokens = Annotated[
    str | None,
    typer.Option(
        metavar="FILE.toml|env:NAME",
        envvar="VOXRIG_TOKENS",
        help="Clients must have one of these tokens; `voxrig token` makes them.",
        rich_help_panel=PANEL,
    ),
]
AllowAnyone = Annotated[
    bool | None,
    typer.Option("--allow-anyone", help="Serve other machines without tokens and certificates.", rich_help_panel=PANEL),
]
AllowPlaintext = Annotated[
    bool | None,
    typer.Option(
        "--allow-plaintext",
        help="Take tokens from other machines without TLS: a proxy in front ends it.",
        rich_help_panel=PANEL,
    ),
]
