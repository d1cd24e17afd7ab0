"""MessagePack, as far as the engine link uses it: no extension types, and keys of maps are strings."""

import struct
from typing import Any

_DEEPEST = 16
_NUMBERS = {
    0xCA: struct.Struct(">f"),
    0xCB: struct.Struct(">d"),
    0xCC: struct.Struct(">B"),
    0xCD: struct.Struct(">H"),
    0xCE: struct.Struct(">I"),
    0xCF: struct.Struct(">Q"),
    0xD0: struct.Struct(">b"),
    0xD1: struct.Struct(">h"),
    0xD2: struct.Struct(">i"),
    0xD3: struct.Struct(">q"),
}


class MsgpackError(ValueError):
    """Bytes that are not one value, or a value that can't be sent."""


def pack(value: Any) -> bytes:
    """Return the bytes of a value: None, bool, int of 64 bits, float, str, bytes, list, tuple or dict of those.

    Raises MsgpackError for another one.
    """
    out = bytearray()
    _write(out, value)
    return bytes(out)


def _write(out: bytearray, value: Any) -> None:
    if value is None:
        out.append(0xC0)
    elif isinstance(value, bool):
        out.append(0xC3 if value else 0xC2)
    elif isinstance(value, int):
        _write_integer(out, value)
    elif isinstance(value, float):
        out += b"\xcb" + _NUMBERS[0xCB].pack(value)
    elif isinstance(value, str):
        text = value.encode()
        _write_size(out, len(text), 0xA0, 32, 0xD9)
        out += text
    elif isinstance(value, bytes):
        _write_size(out, len(value), 0, 0, 0xC4)
        out += value
    elif isinstance(value, (list, tuple)):
        _write_size(out, len(value), 0x90, 16, 0xDC)
        for item in value:
            _write(out, item)
    elif isinstance(value, dict):
        _write_size(out, len(value), 0x80, 16, 0xDE)
        for key, item in value.items():
            _write(out, str(key))
            _write(out, item)
    else:
        raise MsgpackError(f"a {type(value).__name__} can't be sent: use numbers, texts, bytes, lists and maps")


def _write_integer(out: bytearray, value: int) -> None:
    if 0 <= value < 0x80:
        out.append(value)
        return
    tag = 0xCF if value >= 0 else 0xD3
    try:
        out += bytes((tag,)) + _NUMBERS[tag].pack(value)
    except struct.error as error:
        raise MsgpackError(f"{value} has more than 64 bits") from error


def _write_size(out: bytearray, size: int, tiny: int, below: int, tag: int) -> None:
    """`tag`: that of the shortest size of its own; strings and bytes have one of 8 bits, arrays and maps of 16."""
    if size < below:
        out.append(tiny | size)
    elif size < 0x100 and tag < 0xDC:
        out += bytes((tag, size))
    elif size < 0x10000:
        out += struct.pack(">BH", tag if tag >= 0xDC else tag + 1, size)
    else:
        out += struct.pack(">BI", tag + 1 if tag >= 0xDC else tag + 2, size)


def unpack(payload: bytes) -> Any:
    """Return the one value in `payload`. Raises MsgpackError where it is none."""
    reader = _Reader(payload)
    try:
        value = reader.read(0)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise MsgpackError(f"a payload of {len(payload)} bytes is no msgpack ({error})") from error
    if reader.at != len(payload):
        raise MsgpackError(f"{len(payload) - reader.at} bytes follow the value")
    return value


class _Reader:
    def __init__(self, payload: bytes) -> None:
        self.at = 0
        self._payload = payload

    def read(self, depth: int) -> Any:
        if depth > _DEEPEST:
            raise MsgpackError(f"nested more than {_DEEPEST} deep")
        tag = self._payload[self.at]
        self.at += 1
        if tag < 0x80:
            return tag
        if tag >= 0xE0:
            return tag - 0x100
        if tag < 0x90:
            return self._map(tag & 15, depth)
        if tag < 0xA0:
            return self._list(tag & 15, depth)
        if tag < 0xC0:
            return self._bytes(tag & 31).decode()
        if tag in _NUMBERS:
            return self._number(tag)
        if tag in (0xC0, 0xC2, 0xC3):
            return {0xC0: None, 0xC2: False, 0xC3: True}[tag]
        if 0xC4 <= tag <= 0xC6:
            return self._bytes(self._number(0xCC + tag - 0xC4))
        if 0xD9 <= tag <= 0xDB:
            return self._bytes(self._number(0xCC + tag - 0xD9)).decode()
        if tag in (0xDC, 0xDD):
            return self._list(self._number(0xCD + tag - 0xDC), depth)
        if tag in (0xDE, 0xDF):
            return self._map(self._number(0xCD + tag - 0xDE), depth)
        raise MsgpackError(f"tag 0x{tag:x} is none of this link")

    def _number(self, tag: int) -> Any:
        number = _NUMBERS[tag]
        (value,) = number.unpack_from(self._payload, self.at)
        self.at += number.size
        return value

    def _bytes(self, size: int) -> bytes:
        part = self._payload[self.at : self.at + size]
        if len(part) < size:
            raise MsgpackError("the payload ends within a value")
        self.at += size
        return part

    def _list(self, size: int, depth: int) -> list[Any]:
        return [self.read(depth + 1) for _ in range(size)]

    def _map(self, size: int, depth: int) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for _ in range(size):
            key = self.read(depth + 1)
            if not isinstance(key, str):
                raise MsgpackError("a map has a key that is no string")
            content[key] = self.read(depth + 1)
        return content
