"""Styles as values and as JSON: what they take, and what they say of what they don't."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from voxrig.runtime.animation.presets import PRESETS, preset
from voxrig.runtime.animation.style import NATURAL, NEUTRAL, RANGES, ControlStyle, Style, StyleError
from voxrig.runtime.animation.style_json import style_from_json, style_from_source, style_from_text, style_to_json


@pytest.mark.parametrize("key", RANGES)
def test_every_dial_is_held_to_its_range(key: str) -> None:
    low, high = RANGES[key]
    for value in (low, high):
        assert getattr(Style(**{key: value}), key) == value
    for value in (low - 0.01, high + 0.01, float("nan"), float("inf"), "1", True, None):
        with pytest.raises(StyleError, match=rf"^{key} is .*; it must be (a number )?from {low:g} to {high:g}$"):
            Style(**{key: value})  # type: ignore[arg-type]


def test_a_style_is_frozen_and_holds_short_names_in_native_order() -> None:
    style = Style(rest={"CTRL_expressions_mouthPressUL": 0.1, "browDownL": 0.2}, controls={"jawOpen": ControlStyle(2)})
    assert list(style.rest.items()) == [("browDownL", 0.2), ("mouthPressUL", 0.1)]
    assert style == Style(rest={"browDownL": 0.2, "mouthPressUL": 0.1}, controls={"jawOpen": ControlStyle(2.0, 0.0)})
    with pytest.raises(TypeError):
        style.rest["jawOpen"] = 0.5  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        style.jaw = 2.0  # type: ignore[misc]
    assert NATURAL.dials == NEUTRAL
    assert Style().is_natural
    assert not style.is_natural


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"rest": {"jawOpne": 0.1}}, "'jawOpne', which is no control of the native rig; near it are jawOpen"),
        ({"rest": {"jawOpen": 1.5}}, r"rest\.jawOpen is 1\.5; it must be from 0 to 1"),
        ({"controls": {"jawOpen": ControlStyle(4.0)}}, r"controls\.jawOpen\.gain is 4; it must be from 0 to 3"),
        ({"controls": {"jawOpen": ControlStyle(1.0, -0.6)}}, r"controls\.jawOpen\.bias is -0\.6"),
        (
            {"controls": {"mouthLipsTogetherUL": ControlStyle(0.5)}},
            "share of the jaw's opening.*set lip_offset instead",
        ),
        ({"rest": {"mouthLipsTogetherDR": 0.5}}, "set lip_offset instead"),
    ],
)
def test_what_cannot_be_is_named(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(StyleError, match=message):
        Style(**fields)


def test_every_preset_is_known_by_its_name() -> None:
    assert {"natural", "mumble", "soft", "clear", "theatrical", "shout", "tight-lipped"} <= set(PRESETS)
    assert preset("natural").is_natural
    assert len({json.dumps(style_to_json(style)) for style in PRESETS.values()}) == len(PRESETS)
    with pytest.raises(StyleError, match="there is no style preset 'shuot'; there are natural, mumble"):
        preset("shuot")


@pytest.mark.parametrize("name", PRESETS)
def test_json_gives_every_style_back(name: str, everything: Style) -> None:
    assert style_from_json(style_to_json(PRESETS[name])) == PRESETS[name]
    assert style_from_json(style_to_json(everything, about="a remark")) == everything
    assert style_from_text(name) == PRESETS[name]
    assert style_from_text(f'  {{"preset": "{name}"}}') == PRESETS[name]


def test_json_changes_a_preset() -> None:
    rest, controls = '{"CTRL_expressions_mouthPressUL": 0.3}', '{"jawOpen": {"gain": 2}}'
    style = style_from_json(f'{{"preset": "tight-lipped", "jaw": 1, "rest": {rest}, "controls": {controls}}}')
    base = PRESETS["tight-lipped"]
    assert (style.jaw, style.lips, style.lip_offset) == (1.0, base.lips, base.lip_offset)
    assert style.rest == {**base.rest, "mouthPressUL": 0.3}
    assert style.controls == {"jawOpen": ControlStyle(2.0, 0.0)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", r"the style is \[\]; it must be an object"),
        ('{"jaw": 1,}', "no JSON: .* at line 1, column"),
        ("{" * 100_000, "no JSON"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('{"jaws": 1}', "no style key 'jaws'; there are about, preset, lips, jaw, sharpness, effort"),
        ('{"jaw": 1, "jaw": 2}', "'jaw' is there twice"),
        ('{"jaw": "loud"}', "jaw is 'loud'; it must be a number from 0 to 2"),
        ('{"jaw": NaN}', "jaw is nan"),
        ('{"preset": "loud"}', "no style preset 'loud'; there are natural"),
        ('{"preset": 3}', "preset is 3; it must be a string"),
        ('{"rest": 3}', "rest is 3; it must be an object"),
        ('{"controls": {"jawOpen": 3}}', r"controls\.jawOpen is 3; it must be an object"),
        ('{"controls": {"jawOpen": {"gian": 3}}}', r"no key of controls\.jawOpen 'gian'; there are gain, bias"),
        ('{"controls": {"jawOpen": {"gain": null}}}', r"controls\.jawOpen\.gain is None; it must be a number"),
    ],
)
def test_json_that_is_no_style_is_told(text: str, message: str) -> None:
    with pytest.raises(StyleError, match=message):
        style_from_json(text)


def test_a_source_is_a_preset_or_a_file(tmp_path: Path) -> None:
    file = tmp_path / "hero.json"
    file.write_text('{"jaw": 1.5}', encoding="utf-8")
    assert style_from_source(str(file)) == Style(jaw=1.5)
    assert style_from_source("shout") == PRESETS["shout"]
    with pytest.raises(StyleError, match="no style preset and no file 'nobody'; the presets are natural"):
        style_from_source("nobody")
    file.write_text('{"jaw": 9}', encoding="utf-8")
    with pytest.raises(StyleError, match=r"hero\.json: jaw is 9; it must be from 0 to 2"):
        style_from_source(str(file))
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StyleError, match="no JSON text"):
        style_from_source(str(file))
    with pytest.raises(StyleError, match="cannot be read"):
        style_from_source(str(tmp_path))
