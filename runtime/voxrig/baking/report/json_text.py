"""JSON that is the same bytes for the same values, and that nothing in it can end early."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_IN_HTML: Final = re.compile("[<>&\u2028\u2029]")


def as_lines(head: Mapping[str, Any], name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the entries of `head`, then rows as the list `name`, as JSON with sorted keys and a line for each row.

    Raises:
        ValueError: a number is not finite, or there is something that JSON has not.
    """
    told = [f"{_checked(key)}: {_checked(value, sort_keys=True)},\n" for key, value in sorted(head.items())]
    listed = ",\n".join(_checked(row, sort_keys=True) for row in rows)
    return f"{{{''.join(told)}{_checked(name)}: [\n{listed}\n]}}\n"


def as_script(value: Mapping[str, Any]) -> str:
    """Return a value as JSON for a script element in HTML: nothing in it can end the element or begin another.

    Raises:
        ValueError: as `as_lines`.
    """
    return _IN_HTML.sub(_escaped, _checked(value, separators=(",", ":")))


def _checked(value: Any, **how: Any) -> str:
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False, **how)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the report cannot be written: {error}; records hold text, finite numbers, lists") from error
    return _SURROGATES.sub(_escaped, text)  # half a character cannot be written in UTF-8


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
