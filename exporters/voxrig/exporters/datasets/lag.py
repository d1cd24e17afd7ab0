"""How far a captured jaw runs behind its sound: tells a sound that was put under the wrong moment of the face."""

from typing import Final

import numpy as np
import soundfile

from voxrig.exporters.articulators import index
from voxrig.exporters.datasets.recording import Recording
from voxrig.runtime.core.timing import STEP_RATE

USUAL: Final = (-0.05, 0.12)
"""Seconds of lag that captured speech has: jaws open with the voice and peak a little later."""

_WITHIN: Final = 1.0  # seconds, either way
_FINE: Final = 100  # a second
_FLOOR: Final = 1e-3  # of the loudest 10 ms: quieter is silence


def jaw_lag(recording: Recording) -> float | None:
    """Seconds by which the jaw follows the loudness, in steps of 10 ms, -1 to 1; None if the jaw never moves.

    It is the shift at which jaw opening and the logarithm of the loudness correlate best, so it needs some ten seconds
    of speech with pauses to mean anything.
    """
    samples, rate = soundfile.read(recording.audio_path, dtype="float32", always_2d=True)
    window = rate // _FINE
    audio = samples.mean(axis=1)[: len(samples) // window * window]
    loudness = np.sqrt(np.square(audio).reshape(-1, window).mean(axis=1))
    level = np.log(np.maximum(loudness, max(float(loudness.max(initial=0.0)), 1e-6) * _FLOOR))
    jaw = recording.mouth[:, index("jaw")]
    seen = (recording.first + np.arange(len(jaw))) / STEP_RATE
    heard = (np.arange(len(level)) + 0.5) * window / rate
    inside = (heard > seen[0] + _WITHIN) & (heard < seen[-1] - _WITHIN)
    if inside.sum() < _FINE or np.ptp(jaw) == 0 or np.ptp(level[inside]) == 0:
        return None
    lags = np.arange(-round(_WITHIN * _FINE), round(_WITHIN * _FINE) + 1) / _FINE
    score = [np.corrcoef(np.interp(heard[inside] + lag, seen, jaw), level[inside])[0, 1] for lag in lags]
    return float(lags[int(np.argmax(np.nan_to_num(score, nan=-1.0)))])
