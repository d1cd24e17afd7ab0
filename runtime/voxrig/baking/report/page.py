"""The report of a bake: a page to look through, which loads nothing but what lies beside it, and its JSON."""

import base64
import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from voxrig.baking.report.json_text import as_lines, as_script
from voxrig.engine_bridges.writers.whole_file import whole_text_file

SCRIPTS: Final = ("element", "model", "plot", "row", "list", "main")
"""In the order in which they need each other; together they are one script."""
SYMBOLS: Final = "".join(chr(code) for code in range(33, 127) if chr(code) not in "\"<>&\\'") + "ÀÁÂÃÄÅÆÇÈÉÊËÌ"
"""A character for each whole number of a curve, 0 to 100: rows of curves are most of the page."""

_PLACE: Final = re.compile(r"\{\{(\w+)\}\}")


def write_page(summary: Mapping[str, Any], records: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write the page; the same summary and records give the same bytes.

    Args:
        summary: `title`, lists of texts `warnings` (of the script) and `left_over`, and anything else as "name value".
        records: of each take, in the order of the script; a key that is missing is not shown. `audio`, `strip` and
            `files` are relative to the page's folder, with slashes.
        path: the page's; replaced if it is there.

    Raises:
        ValueError: a record holds what JSON cannot, or a curve is not 0 to 100.
        OSError: the page cannot be written.
    """
    style, script = _asset("report.css"), _script()
    data = {"summary": dict(summary), "symbols": SYMBOLS, "lines": [_packed(record) for record in records]}
    parts = {
        "title": html.escape(_printable(f"{summary.get('title') or 'Bake'}")),
        "policy": f"default-src 'none'; img-src 'self' file: data:; media-src 'self' file:; "
        f"style-src {_digest(style)}; script-src {_digest(script)}; base-uri 'none'; form-action 'none'",
        "style": style,
        "data": as_script(data),
        "script": script,
    }
    page = _PLACE.sub(lambda found: parts[found[1]], _asset("report.html"))
    with whole_text_file(path) as file:
        file.write(page)


def write_json(summary: Mapping[str, Any], records: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Write `{"summary": summary, "lines": records}`, a line for each record; the same values give the same bytes.

    Raises:
        ValueError: a record holds what JSON cannot.
        OSError: the file cannot be written.
    """
    text = as_lines({"summary": dict(summary)}, "lines", records)
    with whole_text_file(path) as file:
        file.write(text)


def _packed(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record with its curves as text of SYMBOLS."""
    curves = record.get("curves")
    if not curves:
        return {key: value for key, value in record.items() if key != "curves"}
    rows = {name: _packed_row(name, row) for name, row in curves.items() if name != "step"}
    return {**record, "curves": {"step": curves["step"], "rows": rows}}


def _packed_row(name: str, row: Sequence[int]) -> str:
    if row and not 0 <= min(row) <= max(row) < len(SYMBOLS):
        raise ValueError(f"curve {name} goes from {min(row)} to {max(row)}; a record's curves are 0 to 100")
    return "".join(map(SYMBOLS.__getitem__, row))


@lru_cache(maxsize=8)
def _asset(name: str) -> str:
    return (files("voxrig.baking.report") / "assets" / name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _script() -> str:
    body = "\n".join(_asset(f"{name}.js") for name in SCRIPTS)
    return f'\n(() => {{\n"use strict";\n{body}}})();\n'


def _digest(text: str) -> str:
    """A source for a content security policy: only what has this hash."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _printable(text: str) -> str:
    """Text without halves of characters, which cannot be written in UTF-8."""
    return text.encode("utf-8", "replace").decode()


assert len(SYMBOLS) == 101
