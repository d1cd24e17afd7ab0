"""What a session sounds like to the body's network: the runtime's own ears, as they are in a live session."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.body.rows import doing
from voxrig.runtime.animation.face import SILENT, awake, hold_steps, listen
from voxrig.runtime.animation.heard import LEAD, Heard
from voxrig.runtime.animation.hearing import Hearing, Rows
from voxrig.runtime.animation.voice import Voicing
from voxrig.runtime.core.timing import STEP_RATE
from voxrig.runtime.models import bundle
from voxrig.runtime.models.spec import ModelSpec

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

_EARLY: Final = LEAD - 1
"""Model steps heard before pose 0: pose p is shown when step p + 4 is known."""


class Sounds(NamedTuple):
    """A sound at T poses.

    Attributes:
        values: float64[T, 11], as of `animation.voice.Voices`.
        mel: float32[T, 2 * bands], its log-mel rows.
    """

    values: Doubles
    mel: Floats


def ears() -> ModelSpec:
    """Manifest of the face model whose features a body's network hears: all shipped ones have the same."""
    return bundle.load(bundle.DEFAULT).spec


def hear(samples: Floats, rate: int, spec: ModelSpec, deaf: Sequence[tuple[int, int]] = ()) -> Sounds:
    """Hear a sound as life does in a session, 83 ms ahead of each pose.

    Args:
        samples: float32[n] at `rate` Hz.
        rate: Hz.
        spec: of the face's model.
        deaf: first pose, and the one after the last, of stretches in which nothing is heard.

    Returns:
        The sound at each of the ceil(60 * n / rate) poses.
    """
    poses = -(-len(samples) * STEP_RATE // rate)
    heard = _heard(samples, rate, spec, poses)
    for first, end in deaf:
        heard[first:end] = [None] * (min(end, poses) - first)
    voicing = Voicing(spec.log_mel())
    _, voices = voicing.steps(voicing.start(), heard)
    silence = np.full(spec.log_mel().width, np.log(np.float32(spec.features.floor)), np.float32)
    return Sounds(
        voices.values, np.stack([silence if sound is None or sound.awake <= 0.0 else sound.row for sound in heard])
    )


def _heard(samples: Floats, rate: int, spec: ModelSpec, poses: int) -> list[Heard | None]:
    hearing = Hearing(spec, rate)
    state, whole = hearing.step(hearing.start(0), samples)
    rest = hearing.finish(state, poses + _EARLY)
    parts: tuple[Rows, ...] = (whole, rest) if len(rest.features) else (whole,)
    features, prosody = (np.concatenate([getattr(part, name) for part in parts]) for name in ("features", "prosody"))
    gate, hold, found = SILENT, hold_steps(spec.delay_steps), []
    for row, (level, f0, voicing), quiet in zip(
        features, prosody.tolist(), [quiet for part in parts for quiet in part.quiet], strict=True
    ):
        gate = listen(gate, quiet, hold)
        found.append((row, level, f0, voicing, awake(gate)))
    # The gate shows how far the mouth speaks at the newest step, which is the pose's own look-ahead later.
    return [Heard(*found[pose + _EARLY]) for pose in range(poses)]


def does(values: Doubles, told: Sequence[tuple[int, Activity]]) -> NDArray[np.int64]:
    """Say at each pose what one does, by its number in `rows.DOING`: int64[T].

    Args:
        values: float64[T, 11] as of `Sounds`.
        told: what one is told to do, from which pose on, the first from 0.
    """
    what, found, after = Activity.AUTO, np.empty(len(values), np.int64), dict(told)
    for pose, (speaking, since) in enumerate(values[:, :2].tolist()):
        what = after.get(pose, what)
        found[pose] = doing(what, speaking > 0.0, since)
    return found
