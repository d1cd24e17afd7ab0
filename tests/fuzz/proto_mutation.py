"""Changes to protobuf messages that leave them messages: fields set, cleared, doubled, or given odd values."""

from random import Random
from typing import Any, Final

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

_FLOATS: Final = (0.0, -0.0, 1.0, -1.0, 0.5, 1e-30, 3e38, float("inf"), float("-inf"), float("nan"), 301.0)
_TEXTS: Final = (
    "",
    "arkit",
    "metahuman",
    "emotion",
    "gaze",
    "joy",
    "on",
    "off",
    "style",
    "x" * 200,
    "é",
    "\0",
    "JawOpen",
)
_KINDS: Final = FieldDescriptor
_BOUNDS: Final = {
    _KINDS.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    _KINDS.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    _KINDS.CPPTYPE_UINT32: (0, 2**32 - 1),
    _KINDS.CPPTYPE_UINT64: (0, 2**64 - 1),
}


def change(message: Message, chance: Random, deepest: int = 6) -> None:
    """Change one thing in `message`, or in a message in it."""
    inside = [value for field, value in message.ListFields() if field.message_type and not field.is_repeated]
    for field, value in message.ListFields():
        if field.message_type and field.is_repeated and not _is_map(field):
            inside += list(value)
    if inside and deepest and chance.random() < 0.75:
        change(chance.choice(inside), chance, deepest - 1)
        return
    fields = message.DESCRIPTOR.fields
    if fields:
        _field(message, chance.choice(fields), chance)


def _field(message: Message, field: Any, chance: Random) -> None:
    if chance.random() < 0.1:
        message.ClearField(field.name)
        return
    slot = getattr(message, field.name)
    if _is_map(field):
        key, value = field.message_type.fields
        name = _value(key, None, chance)
        if value.message_type is None:
            slot[name] = _value(value, None, chance)
        else:
            slot[name].SetInParent()
    elif field.message_type and field.is_repeated:
        if slot and chance.random() < 0.4:
            place = chance.randrange(len(slot))
            slot.append(slot[place])
        elif slot and chance.random() < 0.4:
            del slot[chance.randrange(len(slot))]
        else:
            slot.add()
    elif field.message_type:
        slot.SetInParent()
    elif field.is_repeated:
        slot.append(_value(field, None, chance))
    else:
        setattr(message, field.name, _value(field, slot, chance))


def _is_map(field: Any) -> bool:
    return bool(field.message_type and field.message_type.GetOptions().map_entry)


def _value(field: Any, now: Any, chance: Random) -> Any:
    kind = field.cpp_type
    if kind in _BOUNDS:
        low, high = _BOUNDS[kind]
        near = (now or 0) + chance.choice((-1, 1, 2, 400, -400, 24_000))
        chosen = chance.choice((near, near, 0, 1, low, high, 7, 16_000, chance.randint(0, 2**31)))
        return min(max(int(chosen), low), high)
    if kind in (_KINDS.CPPTYPE_FLOAT, _KINDS.CPPTYPE_DOUBLE):
        return chance.choice((*_FLOATS, chance.random(), 10.0 * chance.random()))
    if kind == _KINDS.CPPTYPE_BOOL:
        return chance.random() < 0.5
    if kind == _KINDS.CPPTYPE_ENUM:
        return chance.choice(field.enum_type.values).number
    if field.type == _KINDS.TYPE_BYTES:
        return chance.choice(((now or b"") * 2, chance.randbytes(chance.randrange(64)), bytes(1600), b""))[:4000]
    return chance.choice(_TEXTS)
