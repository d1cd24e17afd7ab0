"""How a posture follows its goals: like a damped spring, so that nothing it is asked for makes it jump.

Each number is a critically damped system of the second order, solved exactly for goals that hold for a pose. Goals that
jump are first made to walk: so the acceleration stays below `SPEED * OMEGA / e`, whatever is asked.
"""

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.posture import HAND_L, HAND_R, NAMES, SIZE
from voxrig.runtime.core.timing import STEP_RATE

Doubles = NDArray[np.float64]


def _made(place: float, hand: float, torso: float) -> Doubles:
    made = np.full(SIZE, torso)
    for part in (HAND_L, HAND_R):
        made[part] = hand
        made[part.start : part.start + 3] = place
    return made


OMEGA: Final[Doubles] = _made(26.0, 22.0, 9.0)
"""float64[34], rad/s: how quickly each number follows; it lags by 2 / OMEGA seconds."""
SPEED: Final[Doubles] = _made(5.0, 12.0, 1.6)
"""float64[34], a second: how quickly a goal may move, in the posture's own units."""
SPEED[[n for n, name in enumerate(NAMES) if name.split("_")[0] in ("thumb", "index", "middle", "ring", "pinky")]] = 8.0

_DECAY: Final = np.exp(-OMEGA / STEP_RATE)
_STEP: Final = SPEED / STEP_RATE
_SECOND: Final = 1.0 / STEP_RATE


@numba.njit(cache=True)
def _follow(goals: Doubles, state: Doubles, omega: Doubles, decay: Doubles, step: Doubles, out: Doubles) -> None:
    for n in range(goals.shape[0]):
        for k in range(goals.shape[1]):
            walk = min(max(goals[n, k] - state[2, k], -step[k]), step[k])
            goal = state[2, k] + walk
            off, speed = state[0, k] - goal, state[1, k]
            bend = (speed + omega[k] * off) * _SECOND
            state[0, k] = goal + (off + bend) * decay[k]
            state[1, k] = (speed - omega[k] * bend) * decay[k]
            state[2, k] = goal
            out[n, k] = state[0, k]


def followed(state: Doubles, goals: Doubles) -> tuple[Doubles, Doubles]:
    """Follow some goals.

    Args:
        state: float64[3, 34] after the pose before: where each number is, its speed a second, and its goal as walked
            so far; it is not changed.
        goals: float64[k, 34], one for each pose.

    Returns:
        The state after the last, and the postures float64[k, 34]. However poses are put together, they are the same.
    """
    after, out = state.copy(), np.empty((len(goals), SIZE))
    _follow(goals, after, OMEGA, _DECAY, _STEP, out)
    return after, out


def resting(posture: Doubles) -> Doubles:
    """Return the state of a body that stays where it is: float64[3, 34] for a posture float64[34]."""
    return np.stack((posture, np.zeros(SIZE), posture))
