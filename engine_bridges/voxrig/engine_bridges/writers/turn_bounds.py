"""How far each bone may be off in a file that leaves keys out.

A bound holds for each bone by itself, and what hangs from a bone is off with it: at a quarter of a degree all over, a
hand was up to 11 mm and 1.6 degrees from where it should be (in 20 s from one random posture to another), which is seen
where it touches the body. So a bone keeps to less of the bound the more hangs from it. With the shares below that was
1.6 mm and 0.3 degrees, and half a millimetre at the feet, for half as many keys more.
"""

from collections.abc import Iterable
from typing import Final

from voxrig.runtime.core.body.bones import PARTS

_SHARES: Final = {
    **dict.fromkeys(PARTS["torso"] + PARTS["legs"], 0.125),
    **dict.fromkeys(PARTS["arms"], 0.25),
    **dict.fromkeys(("hand_l", "hand_r"), 0.5),
}


def turn_bound(bone: str, turn: float) -> float:
    """Return the most that a bone may be off, in radians; `turn` is the bound of head, eyes and fingers."""
    return _SHARES.get(bone, 1.0) * turn


def shared_turn_bound(bones: Iterable[str], turn: float) -> float:
    """Return the same for bones that share their keys: the least of theirs."""
    return min((turn_bound(bone, turn) for bone in bones), default=turn)
