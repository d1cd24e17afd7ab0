"""The text of a script's file: UTF-8, or UTF-16 as Excel saves "Unicode text"; with or without a byte order mark."""

import codecs
import re
from pathlib import Path
from typing import Final

from voxrig.baking.script.dialogue import ScriptError, Where

LARGEST: Final = 64 * 2**20
"""Bytes that a script may have."""

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_NO_CHARACTER: Final = re.compile("[\ud800-\udfff]")


def source_text(path: Path) -> str:
    """Read a file; its line ends are as they were.

    Raises:
        ScriptError: it cannot be read, is larger than LARGEST, or is no text.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ScriptError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    if len(data) > LARGEST:
        raise ScriptError(f"{path}: larger than {LARGEST >> 20} MiB; split the script")
    mark, encoding = next(((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    body = data[len(mark) :]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1 if encoding == "utf-8" else 0
        raise ScriptError(f"{Where(path, line)}: this is no {encoding.upper()} text; save it as UTF-8") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ScriptError(f"{Where(path, line)}: there is a NUL byte, so this is no text; save it as UTF-8")
    return text


def whole_characters(text: str, where: Where) -> str:
    r"""Return `text`, which came out of escapes such as \ud83d.

    Raises:
        ScriptError: half of a surrogate pair is in it, which no file or screen can show.
    """
    found = _NO_CHARACTER.search(text)
    if found:
        raise ScriptError(f"{where}: \\u{ord(found[0]):04x} is half of a character; write the character itself")
    return text
