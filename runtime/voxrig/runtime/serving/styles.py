"""What a client may say of a character's style: options of a session, and the cue `style`."""

from collections.abc import Mapping
from typing import Final

import grpc

from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.schedule import ScheduleError
from voxrig.runtime.animation.stream import StreamState
from voxrig.runtime.animation.style import RANGES, Style, StyleError, check_known, in_range
from voxrig.runtime.animation.style_json import style_from_text
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.v1 import performance_pb2 as pb

CUE: Final = "style"
"""Name of the cue that turns a style's dials."""
TRANSITION: Final = 0.25
"""Seconds that such a cue takes where it does not say."""

_LONGEST_TRANSITION: Final = 60.0
_LONGEST_TEXT: Final = 1 << 16
_OPTIONS: Final = dict.fromkeys(("style", *RANGES))
_CUE_VALUES: Final = dict.fromkeys((*RANGES, "transition"))


def style_of(options: Mapping[str, str], default: Style) -> Style:
    """Read a session's options: `style` (a preset or JSON) in the place of `default`, then single dials on top of it.

    Raises:
        RefusalError: INVALID_ARGUMENT for an unknown key, or a value that cannot be.
    """
    try:
        for key in options:
            check_known(key, _OPTIONS, "option")
        style = default
        if "style" in options:
            if len(options["style"]) > _LONGEST_TEXT:
                raise StyleError(f"style has {len(options['style'])} characters; the most is {_LONGEST_TEXT}")
            style = style_from_text(options["style"])
        return style.with_dials(**{key: _number(key, text) for key, text in options.items() if key != "style"})
    except StyleError as error:
        raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, str(error)) from error


def turned(pipeline: Pipeline, state: StreamState, cue: pb.Cue) -> tuple[StreamState, int]:
    """Add a style cue to a stream; return its next state and the media sample from which the cue acts.

    Raises:
        RefusalError: INVALID_ARGUMENT for an unknown key, a value out of its range, or no dial at all;
            RESOURCE_EXHAUSTED for too many cues.
    """
    try:
        dials, seconds = _turning(cue.values)
        return pipeline.cue(state, cue.media_sample, dials, seconds)
    except StyleError as error:
        raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, str(error)) from error
    except ScheduleError as error:
        raise RefusalError(grpc.StatusCode.RESOURCE_EXHAUSTED, str(error)) from error


def _turning(values: Mapping[str, float]) -> tuple[dict[str, float], float]:
    """Return the dials that a cue turns, and the seconds it takes over it."""
    for key in values:
        check_known(key, _CUE_VALUES, "value of the cue 'style'")
    dials = {key: in_range(key, _rounded(value), RANGES[key]) for key, value in values.items() if key in RANGES}
    if not dials:
        raise StyleError(f"the cue 'style' turns nothing; give some of {', '.join(RANGES)}")
    seconds = values.get("transition", TRANSITION)
    return dials, in_range("transition", _rounded(seconds), (0.0, _LONGEST_TRANSITION))


def _rounded(value: float) -> float:
    """Return the decimal that a client meant: 0.3 comes as the float32 0.30000001192."""
    return float(f"{value:.7g}")


def _number(key: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        low, high = RANGES[key]
        raise StyleError(f"{key} is {text!r:.40}; it must be a number from {low:g} to {high:g}") from None
