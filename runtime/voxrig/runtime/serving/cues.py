"""Cues of a client: which there are, and what a stream makes of them."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

import grpc

from voxrig.runtime.animation.cue_values import CueError
from voxrig.runtime.animation.cues import CUE_NAMES, read_cue
from voxrig.runtime.animation.layers import Layers
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.schedule import ScheduleError
from voxrig.runtime.animation.stream import StreamState
from voxrig.runtime.animation.track import TrackError
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.v1 import performance_pb2 as pb

_LAYERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "style": (),  # of speech, which is always there
        "emotion": ("emotion",),
        "gaze": ("gaze",),
        "place": ("gaze",),
        "blink": ("blink",),
        "activity": ("blink", "gaze", "body"),
        "head": ("head",),
        "event": ("emotion",),
        "gesture": ("body",),
        "point": ("body", "gaze"),
        "hands": ("body",),
        "body": ("body",),
    }
)
"""Cue -> the layers that go by it."""


class Taken(NamedTuple):
    """What became of a cue.

    Attributes:
        state: the stream with it.
        start: the media sample from which it acts.
        ignored: why nothing acts on it; empty where something does.
    """

    state: StreamState
    start: int
    ignored: str = ""


def take(pipeline: Pipeline, state: StreamState, cue: pb.Cue, at: int) -> Taken:
    """Add a cue to a stream, at the media sample `at` of the stream's own counting.

    Raises:
        RefusalError: INVALID_ARGUMENT for no name, a value that is no number; and of the known cues for an unknown key,
            a value out of its range, or nothing to do. RESOURCE_EXHAUSTED for too many cues.
    """
    if not cue.name:
        raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, "the cue has no name")
    for key, value in cue.values.items():
        if not math.isfinite(value):
            raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, f"cue {cue.name!r}: {key!r} is {value}, no number")
    if cue.name not in CUE_NAMES:
        there = ", ".join(CUE_NAMES)
        return Taken(state, at, f"no layer acts on the cue {cue.name!r}; there are {there}")
    try:
        change = read_cue(cue.name, cue.values)
        if off := _off(cue.name, pipeline.character.layers):
            return Taken(state, at, f"nothing acts on the cue {cue.name!r}: off is the layer {off}")
        return Taken(*pipeline.cue(state, at, change))
    except CueError as error:
        raise RefusalError(grpc.StatusCode.INVALID_ARGUMENT, str(error)) from error
    except (ScheduleError, TrackError) as error:
        raise RefusalError(grpc.StatusCode.RESOURCE_EXHAUSTED, str(error)) from error


def _off(name: str, layers: Layers) -> str:
    """Return the layers that would act on a cue, where all of them are off; else nothing."""
    acting = _LAYERS[name]
    return "" if not acting or any(getattr(layers, layer) for layer in acting) else " and ".join(acting)


assert tuple(_LAYERS) == CUE_NAMES
