"""Luck for recorded motion: numbers that say of each stretch of it what it was like, as if luck had chosen it.

A recording has no luck in it, and a network that is given numbers which say nothing averages over all that people did.
So each number is told what it might have decided: over the stretch in which it stays the same, a principal component of
the posture, or how much the hands move, as a rank among all stretches, which is spread evenly over 0 to 1 like luck.
In a session the numbers are drawn by chance, and the network moves as it saw people move with such numbers.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.training.body_losses import REACH, WRISTS
from voxrig.runtime.animation.body.noise import NOISE, QUICK, noise_rows
from voxrig.runtime.core.body.posture import LEARNED
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.models.spec import BODY_POSES

Doubles = NDArray[np.float64]

_PLACES: Final = 5
"""Quick numbers that stand for components of the posture; the others for movement: of the left hand, the right hand,
and everything else."""


def told_luck(postures: Sequence[NDArray[np.float32]], seed: int) -> list[Doubles]:
    """Return the luck of recordings, float64[T / 2, 12] each.

    Args:
        postures: float32[T, 34], one for each recording.
        seed: says when the numbers change.
    """
    seen = [own[::BODY_POSES, list(LEARNED)].astype(np.float64) * REACH for own in postures]
    turned = _components(seen)
    moved = [_movement(own) for own in seen]
    drawn = [noise_rows(key_of(seed + n), 0, len(own), BODY_POSES) for n, own in enumerate(seen)]
    for number in range(NOISE):
        if number < _PLACES:
            sources, column = turned, number
        elif number < QUICK:
            sources, column = moved, number - _PLACES
        else:
            sources, column = turned, number - QUICK
        _rank([own[:, column] for own in sources], [own[:, number] for own in drawn])
    return drawn


def _components(seen: Sequence[Doubles]) -> list[Doubles]:
    """Turn numbers to their principal components, the largest first."""
    mean = np.concatenate(seen).mean(0)
    _, axes = np.linalg.eigh(np.cov(np.concatenate(seen) - mean, rowvar=False))
    return [(own - mean) @ axes[:, ::-1] for own in seen]


def _movement(own: Doubles) -> Doubles:
    """How quickly the left wrist, the right wrist and everything else move: float64[steps, 3]."""
    speeds = np.abs(np.diff(own, axis=0, prepend=own[:1]))
    left, right = list(WRISTS[:3]), list(WRISTS[3:])
    rest = [n for n in range(own.shape[1]) if n not in WRISTS]
    return np.stack([speeds[:, part].sum(1) for part in (left, right, rest)], axis=1)


def _rank(values: Sequence[Doubles], luck: Sequence[Doubles]) -> None:
    """Put ranks of `values` into `luck`, which says by its changes where the stretches are."""
    means, places = [], []
    for n, own in enumerate(luck):
        edges = [0, *(np.flatnonzero(np.diff(own)) + 1).tolist(), len(own)]
        for first, end in pairwise(edges):
            if end > first:
                means.append(float(values[n][first:end].mean()))
                places.append((n, first, end))
    ranks = np.argsort(np.argsort(np.array(means), kind="stable"))
    for rank, (n, first, end) in zip(ranks.tolist(), places, strict=True):
        luck[n][first:end] = (rank + 0.5) / len(places)
