"""What makes a body's motion wrong, in metres that one would see."""

from typing import Final, NamedTuple

import numpy as np
import torch
from torch import Tensor

from voxrig.runtime.core.body.posture import LEARNED, NAMES
from voxrig.runtime.core.timing import STEP_RATE

_ARM: Final = 0.53  # metres, the arm length of the skeleton, to a centimetre
_FINGERS: Final = ("thumb", "index", "middle", "ring", "pinky")
_HANDS: Final = ("swivel", "pronation", "flexion", "deviation")
_REACH: Final = {
    "lean": 0.5, "side": 0.5, "twist": 0.35, "hip_roll": 0.4, "hip_turn": 0.3, "shrug": 0.25, "open": 0.25,
    "out": _ARM, "up": _ARM, "fore": _ARM, "swivel": 0.2, "pronation": 0.09, "flexion": 0.16, "deviation": 0.14,
    **dict.fromkeys(_FINGERS, 0.07),
}  # fmt: skip
"""Metres that the part of the body which a number moves furthest goes, for 1 of that number; roughly."""


def _stem(name: str) -> str:
    return name[:-2] if name[-2:] in ("_l", "_r") else name


LEARNED_NAMES: Final = tuple(NAMES[number] for number in LEARNED)
"""Names of the goals, in order."""
REACH: Final = np.array([_REACH[_stem(name)] for name in LEARNED_NAMES])
"""float64[32], metres for 1 of each goal."""
WRISTS: Final = tuple(n for n, name in enumerate(LEARNED_NAMES) if _stem(name) in ("out", "up", "fore"))
"""Which goals place the wrists: left out, up, fore, then right."""
GROUPS: Final = {
    "torso": tuple(n for n, name in enumerate(LEARNED_NAMES) if _REACH[_stem(name)] >= 0.25 and n not in WRISTS),
    "wrists": WRISTS,
    "hands": tuple(n for n, name in enumerate(LEARNED_NAMES) if _stem(name) in _HANDS),
    "fingers": tuple(n for n, name in enumerate(LEARNED_NAMES) if _stem(name) in _FINGERS),
}  # fmt: skip
"""Goals by part of the body, as figures tell them apart."""

_SPEED: Final = 0.03  # weight of velocities in metres a second against places in metres
_SPREAD: Final = 0.35
_EVENLY: Final = 0.4
_ACCELERATION: Final = 1e-5
_WINDOW: Final = 48  # poses over which strokes are as large as taught, wherever in it they are


class Terms(NamedTuple):
    """A loss in parts; each is about 1 for a body that never moves."""

    place: Tensor
    speed: Tensor
    spread: Tensor
    acceleration: Tensor

    def total(self) -> Tensor:
        """What is minimised."""
        return self.place + _SPEED * self.speed + _SPREAD * self.spread + _ACCELERATION * self.acceleration


class BodyLoss:
    """Compares postures; what moves the most in the taught ones, seen from outside, counts the most.

    Args:
        spread: float32[GOALS], standard deviation of the taught numbers.
    """

    def __init__(self, spread: Tensor) -> None:
        reach = torch.from_numpy(REACH).float()
        seen = reach * spread
        # Mostly what is seen; a part goes to all numbers alike, else the fingers would never be learned.
        weight = (1.0 - _EVENLY) * seen.square() / seen.square().sum() + _EVENLY / len(seen)
        self._root = weight.sqrt() / spread.clamp(min=1e-3)

    def terms(self, shown: Tensor, taught: Tensor, counted: Tensor) -> Terms:
        """Compare learned numbers of postures.

        Args:
            shown, taught: [batch, poses, GOALS].
            counted: [batch, poses], 1 where there is something taught, 0 behind a recording's end.
        """
        shown, taught = shown * self._root, taught * self._root
        total = counted.sum().clamp(min=1.0)
        moves, wanted = _speed(shown), _speed(taught)
        jolt = moves.diff(dim=1) * STEP_RATE
        return Terms(
            ((shown - taught).square().sum(-1) * counted).sum() / total,
            ((moves - wanted).square().sum(-1) * counted[:, 1:]).sum() / total,
            _unlike(moves, wanted, counted[:, 1:]),
            (jolt.square().sum(-1) * counted[:, 2:]).sum() / total,
        )


def _speed(numbers: Tensor) -> Tensor:
    return numbers.diff(dim=1) * STEP_RATE


def _unlike(moves: Tensor, wanted: Tensor, counted: Tensor) -> Tensor:
    """How much the strokes' size differs, window by window, whenever in the window they are.

    Where a network cannot know just when a stroke comes, squared errors teach it to make a small one; this does not.
    """
    whole = moves.shape[1] // _WINDOW * _WINDOW
    if not whole:
        return moves.new_zeros(())

    there = _windows(counted[:, :whole]).mean(2)
    off = (_size(moves[:, :whole]) - _size(wanted[:, :whole])).square().sum(-1)
    summed: Tensor = (off * there).sum() / there.sum().clamp(min=1.0)
    return summed


def _windows(numbers: Tensor) -> Tensor:
    """Part poses [batch, poses, ...] into windows: [batch, windows, poses of a window, ...]."""
    return numbers.reshape(len(numbers), -1, _WINDOW, *numbers.shape[2:])


def _size(speeds: Tensor) -> Tensor:
    """Root of the mean square of speeds in each window."""
    return (_windows(speeds).square().mean(2) + 1e-6).sqrt()
