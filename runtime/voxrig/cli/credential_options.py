"""The options of what a command shows a server that it is a client of."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from voxrig.engine_bridges.credentials import Tls

_PANEL = "The server's access"
VARIABLE = "VOXRIG_TOKEN"
"""Has the token where no file is named. There is no option for the token itself: others could see it in a list of
processes, and shells keep what is typed."""

TokenFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help=f"Has the token for the server [default: the variable {VARIABLE}].", rich_help_panel=_PANEL
    ),
]
SpeakTls = Annotated[
    bool, typer.Option("--tls", help="Speak TLS, with whom this machine trusts.", rich_help_panel=_PANEL)
]
TlsCa = Annotated[
    Path | None,
    typer.Option(metavar="FILE.pem", help="Speak TLS; who signs the server's certificate.", rich_help_panel=_PANEL),
]
ClientCert = Annotated[
    Path | None, typer.Option(metavar="FILE.pem", help="Certificate to show the server.", rich_help_panel=_PANEL)
]
ClientKey = Annotated[Path | None, typer.Option(metavar="FILE.pem", help="Its key.", rich_help_panel=_PANEL)]
TlsName = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="What the server's certificate says, if not the host in --target.", rich_help_panel=_PANEL
    ),
]


def token_of(file: Path | None) -> str:
    """Return the token in a file, or in the environment; empty where there is none. Raises ValueError."""
    if file is None:
        return os.environ.get(VARIABLE, "").strip()
    try:
        token = file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ValueError(f"the token file {file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(
            f"the token file {file} has more than a token; keep what `voxrig token` printed in it"
        ) from None
    if not token or len(token.split()) > 1:
        raise ValueError(f"the token file {file} has no token, or several; keep what `voxrig token` printed in it")
    return token


def tls_of(speak: bool, ca: Path | None, cert: Path | None, key: Path | None, name: str | None) -> "Tls | None":
    """Return the TLS that the options ask for; None: none of them is given. Raises ValueError."""
    from voxrig.engine_bridges.credentials import Tls

    if key is not None and cert is None:
        raise ValueError("--tls-key is given without --tls-cert, the certificate that it belongs to")
    if not (speak or ca or cert or name):
        return None
    parts: dict[str, Any] = {"ca": ca or "", "cert": cert or "", "key": key or "", "name": name or ""}
    return Tls(**parts)
