"""Styles as JSON, strictly: a key that is not known is an error, not a shrug.

    {"preset": "clear", "jaw": 1.3, "rest": {"mouthCornerPullL": 0.1}, "controls": {"jawOpen": {"gain": 1.2}}}

Every key may be left out. `preset` is what the others change (a control's entry replaces the preset's), `about` is a
remark for people.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from voxrig.runtime.animation.presets import PRESETS, preset
from voxrig.runtime.animation.style import CONTROL_RANGES, NATURAL, RANGES, ControlStyle, Style, StyleError, check_known

_KEYS: Final = dict.fromkeys(("about", "preset", *RANGES, "rest", "controls"))


def style_from_json(text: str) -> Style:
    """Read a style.

    Raises:
        StyleError: text that is no JSON object, an unknown key, a value out of its range.
    """
    given = _object(_parse(text), "the style")
    for key in given:
        check_known(key, _KEYS, "style key")
    for key in ("about", "preset"):
        if key in given and not isinstance(given[key], str):
            raise StyleError(f"{key} is {given[key]!r}; it must be a string")
    base = preset(given["preset"]) if "preset" in given else NATURAL
    values: dict[str, Any] = {key: given[key] for key in RANGES if key in given}
    if "rest" in given:
        values["rest"] = {**base.rest, **_object(given["rest"], "rest")}
    if "controls" in given:
        entries = {name: _control(name, entry) for name, entry in _object(given["controls"], "controls").items()}
        values["controls"] = {**base.controls, **entries}
    return replace(base, **values)


def style_to_json(style: Style, about: str = "") -> str:
    """Write a style with all its keys; `style_from_json` gives it back."""
    body: dict[str, Any] = {"about": about} if about else {}
    body |= style.dials._asdict()
    body["rest"] = dict(style.rest)
    body["controls"] = {name: entry._asdict() for name, entry in style.controls.items()}
    return json.dumps(body, indent=2) + "\n"


def style_from_text(text: str) -> Style:
    """Read what a client sends: a preset's name, or JSON.

    Raises:
        StyleError: as `style_from_json` and `preset`.
    """
    return style_from_json(text) if text.lstrip().startswith("{") else preset(text)


def style_from_source(source: str) -> Style:
    """Read what a person gives on a command line: a preset's name, or the path of a JSON file.

    Raises:
        StyleError: neither a preset nor a file that can be read; or what is wrong in the file, with its name.
    """
    if source in PRESETS:
        return PRESETS[source]
    path = Path(source)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise StyleError(
            f"there is no style preset and no file {source!r}; the presets are {', '.join(PRESETS)}"
        ) from None
    except OSError as error:
        raise StyleError(f"style {source}: cannot be read ({error.strerror}); check the path") from error
    except UnicodeDecodeError as error:
        raise StyleError(f"style {source}: this is no JSON text; give a file that `voxrig fit-style` wrote") from error
    try:
        return style_from_json(text)
    except StyleError as error:
        raise StyleError(f"style {source}: {error}") from error


def _parse(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise StyleError(f"no JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise StyleError("the JSON is nested too deeply to be a style") from error
    except StyleError:
        raise
    except ValueError as error:
        raise StyleError("no JSON that a style can be: a number has thousands of digits") from error


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object of pairs; of two equal keys one would be lost in silence."""
    made: dict[str, object] = {}
    for key, value in pairs:
        if key in made:
            raise StyleError(f"the key {key!r} is there twice; keep one")
        made[key] = value
    return made


def _object(value: object, key: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise StyleError(f"{key} is {value!r:.80}; it must be an object")
    return value


def _control(name: str, entry: object) -> ControlStyle:
    given = _object(entry, f"controls.{name}")
    for key in given:
        check_known(key, CONTROL_RANGES, f"key of controls.{name}")
    return ControlStyle(**given)
