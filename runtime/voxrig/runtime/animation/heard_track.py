"""The emotion that is heard in a whole clip, answer by answer."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.heard import Heard
from voxrig.runtime.animation.hearing import Hearing, Rows
from voxrig.runtime.animation.listening import HeardEmotion, Listening
from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.models.asking import alone
from voxrig.runtime.models.batching import StepModel
from voxrig.runtime.models.spec import LISTENER_STEPS, ModelSpec


def heard_track(samples: NDArray[np.float32], rate: int, model: StepModel) -> list[tuple[float, HeardEmotion]]:
    """Run a clip through the same hearing as a live session.

    Args:
        samples: float32[n], mono.
        rate: Hz.
        model: a network with the role `emotion`.

    Returns:
        Ten times a second the time in seconds and what is heard at it; the last answer has heard the end.
    """
    listening = Listening(model)
    poses = -(-len(samples) * STEP_RATE // rate)
    poses += -poses % LISTENER_STEPS
    track = []
    state, at = listening.start(), 0
    for rows in heard_rows(samples, rate, model.spec, poses):
        sounds = zip(rows.features, rows.prosody.tolist(), strict=True)
        heard_now = [Heard(row, level, f0, voicing, 1.0) for row, (level, f0, voicing) in sounds]
        state, answers = alone(listening.steps(state, at, heard_now))
        for heard in answers:
            if at % LISTENER_STEPS == LISTENER_STEPS - 1:
                track.append((at / STEP_RATE, heard))
            at += 1
    return track


def heard_rows(samples: NDArray[np.float32], rate: int, spec: ModelSpec, poses: int) -> Iterator[Rows]:
    """Yield what a model of this spec hears at each pose, by the second, and silence after the end up to `poses`."""
    hearing = Hearing(spec, rate)
    state = hearing.start(0)
    for start in range(0, len(samples), rate):
        state, rows = hearing.step(state, samples[start : start + rate])
        yield rows
    yield hearing.finish(state, poses)
