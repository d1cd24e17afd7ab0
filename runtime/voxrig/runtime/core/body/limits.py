"""How far joints turn: what no posture may go beyond (`rigs/limits.json`)."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.body.bones import BODY_BONES, FINGERS
from voxrig.runtime.core.native import rig_table

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

_JOINTS: Final = rig_table("limits")["joints"]
_AXES: Final = {"x": 0, "y": 1}


def _entry(bone: str) -> dict[str, object]:
    stem = bone[:-2] if bone[-2:] in ("_l", "_r") else bone
    kind, _, number = stem.partition("_")
    found: dict[str, object] = _JOINTS[f"finger_{number}" if kind in FINGERS[1:] else stem]
    return found


_ENTRIES: Final = [_entry(bone) for bone in BODY_BONES]
_ALONG: Final = np.array([_AXES[str(entry["along"])] for entry in _ENTRIES])
_RANGES: Final = np.array([[entry["twist"], *entry["swing"]] for entry in _ENTRIES], np.float64)  # type: ignore[misc]
_RIGHT: Final = np.array([bone.endswith("_r") for bone in BODY_BONES])
_HANDS: Final = (BODY_BONES.index("hand_l"), BODY_BONES.index("hand_r"))
_ACROSS: Final = np.array([[1, 2], [0, 2]])


def turns(bones: Floats) -> Doubles:
    """Return how far joints turn: float64[F, 52, 3] degrees, the twist and both swings, as of a left side.

    Args:
        bones: float32[F, 52, 4] of `BODY_BONES`, unit quaternions.
    """
    q = np.asarray(bones, np.float64).copy()
    q[:, _RIGHT, 1:3] *= -1.0
    q *= np.where(q[..., 3:] < 0.0, -1.0, 1.0)
    which = np.arange(len(BODY_BONES))
    along, w = q[:, which, _ALONG], q[..., 3]
    twist = 2.0 * np.arctan2(along, w)
    half = np.hypot(along, w)
    # The swing is what is left of the turn without the twist, which comes first: q = swing * twist.
    cosine, sine = w / half, along / half
    swing = np.empty((*q.shape[:2], 2))
    a, b = q[:, which, _ACROSS[_ALONG, 0]], q[:, which, _ACROSS[_ALONG, 1]]
    sign = np.where(_ALONG == 0, 1.0, -1.0)  # the sense in which X, Y, Z without the axis follow each other
    swing[..., 0] = a * cosine - sign * b * sine
    swing[..., 1] = b * cosine + sign * a * sine
    size = np.hypot(swing[..., 0], swing[..., 1])
    angle = 2.0 * np.arctan2(size, half)
    swing *= (angle / np.maximum(size, 1e-12))[..., None]
    # A hand's swings are those of the wrist, which the forearm's twist carries along.
    for hand in _HANDS:
        x, y = swing[:, hand, 0].copy(), swing[:, hand, 1].copy()
        c, s = np.cos(twist[:, hand]), np.sin(twist[:, hand])
        swing[:, hand, 0], swing[:, hand, 1] = c * x + s * y, c * y - s * x
    found: Doubles = np.degrees(np.concatenate((twist[..., None], swing), axis=-1))
    return found


def excess(bones: Floats) -> Doubles:
    """Return by how many degrees joints are beyond their limits: float64[F, 52], 0 where none is.

    Args:
        bones: float32[F, 52, 4] of `BODY_BONES`, unit quaternions.
    """
    found = turns(bones)
    over = np.maximum(_RANGES[..., 0] - found, found - _RANGES[..., 1]).max(axis=-1)
    beyond: Doubles = np.maximum(over, 0.0)
    return beyond
