"""How far an animator looks ahead, measured: from some moment on noise is put in, and the first changed frame found."""

from dataclasses import replace
from typing import Final

import numpy as np
from side_by_side.animators import Animator
from side_by_side.clips import Sound

_CUTS: Final = 16
_CHANGED: Final = 1e-3  # of a weight: a resampler's far ringing is no look-ahead


def measured(animator: Animator, sound: Sound) -> float | None:
    """Milliseconds of sound beyond a frame's own time that were seen to change it: the most of 16 moments.

    None where the sound changes nothing.
    """
    random = np.random.default_rng(3)
    cuts = random.integers(len(sound.audio) // 5, len(sound.audio) * 3 // 5, _CUTS)
    changed = [replace(sound, audio=sound.audio.copy()) for _ in cuts]
    for other, cut in zip(changed, cuts, strict=True):
        other.audio[cut:] = 0.3 * random.standard_normal(len(other.audio) - cut)
    (before, *after), *_ = animator.play([sound, *changed]).takes.values()
    most = None
    for take, cut in zip(after, cuts, strict=True):
        frames = np.flatnonzero(np.abs(take.values - before.values).max(axis=1) > _CHANGED)
        if len(frames):
            seen = 1000 * (int(cut) / sound.rate - int(frames[0]) / 60)
            most = seen if most is None else max(most, seen)
    return most
