"""Styles: what is written is read back, and any other text is refused by nothing but `StyleError`."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.overrides import overrides_from_json
from voxrig.runtime.animation.presets import PRESETS
from voxrig.runtime.animation.style import CONTROL_RANGES, NATURAL, RANGES, ControlStyle, Style, StyleError
from voxrig.runtime.animation.style_json import style_from_json, style_from_text, style_to_json
from voxrig.runtime.core.native import NATIVE_CONTROLS
from voxrig.runtime.serving.options import read_options
from voxrig.runtime.serving.refusal import RefusalError

NAMES = [name.removeprefix("CTRL_expressions_") for name in NATIVE_CONTROLS if "mouthLipsTogether" not in name]
CONTROLS = st.builds(ControlStyle, *(st.floats(*CONTROL_RANGES[key]) for key in ("gain", "bias")))
STYLES = st.builds(
    Style,
    **{key: st.floats(*RANGES[key]) for key in RANGES},
    rest=st.dictionaries(st.sampled_from(NAMES), st.floats(0, 1), max_size=4),
    controls=st.dictionaries(st.sampled_from(NAMES), CONTROLS, max_size=4),
)


@given(STYLES, st.text(max_size=20))
def test_a_style_reads_what_it_writes(style: Style, about: str) -> None:
    assert style_from_json(style_to_json(style, about)) == style


@given(st.sampled_from(list(PRESETS)), st.dictionaries(st.sampled_from(list(RANGES)), st.floats(0, 1), max_size=3))
def test_a_preset_is_changed_in_what_is_given(name: str, dials: dict[str, float]) -> None:
    assert style_from_json(json.dumps({"preset": name, **dials})) == PRESETS[name].with_dials(**dials)


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
KEYS = st.sampled_from(["about", "preset", *RANGES, "rest", "controls", "gain", "jawOpen"]) | st.text(max_size=5)
TREES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=9
)
HUGE = [f'{{"jaw": 1{"0" * 400}}}', f'{{"rest": {{"jawOpen": -1{"0" * 400}}}}}', f'{{"jaw": {"1" * 5000}}}', "[" * 9999]


@settings(max_examples=300)
@given(TREES.map(json.dumps) | st.text(max_size=40))
@example(HUGE[0])
@example(HUGE[1])
@example(HUGE[2])
@example(HUGE[3])
def test_any_text_is_a_style_or_refused(text: str) -> None:
    try:
        style = style_from_json(text)
    except StyleError as error:
        assert len(str(error)) < 2000
    else:
        assert style_from_json(style_to_json(style)) == style


@pytest.mark.parametrize("text", HUGE)
def test_a_client_with_such_a_style_is_refused_as_it_should_be(text: str) -> None:
    """A session that asked for a number of 400 digits once ended as the server's own failure."""
    with pytest.raises(RefusalError) as refused:
        read_options({"style": text if text.startswith("{") else "{" + text}, NATURAL, Character())
    assert refused.value.code == 3
    with pytest.raises(StyleError):
        style_from_text("{" + text)


@given(TREES.map(json.dumps) | st.text(max_size=40))
@example(HUGE[2])
@example(f'[{{"start": 1{"0" * 400}, "end": 2, "jaw": 1}}]')
def test_so_are_overrides(text: str) -> None:
    try:
        overrides_from_json(text, 10.0)
    except StyleError as error:
        assert str(error)
