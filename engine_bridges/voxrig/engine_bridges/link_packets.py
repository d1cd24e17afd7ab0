"""The engine link as a client packs and reads it: msgpack maps with the field names of the protocol for keys."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgpack
from google.protobuf.message import Message

from voxrig.v1 import performance_pb2 as pb

VERSION = 1
LENGTH_BYTES = 4
LARGEST_ANSWER = 64 << 20
"""Bytes of one payload that a client believes; a server sends about 1 MiB at most."""


class PacketError(ValueError):
    """What came is no packet of the engine link; the message says what it is."""


def packet(content: Mapping[str, Any]) -> bytes:
    """Return one packet: the length of the payload as u32, little-endian, and the payload."""
    payload: bytes = msgpack.packb(content)
    return len(payload).to_bytes(LENGTH_BYTES, "little") + payload


def contents(message: Message) -> dict[str, Any]:
    """Return a message as a map; what is at its default is left out, an empty message that is set is not."""
    result: dict[str, Any] = {}
    for field, value in message.ListFields():
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            result[field.name] = dict(value)
        elif field.message_type is not None:
            result[field.name] = [contents(item) for item in value] if field.is_repeated else contents(value)
        elif field.enum_type is not None:
            named = field.enum_type.values_by_number.get(value)
            result[field.name] = value if named is None else named.name
        else:
            result[field.name] = list(value) if field.is_repeated else value
    return result


def fill(message: Message, content: Any) -> bool:
    """Read a map into a message. Keys that this version does not know are left; so are names of enums, as 0.

    Return whether it knew every name of an enum. Raises PacketError for a value of the wrong kind.
    """
    if not isinstance(content, dict):
        raise PacketError(f"{message.DESCRIPTOR.name} is {type(content).__name__}, not a map")
    known = True
    for key, value in content.items():
        field = message.DESCRIPTOR.fields_by_name.get(key)
        if field is not None:
            try:
                known &= _set(message, field, value)
            except (TypeError, ValueError, AttributeError) as error:
                raise PacketError(f"{message.DESCRIPTOR.name}.{key} cannot be {value!r:.60}: {error}") from error
    return known


def _set(message: Message, field: Any, value: Any) -> bool:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        getattr(message, field.name).update(value)
    elif field.message_type is not None and field.is_repeated:
        known = [fill(getattr(message, field.name).add(), item) for item in value]
        return all(known)
    elif field.message_type is not None:
        part = getattr(message, field.name)
        part.SetInParent()
        return fill(part, value)
    elif field.is_repeated:
        getattr(message, field.name).extend(value)
    elif field.enum_type is not None and isinstance(value, str):
        named = field.enum_type.values_by_name.get(value)
        if named is None:
            return False
        setattr(message, field.name, named.number)
    else:
        setattr(message, field.name, value)
    return True


def server_message(content: Mapping[str, Any]) -> pb.ServerMessage | None:
    """Read what a server sends to a session; None for a kind, or a kind of event, that this version does not know."""
    message = pb.ServerMessage()
    known = fill(message, dict(content))
    return message if known and message.WhichOneof("message") is not None else None


class PacketReader:
    """Cuts a stream of bytes into the contents of packets, however it was cut on its way."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    @property
    def is_within_packet(self) -> bool:
        """Whether a packet has begun and not ended."""
        return bool(self._waiting)

    def feed(self, data: bytes) -> Iterator[dict[str, Any]]:
        """Take bytes, and yield the content of every packet that they complete. Raises PacketError."""
        self._waiting += data
        start = 0
        try:
            while len(self._waiting) >= start + LENGTH_BYTES:
                length = int.from_bytes(self._waiting[start : start + LENGTH_BYTES], "little")
                if length > LARGEST_ANSWER:
                    raise PacketError(f"a packet of {length} bytes is announced: is this the engine link's port?")
                end = start + LENGTH_BYTES + length
                if len(self._waiting) < end:
                    break
                payload = bytes(self._waiting[start + LENGTH_BYTES : end])
                start = end
                yield _unpacked(payload)
        finally:
            del self._waiting[:start]


def _unpacked(payload: bytes) -> dict[str, Any]:
    try:
        content = msgpack.unpackb(payload)
    except (ValueError, msgpack.UnpackException) as error:
        raise PacketError(f"a payload of {len(payload)} bytes is no msgpack: {error!r}") from error
    if not isinstance(content, dict):
        raise PacketError(f"a payload is {type(content).__name__}, not a map")
    return content
