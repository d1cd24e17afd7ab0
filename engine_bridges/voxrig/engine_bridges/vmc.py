"""Virtual Motion Capture protocol: what VSeeFace, Warudo, VMagicMirror, EVMC4U and VMCLiveLink take on UDP port 39539.

A frame is OK, the sender's time, the root, bones and blend shapes, and Apply, as OSC messages in bundles that fit an
Ethernet packet each: a larger one would be cut up by the network, and lost whole with any of its parts. Bones are
Unity's: left-handed, Y up, the face along Z, X to the character's right; their turns are those from a T-pose in the
parent's space. A face alone sends neck, head and eyes; with a body, all bones of Unity's Humanoid that the body has.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.engine_bridges.arkit_pose import FACE
from voxrig.engine_bridges.fewer_bones import FewerBones
from voxrig.engine_bridges.osc import Template, message
from voxrig.engine_bridges.vrm_expressions import VRM, VRM0, vrm_expressions
from voxrig.runtime.core.arkit import ARKIT_SHAPES, angles_to_bones
from voxrig.runtime.core.native import BONES
from voxrig.runtime.core.skeleton import PLACES, SKELETON, UNITY_NAMES, rest_places

PORT: Final = 39_539
"""On which receivers listen, if they aren't set up otherwise."""
SHAPES: Final = {"arkit": ARKIT_SHAPES, "vrm": VRM, "vrm0": VRM0}
"""The blend shapes to send: ARKit's ("perfect sync"), or the presets of VRM 1.0 or 0.x."""

_FACE_BONES: Final = ("neck_01", *BONES)
_HEAD: Final = PLACES["head"]  # and then the eyes, as in BONES
_NECK: Final = PLACES["neck_01"]
_NECKS_SHARE: Final = 1.0 / 3.0
"""How much of the head's turn the neck takes where no body has one; the two make the whole."""
_MOST_BYTES: Final = 1400
_MIRROR: Final = np.array([1.0, -1.0, -1.0, 1.0], np.float32)
"""From right-handed axes with X to the left to left-handed ones with X to the right: the turn about X stays."""


class VmcPackets:
    """Encodes frames with one set of blend shapes; all its storage is allocated at the start.

    Args:
        shapes: one of SHAPES.
        body: names of the body's bones in the poses, in their order.

    Raises:
        ValueError: `shapes` is none of SHAPES.
    """

    def __init__(self, shapes: str = "arkit", body: Sequence[str] = ()) -> None:
        if shapes not in SHAPES:
            raise ValueError(f"there are no blend shapes {shapes!r} for VMC; use one of: {', '.join(SHAPES)}")
        names = SHAPES[shapes]
        self._direct = shapes == "arkit"
        sent = {*_FACE_BONES, *body} & UNITY_NAMES.keys()
        bones = [joint.name for joint in SKELETON if joint.name in sent]
        self._body = np.array([PLACES[bone] for bone in body], np.intp)
        self._sent = np.array([PLACES[bone] for bone in bones], np.intp)
        self._has_neck = "neck_01" in body
        self._humanoid = FewerBones(UNITY_NAMES)
        self._turns = np.tile(np.array([0.0, 0.0, 0.0, 1.0], np.float32), (len(SKELETON), 1))
        self._values = np.zeros(1 + 4 * len(bones) + len(names), np.float32)
        self._bones = self._values[1 : 1 + 4 * len(bones)].reshape(-1, 4)
        self._weights = self._values[1 + 4 * len(bones) :]
        places = _places() if body else dict.fromkeys(bones, (0.0, 0.0, 0.0))
        at, unturned = (0.0, 0.0, 0.0), (0.0, 0.0, 0.0, 1.0)
        self._template = Template(
            [
                (message("/VMC/Ext/OK", 1), 0),
                (message("/VMC/Ext/T", 0.0), 1),
                (message("/VMC/Ext/Root/Pos", "root", *at, *unturned), 0),
                *((message("/VMC/Ext/Bone/Pos", UNITY_NAMES[bone], *places[bone], *unturned), 4) for bone in bones),
                *((message("/VMC/Ext/Blend/Val", name, 0.0), 1) for name in names),
                (message("/VMC/Ext/Blend/Apply"), 0),
            ],
            _MOST_BYTES,
        )

    def encode(self, pose: NDArray[np.float32], seconds: float) -> Sequence[bytearray]:
        """Return the packets of a frame, in order: kept buffers, which the next call writes over.

        Args:
            pose: float32[61 + 4 * len(body)]: profile `arkit`, then the body's bones.
            seconds: the sender's time.
        """
        shapes, turns = len(ARKIT_SHAPES), self._turns
        self._values[0] = seconds
        turns[_HEAD : _HEAD + len(BONES)] = angles_to_bones(pose[shapes:FACE])
        turns[self._body] = pose[FACE:].reshape(-1, 4)
        if self._has_neck:
            turns = self._humanoid.carried(turns)
        else:
            head = turns[_HEAD]
            turns[_NECK], turns[_HEAD] = _part(head, _NECKS_SHARE), _part(head, 1.0 - _NECKS_SHARE)
        np.multiply(turns[self._sent], _MIRROR, out=self._bones)
        if self._direct:
            self._weights[:] = pose[:shapes]
        else:
            vrm_expressions(pose, self._weights)
        return self._template.fill(self._values)


def _places() -> dict[str, tuple[float, float, float]]:
    """Return where the Humanoid's bones of our skeleton are at rest, in their parents' space and Unity's axes.

    Receivers that apply places would else draw all of a body together; most apply none but those of the hips.
    """
    world = rest_places()
    found = {}
    for joint in SKELETON:
        parent = joint.parent
        while parent >= 0 and SKELETON[parent].name not in UNITY_NAMES:
            parent = SKELETON[parent].parent
        x, y, z = (world[PLACES[joint.name]] - (world[parent] if parent >= 0 else 0.0)).tolist()
        found[joint.name] = (-x, y, z)
    return found


def _part(turn: NDArray[np.float32], share: float) -> tuple[float, float, float, float]:
    """Return a share of a unit quaternion x, y, z, w: about the same axis, by so much of its angle."""
    x, y, z, w = turn.tolist()
    sine = math.sqrt(x * x + y * y + z * z)
    if sine == 0.0:
        return 0.0, 0.0, 0.0, 1.0
    half = share * math.atan2(sine, w)
    scale = math.sin(half) / sine
    return x * scale, y * scale, z * scale, math.cos(half)
