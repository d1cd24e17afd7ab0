"""Where the curves of `bake` and `stream` go: one writer a rig."""

from collections.abc import Callable
from pathlib import Path

from voxrig.engine_bridges.writers.livelink_csv import write_livelink_csv
from voxrig.engine_bridges.writers.metahuman_csv import write_metahuman_csv
from voxrig.runtime.core.take import Take

_WRITERS: dict[str, Callable[[Take, Path], None]] = {"arkit": write_livelink_csv, "metahuman": write_metahuman_csv}


def check_output(output: Path, sound_path: Path) -> None:
    """Refuse a place where the take cannot or must not go, before any work is done.

    Raises:
        ValueError: with the remedy.
    """
    if output.is_dir():
        raise ValueError(f"{output} is a folder; give the name of a file in it, for example {output / 'take.csv'}")
    if not output.parent.is_dir():
        raise ValueError(f"{output}: the folder {output.parent} does not exist; make it first")
    if output.exists() and sound_path.exists() and output.samefile(sound_path):
        raise ValueError(f"{output} is the sound file itself; give another name for the take")


def write_curves(take: Take, output: Path) -> None:
    """Write a take as the CSV of its rig."""
    _WRITERS[take.profile](take, output)
