"""The options of `voxrig serve` for what clients may take of it, and for what it does when something is wrong."""

from typing import Annotated

import typer

_LIMITS = "Limits"
_ROBUSTNESS = "Robustness"

MaxConnections = Annotated[
    int | None, typer.Option(help="Connections open at once on each port [default: 1024].", rich_help_panel=_LIMITS)
]
HandshakeSeconds = Annotated[
    float | None,
    typer.Option(help="In which a client must have said who it is [default: 10].", rich_help_panel=_LIMITS),
]
MaxIdleSeconds = Annotated[
    float | None,
    typer.Option(
        help="After which a session that is sent nothing is ended; 0: never [default: 3600].", rich_help_panel=_LIMITS
    ),
]
MaxSessionSeconds = Annotated[
    float | None,
    typer.Option(help="After which any session is ended; 0: never [default: 0].", rich_help_panel=_LIMITS),
]
MaxResumeSeconds = Annotated[
    float | None,
    typer.Option(
        help="How long sessions of a lost connection may wait for it; 0: not at all [default: 30].",
        rich_help_panel=_LIMITS,
    ),
]
MaxLoad = Annotated[
    float | None,
    typer.Option(
        help="Share of the tick loop's time from which on new sessions are refused; 0: never [default: 0.85].",
        rich_help_panel=_ROBUSTNESS,
    ),
]
HangSeconds = Annotated[
    float | None,
    typer.Option(
        help="After which a tick that does not end is taken for hung; 0: never [default: 20].",
        rich_help_panel=_ROBUSTNESS,
    ),
]
Supervise = Annotated[
    bool,
    typer.Option(
        "--supervise",
        help="Watch over one process as over several: it is started again when it hangs or dies.",
        rich_help_panel=_ROBUSTNESS,
    ),
]
ReloadModels = Annotated[
    bool | None,
    typer.Option(
        "--reload-models/--no-reload-models",
        help="Load a bundle that changes on the disk anew, for sessions that open then [default: no].",
        rich_help_panel=_ROBUSTNESS,
    ),
]
BundleKey = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KEY",
        help="Public key that may sign bundles; with one, unsigned ones are refused. May be repeated.",
        rich_help_panel=_ROBUSTNESS,
    ),
]
