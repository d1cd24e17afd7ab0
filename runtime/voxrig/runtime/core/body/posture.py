"""A body's posture in 34 numbers: what gestures are planned, learned and asked for in.

Angles are in radians. A hand's place is its wrist's, from its own shoulder joint, along the chest's axes (out to the
hand's own side, up, to the fore) in arm lengths: 1 is a straight arm. Both hands have the same numbers for the same
pose mirrored, so that a posture is mirrored by swapping them.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

_TORSO: Final = ("lean", "side", "twist", "hip_roll", "hip_turn", "shrug_l", "shrug_r", "open", "breath", "sit")
_HAND: Final = (
    "out", "up", "fore", "swivel", "pronation", "flexion", "deviation", "thumb", "index", "middle", "ring", "pinky"
)  # fmt: skip
NAMES: Final[tuple[str, ...]] = (*_TORSO, *(f"{name}_l" for name in _HAND), *(f"{name}_r" for name in _HAND))
"""lean forward, side (to the character's left), twist (the chest turns left), hip_roll (left hip up), hip_turn (the
pelvis turns left, the feet stay), shrugs (shoulder up), open (shoulders back), breath (-1 out to 1 in), sit (0 to 1);
then for each hand its place, swivel (elbow out), pronation (0: thumb up while the forearm points ahead; more: palm
down), flexion (towards the palm), deviation (towards the thumb), and five curls (0 straight, 1 a fist)."""
SIZE: Final = len(NAMES)
"""34."""
INDEX: Final[dict[str, int]] = {name: number for number, name in enumerate(NAMES)}
"""Where each number is."""
HAND_L: Final = slice(len(_TORSO), len(_TORSO) + len(_HAND))
"""The left hand's."""
HAND_R: Final = slice(HAND_L.stop, HAND_L.stop + len(_HAND))
"""The right hand's."""
BREATH: Final = INDEX["breath"]
SIT: Final = INDEX["sit"]
LEARNED: Final[tuple[int, ...]] = tuple(number for number in range(SIZE) if number not in (BREATH, SIT))
"""The numbers that the body's network gives: breath is the idle layer's and sit is a cue's."""

_DEGREES: Final[dict[str, tuple[float, float]]] = {
    "lean": (-12.0, 22.0), "side": (-12.0, 12.0), "twist": (-35.0, 35.0), "hip_roll": (-2.4, 2.4),
    "hip_turn": (-10.0, 10.0), "shrug_l": (-6.0, 22.0), "shrug_r": (-6.0, 22.0), "open": (-14.0, 12.0),
    "swivel": (-15.0, 50.0), "pronation": (-80.0, 80.0), "flexion": (-55.0, 55.0), "deviation": (-25.0, 18.0),
}  # fmt: skip
_PLAIN: Final[dict[str, tuple[float, float]]] = {
    "breath": (-1.0, 1.0), "sit": (0.0, 1.0), "out": (-0.5, 0.95), "up": (-1.0, 0.42), "fore": (-0.08, 0.97)
}  # fmt: skip


def _range(name: str) -> tuple[float, float]:
    stem = name if name in _TORSO else name[:-2]
    if stem in _DEGREES:
        low, high = _DEGREES[stem]
        return math.radians(low), math.radians(high)
    return _PLAIN.get(stem, (0.0, 1.0))


LOW: Final[Doubles] = np.array([_range(name)[0] for name in NAMES])
"""float64[34]: the least of each number."""
HIGH: Final[Doubles] = np.array([_range(name)[1] for name in NAMES])
"""float64[34]: the most of each number."""

_CURLS: Final = {"thumb": 0.2, "index": 0.22, "middle": 0.28, "ring": 0.32, "pinky": 0.34}
_HANGING: Final = {"out": 0.16, "up": -0.94, "fore": 0.1, "swivel": 0.1, "pronation": 0.25, **_CURLS}
_ON_THIGH: Final = {"out": 0.02, "up": -0.68, "fore": 0.44, "swivel": 0.3, "pronation": 1.2, "flexion": -0.15, **_CURLS}


def posture(**numbers: float) -> Doubles:
    """Make a posture: float64[34]; what is not given is 0.

    Raises:
        KeyError: there is no such number.
    """
    made = np.zeros(SIZE)
    for name, number in numbers.items():
        made[INDEX[name]] = number
    return made


def both_hands(**numbers: float) -> dict[str, float]:
    """Return what `posture` takes for two hands that do the same: `out=0.2` is out_l and out_r."""
    return {f"{name}_{side}": number for side in "lr" for name, number in numbers.items()}


def mirrored(postures: Doubles) -> Doubles:
    """Return postures float64[..., 34] with left and right swapped: a new array."""
    swapped: Doubles = postures[..., _SWAPPED] * _SIGNS
    return swapped


_SWAPPED: Final = np.array(
    [INDEX[name[:-1] + ("r" if name.endswith("_l") else "l")] if name[-2:] in ("_l", "_r") else n
     for n, name in enumerate(NAMES)]
)  # fmt: skip
_SIGNS: Final = np.array([-1.0 if name in ("side", "twist", "hip_roll", "hip_turn") else 1.0 for name in NAMES])

STANDING: Final[Doubles] = posture(**both_hands(**_HANGING))
"""float64[34]: one stands, and the arms hang."""
SITTING: Final[Doubles] = posture(sit=1.0, **both_hands(**_ON_THIGH))
"""float64[34]: one sits, and the hands lie on the thighs."""
