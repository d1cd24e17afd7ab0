"""Real speech as a bake hands it to the writers: a sample with everything that lives, layers too."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import soundfile

from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.composing import TRACKS
from voxrig.runtime.animation.overrides import NO_OVERRIDES
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.animation.style_json import style_from_source
from voxrig.runtime.core.clip import Clip
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.onnx import OnnxModel

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def spoken_clip(name: str, frames_a_second: str = "60") -> Clip:
    """Bake samples/NAME.wav."""
    fps = FrameRate.parse(frames_a_second)
    samples, rate = soundfile.read(SAMPLES / f"{name}.wav", dtype="float32")
    chosen, rig, character = bundle.choose(None, bundle.BAKING), profile("metahuman"), Character(1)
    natural = style_from_source("natural")
    pipeline = Pipeline(
        chosen.spec, rig, fps, rate, natural, NO_OVERRIDES, character, shipped_listener(), tracks=True
    )  # fmt: skip
    runner = BatchRunner(OnnxModel(chosen))
    state, frames = run(pipeline, runner, pipeline.push(pipeline.start(), samples))
    _, more = run(pipeline, runner, pipeline.end(state))
    frames = [*frames, *more]
    take = Take.from_frames(
        frames, profile=rig.name, names=rig.names, bones=rig.bones, fps=fps, sample_rate=rate
    )  # fmt: skip
    layers = {}
    for layer in ("speech", *character.on):
        row = TRACKS.index(layer)
        values = np.stack([frame.values if frame.tracks is None else frame.tracks[row] for frame in frames])
        layers[layer] = replace(take, values=values)
    return Clip(name=name, take=take, layers=layers, sound=f"{name}.wav", seconds=Fraction(len(samples), rate), seed=1)
