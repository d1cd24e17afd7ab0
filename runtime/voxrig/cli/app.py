"""The `voxrig` command: puts the subcommands together and turns errors into one line."""

import io
import sys
import traceback
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from voxrig.cli.bake import bake
from voxrig.cli.comply import comply
from voxrig.cli.doctor import doctor
from voxrig.cli.emotion import emotion
from voxrig.cli.export import export
from voxrig.cli.fit_style import fit_style
from voxrig.cli.profile import profile
from voxrig.cli.send import send
from voxrig.cli.serve import serve
from voxrig.cli.statistics import statistics
from voxrig.cli.stream import stream
from voxrig.cli.token import token
from voxrig.cli.train import train
from voxrig.cli.view import view

app = typer.Typer(
    name="voxrig",
    help="Speech in, game-character performance out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: quick, and [brackets] in it are only brackets
)
for _name, _command in (
    ("serve", serve),
    ("bake", bake),
    ("stream", stream),
    ("view", view),
    ("profile", profile),
    ("token", token),
    ("send", send),
    ("fit-style", fit_style),
    ("emotion", emotion),
    ("statistics", statistics),
    ("comply", comply),
    ("doctor", doctor),
):
    app.command(_name)(_command)
app.add_typer(train)
app.add_typer(export)


def _show_version(wanted: bool) -> None:
    if wanted:
        try:
            typer.echo(f"voxrig {version('voxrig')}")
        except PackageNotFoundError:
            typer.echo("voxrig (not installed: running from its sources)")
        raise typer.Exit


@app.callback()
def _options(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and leave.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Print the whole traceback of an error.")] = False,
) -> None:
    """Take the options in front of a subcommand; `main` has read them already."""


def main() -> None:
    """Run the command line. An error is one line on stderr and exit code 1; `--debug` anywhere gives the traceback."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    for out in (sys.stdout, sys.stderr):
        if isinstance(out, io.TextIOWrapper):
            out.reconfigure(errors="backslashreplace")  # a name that the terminal can't show ends nothing
    try:
        app(arguments)
    except Exception as error:
        if len(arguments) != len(sys.argv) - 1:
            traceback.print_exc()
        else:
            print(f"voxrig: error: {_one_line(error)}", file=sys.stderr)
        sys.exit(1)


def _one_line(error: Exception) -> str:
    """Describe an error. ValueError and OSError are ours or the system's, and say what is wrong; others are bugs."""
    told = error.strerror if isinstance(error, OSError) and error.filename is None else None
    text = " ".join((told or str(error)).split())  # a system's error with a text of ours needs no number
    if isinstance(error, ValueError | OSError) and text:
        return text
    return f"{type(error).__name__}: {text} (run again with --debug for the details)"


if __name__ == "__main__":
    main()
