"""Virtual Motion Capture protocol: what VSeeFace, Warudo, VMagicMirror, EVMC4U and VMCLiveLink take on UDP port 39539.

A frame is OK, the sender's time, the root, bones and blend shapes, and Apply, as OSC messages in bundles that fit an
Ethernet packet each: a larger one would be cut up by the network, and lost whole with any of its parts. Bones are
Unity's: left-handed, Y up, the face along Z, X to the character's right.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.osc import Template, message
from voxrig.engine_bridges.vrm_expressions import VRM, VRM0, vrm_expressions
from voxrig.runtime.core.arkit import ARKIT_SHAPES, angles_to_bones

PORT: Final = 39_539
"""On which receivers listen, if they aren't set up otherwise."""
SHAPES: Final = {"arkit": ARKIT_SHAPES, "vrm": VRM, "vrm0": VRM0}
"""The blend shapes to send: ARKit's ("perfect sync"), or the presets of VRM 1.0 or 0.x."""

_BONES: Final = ("Neck", "Head", "LeftEye", "RightEye")
_NECK: Final = 1.0 / 3.0
"""How much of the head's turn the neck takes; the two make the whole."""
_MOST_BYTES: Final = 1400
_MIRROR: Final = np.array([1.0, -1.0, -1.0, 1.0], np.float32)
"""From right-handed axes with X to the left to left-handed ones with X to the right: the turn about X stays."""


class VmcPackets:
    """Encodes frames with one set of blend shapes; all its storage is allocated at the start.

    Raises:
        ValueError: `shapes` is none of SHAPES.
    """

    def __init__(self, shapes: str = "arkit") -> None:
        if shapes not in SHAPES:
            raise ValueError(f"there are no blend shapes {shapes!r} for VMC; use one of: {', '.join(SHAPES)}")
        names = SHAPES[shapes]
        self._direct = shapes == "arkit"
        self._values = np.zeros(1 + 4 * len(_BONES) + len(names), np.float32)
        self._bones = self._values[1 : 1 + 4 * len(_BONES)].reshape(-1, 4)
        self._weights = self._values[1 + 4 * len(_BONES) :]
        at, unturned = (0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0)
        self._template = Template(
            [
                (message("/VMC/Ext/OK", 1), 0),
                (message("/VMC/Ext/T", 0.0), 1),
                (message("/VMC/Ext/Root/Pos", "root", *at, *unturned), 0),
                *((message("/VMC/Ext/Bone/Pos", bone, *at, *unturned), 4) for bone in _BONES),
                *((message("/VMC/Ext/Blend/Val", name, 0.0), 1) for name in names),
                (message("/VMC/Ext/Blend/Apply"), 0),
            ],
            _MOST_BYTES,
        )

    def encode(self, pose: NDArray[np.float32], seconds: float) -> Sequence[bytearray]:
        """Return the packets of a frame, in order: kept buffers, which the next call writes over.

        Args:
            pose: float32[61] in profile `arkit`.
            seconds: the sender's time.
        """
        shapes = len(ARKIT_SHAPES)
        self._values[0] = seconds
        head, left, right = angles_to_bones(pose[shapes:])
        self._bones[0] = _part(head, _NECK)
        self._bones[1] = _part(head, 1.0 - _NECK)
        self._bones[2], self._bones[3] = left, right
        self._bones *= _MIRROR
        if self._direct:
            self._weights[:] = pose[:shapes]
        else:
            vrm_expressions(pose, self._weights)
        return self._template.fill(self._values)


def _part(turn: NDArray[np.float32], share: float) -> tuple[float, float, float, float]:
    """Return a share of a unit quaternion x, y, z, w: about the same axis, by so much of its angle."""
    x, y, z, w = turn.tolist()
    sine = math.sqrt(x * x + y * y + z * z)
    if sine == 0.0:
        return 0.0, 0.0, 0.0, 1.0
    half = share * math.atan2(sine, w)
    scale = math.sin(half) / sine
    return x * scale, y * scale, z * scale, math.cos(half)
