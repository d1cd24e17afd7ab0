"""Which joint of a foreign skeleton is which of ours: tables of names that are in use (`joint_names.json`)."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from voxrig.exporters.datasets.speech import DatasetError

SIDES: Final = ("l", "r")
NEEDED: Final = ("pelvis", "head", *(f"{joint}_{side}" for joint in ("upperarm", "lowerarm", "hand") for side in SIDES))
"""The joints that a motion must have; legs and fingers are taken where there are some."""

_CENTRAL: Final = ("pelvis", "head")


def known_joints(names: Sequence[str], own: Mapping[str, str] | None = None) -> dict[str, int]:
    """Find our joints in a skeleton.

    Args:
        names: the skeleton's joints.
        own: what its joints are called where no table knows: our names (`upperarm_l`, `index_01_r`, `toe_l`, ...) and
            the skeleton's. They go before the tables.

    Returns:
        Our names and each joint's place in `names`: at least those of `NEEDED`.

    Raises:
        DatasetError: the skeleton lacks one that is needed, or what `own` names.
    """
    places = {_plain(name): place for place, name in reversed(list(enumerate(names)))}
    best = max((_matched(table, places) for table in _tables()), key=lambda found: (_needed(found), len(found)))
    for joint, name in (own or {}).items():
        if joint not in _joints():
            raise DatasetError(f"{joint!r} is no joint that is looked for; there are {', '.join(sorted(_joints()))}")
        if _plain(name) not in places:
            raise DatasetError(f"{joint}: the skeleton has no joint {name!r}; it has {', '.join(names)}")
        best[joint] = places[_plain(name)]
    missing = [joint for joint in NEEDED if joint not in best]
    if missing:
        raise DatasetError(
            f"the skeleton ({', '.join(names[:60])}) has no joint that is known as {', '.join(missing)}; say which "
            f'they are in a JSON file {{"{missing[0]}": "ITS NAME", ...}} and give that with --names'
        )
    return best


def read_names(path: Path) -> dict[str, str]:
    """Read the file that `--names` gives: a JSON object of our joints' names and the skeleton's.

    Raises:
        DatasetError: it is none.
    """
    try:
        read: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DatasetError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(read, dict) or not all(isinstance(name, str) for name in read.values()):
        raise DatasetError(f'{path} must be an object of names, such as {{"upperarm_l": "LeftArm"}}')
    return {str(joint): name for joint, name in read.items()}


def _plain(name: str) -> str:
    name = name.rpartition(":")[2].lower()
    return "".join(letter for letter in name if letter not in " _.-").removeprefix("mixamorig")


def _needed(found: Mapping[str, int]) -> int:
    return sum(joint in found for joint in NEEDED)


def _matched(table: Mapping[str, tuple[str, ...]], places: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for joint, names in table.items():
        free = (places[name] for name in names if name in places and places[name] not in found.values())
        place = next(free, None)
        if place is not None:
            found[joint] = place
    return found


@cache
def _tables() -> tuple[dict[str, tuple[str, ...]], ...]:
    """For each convention the plain names of each joint."""
    text = files("voxrig.exporters.datasets").joinpath("joint_names.json").read_text("utf-8")
    read: dict[str, Any] = json.loads(text)["conventions"]
    tables = []
    for convention in read.values():
        table: dict[str, tuple[str, ...]] = {}
        for joint, names in convention["joints"].items():
            if joint in _CENTRAL:
                table[joint] = tuple(_plain(name) for name in names)
                continue
            for side, word in zip(SIDES, convention["sides"], strict=True):
                table[f"{joint}_{side}"] = tuple(_plain(name.replace("%", word)) for name in names)
        tables.append(table)
    return tuple(tables)


@cache
def _joints() -> frozenset[str]:
    return frozenset(joint for table in _tables() for joint in table)
