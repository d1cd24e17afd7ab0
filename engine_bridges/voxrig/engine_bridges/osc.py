"""Open Sound Control 1.0, as much of it as a sender of performances needs: messages, and bundles to be obeyed at once.

Everything is big-endian and padded to four bytes (Wright, "The Open Sound Control 1.0 Specification", 2002).
"""

import struct
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

_AT_ONCE: Final = struct.pack(">Q", 1)
_BUNDLE: Final = b"#bundle\0" + _AT_ONCE


def message(address: str, *arguments: int | float | str) -> bytes:
    """Encode a message; whole numbers are int32, others float32, text is UTF-8."""
    tags, body = ",", b""
    for argument in arguments:
        if isinstance(argument, str):
            tags, body = tags + "s", body + _padded(argument)
        elif isinstance(argument, int):
            tags, body = tags + "i", body + struct.pack(">i", argument)
        else:
            tags, body = tags + "f", body + struct.pack(">f", argument)
    return _padded(address) + _padded(tags) + body


def bundle(messages: Sequence[bytes]) -> bytes:
    """Put messages together into one packet."""
    return _BUNDLE + b"".join([struct.pack(">I", len(one)) + one for one in messages])


class Template:
    """A fixed sequence of messages whose last floats change from frame to frame.

    Args:
        messages: each with the number of floats at its end that change, in the order of `fill`'s values.
        most_bytes: of a packet; what is more goes into the next. A message is never cut.
    """

    def __init__(self, messages: Sequence[tuple[bytes, int]], most_bytes: int) -> None:
        self._packets: list[bytearray] = []
        self._places: list[tuple[NDArray[np.uint8], NDArray[np.intp], slice]] = []
        waiting: list[tuple[bytes, int]] = []
        size = len(_BUNDLE)
        self._floats = 0
        for one, changing in messages:
            if waiting and size + 4 + len(one) > most_bytes:
                self._pack(waiting)
                waiting, size = [], len(_BUNDLE)
            waiting.append((one, changing))
            size += 4 + len(one)
        self._pack(waiting)

    def fill(self, values: NDArray[np.float32]) -> Sequence[bytearray]:
        """Return the packets with `values`, float32[n]: kept buffers, which the next call writes over."""
        big = values.astype(">f4").view(np.uint8).reshape(-1, 4)
        for buffer, places, share in self._places:
            buffer[places] = big[share]
        return self._packets

    def _pack(self, messages: Sequence[tuple[bytes, int]]) -> None:
        packet = bytearray(bundle([one for one, _ in messages]))
        places: list[list[int]] = []
        end = len(_BUNDLE)
        for one, changing in messages:
            end += 4 + len(one)
            places += [list(range(end - 4 * back, end - 4 * back + 4)) for back in range(changing, 0, -1)]
        first, self._floats = self._floats, self._floats + len(places)
        self._packets.append(packet)
        if places:
            self._places.append(
                (np.frombuffer(packet, np.uint8), np.array(places, np.intp), slice(first, self._floats))
            )


def _padded(text: str) -> bytes:
    data = text.encode("utf-8")
    return data + b"\0" * (4 - len(data) % 4)
