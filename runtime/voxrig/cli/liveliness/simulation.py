"""Hours of a session without a clock: the same stream as a live one's, watched frame by frame."""

from collections.abc import Callable

import numpy as np

from voxrig.cli.liveliness.motion import Floats, Motion, Onlooker, joined
from voxrig.cli.liveliness.observed import Observed, measure
from voxrig.cli.liveliness.script import FPS, Trial, turns
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import SAMPLE_RATE, FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.listener import shipped_listener
from voxrig.runtime.models.onnx import OnnxModel


def observe(trial: Trial, tell: Callable[[float], None]) -> Observed:
    """Run a session and measure it; `tell` hears the seconds done since it was last told."""
    loaded = bundle.read(trial.bundle)
    runner = BatchRunner(OnnxModel(loaded))
    rig = profile("metahuman")
    character = Character(seed=trial.seed)
    pipeline = Pipeline(loaded.spec, rig, FrameRate(FPS), SAMPLE_RATE, character=character, listener=shipped_listener())
    onlooker = Onlooker(rig.names, rig.bones, float(FPS))
    left = round(trial.minutes * 60 * FPS)
    state = pipeline.start()
    before: Floats | None = None
    parts: list[Motion] = []
    for said, quiet, flags in turns(trial):
        frames: list[Frame] = []
        for start in range(0, len(said), SAMPLE_RATE):
            state, more = run(pipeline, runner, pipeline.push(state, said[start : start + SAMPLE_RATE]))
            frames += more
        state, more = run(pipeline, runner, pipeline.end(state, quiet))
        values = np.stack([frame.values for frame in frames + more])[:left]
        parts.append(onlooker.watch(values, flags[:left], before))
        before = values[-1]
        left -= len(values)
        tell(len(values) / FPS)
        if not left:
            break
    return measure(joined(parts), trial.seed, trial.condition)
