"""Any message of a protobuf type, field by field as its descriptor says."""

from typing import Any

from google.protobuf.descriptor import FieldDescriptor as Field
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import strategies as st

_WHOLE = {
    Field.CPPTYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    Field.CPPTYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    Field.CPPTYPE_UINT32: st.integers(0, 2**32 - 1),
    Field.CPPTYPE_UINT64: st.integers(0, 2**64 - 1),
    Field.CPPTYPE_BOOL: st.booleans(),
    Field.CPPTYPE_FLOAT: st.floats(width=32),
    Field.CPPTYPE_DOUBLE: st.floats(),
}
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def any_message(kind: type[Message]) -> st.SearchStrategy[Any]:
    """Messages of a type: of its oneof at most one, other fields set or not."""

    @st.composite
    def made(draw: st.DrawFn) -> Message:
        message = kind()
        fields = list(kind.DESCRIPTOR.fields)
        for oneof in kind.DESCRIPTOR.oneofs:
            if len(oneof.fields) > 1:
                chosen = draw(st.sampled_from(list(oneof.fields)))
                fields = [field for field in fields if field.containing_oneof is not oneof or field is chosen]
        for field in fields:
            if draw(st.booleans()):
                _fill(message, field, draw)
        return message

    return made()


def _fill(message: Message, field: Any, draw: st.DrawFn) -> None:
    slot = getattr(message, field.name)
    kind = field.message_type
    if kind is not None and kind.GetOptions().map_entry:
        key, value = kind.fields_by_name["key"], kind.fields_by_name["value"]
        slot.update(draw(st.dictionaries(_plain(key), _plain(value), max_size=4)))
    elif kind is not None and field.is_repeated:
        slot.extend(draw(st.lists(any_message(GetMessageClass(kind)), max_size=3)))
    elif kind is not None:
        slot.CopyFrom(draw(any_message(GetMessageClass(kind))))
        slot.SetInParent()
    elif field.is_repeated:
        slot.extend(draw(st.lists(_plain(field), max_size=5)))
    else:
        setattr(message, field.name, draw(_plain(field)))


def _plain(field: Any) -> st.SearchStrategy[Any]:
    if field.cpp_type == Field.CPPTYPE_ENUM:
        return st.sampled_from([value.number for value in field.enum_type.values])
    if field.type == Field.TYPE_BYTES:
        return st.binary(max_size=40)
    if field.cpp_type == Field.CPPTYPE_STRING:
        return _TEXT
    return _WHOLE[field.cpp_type]
