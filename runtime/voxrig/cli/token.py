"""`voxrig token`: make tokens that let clients in, and take them back."""

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer


def token(
    name: Annotated[str, typer.Argument(help="Whose it is: letters, digits, '.', '_' and '-'.")],
    file: Annotated[
        Path | None,
        typer.Option(metavar="TOKENS.toml", help="Add it there [default: print what belongs into such a file]."),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take it out of --file instead.")] = False,
    max_connections: Annotated[int | None, typer.Option(min=0, help="Open at once [default: no limit].")] = None,
    max_sessions: Annotated[int | None, typer.Option(min=0, help="Open at once [default: no limit].")] = None,
    audio_seconds_per_hour: Annotated[
        float | None, typer.Option(min=0, help="Of sound; one voice in real time has 3600 [default: no limit].")
    ] = None,
) -> None:
    """Make a token. Its secret is printed once, alone on stdout; what is kept is its SHA-256.

    A server that runs takes a changed file within two seconds, and ends the connections of tokens that are gone.
    """
    from voxrig.runtime.serving.access.door import new_secret
    from voxrig.runtime.serving.access.token_file import entry, with_entry, without_entry

    if remove:
        if file is None:
            raise ValueError("--remove needs --file, the list that has the token")
        _write(file, without_entry(_read(file, there=True), name))
        typer.echo(f"{name} is out of {file}", err=True)
        return
    secret = new_secret()
    new = entry(name, secret, max_connections, max_sessions, audio_seconds_per_hour)
    if file is None:
        typer.echo(new, err=True)
    else:
        _write(file, with_entry(_read(file, there=False), new))
        typer.echo(f"{name} is in {file}; the secret is shown this once:", err=True)
    typer.echo(secret)


def _read(file: Path, there: bool) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        if there:
            raise ValueError(f"there is no {file}; give the list that has the token with --file") from None
        return ""
    except UnicodeDecodeError:
        raise ValueError(f"{file} is no list of tokens; give one, or the name of a new file") from None


def _write(file: Path, text: str) -> None:
    """Put a new file in the place of the old one at once, so that no server reads half of it; for its owner alone."""
    descriptor, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as new:
            new.write(text)
        if file.exists():
            Path(name).chmod(file.stat().st_mode & 0o777)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
