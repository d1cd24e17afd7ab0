"""The luck of a body: twelve numbers that change now and then, from which every choice of a gesture is read.

The planner that teaches and the network that learnt from it see the same numbers, so that the network can follow the
planner's choices instead of averaging them.
"""

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.chance import uniform
from voxrig.runtime.core.timing import STEP_RATE

Doubles = NDArray[np.float64]

QUICK: Final = 8
"""How many of the numbers change quickly, each about every 2.4 s."""
NOISE: Final = 12
"""How many numbers there are; the others change about every 9 s."""

_QUICK_PERIOD: Final = STEP_RATE * 24 // 10
_SLOW_PERIOD: Final = STEP_RATE * 9
_NOISE: Final = 90
_WHEN: Final = 91


@numba.njit(cache=True)
def write_noise(key: int, first: int, stride: int, out: NDArray[np.floating]) -> None:
    """Write the numbers at poses from `first` on, `stride` apart, into `out` float[count, 12]; as of `noise_rows`."""
    for number in range(out.shape[1]):
        period = _QUICK_PERIOD if number < QUICK else _SLOW_PERIOD
        what, when = _NOISE + 100 * number, _WHEN + 100 * number
        for row in range(len(out)):
            at = max(first + row * stride, 0)
            slot = at // period
            # In each slot the number changes once, at a pose of the slot's own.
            if at - slot * period < int(uniform(key, when, slot, 0) * period):
                slot -= 1
            out[row, number] = uniform(key, what, slot + 1, 0)


def noise_rows(key: int, at: int, count: int, stride: int = 1) -> Doubles:
    """Return the numbers at `count` poses from `at` on, `stride` apart: float64[count, 12], each in [0, 1).

    Args:
        key: of the session, from `core.chance.key_of`.
        at: number of the first pose; before pose 0 they are those of pose 0.
        count: how many.
        stride: poses from one to the next.
    """
    out = np.empty((count, NOISE))
    write_noise(key, at, stride, out)
    return out
