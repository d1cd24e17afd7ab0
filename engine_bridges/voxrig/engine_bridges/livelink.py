"""Live Link Face: the packet that Apple's Live Link Face app sends, and stock Unreal takes on UDP port 11111.

Version 6, big-endian: u8 version; i32 length and text of the device's id; the same of the subject; i32 frame number and
f32 part of a frame; i32 numerator and denominator of the frame rate; u8 61; then 61 float32: the 52 ARKit shapes and
nine angles in radians, in the order of Unreal's EARFaceBlendShape, which is that of profile `arkit`. It is the face's
alone: there is no place in it for a body, which goes over VMC, or by the plugin.
"""

import struct
import uuid
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate

PORT: Final = 11_111
"""On which Unreal's Apple ARKit Face Support listens."""
VALUES: Final = len(profile("arkit").names)
"""Values of a pose: 61."""

_VERSION: Final = 6
_TIME: Final = struct.Struct(">if")
_RATE: Final = struct.Struct(">iiB")
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "voxrig:livelink")
_LAST_FRAME: Final = 0x7FFF_FFFF


class LiveLinkPacket:
    """Encodes the frames of one subject, at one frame rate; all its storage is allocated at the start."""

    def __init__(self, subject: str, fps: FrameRate) -> None:
        head = bytes([_VERSION]) + _text(device_id(subject)) + _text(subject)
        rate = _RATE.pack(fps.numerator, fps.denominator, VALUES)
        self._packet = bytearray(head + _TIME.pack(0, 0.0) + rate + bytes(4 * VALUES))
        self._time = len(head)
        self._values = np.frombuffer(self._packet, ">f4", VALUES, len(head) + _TIME.size + len(rate))

    def encode(self, pose: NDArray[np.float32], number: int, part: float = 0.0) -> bytearray:
        """Return the packet of a frame: the kept buffer, which the next call writes over.

        Args:
            pose: float32[61] in profile `arkit`.
            number: of the frame, 0 or more; it starts again after 2**31 - 1 (414 days at 60 frames a second).
            part: of a frame, 0 to 1, that the moment lies behind it.
        """
        _TIME.pack_into(self._packet, self._time, number & _LAST_FRAME, part)
        self._values[:] = pose
        return self._packet


def device_id(subject: str) -> str:
    """Return the id of the device that a subject comes from: a UUID, the same for the same name on every machine."""
    return str(uuid.uuid5(_NAMESPACE, subject)).upper()


def _text(text: str) -> bytes:
    data = text.encode("utf-8")
    return struct.pack(">i", len(data)) + data
