"""Chance that repeats: every random choice is a hash of who asks, when on the media timeline, and for what.

No generator state: a value depends on its arguments alone, so that it is the same however a stream is cut, replayed or
continued elsewhere, and as good on the tenth day as in the first second. The mixer is SplitMix64's finaliser (Steele,
Lea & Flood 2014, "Fast splittable pseudorandom number generators", OOPSLA).
"""

from statistics import NormalDist
from typing import Final

import numba
import numpy as np

_NORMAL: Final = NormalDist()
_FULL: Final = 2.0**-53
_WORD: Final = (1 << 64) - 1


def key_of(seed: int) -> int:
    """Spread a seed (any non-negative int) over 63 bits: the `key` of all functions here."""
    mixed = (seed + 0x9E3779B97F4A7C15) & _WORD
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _WORD
    return (mixed ^ (mixed >> 31)) >> 1


@numba.njit(cache=True)
def _mixed(word: np.uint64) -> np.uint64:
    word ^= word >> np.uint64(30)
    word *= np.uint64(0xBF58476D1CE4E5B9)
    word ^= word >> np.uint64(27)
    word *= np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@numba.njit(cache=True)
def uniform(key: int, what: int, at: int, draw: int = 0) -> float:
    """Return a number in [0, 1).

    Args:
        key: of the session, from `key_of`.
        what: which choice it is: a constant of the layer that asks, so that layers don't share their luck.
        at: number of the pose at which the choice is made, or of any other thing that is counted.
        draw: which of several numbers for that choice.
    """
    golden = np.uint64(0x9E3779B97F4A7C15)
    word = _mixed(np.uint64(key) + golden * np.uint64(what + 1))
    word = _mixed(word + golden * np.uint64(at + 1))
    word = _mixed(word + golden * np.uint64(draw + 1))
    return float(word >> np.uint64(11)) * _FULL


def normal(key: int, what: int, at: int, draw: int = 0) -> float:
    """Return a standard normal number; arguments as of `uniform`."""
    return _NORMAL.inv_cdf(min(max(uniform(key, what, at, draw), _FULL), 1.0 - _FULL))


@numba.njit(cache=True)
def drift(key: int, what: int, at: int, period: int) -> float:
    """Return smooth noise in (-1, 1) at pose `at`: a wandering with no memory that never leaves its bounds.

    Value noise: hashed values at every `period` poses, joined by quintic ease (Perlin 2002, "Improving noise", ACM
    TOG 21), so that speed and acceleration have no jumps. Standard deviation about 0.45.
    """
    left = at // period
    share = (at - left * period) / period
    weight = share * share * share * (10.0 + share * (6.0 * share - 15.0))
    start = 2.0 * uniform(key, what, left, 0) - 1.0
    return start + weight * (2.0 * uniform(key, what, left + 1, 0) - 1.0 - start)
