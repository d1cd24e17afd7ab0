"""Where the curves of `bake` and `stream` go: one writer a rig."""

from collections.abc import Callable
from pathlib import Path

from voxrig.engine_bridges.writers.livelink_csv import write_livelink_csv
from voxrig.engine_bridges.writers.metahuman_csv import write_metahuman_csv
from voxrig.runtime.core.take import Take

_WRITERS: dict[str, Callable[[Take, Path], None]] = {"arkit": write_livelink_csv, "metahuman": write_metahuman_csv}


def check_output(output: Path, *inputs: Path, example: str = "take.csv", read: str = "the sound file") -> None:
    """Refuse a place where a result cannot or must not go, before any work is done.

    Args:
        output: where it is to go.
        inputs: what it is made from, which it must not replace.
        example: a fitting name for it.
        read: what the inputs are called.

    Raises:
        ValueError: with the remedy.
    """
    if output.is_dir():
        raise ValueError(f"{output} is a folder; give the name of a file in it, for example {output / example}")
    if not output.parent.is_dir():
        raise ValueError(f"{output}: the folder {output.parent} does not exist; make it first")
    for path in inputs:
        if output.exists() and path.exists() and output.samefile(path):
            raise ValueError(f"{output} is {read} itself; give the result another name")


def write_curves(take: Take, output: Path) -> None:
    """Write a take as the CSV of its rig."""
    _WRITERS[take.profile](take, output)
