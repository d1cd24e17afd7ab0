"""One moment of the whole rig."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Frame:
    """The rig at one exact time.

    Attributes:
        index: counts from 0 at the session's start; the time shown is exactly index / fps seconds.
        sample: the media sample at or just before that time, at the client's own sample rate.
        utterance: the piece of speech it belongs to, counted from 0.
        values: float32[stride] in the session's profile: the controls, then each bone as a quaternion x, y, z, w
            relative to its rest pose.
        tracks: float32[L, stride], what each layer shows alone, if the pipeline was asked for tracks.
    """

    index: int
    sample: int
    utterance: int
    values: NDArray[np.float32]
    tracks: NDArray[np.float32] | None = None
