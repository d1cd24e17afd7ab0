"""The option that chooses what runs the networks, as several commands have it."""

from typing import Annotated

import typer

Backend = Annotated[
    str | None,
    typer.Option(
        metavar="cpu|auto|tensorrt|cuda",
        help="What runs the networks; auto takes a GPU where one can be used [default: cpu].",
    ),
]
