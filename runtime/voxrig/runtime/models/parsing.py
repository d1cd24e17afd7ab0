"""JSON values into frozen dataclasses, strictly: exactly their fields, exactly their types."""

import dataclasses
import sys
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


class ParseError(ValueError):
    """A value that does not fit; the message names its key."""


def parse(kind: type[T], value: object) -> T:
    """Turn what `json.loads` gave into a dataclass of strings, ints, floats, dataclasses and tuples of these.

    Args:
        kind: the dataclass; it has no optional fields.
        value: a JSON value; an int is taken where a float is asked for, nothing else is converted.

    Raises:
        ParseError: a key is unknown or missing, or a value has another type or is no finite number.
    """
    made: T = _fields(kind, value, "")
    return made


def _value(kind: Any, value: object, key: str) -> Any:
    if dataclasses.is_dataclass(kind):
        return _fields(kind, value, key)
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise ParseError(f"{key} is {value!r}, it must be a list")
        return tuple(_value(get_args(kind)[0], item, f"{key}[{i}]") for i, item in enumerate(value))
    taken = (int, float) if kind is float else (kind,)
    if not isinstance(value, taken) or isinstance(value, bool):
        raise ParseError(f"{key} is {value!r}, it must be {_NOUNS[kind]}")
    if kind is float and not abs(value) <= sys.float_info.max:
        raise ParseError(f"{key} is {value!r:.60}, it must be {_NOUNS[kind]}")
    return kind(value)


_NOUNS: Final = {str: "a string", int: "a whole number", float: "a finite number"}


def _fields(kind: Any, value: object, key: str) -> Any:
    where = key or "the manifest"
    if not isinstance(value, dict):
        raise ParseError(f"{where} is {value!r}, it must be an object")
    hints = get_type_hints(kind)
    unknown, missing = sorted(set(value) - set(hints)), sorted(set(hints) - set(value))
    if unknown:
        raise ParseError(f"{where} has the unknown key {unknown[0]!r}; it takes {', '.join(hints)}")
    if missing:
        raise ParseError(f"{where} lacks the key {missing[0]!r}")
    return kind(**{name: _value(hint, value[name], f"{key}.{name}".lstrip(".")) for name, hint in hints.items()})
