"""`voxrig export`: bundles into what other runtimes take."""

import json
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from voxrig.cli.export_signing import keygen, sign

# The exporters and TensorRT are imported inside the functions, so that `voxrig --help` is quick.
if TYPE_CHECKING:
    from voxrig.exporters.tensorrt import Built
    from voxrig.runtime.models.bundle import Bundle
    from voxrig.runtime.models.nvinfer import Nvinfer

export = typer.Typer(
    name="export", help="Turn models into what other runtimes take.", no_args_is_help=True, rich_markup_mode=None
)
_TARGETS: Final = "86,89,120"
export.command("keygen")(keygen)
export.command("sign")(sign)


@export.callback()
def _runtimes() -> None:
    """Turn models into what other runtimes take."""


@export.command("tensorrt")
def tensorrt(
    bundles: Annotated[
        list[str] | None, typer.Argument(metavar="BUNDLE...", help="Shipped models by name, or bundles by their path.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All models that came with the package.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Where to [default: the cache, where a server looks]."),
    ] = None,
    sm: Annotated[
        str,
        typer.Option(metavar="86,89,...|all", help="Compute capabilities; all: one engine for RTX 30 to RTX 50."),
    ] = _TARGETS,
    precision: Annotated[str, typer.Option(metavar="fp16,fp32", help="Of the matrix products.")] = "fp16",
    flavour: Annotated[
        str | None,
        typer.Option(metavar="rtx|classic", help="Which TensorRT; the classic one builds for this machine's GPU."),
    ] = None,
    speech: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE.wav", help="Speech to compare fp16 with fp32 on [default: a random walk]. May be repeated."
        ),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Build engines that are there already, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON, and no progress.")] = False,
) -> None:
    """Build engines for NVIDIA's TensorRT: for RTX on any machine, with a GPU or without. They run where a GPU is."""
    if find_spec("onnx") is None:
        raise ValueError("the export needs the package onnx: pip install 'voxrig[tensorrt]'")
    from voxrig.engine_bridges.readers.sound_file import read_sound
    from voxrig.exporters.tensorrt import Order
    from voxrig.runtime.models.cache_folder import cache_folder
    from voxrig.runtime.models.engines import engines_folder
    from voxrig.runtime.models.nvinfer import load_nvinfer

    chosen = _bundles(bundles or [], every=every)
    precisions = _precisions(precision)
    nvinfer = load_nvinfer(flavour)
    heard = [(sound.samples, sound.rate) for sound in map(read_sound, speech or [])]
    folder = out or engines_folder(cache_folder())
    order = Order(chosen, _targets(nvinfer, sm), precisions, folder, heard, again)
    built = _export(nvinfer, order, quiet=as_json)
    if as_json:
        about = {"flavour": nvinfer.flavour, "version": nvinfer.version, "folder": str(folder)}
        typer.echo(json.dumps({**about, "engines": [_entry(one) for one in built]}))
    else:
        _show(built)
        typer.echo(f"TensorRT {nvinfer.flavour} {nvinfer.version}; {folder}")
    if any(one.refusal for one in built):
        raise typer.Exit(2)


def _bundles(names: Sequence[str], *, every: bool) -> "list[Bundle]":
    """Read the bundles that are named.

    Raises:
        ValueError: none is, or all are as well; one is not there.
    """
    from voxrig.runtime.models import bundle
    from voxrig.runtime.models.spec import ROLES

    if bool(names) == every:
        raise ValueError("name bundles, or give --all, one of the two")
    shipped = {name: role for role in ROLES for name in bundle.shipped(role)}
    if every:
        return [bundle.load(name, role) for name, role in shipped.items()]
    return [bundle.load(name, shipped[name]) if name in shipped else bundle.read(name) for name in names]


def _precisions(text: str) -> list[str]:
    from voxrig.runtime.models.engine_key import PRECISIONS

    found = [part.strip() for part in text.split(",")]
    if wrong := [part for part in found if part not in PRECISIONS]:
        raise ValueError(f"--precision {wrong[0]!r} is unknown; there are {', '.join(PRECISIONS)}")
    return list(dict.fromkeys(found))


def _targets(nvinfer: "Nvinfer", text: str) -> list[str]:
    """Read --sm: 86,89,120, or all.

    Raises:
        ValueError: TensorRT can't build for one of them.
    """
    from voxrig.exporters.tensorrt import HERE
    from voxrig.runtime.models.engines import PORTABLE

    if not nvinfer.is_rtx:
        if text != _TARGETS:
            raise ValueError("--sm has no effect on the classic TensorRT, which builds for this machine's GPU")
        return [HERE]
    if text == "all":
        return ["-".join(PORTABLE)]
    known = [name.removeprefix("sm") for name in nvinfer.capabilities()]
    found = [part.strip().lower().removeprefix("sm") for part in text.split(",")]
    if wrong := [part for part in found if part not in known]:
        raise ValueError(f"--sm {wrong[0]!r} is no target of TensorRT-RTX; there are {', '.join(known)}, and all")
    return [f"sm{part}" for part in dict.fromkeys(found)]


def _export(nvinfer: "Nvinfer", order: Any, *, quiet: bool) -> "list[Built]":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from voxrig.exporters.tensorrt import export_engines

    console = Console(file=sys.stderr)
    total = len(order.bundles) * len(order.targets) * len(order.precisions)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    built = []
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as progress:
        task = progress.add_task("building", total=total)
        for one in export_engines(
            nvinfer,
            order,
            lambda key: progress.update(task, description=f"{key.name} {key.precision} {key.target}"),
        ):
            built.append(one)
            progress.advance(task)
    return built


def _entry(one: "Built") -> dict[str, Any]:
    """One engine for JSON."""
    told: dict[str, Any] = {"model": one.key.name, "target": one.key.target, "precision": one.key.precision}
    if one.engine is None:
        return {**told, "refusal": one.refusal}
    parity = one.parity and {"largest": one.parity.largest, "mean": one.parity.mean, "steps": one.parity.steps}
    engine = one.engine
    return {
        **told,
        "file": str(one.file),
        "bytes": len(engine.data),
        "seconds": round(engine.seconds, 3),
        "fresh": one.fresh,
        "layers": engine.layers,
        "batches": list(one.key.batches),
        "checks": list(one.checks),
        "parity": parity,
    }


def _show(built: "Sequence[Built]") -> None:
    """Print a table for people, and what TensorRT refused."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in ("model", "target", "precision", "MB", "built in s", "layers"):
        table.add_column(name, no_wrap=True)
    table.add_column("checked")
    for one in built:
        key, engine = one.key, one.engine
        target = key.target.replace("-sm", " ")
        if engine is None:
            table.add_row(key.name, target, key.precision, "", "", "", "refused")
            continue
        took = f"{engine.seconds:.2f}" if one.fresh else "was there"
        size = f"{len(engine.data) / 1e6:.2f}"
        table.add_row(key.name, target, key.precision, size, took, str(engine.layers), ", ".join(one.checks))
    Console().print(table)
    for parity in dict.fromkeys(
        f"{one.key.name} in half precision: off by {one.parity}" for one in built if one.parity
    ):
        typer.echo(parity)
    for one in built:
        if one.refusal:
            typer.echo(f"refused: {one.refusal}", err=True)
