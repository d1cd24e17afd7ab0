"""Which muscles an emotion moves, and which controls they move, laid out for the compiled code of `muscles`."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from voxrig.runtime.animation.action_units import KNOTS, OTHER_SIDE, UNITS, Floats, Integers, links, tables


class Wiring(NamedTuple):
    """The tables of `action_units`, U units, C categories and L links, laid out for compiled code.

    Attributes:
        units: int64[2, U], region and group of each.
        amount: float32[C + 1, U, 4], as of `UnitTables`; then its `talking`, in the first column.
        other: float32[C, U], what share of it the side does that shows less.
        links: int64[3, L], unit, side and control of each; and float32[L], its weight.
    """

    units: Integers
    amount: Floats
    other: Floats
    links: Integers
    weight: Floats


@lru_cache(maxsize=1)
def wiring() -> Wiring:
    """Lay out the tables."""
    units, moved = tables(), links()
    talking = np.zeros((1, len(UNITS), len(KNOTS)), np.float32)
    talking[0, :, 0] = units.talking
    other = np.where(units.one_sided, np.array(OTHER_SIDE, np.float32)[:, None], np.float32(1.0))
    return Wiring(
        np.stack((units.region, units.group)),
        np.concatenate((units.amount, talking)),
        other,
        np.stack((moved.unit, moved.side, moved.control)),
        moved.weight,
    )
