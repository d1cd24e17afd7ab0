"""An arm from the numbers of its hand: where the joints turn, as a left arm; the right one is its mirror.

The wrist's place leaves the elbow one freedom, the swivel about the line from shoulder to wrist (Korein 1985, "A
Geometric Investigation of Reach"). With swivel 0 the elbow is behind and a little outside a hanging arm, and is carried
along by the shortest turn from there.
"""

import math
from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.turns import (
    Place,
    Turn,
    about_x,
    about_y,
    about_z,
    after,
    cross,
    moved,
    of_axes,
    undone,
)
from voxrig.runtime.core.skeleton import PLACES, SKELETON

Doubles = NDArray[np.float64]

UPPER: Final = SKELETON[PLACES["lowerarm_l"]].offset[0]
"""Length of the upper arm in metres."""
LOWER: Final = SKELETON[PLACES["hand_l"]].offset[0]
"""Length of the forearm in metres."""
LENGTH: Final = UPPER + LOWER
"""An arm length in metres."""

_COLLAR: Final = SKELETON[PLACES["clavicle_l"]].offset
_SHOULDER: Final = SKELETON[PLACES["upperarm_l"]].offset
_BACK: Final = math.radians(25.0)  # the elbow of a hanging arm points so far outside of straight back
_FAR: Final = (0.90, 0.975)  # in arm lengths: from here on a reach is held back, and it never goes further than this
_NEAR: Final = (0.40, 0.31)
_PALM: Final = 0.085  # metres from the wrist
_TIPS: Final = 0.165
_ACROSS: Final = (0.45, 0.56)  # arm lengths: a hand so far before the body may be so far on the other side; behind, not
_SOFT: Final = 0.03
_TUCKED: Final = (-0.06, -0.6)  # how far inside of straight down, or ahead, an upper arm may point, as cosines
_ELBOW: Final = 1.6
_DOME: Final = (0.38, 0.6)  # arm lengths: a hand that passes its shoulder passes so far before it; and how wide that is
_HIGHEST: Final = 0.9  # so much higher than far: the arm comes no nearer to straight up, where no elbow is natural

Turns = tuple[Turn, Turn, Turn, Turn]
Arm = tuple[Turns, Place, Place, Place]
"""Clavicle, upper arm, forearm and hand, each against its parent; the wrist, the palm's middle and the finger tips, in
metres in the chest's axes."""
Hold = tuple[Turn, Place, float, Turn, Turn, float]
"""Of an arm whose wrist may be anywhere: the clavicle's turn and the shoulder's place, the elbow's swivel, the half of
the pronation that is the forearm's, the hand's turn, and metres from the wrist to the finger tips."""


@numba.njit(cache=True)
def collar(shrug: float, open_: float) -> Turn:
    """Return the clavicle's turn."""
    return after(about_y(open_), about_z(shrug))


@numba.njit(cache=True)
def shoulder(turn: Turn) -> Place:
    """Return where the shoulder's joint is, in metres in the chest's axes."""
    x, y, z = moved(turn, _SHOULDER)
    return _COLLAR[0] + x, _COLLAR[1] + y, _COLLAR[2] + z


@numba.njit(cache=True)
def _softly(value: float, width: float) -> float:
    """Return a number that is kept above 0, softly within `width`."""
    over = value / width
    return width * (over + math.log1p(math.exp(-over)) if over > 0.0 else math.log1p(math.exp(over)))


@numba.njit(cache=True)
def within_reach(x: float, y: float, z: float) -> Place:
    """Return a wrist's place from the shoulder, in metres, where an arm can have it; near its limits it slows down."""
    soft = _SOFT * LENGTH
    hangs = 1.0 - min(max((y / LENGTH + 0.75) / 0.3, 0.0), 1.0)  # only a hanging hand goes behind the shoulder
    back = 0.1 * LENGTH * hangs
    # Through the shoulder's joint the arm would turn about at once; a hand on the other side is before the chest, too.
    out, down = max(x, 0.0), min(y, 0.0)
    dome = max(1.0 - (out * out + down * down) / (_DOME[1] * _DOME[1] * LENGTH * LENGTH), 0.0)
    least = _DOME[0] * LENGTH * dome * dome - back
    z = _softly(z - least, soft) + least
    fore = min(max(z / (_ACROSS[0] * LENGTH), 0.0), 1.0)
    inner = _ACROSS[1] * LENGTH * fore * fore * (3.0 - 2.0 * fore)
    x = _softly(x + inner, soft) - inner
    high = _HIGHEST * math.sqrt(x * x + z * z)
    y = high - _softly(high - y, soft)
    size = max(math.sqrt(x * x + y * y + z * z), 1e-6) / LENGTH
    kept = size
    if size > _FAR[0]:
        rest = _FAR[1] - _FAR[0]
        kept = _FAR[0] + rest * (1.0 - math.exp(-(size - _FAR[0]) / rest))
    elif size < _NEAR[0]:
        rest = _NEAR[0] - _NEAR[1]
        kept = _NEAR[0] - rest * (1.0 - math.exp(-(_NEAR[0] - size) / rest))
    more = kept / size
    return more * x, more * y, more * z


@numba.njit(cache=True)
def elbow(wrist: Place, swivel: float) -> tuple[Place, Place, float]:
    """Return the upper arm's direction, the axis of the elbow's hinge and the angle it is bent by.

    An elbow that would be tucked into the trunk is let out.

    Args:
        wrist: from the shoulder, in metres, in the chest's axes.
        swivel: radians.
    """
    size = math.sqrt(wrist[0] * wrist[0] + wrist[1] * wrist[1] + wrist[2] * wrist[2])
    v = (wrist[0] / size, wrist[1] / size, wrist[2] / size)
    a = (UPPER * UPPER + size * size - LOWER * LOWER) / (2.0 * UPPER * size)
    a = min(max(a, -1.0), 1.0)
    b = math.sqrt(1.0 - a * a)
    pole = _pole(v, _BACK + swivel)
    for _ in range(3):
        ahead = a * v[2] + b * pole[2]
        least = _TUCKED[0] + (_TUCKED[1] - _TUCKED[0]) * min(max(ahead, 0.0), 1.0)
        swivel += _ELBOW * _softly(least - (a * v[0] + b * pole[0]), 0.05)
        pole = _pole(v, _BACK + swivel)
    upper = (a * v[0] + b * pole[0], a * v[1] + b * pole[1], a * v[2] + b * pole[2])
    bend = (UPPER * UPPER + LOWER * LOWER - size * size) / (2.0 * UPPER * LOWER)
    return upper, cross(pole, v), math.pi - math.acos(min(max(bend, -1.0), 1.0))


@numba.njit(cache=True)
def _pole(v: Place, angle: float) -> Place:
    """Return where the elbow points, across an arm's direction: the shortest turn from straight down takes it there."""
    x, z = math.sin(angle), -math.cos(angle)
    share = (x * v[0] + z * v[2]) / (1.0 - v[1])
    return x - share * v[0], share * (1.0 - v[1]), z - share * v[2]


@numba.njit(cache=True)
def held(turn: Turn, hand: Doubles) -> Hold:
    """Return what an arm's clavicle and the numbers of its hand, float64[12], say wherever the wrist is."""
    twist = about_x(0.5 * hand[4])
    palm = after(twist, after(about_y(-hand[6]), about_z(-hand[5])))
    curl = 0.25 * (hand[8] + hand[9] + hand[10] + hand[11])
    return turn, shoulder(turn), hand[3], twist, palm, _TIPS - (_TIPS - _PALM) * min(max(curl, 0.0), 1.0)


@numba.njit(cache=True)
def solved(hold: Hold, wrist: Place) -> Arm:
    """Return an arm.

    Args:
        hold: as of `held`.
        wrist: from the shoulder, in metres, in the chest's axes, as of `within_reach`.
    """
    turn, start, swivel, twist, palm, tips = hold
    upper, hinge, bend = elbow(wrist, swivel)
    down = (-hinge[0], -hinge[1], -hinge[2])
    whole = of_axes(upper, down, cross(upper, down))
    fore = after(about_y(-bend), twist)
    along = moved(after(after(whole, fore), palm), (1.0, 0.0, 0.0))
    at = (start[0] + wrist[0], start[1] + wrist[1], start[2] + wrist[2])
    return (
        (turn, after(undone(turn), whole), fore, palm),
        at,
        (at[0] + _PALM * along[0], at[1] + _PALM * along[1], at[2] + _PALM * along[2]),
        (at[0] + tips * along[0], at[1] + tips * along[1], at[2] + tips * along[2]),
    )
