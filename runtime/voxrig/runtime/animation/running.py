"""Streams run to their end, with nobody waiting for a frame."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.stream import StreamState
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.models.onnx import State


class Runner(Protocol):
    """What runs model steps: `models.batching.BatchRunner`."""

    def steps(
        self, rows: Sequence[NDArray[np.float32]], states: Sequence[State]
    ) -> list[tuple[NDArray[np.float32], State]]:
        """Run the steps of each one's rows; return each one's controls and next state."""
        ...


def run(pipeline: Pipeline, runner: Runner, state: StreamState) -> tuple[StreamState, list[Frame]]:
    """Run every pending model step of one session, one after the other; return the new state and all the frames."""
    frames: list[Frame] = []
    while pipeline.pending(state):
        [(controls, model)] = runner.steps([pipeline.waiting(state)], [pipeline.model_state(state)])
        state, more = pipeline.advance(state, controls, model)
        frames += more
    return state, frames
