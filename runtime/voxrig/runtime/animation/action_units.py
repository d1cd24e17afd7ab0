"""The table of expressions (`expressions.json`): action units by emotion, and each unit's controls, laid out as arrays.

The Facial Action Coding System (Ekman & Friesen 1978; Ekman, Friesen & Hager 2002) names what muscles do in a face;
EMFACS (Friesen & Ekman 1983) says which of its units together show an emotion.
"""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.emotion import CATEGORIES, REGIONS
from voxrig.runtime.animation.style import SHORT_NAMES

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

_LEVELS: Final = ("slight", "marked", "full")
_FASTER: Final = 3.36
"""Time constants that two equal first-order lags in a row take from 10 to 90 % of a step."""


class Links(NamedTuple):
    """Which control a unit moves on which side, and how far: one entry a link."""

    unit: Integers
    side: Integers  # 0 left, 1 right
    control: Integers  # index in `EXPRESSION_CONTROLS`
    weight: Floats


class UnitTables(NamedTuple):
    """U units in G groups that move together.

    Attributes:
        region: int64[U], index in `REGIONS`.
        group: int64[U].
        talking: float32[U], the share that is left of a unit while the character speaks.
        amount: float32[C, U, 4], a unit's amplitude in each of C categories at `KNOTS`: none, slight, marked, full.
        one_sided: bool[C, U], whether the emotion has the unit on one side of the face only.
    """

    region: Integers
    group: Integers
    talking: Floats
    amount: Floats
    one_sided: NDArray[np.bool_]


def _read() -> dict[str, Any]:
    text = files("voxrig.runtime.animation").joinpath("expressions.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


_TABLE: Final = _read()
_EMOTIONS: Final = [_TABLE["emotions"][category] for category in CATEGORIES]

UNITS: Final[tuple[str, ...]] = tuple(_TABLE["units"])
"""AU1, AU2, ...: the units of the table."""
GROUPS: Final[tuple[str, ...]] = tuple(_TABLE["groups"])
"""brows, lids, cheeks, nose, mouth: what moves at one pace."""
KNOTS: Final[tuple[float, ...]] = (0.0, *_TABLE["knots"])
"""Intensities of an emotion at which the table says what a face does; between them it is linear."""
OTHER_SIDE: Final[tuple[float, ...]] = tuple(float(emotion.get("other_side", 1.0)) for emotion in _EMOTIONS)
"""Share of its one-sided units that the other side of the face does, by category."""


def lags(key: str) -> tuple[float, ...]:
    """Return each group's time constant in seconds: of two lags in a row that rise (`onset`) or fall (`offset`) so.

    The times in the table are those from 10 to 90 % of the way.
    """
    return tuple(float(group[key]) / _FASTER for group in _TABLE["groups"].values())


def _sides(stem: str) -> tuple[str, ...]:
    """Return the native names of a control of the table, left then right; one name if it has no sides."""
    return (stem,) if stem in SHORT_NAMES else (stem + "L", stem + "R")


EXPRESSION_CONTROLS: Final[tuple[str, ...]] = tuple(
    name
    for name in SHORT_NAMES
    if any(name in _sides(stem) for unit in _TABLE["units"].values() for stem in unit["controls"])
)
"""Short names of the K controls that an expression moves, in native order."""


@lru_cache(maxsize=1)
def tables() -> UnitTables:
    """Lay out the units and what each emotion has of them."""
    units, emotions = _TABLE["units"], _EMOTIONS
    groups = [GROUPS.index(unit["group"]) for unit in units.values()]
    amount = [[[0.0, *(e[level].get(name, 0.0) for level in _LEVELS)] for name in UNITS] for e in emotions]
    return UnitTables(
        region=np.array([REGIONS.index(_TABLE["groups"][GROUPS[group]]["region"]) for group in groups], np.int64),
        group=np.array(groups, np.int64),
        talking=np.array([unit["talking"] for unit in units.values()], np.float32),
        amount=np.array(amount, np.float32),
        one_sided=np.array([[name in e.get("one_sided", ()) for name in UNITS] for e in emotions], np.bool_),
    )


@lru_cache(maxsize=1)
def links() -> Links:
    """Lay out what each unit moves; a control without sides goes with the left one."""
    found = [
        (number, side, EXPRESSION_CONTROLS.index(name), weight)
        for number, unit in enumerate(_TABLE["units"].values())
        for stem, weight in unit["controls"].items()
        for side, name in enumerate(_sides(stem))
    ]
    unit, side, control, weight = zip(*found, strict=True)
    return Links(
        np.array(unit, np.int64), np.array(side, np.int64), np.array(control, np.int64), np.array(weight, np.float32)
    )
