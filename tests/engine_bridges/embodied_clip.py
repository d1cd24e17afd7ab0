"""A body for any clip: through postures anywhere within their range, 0.8 seconds from one to the next."""

from dataclasses import replace

import numpy as np

from voxrig.runtime.core.body import posture
from voxrig.runtime.core.body.bones import BODY_BONES, PARTS, bones_of
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.clip import Clip


def embodied(clip: Clip, parts: tuple[str, ...] = tuple(PARTS), seed: int = 3) -> Clip:
    """The clip without its layers, and with a body or parts of one: the same bones from the same seed."""
    frames, rng = len(clip.take), np.random.default_rng(seed)
    at = np.arange(frames) / float(clip.take.fps.fraction) / 0.8
    postures = posture.LOW + (posture.HIGH - posture.LOW) * rng.random((int(at[-1]) + 2, posture.SIZE))
    first, part = at.astype(int), (at % 1.0)[:, None]
    part = part**3 * (10.0 - 15.0 * part + 6.0 * part**2)
    turns = solve(postures[first] * (1.0 - part) + postures[first + 1] * part)
    bones = bones_of(parts)
    chosen = turns[:, [BODY_BONES.index(bone) for bone in bones]].reshape(frames, -1)
    values = np.concatenate((clip.take.values, chosen), axis=1)
    return replace(clip, take=replace(clip.take, bones=(*clip.take.bones, *bones), values=values), layers={})
