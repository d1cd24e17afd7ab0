"""Which syllables of a clip are accented, seen with the whole clip at hand: what strokes of gestures are put on.

A syllable's weight is its loudness and pitch against the voice's own normal, as in `animation.prominence` (Terken &
Hermes 2000), but read from what comes after as well: a peak is an accent where it stands out among the peaks about it.
Gestures' apexes meet pitch accents (Loehr 2004, "Gesture and intonation", PhD thesis, Georgetown; Leonard & Cummins
2011, "The temporal relation between beat gestures and speech", Language and Cognitive Processes 26): the apex is at
the loudest moment of the nucleus, within the stressed vowel where its times are known.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.gesturing.listened import AHEAD, Listened
from voxrig.runtime.core.timing import STEP_RATE

Doubles = NDArray[np.float64]

LEVEL, PITCH, VOICED = 2, 3, 4
"""Columns of `Listened.values`."""

_BLUR: Final = 1.8  # poses, sigma: shorter than a syllable
_RISE: Final = 0.1  # of weight, about 1 for a mean syllable: a peak that rises less above its valleys is none
_AROUND: Final = 4 * STEP_RATE  # poses on either side that an accent stands out from
_APART: Final = 17  # poses between accents at the least
_SLACK: Final = 4  # poses that a peak may lie outside its vowel: labels are good to 15 ms, levels to one pose
_LATE: Final = 1  # poses that voicing and loudness, over 50 and 17 ms, lag behind a nucleus (measured on `tts`: 13 ms)
_WEAKEST: Final = 0.12
_UNSTRESSED: Final = 0.35  # of strength that is left to a peak on no stressed vowel, where those are known


class Accent(NamedTuple):
    """An accented syllable.

    Attributes:
        at: pose of the loudest moment of its nucleus.
        strength: above 0, to 1.
    """

    at: int
    strength: float


def weights(listened: Listened) -> Doubles:
    """Return how prominent the sound is at each pose (not `AHEAD` of it): float64[T], 0 in silence and friction."""
    values = listened.values
    loud = np.maximum(0.0, 1.0 + values[:, LEVEL] / 15.0)
    heard = values[:, VOICED] * loud * (1.0 + 0.08 * np.clip(values[:, PITCH], -6.0, 10.0)) * (values[:, 0] > 0.0)
    reach = round(3 * _BLUR)
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / _BLUR) ** 2)
    # Row p of the values hears the sound of pose p + AHEAD.
    late = AHEAD - _LATE
    sounding = np.concatenate((np.zeros(late), heard))[: len(heard)]
    return np.convolve(sounding, bell / bell.sum(), "same")[: len(heard)]


def accents(listened: Listened) -> tuple[Accent, ...]:
    """Find the accents of a clip, in order."""
    curve = weights(listened)
    peaks = _peaks(curve)
    if not len(peaks):
        return ()
    strengths = _strengths(curve, peaks)
    if listened.stressed:
        peaks, strengths = _on_vowels(curve, peaks, strengths, listened.stressed)
    taken: list[int] = []
    for chosen in np.argsort(-strengths, kind="stable").tolist():
        at = int(peaks[chosen])
        if strengths[chosen] >= _WEAKEST and all(abs(at - int(peaks[other])) >= _APART for other in taken):
            taken.append(chosen)
    return tuple(Accent(int(peaks[n]), float(strengths[n])) for n in sorted(taken, key=lambda n: int(peaks[n])))


def _peaks(curve: Doubles) -> NDArray[np.int64]:
    """Return where the curve has maxima with valleys `_RISE` below on both sides."""
    found: list[int] = []
    top = low = 0
    climbing = False
    for n, value in enumerate(curve.tolist()):
        if climbing:
            if value > curve[top]:
                top = n
            elif value < curve[top] - _RISE:
                found.append(top)
                climbing, low = False, n
        elif value < curve[low]:
            low = n
        elif value > curve[low] + _RISE:
            climbing, top = True, n
    if climbing:
        found.append(top)
    return np.array(found, np.int64)


def _strengths(curve: Doubles, peaks: NDArray[np.int64]) -> Doubles:
    """Return how far each peak stands out from those about it: 0 at their lower third, 1 near the highest."""
    heights = curve[peaks]
    found = np.empty(len(peaks))
    for n, at in enumerate(peaks.tolist()):
        near = heights[np.abs(peaks - at) <= _AROUND]
        low, high = np.quantile(near, (0.3, 0.95))
        found[n] = (heights[n] - low) / max(high - low, 0.25)
    return np.clip(0.15 + 0.85 * found, 0.0, 1.0)


def _on_vowels(
    curve: Doubles, peaks: NDArray[np.int64], strengths: Doubles, stressed: Sequence[tuple[float, float]]
) -> tuple[NDArray[np.int64], Doubles]:
    """Move peaks into the stressed vowels that they belong to, to the vowel's own maximum; others count less."""
    moved, left = peaks.copy(), strengths * _UNSTRESSED
    for start, end in stressed:
        first, last = (
            round(start * STEP_RATE),
            min(max(round(end * STEP_RATE), round(start * STEP_RATE) + 1), len(curve)),
        )
        if first >= last:
            continue
        inside = np.flatnonzero((peaks >= first - _SLACK) & (peaks < last + _SLACK))
        if len(inside):
            best = int(inside[np.argmax(strengths[inside])])
            moved[best], left[best] = first + int(np.argmax(curve[first:last])), strengths[best]
    return moved, left
