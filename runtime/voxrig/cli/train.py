"""`voxrig train`: a studio's own recordings in, a bundle out."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

# The exporters need torch and are imported inside the functions: a server has neither.
if TYPE_CHECKING:
    from voxrig.exporters.training.body_learning import BodyRecipe

train = typer.Typer(
    name="train", help="Train a model on recordings of your own.", no_args_is_help=True, rich_markup_mode=None
)

_EPOCHS: Final = 40
_NEEDED: Final = ("torch", "onnx", "onnxscript")


@train.callback()
def _models() -> None:
    """Train a model on recordings of your own."""


@train.command("body")
def body(
    data: Annotated[
        Path,
        typer.Option(metavar="DIR", help="NAME.bvh or SMPL-X's NAME.npz with NAME.wav: your own, BEAT, BEAT2, ..."),
    ],
    out: Annotated[Path, typer.Option(metavar="BUNDLE", help="The bundle: a folder, or a file that ends in .zip.")],
    report: Annotated[
        Path | None, typer.Option(metavar="OUT.html", help="A page that compares it with the recordings.")
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="Walks through all recordings.")] = _EPOCHS,
    names: Annotated[
        Path | None, typer.Option(metavar="FILE.json", help='Joints that no table knows: {"upperarm_l": "LArm", ...}.')
    ] = None,
    run: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the run is kept and gone on from [default: BUNDLE-run].")
    ] = None,
    rate: Annotated[float | None, typer.Option(help="Peak learning rate [default: 0.002].")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of all random choices.")] = 1,
) -> None:
    """Train a body on recorded motion and its sound; it hears a voice and moves as it saw people move."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise ValueError(f"training needs {', '.join(missing)}: pip install 'voxrig[export]'")
    from voxrig.exporters.datasets.joint_names import read_names
    from voxrig.exporters.training.body_studio import Studio, train_body

    if report is not None and not report.parent.is_dir():
        raise ValueError(f"{report}: there is no folder {report.parent}; make it, or write the report elsewhere")
    stem = out.with_suffix("") if out.suffix == ".zip" else out
    folder = run or stem.with_name(f"{stem.name}-run")
    own = None if names is None else read_names(names)
    wanted = Studio(data, out, folder, report, own, stem.name, _recipe(epochs, rate, seed))
    spec, found = train_body(wanted, typer.echo)
    typer.echo(f"{out}: {spec.name} {spec.version}, role {spec.role}; {found}")
    if report is not None:
        typer.echo(f"report: {report}")


def _recipe(epochs: int, rate: float | None, seed: int) -> "BodyRecipe":
    from dataclasses import replace

    from voxrig.exporters.training.body_learning import BodyRecipe

    # Recordings are few: more, smaller updates learn as much of less.
    recipe = BodyRecipe(epochs=epochs, seed=seed, rows=8)
    return recipe if rate is None else replace(recipe, rate=rate)
