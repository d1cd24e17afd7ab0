"""Phones with times -> articulator trajectories at 60 steps a second: the rules that the network is taught.

Each articulator follows the targets of the sounds around a moment, weighted by how much each sound insists and by a
smooth window: a normalised form of the dominance functions of Cohen & Massaro, "Modeling coarticulation in synthetic
visual speech" (1993). Window lengths and leads follow times measured on captured speech: lips begin to close 50 ms
before a bilabial, rounding begins 60 to 110 ms before its vowel.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.articulators import ARTICULATORS, index
from voxrig.exporters.phonetics import CLASSES, SILENCE, SOUNDS, parts, target_matrix
from voxrig.runtime.core.timing import STEP_RATE

Phone = tuple[str, float, float]
"""IPA symbol, start and end in seconds."""

_FINE: Final = 8  # sub-steps a step: 480 a second
_FINE_RATE: Final = STEP_RATE * _FINE

# (window seconds, lead seconds): rounding looks furthest ahead.
_JAW: Final = (0.120, 0.005)
_LIPS: Final = (0.110, 0.005)
_ROUNDING: Final = (0.170, 0.030)
_TONGUE: Final = (0.090, 0.005)
_CLOSURE: Final = (0.060, 0.005)
_CLOSURE_MARGIN: Final = 0.012  # seconds that a closure lasts beyond its label on either side

_MOTION: Final = {
    "jaw": _JAW, "pucker": _ROUNDING, "funnel": _ROUNDING, "tongue_tip": _TONGUE, "tongue_back": _TONGUE,
    "tongue_out": _TONGUE, "together": _CLOSURE, "press": _CLOSURE, "roll_lower": (0.080, 0.005),
}  # fmt: skip


def classes(phones: Sequence[Phone], steps: int) -> NDArray[np.int64]:
    """Class of the sound at each step's time n / 60 s: int64[steps], indices into `phonetics.CLASSES`."""
    return _paint(phones, steps, 1)


def _paint(phones: Sequence[Phone], steps: int, fine: int) -> NDArray[np.int64]:
    rate = STEP_RATE * fine
    out = np.full(steps * fine, CLASSES.index(SILENCE), np.int64)
    for symbol, start, end in phones:
        sounds = parts(symbol)
        edges = np.linspace(start, end, len(sounds) + 1)
        for sound, a, b in zip(sounds, edges[:-1], edges[1:], strict=True):
            out[max(0, round(a * rate)) : max(0, round(b * rate))] = CLASSES.index(sound)
    return out


def trajectories(phones: Sequence[Phone], steps: int) -> NDArray[np.float32]:
    """Articulators that speak `phones`.

    Args:
        phones: symbols with times, in order.
        steps: how many steps to make; row n shows time n / 60 s.

    Returns:
        float32[steps, len(ARTICULATORS)], 0 to 1.

    Raises:
        UnknownSoundError: a symbol is in no table.
    """
    painted = _paint(phones, steps, _FINE)
    target = target_matrix()[painted]
    insists = {
        kind: np.array([getattr(SOUNDS[c], kind) for c in CLASSES], np.float32)[painted]
        for kind in ("jaw", "lips", "rounding")
    }
    closed = _dilate(target[:, index("together")], _CLOSURE_MARGIN)
    out = np.empty((steps, len(ARTICULATORS)), np.float32)
    for column, name in enumerate(ARTICULATORS):
        if name in ("together", "press"):
            peak = target[:, column].max(initial=0.0)
            curve = _smooth(closed * peak, np.ones_like(closed), *_CLOSURE)
        else:
            kind = "jaw" if name == "jaw" else "rounding" if name in ("pucker", "funnel") else "lips"
            curve = _smooth(target[:, column], insists[kind], *_MOTION.get(name, _LIPS))
        out[:, column] = curve[::_FINE]
    # Lips that meet don't bare the teeth.
    together = out[:, index("together")]
    for name in ("lower_down", "upper_up", "funnel"):
        out[:, index(name)] *= 1 - together
    return out


def _smooth(
    target: NDArray[np.float32], weight: NDArray[np.float32], window: float, lead: float
) -> NDArray[np.float32]:
    """Weighted mean under a Hann window of `window` seconds that is centred `lead` seconds ahead."""
    half = max(1, round(window * _FINE_RATE / 2))
    shift = round(lead * _FINE_RATE)
    kernel = np.hanning(2 * half + 1)
    pad = half + shift
    weighted = np.convolve(np.pad(target * weight, pad, mode="edge"), kernel, mode="same")
    total = np.convolve(np.pad(weight, pad, mode="edge"), kernel, mode="same")
    at = slice(pad + shift, pad + shift + len(target))
    return np.asarray(weighted[at] / total[at], np.float32)


def _dilate(active: NDArray[np.float32], seconds: float) -> NDArray[np.float32]:
    """1 wherever `active` is above zero within `seconds`."""
    half = round(seconds * _FINE_RATE)
    return np.asarray(np.convolve(active > 0, np.ones(2 * half + 1), mode="same") > 0, np.float32)
