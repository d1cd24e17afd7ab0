"""Life as it is shown: what it adds to speech, pose by pose."""

from collections.abc import Sequence
from typing import Final, NamedTuple, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.blink import OPEN, Lids
from voxrig.runtime.animation.eye_turn import held
from voxrig.runtime.animation.gaze import STRAIGHT, GazePose
from voxrig.runtime.animation.head import LEVEL, HeadPose
from voxrig.runtime.animation.idle import IdlePose

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
T = TypeVar("T", bound=np.floating)


class LifePose(NamedTuple):
    """What life adds to speech at one pose.

    Attributes:
        expression: float32[K], values of `action_units.EXPRESSION_CONTROLS`; None while the layer is off.
        lids: how far they are shut by blinks.
        gaze: where the eyes look, and the head's share in it.
        head: the head's own movement.
        idle: breath and the small movements; None while the layer is off.
    """

    expression: Floats | None
    lids: Lids
    gaze: GazePose
    head: HeadPose
    idle: IdlePose | None


class LifePoses(NamedTuple):
    """Life at some poses, one after the other, laid out for compiled code; as of `LifePose`.

    Attributes:
        at: number of the first.
        expressions: float32[k, K]; None while the layer is off.
        turns: float64[k, 11]: both lids, yaw and pitch of both eyes and of the head's share, the head's own movement.
        idles: float64[k, 19], values of `idle.IDLE_CONTROLS`; None while the layer is off.
        bodies: float64[k, 34], postures of the body (`core.body.posture`); None while the layer is off.
    """

    at: int
    expressions: Floats | None
    turns: Doubles
    idles: Doubles | None
    bodies: Doubles | None

    @staticmethod
    def of(life: LifePose) -> "LifePoses":
        """Lay out one pose."""
        return LifePoses(
            0,
            None if life.expression is None else life.expression[None],
            np.array([life.lids + life.gaze[:6] + life.head]),
            None if life.idle is None else np.array([life.idle.values]),
            None,
        )

    def sampled(self, poses: Sequence[int], shares: Sequence[float]) -> "LifePoses":
        """Return life at some places: each a share of the way from one of these poses, by its number, to the next."""
        still = not any(shares)
        if still and poses[0] == self.at and len(poses) == len(self.turns) == poses[-1] + 1 - self.at:
            return self  # a frame a pose
        rows = np.array(poses) - self.at
        mixed = None if still else np.array(shares)
        expressions, idles, bodies = self.expressions, self.idles, self.bodies
        return LifePoses(
            self.at,
            None if expressions is None else _sampled(expressions, rows, mixed),
            _sampled(self.turns, rows, mixed),
            None if idles is None else _sampled(idles, rows, mixed),
            None if bodies is None else _sampled(bodies, rows, mixed),
        )

    def followed(self, more: "LifePoses") -> "LifePoses":
        """Return these poses and those after them, of the same layers."""
        return LifePoses(
            self.at,
            _joined(self.expressions, more.expressions),
            np.concatenate((self.turns, more.turns)),
            _joined(self.idles, more.idles),
            _joined(self.bodies, more.bodies),
        )


@numba.njit(cache=True)
def put_together(lids: Doubles, gazes: Doubles, heads: Doubles, holds: bool, turns: Doubles) -> None:
    """Write `LifePoses.turns`; where gaze `holds`, the eyes stay where they are in the world while the head moves."""
    for n in range(len(turns)):
        turn, gaze, head = turns[n], gazes[n], heads[n]
        turn[0], turn[1] = lids[n, 0], lids[n, 1]
        turn[2], turn[3], turn[4], turn[5], turn[6], turn[7] = gaze[0], gaze[1], gaze[2], gaze[3], gaze[4], gaze[5]
        if holds:
            turn[2], turn[3], turn[4], turn[5] = held(gaze[0], gaze[1], gaze[2], gaze[3], head[0], head[1])
        turn[8], turn[9], turn[10] = head[0], head[1], head[2]


def _sampled(rows: NDArray[T], which: NDArray[np.intp], shares: Doubles | None) -> NDArray[T]:
    """Return rows float[k, N] at some places between them: float[m, N]; `shares` None: at the rows themselves."""
    sampled = rows[which]
    if shares is not None:
        between = np.flatnonzero(shares)
        first, second = sampled[between], rows[which[between] + 1]
        sampled[between] = first + shares[between].astype(rows.dtype)[:, None] * (second - first)
    return sampled


def _joined(first: NDArray[T] | None, second: NDArray[T] | None) -> NDArray[T] | None:
    return None if first is None or second is None else np.concatenate((first, second))


STILL: Final = LifePose(None, OPEN, STRAIGHT, LEVEL, None)
"""No life at all."""
