"""What the body's network is given at a step: the voice at two poses, the mood, the style, what one does, and luck."""

from typing import Final

import numba
import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.animation.activity import Activity
from voxrig.runtime.animation.body.noise import NOISE, write_noise
from voxrig.runtime.models.spec import BODY_POSES, BODY_TOLD, BODY_VOICE

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

MOOD: Final = 3
"""Valence, arousal and dominance, -1 to 1."""
STYLE: Final = ("energy", "space", "rate", "openness", "handedness")
"""How one gestures: each -1 to 1, 0 as most do; handedness is -1 for the left hand."""
DOING: Final = ("talking", "listening", "thinking", "idle")
"""What one does: one of them is 1."""

_DIALS: Final = len(STYLE)
_DOINGS: Final = len(DOING)
_LONG: Final = 120.0  # poses; that long since the voice began or ended is long
_SCALE: Final = np.array([1.0, 1.0 / _LONG, 1.0 / 20.0, 1.0 / 12.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])


def voice_rows(values: Doubles) -> Floats:
    """Scale what is heard of a voice, float64[k, 11] as of `voice.Voices`, to about 1: float32[k, 11]."""
    scaled = values * _SCALE
    np.minimum(scaled[:, 1], 1.0, out=scaled[:, 1])
    rows: Floats = scaled.astype(np.float32)
    return rows


def network_rows(
    voices: Floats, mels: Floats, mood: Doubles, style: Doubles, sit: Doubles, does: NDArray[np.intp], luck: Doubles
) -> Floats:
    """Lay out what the network is given in m steps.

    Args:
        voices: float32[2 * m, 11], as of `voice_rows`: of the pose before each step's and of its own.
        mels: float32[2 * m, 2 * bands], log-mel rows of the same poses.
        mood: float64[m, 3]: valence, arousal, dominance.
        style: float64[m, 5], in the order of `STYLE`.
        sit: float64[m], 0 to 1.
        does: int[m], indices into `DOING`.
        luck: float64[m, 12], as of `noise.noise_rows`.

    Returns:
        float32[m, row]: the two poses one after the other, each its voice and its mel row; then the rest in order.
    """
    steps = len(sit)
    poses = np.concatenate((voices, mels), axis=1).reshape(steps, -1)
    told = np.concatenate((mood, style, sit[:, None], np.eye(len(DOING))[does], luck), axis=1)
    return np.concatenate((poses, told.astype(np.float32)), axis=1)


@numba.njit(cache=True)
def write_rows(
    voice: Doubles,
    mel: Floats,
    voices: Doubles,
    mels: Floats,
    affects: Doubles,
    told: Doubles,
    key: int,
    at: int,
    first: int,
    out: Floats,
) -> None:
    """Do what `network_rows` does for a session's poses, in one go.

    Args:
        voice, mel: float64[11] and float32[2 * bands], of the pose before these.
        voices, mels: float64[k, 11], as of `voice.Voices`, and float32[k, 2 * bands].
        affects: float64[k, 3 or more]: the last three are valence, arousal, dominance.
        told: float64[m, 7]: the style, how far one sits, and what one does.
        key: of the session's luck.
        at: number of the first pose.
        first: row of the first step, 0 or 1; the others are `BODY_POSES` apart.
        out: float32[m, row], written.
    """
    width = BODY_VOICE + len(mel)
    rest = BODY_POSES * width
    for step in range(len(out)):
        row = first + BODY_POSES * step
        for pose in range(BODY_POSES):
            here = row - BODY_POSES + 1 + pose
            heard, sound = (voice, mel) if here < 0 else (voices[here], mels[here])
            for k in range(BODY_VOICE):
                scaled = heard[k] * _SCALE[k]
                out[step, pose * width + k] = min(scaled, 1.0) if k == 1 else scaled
            out[step, pose * width + BODY_VOICE : (pose + 1) * width] = sound
        for k in range(MOOD):
            out[step, rest + k] = affects[row, affects.shape[1] - MOOD + k]
        for k in range(_DIALS + 1):
            out[step, rest + MOOD + k] = told[step, k]
        for k in range(_DOINGS):
            out[step, rest + MOOD + _DIALS + 1 + k] = 1.0 if told[step, _DIALS + 1] == k else 0.0
    write_noise(key, at + first, BODY_POSES, out[:, out.shape[1] - NOISE :])


def doing(activity: Activity, speaking: bool, since: float) -> int:
    """Return which of `DOING` it is: the voice decides where nobody was told.

    Args:
        activity: as told.
        speaking, since: of the voice, as in `voice.Voice`.
    """
    if activity is not Activity.AUTO and activity is not Activity.TALKING:
        return 2 if activity is Activity.THINKING else 1
    return 0 if activity is not Activity.AUTO or speaking or since < _IDLE else 3


_IDLE: Final = 240  # poses of silence after which one no longer counts as talking

assert MOOD + len(STYLE) + 1 + len(DOING) + NOISE == BODY_TOLD
