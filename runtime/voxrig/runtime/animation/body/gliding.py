"""From one thing that moves a posture to another without a jump.

What a number comes from may change at any pose: the network's goals, a key of a gesture, a rest. The new source then
counts at once, and the difference, with the speed there was, fades along a quintic: between keys that is the
minimum-jerk path (Flash & Hogan 1985) that begins where and as fast as the hand is. Offsets that fade are described
by Bollo (2018, "Inertialization", GDC).
"""

from typing import Final, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.body.following import SPEED
from voxrig.runtime.core.body.posture import HIGH, LOW, SIZE, STANDING, mirrored
from voxrig.runtime.core.smoothing import ease
from voxrig.runtime.core.timing import STEP_RATE

Doubles = NDArray[np.float64]

PAST: Final = 3
"""Poses that are remembered, to tell a speed by."""
_SIGNS: Final = mirrored(np.ones(SIZE))
_SWAPPED: Final = np.abs(mirrored(np.arange(SIZE, dtype=np.float64))).astype(np.intp)
_FASTEST: Final = 0.5 * SPEED / STEP_RATE


class Source(NamedTuple):
    """Where the numbers of a posture come from: `take` of the goals, and `add`.

    Attributes:
        take: float64[34], 0 or 1.
        add: float64[34].
        mirror: whether the goals count with left and right swapped.
    """

    take: Doubles
    add: Doubles
    mirror: bool

    def of(self, goals: Doubles) -> Doubles:
        """Return what comes of goals float64[..., 34]."""
        return self.take * (mirrored(goals) if self.mirror else goals) + self.add


class Gliding(NamedTuple):
    """A posture on its way from one source to the next.

    Attributes:
        source: what counts.
        fading: float64[4, 34]: the difference, its speed a pose, the pose it was taken at and the poses that it fades
            over. It is replaced and never written.
        past: float64[2, 3, 34]: the newest postures, the newest last; and the goals under them. It is replaced and
            never written.
    """

    source: Source
    fading: Doubles
    past: Doubles


def still(source: Source, goals: Doubles | None = None) -> Gliding:
    """Return one that rests with its source, over goals float64[34] (None: one stands and the arms hang)."""
    under = np.tile(STANDING if goals is None else goals, (PAST, 1))
    fading = np.zeros((4, SIZE))
    fading[3] = 1.0
    return Gliding(source, fading, np.stack((source.of(under), under)))


def turned(gliding: Gliding, at: int, goals: Doubles, source: Source, poses: Doubles, anew: bool) -> Gliding:
    """Change the source from pose `at` on.

    Args:
        gliding: after pose `at` - 1.
        at: number of the pose.
        goals: float64[34], of that pose.
        source: what counts from there on.
        poses: float64[34], how long each number is on its way, if it is one whose source changes.
        anew: whether all goals may jump at this pose, so that what comes from them is on its way, too.
    """
    was, now = gliding.source, source.of(goals)
    changed = (was.take != source.take) | (was.add != source.add)
    if anew:
        changed |= source.take != 0.0
    shown, under = gliding.past
    before = source.take * (under[-1] - under[0])
    if source.mirror:
        before = source.take * mirrored(under[-1] - under[0])
    speed = 0.5 * (shown[-1] - shown[0] - before)
    fading = gliding.fading.copy()
    fading[0, changed] = (shown[-1] - now)[changed]
    fading[1, changed] = np.clip(speed, -_FASTEST, _FASTEST)[changed]
    fading[2, changed] = at - 1
    fading[3, changed] = poses[changed]
    return gliding._replace(source=source, fading=fading)


@numba.njit(cache=True)
def _write(
    goals: Doubles,
    take: Doubles,
    add: Doubles,
    mirror: bool,
    fading: Doubles,
    at: int,
    past: Doubles,
    out: Doubles,
    kept: Doubles,
) -> None:
    """Write what `glided` does, and into `kept` the next `Gliding.past`."""
    count = len(goals)
    for n in range(count):
        for k in range(SIZE):
            goal = goals[n, _SWAPPED[k]] * _SIGNS[k] if mirror else goals[n, k]
            value = take[k] * goal + add[k]
            way = (at + n - fading[2, k]) / fading[3, k]
            if way < 1.0:
                bend = way * (1.0 + way * way * (way * (8.0 - 3.0 * way) - 6.0))
                value += fading[0, k] * (1.0 - ease(way)) + fading[1, k] * fading[3, k] * bend
            out[n, k] = min(max(value, LOW[k]), HIGH[k])
    for place in range(PAST):
        row = count - PAST + place
        if row < 0:
            kept[0, place], kept[1, place] = past[0, row + PAST], past[1, row + PAST]
        else:
            kept[0, place], kept[1, place] = out[row], goals[row]


def glided(gliding: Gliding, at: int, goals: Doubles, out: Doubles) -> Gliding:
    """Move on over some poses.

    Args:
        gliding: after pose `at` - 1.
        at: number of the first pose.
        goals: float64[k, 34].
        out: float64[k, 34], written: the postures, within `posture.LOW` and `HIGH`.
    """
    source, fading, past = gliding
    take, add, mirror = source
    kept = np.empty((2, PAST, SIZE))
    _write(goals, take, add, mirror, fading, at, past, out, kept)
    return Gliding(source, fading, kept)
