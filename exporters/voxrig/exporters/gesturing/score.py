"""A score of movements: each a minimum-jerk way from where one was meant to be to where one is meant to be next.

Ways are laid over each other, so that a new one may begin before the last is over without a jerk, as people's reaching
does when its goal moves (Flash & Hogan 1985, "The coordination of arm movements", J Neurosci 5; Flash & Henis 1991, J
Cogn Neurosci 3). The whole has no jumps of acceleration.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.posture import BREATH, HIGH, LOW, SIT
from voxrig.runtime.core.timing import STEP_RATE

Doubles = NDArray[np.float64]

EVERYTHING: Final = slice(None)
"""All numbers of a posture."""
_MARGIN: Final = 0.04  # of a number's range, on either end, in which it is pressed back softly


class Move(NamedTuple):
    """A way.

    Attributes:
        start: pose from which it moves.
        poses: that it takes, at least 1.
        change: float64[34], how far it goes.
        lasting: whether one means to stay there: the target moves with it.
    """

    start: int
    poses: int
    change: Doubles
    lasting: bool


class Bearing(NamedTuple):
    """Where a body is at a pose, and how it moves: float64[34] each, a second and a second squared."""

    place: Doubles
    speed: Doubles
    push: Doubles


@dataclass(slots=True)
class Score:
    """Collects movements in the order in which they are decided, and draws them.

    Attributes:
        target: float64[34], where all movements so far lead.
    """

    target: Doubles
    _drawn: list[Doubles] = field(default_factory=list)
    _begins: int = 0
    _from: Doubles = field(init=False)
    _bearing: tuple[Bearing, int] | None = None
    _moves: list[Move] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._from = self.target.copy()

    def to(self, start: int, poses: int, posture: Doubles, part: slice | list[int] = EVERYTHING) -> None:
        """Go to a posture float64[34], or some numbers of it, from pose `start` on; it takes `poses`."""
        change = np.zeros_like(self.target)
        change[part] = posture[part] - self.target[part]
        if change.any():
            self._moves.append(Move(start, max(poses, 1), change, True))
            self.target = self.target + change

    def swing(self, start: int, poses: int, change: Doubles) -> None:
        """Go some way float64[34] that other swings lead back: the target stays."""
        self._moves.append(Move(start, max(poses, 1), change, False))

    def drop(self, at: int) -> None:
        """Forget the movements that would begin at pose `at` or later."""
        for move in self._moves:
            if move.start >= at and move.lasting:
                self.target = self.target - move.change
        self._moves = [move for move in self._moves if move.start < at]

    def break_off(self, at: int, poses: int, rest: Doubles) -> None:
        """Leave everything at pose `at` and go to `rest` float64[34] from wherever one is, however one moves."""
        self._drawn.append(self._draw(at))
        self._bearing = (self._bearing_at(at), poses)
        self._begins, self._from, self.target, self._moves = at, rest.copy(), rest.copy(), []

    def drawn(self, total: int) -> Doubles:
        """Return the postures of poses 0 to `total` - 1: float64[total, 34]."""
        return np.concatenate((*self._drawn, self._draw(max(total, self._begins))))[:total]

    def _draw(self, end: int) -> Doubles:
        count = end - self._begins
        path, settled = np.zeros((count, len(self.target))), np.zeros((count + 1, len(self.target)))
        for start, poses, change, _ in self._moves:
            first, last = start - self._begins, min(start - self._begins + poses, count)
            if first >= count:
                continue
            path[first:last] += _eased(poses)[0][: last - first, None] * change
            settled[last] += change
        path += np.cumsum(settled[:-1], axis=0)
        path += self._from
        if self._bearing is not None:
            bearing, poses = self._bearing
            path[:poses] += _led_back(bearing, self._from, poses)[:count]
        return path

    def _bearing_at(self, at: int) -> Bearing:
        place, speed, push = self._from.copy(), np.zeros_like(self._from), np.zeros_like(self._from)
        for start, poses, change, _ in self._moves:
            gone = at - start
            if gone >= poses:
                place += change
            elif gone > 0:
                eased = _eased(poses)
                place += eased[0][gone] * change
                speed += eased[1][gone] * change
                push += eased[2][gone] * change
        if self._bearing is not None and at - self._begins < self._bearing[1]:
            bearing, poses = self._bearing
            back = _led_back(bearing, self._from, poses, whole=True)[:, at - self._begins]
            place, speed, push = place + back[0], speed + back[1], push + back[2]
        return Bearing(place, speed, push)


@lru_cache(maxsize=1024)
def _eased(poses: int) -> tuple[Doubles, Doubles, Doubles]:
    """Return a minimum-jerk way of so many poses, from 0 towards 1: where it is, its speed and acceleration."""
    u = np.arange(poses) / poses
    seconds = poses / STEP_RATE
    return (
        u**3 * (10.0 + u * (6.0 * u - 15.0)),
        30.0 * u**2 * (1.0 - u) ** 2 / seconds,
        60.0 * u * (1.0 - u) * (1.0 - 2.0 * u) / seconds**2,
    )


def _led_back(bearing: Bearing, rest: Doubles, poses: int, *, whole: bool = False) -> Doubles:
    """Return the quintic from a bearing to rest, less the rest: float64[poses, 34], or its three orders [3, ...]."""
    u, seconds = np.arange(poses)[:, None] / poses, poses / STEP_RATE
    place, speed, push = bearing.place - rest, bearing.speed * seconds, bearing.push * seconds**2
    c = (
        -10.0 * place - 6.0 * speed - 1.5 * push,
        15.0 * place + 8.0 * speed + 1.5 * push,
        -6.0 * place - 3.0 * speed - 0.5 * push,
    )
    where: Doubles = place + speed * u + 0.5 * push * u**2 + u**3 * (c[0] + u * (c[1] + u * c[2]))
    if not whole:
        return where
    first = speed + push * u + u**2 * (3.0 * c[0] + u * (4.0 * c[1] + u * 5.0 * c[2]))
    second = push + u * (6.0 * c[0] + u * (12.0 * c[1] + u * 20.0 * c[2]))
    return np.stack((where, first / seconds, second / seconds**2))


def kept_in_range(postures: Doubles) -> Doubles:
    """Press numbers that leave their range back into it: a new float64[T, 34], as smooth as what is given."""
    margin = _MARGIN * (HIGH - LOW)
    kept = postures.copy()
    for column in range(kept.shape[1]):
        if column in (BREATH, SIT):
            continue
        low, high, soft = LOW[column], HIGH[column], margin[column]
        over, under = kept[:, column] - (high - soft), (low + soft) - kept[:, column]
        if over.max() > 0.0:
            kept[:, column] -= np.where(over > 0.0, over - soft * np.tanh(over / soft), 0.0)
        if under.max() > 0.0:
            kept[:, column] += np.where(under > 0.0, under - soft * np.tanh(under / soft), 0.0)
    return kept
