"""The protocol's messages as msgpack maps: field names for keys, what `performance.proto` says for values.

Bytes are msgpack's bin, enums their names (a client may also send the number), map fields maps, repeated fields arrays.
A client may leave out any field; the server sends all but those that proto3 itself knows to be absent.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, TypeVar

import grpc
import msgpack
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from voxrig.runtime.serving.refusal import RefusalError

M = TypeVar("M", bound=Message)

_DEPTH = 8  # of maps in maps that a client may send; the protocol needs four
_MOST_ITEMS = 1024  # of one array or map, and _MOST_PARTS of all together: a byte of msgpack may be 70 in memory
_MOST_PARTS = 4096
_LONGEST_REFUSAL = 1000  # characters: a client's own text may be quoted
_FLOATS = (FieldDescriptor.CPPTYPE_FLOAT, FieldDescriptor.CPPTYPE_DOUBLE)


class _Field(NamedTuple):
    """What packing and unpacking go by."""

    name: str
    message: type[Message] | None
    enum: EnumDescriptor | None
    is_map: bool
    is_repeated: bool
    may_be_absent: bool
    takes_floats: bool
    takes_truths: bool


def pack(content: Mapping[str, Any]) -> bytes:
    """Return a payload."""
    packed: bytes = msgpack.packb(content)
    return packed


def unpack(payload: bytes) -> dict[str, Any]:
    """Read a payload.

    Raises:
        RefusalError: INVALID_ARGUMENT where it is no msgpack, or no map with text for keys, or has too many parts.
    """
    parts = 0

    def counted(part: Any) -> Any:
        nonlocal parts
        parts += 1 + len(part)
        if parts > _MOST_PARTS:
            raise ValueError(f"it has more than {_MOST_PARTS} parts")
        return part

    try:
        content = msgpack.unpackb(
            payload,
            strict_map_key=True,
            max_array_len=_MOST_ITEMS,
            max_map_len=_MOST_ITEMS,
            object_hook=counted,
            list_hook=counted,
        )
    except (ValueError, msgpack.UnpackException, RecursionError) as error:
        reason = str(error) or type(error).__name__
        raise _refusal(f"a payload of {len(payload)} bytes is no msgpack that can be taken ({reason})") from error
    if not isinstance(content, dict) or not all(isinstance(key, str) for key in content):
        raise _refusal(f"a payload is {shown(content)}; send a map with text for keys")
    return content


def to_map(message: Message) -> dict[str, Any]:
    """Return a message as a map."""
    content: dict[str, Any] = {}
    for field in _fields(message.DESCRIPTOR):
        if field.may_be_absent and not message.HasField(field.name):
            continue
        value = getattr(message, field.name)
        if field.is_map:
            value = dict(value)
        elif field.message is not None:
            value = [to_map(item) for item in value] if field.is_repeated else to_map(value)
        elif field.is_repeated:
            value = list(value)
        elif field.enum is not None:
            known = field.enum.values_by_number.get(value)
            value = value if known is None else known.name  # a newer protocol's stays a number
        content[field.name] = value
    return content


def from_map(kind: type[M], content: Any, where: str = "", depth: int = 0) -> M:
    """Read a message of a client.

    Args:
        kind: the message's class.
        content: what `unpack` gave for it.
        where: its place in the payload, for people.
        depth: of maps around it.

    Raises:
        RefusalError: INVALID_ARGUMENT for an unknown key or a value that cannot be; it names both.
    """
    if not isinstance(content, dict) or depth > _DEPTH:
        raise _refusal(f"{where or 'a message'} is {shown(content)}; send a map")
    fields = {field.name: field for field in _fields(kind.DESCRIPTOR)}
    message = kind()
    for key, value in content.items():
        field = fields.get(key)
        place = f"{where}.{key}" if where else str(key)
        if field is None:
            raise _refusal(f"{place} is unknown; there are {', '.join(fields) or 'no fields here'}")
        try:
            _set(message, field, value, place, depth)
        except (TypeError, ValueError, OverflowError) as error:
            raise _refusal(f"{place} is {shown(value)}: {error}") from error
    return message


def _set(message: Message, field: _Field, value: Any, place: str, depth: int) -> None:
    slot = getattr(message, field.name)
    if field.is_map:
        if not isinstance(value, dict):
            raise TypeError("send a map")
        for key, item in value.items():
            if isinstance(item, bool):
                raise TypeError("send numbers" if field.takes_floats else "send text")
            slot[key] = float(item) if field.takes_floats and type(item) is int else item
    elif field.message is not None:
        if field.is_repeated:
            slot.extend([from_map(field.message, item, place, depth + 1) for item in value])
        else:
            slot.CopyFrom(from_map(field.message, value, place, depth + 1))
            slot.SetInParent()  # an empty map says that it is there
    elif field.is_repeated:
        slot.extend(value)
    elif field.enum is not None and isinstance(value, str):
        if value not in field.enum.values_by_name:
            raise ValueError(f"there are {', '.join(field.enum.values_by_name)}")
        setattr(message, field.name, field.enum.values_by_name[value].number)
    elif isinstance(value, bool) != field.takes_truths:
        raise TypeError("send true or false" if field.takes_truths else "send a number")
    else:
        setattr(message, field.name, value)


@cache
def _fields(descriptor: Descriptor) -> tuple[_Field, ...]:
    fields = []
    for field in descriptor.fields:
        kind = field.message_type
        is_map = kind is not None and kind.GetOptions().map_entry
        value = field if kind is None or not is_map else kind.fields_by_name["value"]
        fields.append(
            _Field(
                name=field.name,
                message=None if kind is None or is_map else GetMessageClass(kind),
                enum=field.enum_type,
                is_map=is_map,
                is_repeated=field.is_repeated and not is_map,
                may_be_absent=field.has_presence,
                takes_floats=value.cpp_type in _FLOATS,
                takes_truths=value.cpp_type == FieldDescriptor.CPPTYPE_BOOL,
            )
        )
    return tuple(fields)


def shown(value: Any) -> str:
    """Return something of a client for people: short, whatever it is."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    try:
        text = repr(value)
    except RecursionError:
        text = f"a {type(value).__name__} of too many in one another"
    return text if len(text) <= 80 else f"{text[:80]}..."


def _refusal(text: str) -> RefusalError:
    return RefusalError(grpc.StatusCode.INVALID_ARGUMENT, text[:_LONGEST_REFUSAL])
