"""What each network is given while real speech is performed: rows to compare two forms of a network on."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel, State
from voxrig.runtime.models.spec import ModelSpec

Floats = NDArray[np.float32]
Sound = tuple[Floats, int]
"""Mono samples float32[n], and their rate in Hz."""

SEED: Final = 1


class Noted:
    """A model that notes the rows it is given; one character at a time."""

    def __init__(self, model: OnnxModel) -> None:
        self._model = model
        self.rows: list[Floats] = []

    @property
    def spec(self) -> ModelSpec:
        """The manifest of the bundle."""
        return self._model.spec

    def start(self) -> State:
        """State of a character that has heard nothing."""
        return self._model.start()

    def step(self, features: Floats, states: State) -> tuple[Floats, State]:
        """Run one step and note its row."""
        self.rows.extend(features.copy())
        return self._model.step(features, states)


def heard_rows(chosen: Bundle, sounds: Sequence[Sound]) -> Floats:
    """Perform sounds with everything on, one after the other, and return what a network was given.

    Args:
        chosen: the network's bundle, of any role.
        sounds: what is said.

    Returns:
        float32[steps, row].
    """
    noted = Noted(OnnxModel(chosen))
    role = chosen.spec.role
    face = noted if role == "face" else Noted(OnnxModel(bundle.load(bundle.DEFAULT)))
    listener = noted if role == "emotion" else None
    mover = noted if role == "body" else None
    character = Character(SEED).with_options({"body": "on"})
    for samples, rate in sounds:
        pipeline = Pipeline(
            face.spec, profile("arkit"), FrameRate(60), rate, character=character, listener=listener, mover=mover
        )
        runner = BatchRunner(face)
        state, _ = run(pipeline, runner, pipeline.push(pipeline.start(), samples))
        run(pipeline, runner, pipeline.end(state))
    return np.array(noted.rows)
