"""What each of the twelve numbers of luck means to the planner, read at the pose at which the choice first shows.

| number | changes about every | decides | reading |
| --- | --- | --- | --- |
| 0 | 2.4 s | which hand leads | right where below `Expressivity.right` (0.58 + 0.4 handedness) |
| 1 | 2.4 s | form of a gesture | bins of `forms.BINS`, below 0.3 plain beats |
| 2 | 2.4 s | whether a phrase is gestured | where below 0.76 + `Expressivity.often` |
| 3 | 2.4 s | place of the hands, out | 0.14 * (n - 0.5) arm lengths |
| 4 | 2.4 s | place of the hands, up | 0.16 * (n - 0.5) arm lengths |
| 5 | 2.4 s | size | factor 0.8 + 0.4 n |
| 6 | 2.4 s | both hands | where below 0.3 + `often` (plain beats, offers, dismissals); which number a list names |
| 7 | 2.4 s | way of a beat; patience | down, out, ahead in thirds; below 0.4 hands stay raised for 0.7 s more |
| 8 | 9 s | carriage of the chest | lean, side and twist, as of `stance` |
| 9 | 9 s | form of rest | folded below 0.4, on the hip from 0.93; sitting: in the lap below 0.4 |
| 10 | 9 s | weight | left foot below 0.38, right from 0.62; which hand leads at rest |
| 11 | 9 s | what idle hands do | a rub from 0.72, a clasp from 0.88; thinking: hand at the chin below 0.55 |
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

HAND, FORM, GESTURED, OUT, UP, SIZE, BOTH, WAY, CHEST, REST, WEIGHT, IDLE = range(12)
"""Columns of `animation.body.noise.noise_rows`."""

_GESTURED: Final = 0.76


def gestures(luck: Doubles, often: float) -> bool:
    """Return whether a phrase is gestured, by the luck float64[12] at its beginning."""
    return float(luck[GESTURED]) < min(max(_GESTURED + often, 0.25), 0.97)


def leads_left(luck: Doubles, right: float) -> bool:
    """Return whether the left hand leads; `right` is the chance that the right one does."""
    return float(luck[HAND]) >= right


def with_both(luck: Doubles, often: float) -> bool:
    """Return whether a gesture that one hand can make is made with both."""
    return float(luck[BOTH]) < 0.3 + often


def place(luck: Doubles) -> tuple[float, float]:
    """Return how far out and up the hands are held, in arm lengths."""
    return 0.14 * (float(luck[OUT]) - 0.5), 0.16 * (float(luck[UP]) - 0.5)


def size(luck: Doubles) -> float:
    """Return a factor of sizes."""
    return 0.8 + 0.4 * float(luck[SIZE])


def patience(luck: Doubles) -> int:
    """Return poses that hands stay raised after a phrase was recognised to be over."""
    return 42 if float(luck[WAY]) < 0.4 else 0


def changes(rows: Doubles, columns: tuple[int, ...]) -> list[int]:
    """Return the poses from 1 on at which any of some columns of float64[T, 12] is not what it was before."""
    kept = rows[:, columns]
    return [int(n) + 1 for n in np.flatnonzero((kept[1:] != kept[:-1]).any(axis=1))]
