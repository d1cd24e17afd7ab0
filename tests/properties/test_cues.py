"""Cues: any name and numbers make a cue or are refused, in one line, by nothing but `CueError`."""

from collections.abc import Mapping

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voxrig.runtime.animation.cue_values import CueError
from voxrig.runtime.animation.cues import CUE_NAMES, EmotionChange, StyleChange, read_cue
from voxrig.runtime.animation.style import RANGES

KEYS = (
    *RANGES,
    *("transition", "hold", "joy", "brows.anger", "neutral", "valence", "x", "y", "z", "yaw", "pitch", "world"),
    *("release", "head", "partner", "force", "strength", "seconds", "allow", "rate", "nod", "shake", "tilt"),
    *("talking", "listening", "auto", "desirability", "unexpectedness", "self", "left", "right", "beat", "shrug"),
)
NUMBERS = st.floats(width=32) | st.sampled_from([0.0, 1.0, 0.5, -1.0, 90.0])
VALUES = st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=9), NUMBERS, max_size=5)


@settings(max_examples=500)
@given(st.sampled_from(CUE_NAMES) | st.text(max_size=9), VALUES)
@example("emotion", {"": float("nan")})
@example("style", {"jaw": float("-inf")})
def test_a_cue_is_read_or_refused(name: str, values: Mapping[str, float]) -> None:
    try:
        cue = read_cue(name, values)
    except CueError as error:
        assert 0 < len(str(error).splitlines()) <= 1
    else:
        assert name in CUE_NAMES
        assert cue == read_cue(name, dict(reversed(values.items()))), "the order of keys says nothing"


@given(st.fixed_dictionaries({}, optional={key: st.floats(*RANGES[key], width=32) for key in RANGES}), st.floats(0, 60))
def test_a_float32_that_was_a_decimal_is_that_decimal_again(dials: dict[str, float], seconds: float) -> None:
    """What a client means by 0.3 comes as the float32 next to it."""
    meant = {key: float(f"{value:.4g}") for key, value in dials.items()}
    meant = {key: min(max(value, RANGES[key][0]), RANGES[key][1]) for key, value in meant.items()}
    if not meant:
        return
    cue = read_cue("style", {key: float(np.float32(value)) for key, value in {**meant, "transition": 0.3}.items()})
    assert cue == StyleChange(meant, 0.3)


@given(st.sampled_from(["joy", "sadness", "anger", "fear", "disgust", "surprise", "contempt"]), st.integers(0, 100))
def test_an_emotion_asked_for_is_the_one_that_changes(name: str, hundredths: int) -> None:
    cue = read_cue("emotion", {name: hundredths / 100})
    assert isinstance(cue, EmotionChange)
    named = {field: value for field, value in cue.values.items() if field.endswith(f"_{name}")}
    assert set(named) == {f"{part}_{name}" for part in ("brows", "eyes", "mouth")}
    assert set(named.values()) == {hundredths / 100}
    assert not any(value for field, value in cue.values.items() if field not in named)
