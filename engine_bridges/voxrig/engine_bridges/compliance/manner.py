"""Ways in which a server may put its packets on the wire, all of them legal."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgpack

_NOISE: Sequence[dict[str, Any]] = (
    {"weather": {"sunny": True, "deep": [1, [2.5, {"a": None, "b": b"\0\1"}], -70_000]}},
    {"session": 1, "dance": {"steps": [1, 2, 3]}},
    {
        "session": 1,
        "event": {"kind": "EARTHQUAKE", "utterance": 3, "message": "of a later version", "values": {"a": 1.0}},
    },
    {"pong": {"id": 987_654, "sent": 0.5, "received": 1.0, "replied": 1.0}},
)
_EXTRA: Mapping[str, Any] = {"of a later version": {"list": [None, True, {"x": [1.5, "y"]}], "big": 2**63}}


@dataclass(frozen=True)
class Manner:
    """How a scripted server speaks.

    Attributes:
        piece: bytes written at once; 0: each packet as it is.
        gather: packets are kept back until so many can be written at once.
        noise: kinds, events and keys that no client of this version knows come in between.
        wide: every number, text and list is packed in msgpack's longest form.
        pause: seconds before each packet.
        late_errors: errors are kept back until an event is told.
    """

    piece: int = 0
    gather: int = 1
    noise: bool = False
    wide: bool = False
    pause: float = 0.0
    late_errors: bool = False

    def packets(self, content: Mapping[str, Any]) -> Iterator[bytes]:
        """Yield the packets for one content, noise included."""
        if self.noise:
            for noise in () if "hello" in content else _NOISE:  # hello comes first
                if "session" not in noise:
                    yield self._packet(noise)
                elif "session" in content:
                    yield self._packet({**noise, "session": content["session"]})
            content = {key: {**value, **_EXTRA} if isinstance(value, dict) else value for key, value in content.items()}
        yield self._packet(content)

    def _packet(self, content: Mapping[str, Any]) -> bytes:
        payload = wide(content) if self.wide else msgpack.packb(content)
        return len(payload).to_bytes(4, "little") + payload


def wide(value: Any) -> bytes:
    """Pack a value in the longest form that msgpack has for it: legal, and seldom met."""
    if isinstance(value, Mapping):
        return struct.pack(">BI", 0xDF, len(value)) + b"".join(wide(part) for item in value.items() for part in item)
    if isinstance(value, list):
        return struct.pack(">BI", 0xDD, len(value)) + b"".join(map(wide, value))
    if isinstance(value, str):
        return struct.pack(">BI", 0xDB, len(value.encode())) + value.encode()
    if isinstance(value, bytes):
        return struct.pack(">BI", 0xC6, len(value)) + value
    if isinstance(value, bool) or value is None:
        packed: bytes = msgpack.packb(value)
        return packed
    if isinstance(value, float):
        return struct.pack(">Bd", 0xCB, value)
    if value < 0 or (value % 2 and value < 2**63):  # signed numbers for what fits both
        return struct.pack(">Bq", 0xD3, value)
    return struct.pack(">BQ", 0xCF, value)
