"""What is wrong with a recording that can be baked all the same: clipping, silence, too quiet, too long."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

CLIPPED: Final = 0.9985
"""Full scale, less what 16 bits and a resampler round."""
CLIPPED_RUN: Final = 3
"""Samples in a row at full scale that no voice has by itself."""
QUIET_DBFS: Final = -40.0
"""A voice that is never louder than this is hard to hear for the models."""
SILENT_DBFS: Final = -70.0
LONG_SECONDS: Final = 60.0
"""Lines beyond this are mostly several in one file."""
PAUSE_SECONDS: Final = 2.0
"""Silence at the start or end that is mostly a recording left uncut."""

_WINDOW: Final = 0.02  # seconds


class Warned(NamedTuple):
    """A warning: its kind (clipping, silence, quiet, long, confidence, words, cue) and its text, with the remedy."""

    kind: str
    text: str


def sound_warnings(samples: NDArray[np.float32], rate: int) -> list[Warned]:
    """Look a recording over.

    Args:
        samples: float32[n], n > 0, full scale at -1..1.
        rate: Hz.
    """
    seconds = len(samples) / rate
    warned = []
    levels = _levels(samples, rate)
    loudest = float(levels.max())
    if loudest < SILENT_DBFS:
        return [Warned("silence", f"the recording is silent ({loudest:.0f} dBFS at most); record it again")]
    count = _clipped(samples)
    if count:
        warned.append(Warned("clipping", f"{count} stretches are clipped; record it with less gain, or declip it"))
    if loudest < QUIET_DBFS:
        warned.append(Warned("quiet", f"the loudest moment is at {loudest:.0f} dBFS; normalise it to -20 or more"))
    heard = np.flatnonzero(levels > max(loudest - 40.0, SILENT_DBFS))
    before, after = heard[0] * _WINDOW, seconds - (heard[-1] + 1) * _WINDOW
    for where, length in (("starts", before), ("ends", after)):
        if length > PAUSE_SECONDS:
            warned.append(Warned("silence", f"it {where} with {length:.1f} s of silence; cut them off"))
    if seconds > LONG_SECONDS:
        warned.append(Warned("long", f"{seconds:.0f} s is long for one line; cut it into lines"))
    return warned


def _levels(samples: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """Level of each window in dBFS, -200 at the least; a constant offset is not sound."""
    size = max(1, round(rate * _WINDOW))
    padded = np.pad(samples, (0, -len(samples) % size), mode="edge").reshape(-1, size).astype(np.float64)
    power = padded.var(axis=1)
    return np.asarray(10.0 * np.log10(np.maximum(power, 1e-20)))


def _clipped(samples: NDArray[np.float32]) -> int:
    """How many stretches of `CLIPPED_RUN` or more samples lie at full scale, or all at one same peak."""
    peak = float(np.abs(samples).max())
    if peak < CLIPPED:
        return 0
    edges = np.flatnonzero(np.diff(np.pad(np.abs(samples) >= CLIPPED, 1).astype(np.int8)))
    return int((edges[1::2] - edges[::2] >= CLIPPED_RUN).sum())
