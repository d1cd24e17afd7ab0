"""Music to talk over, made here: chords, a bass and drums by chance, so that none of it belongs to anybody."""

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.timing import SAMPLE_RATE

_SCALES = ((0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 3, 5, 7, 10))  # semitones


def music(seconds: int, random: np.random.Generator) -> NDArray[np.float32]:
    """Compose a stretch of music.

    Args:
        seconds: its length.
        random: where the choices come from.

    Returns:
        float32[seconds * 24000], its peak 0.5; the piece changes every 8 s.
    """
    pieces = [_piece(8 * SAMPLE_RATE, random) for _ in range(-(-seconds // 8))]
    sound = np.concatenate(pieces)[: seconds * SAMPLE_RATE]
    return np.asarray(0.5 * sound / (np.abs(sound).max() + 1e-9), np.float32)


def _piece(count: int, random: np.random.Generator) -> NDArray[np.float64]:
    beat = round(SAMPLE_RATE * 60 / random.uniform(70, 160))
    scale, root = _SCALES[int(random.integers(len(_SCALES)))], random.uniform(55, 110)
    drums, voices, brightness = random.uniform(0, 1.2), int(random.integers(1, 5)), random.uniform(0.6, 2.0)
    out = np.zeros(count + 8 * beat)
    for start in range(0, count, beat // 2):
        for voice in range(voices):
            if random.random() < 0.6:
                step = scale[int(random.integers(len(scale)))] + 12 * min(voice, 3)
                note = _note(root * 2 ** (step / 12), int(beat * random.uniform(0.4, 4)), brightness, random)
                out[start : start + len(note)] += note / (1 + voice)
        if drums > 0.2 and random.random() < 0.8:
            hit = _drum(beat // 2, random)
            out[start : start + len(hit)] += drums * hit
    return out[:count]


def _note(pitch: float, count: int, brightness: float, random: np.random.Generator) -> NDArray[np.float64]:
    """A sum of harmonics that swells quickly and rings off."""
    time = np.arange(count) / SAMPLE_RATE
    harmonics = np.arange(1, max(2, int(min(12, 7000 / pitch))))
    phases = random.uniform(0, 2 * np.pi, len(harmonics))
    tone = (np.sin(2 * np.pi * pitch * harmonics[:, None] * time + phases[:, None]).T / harmonics**brightness).sum(1)
    return np.asarray(tone * np.minimum(time / 0.01, 1) * np.exp(-time * random.uniform(0.5, 5)))


def _drum(count: int, random: np.random.Generator) -> NDArray[np.float64]:
    """A kick or a burst of noise."""
    time = np.arange(count) / SAMPLE_RATE
    if random.random() < 0.4:
        return np.asarray(np.sin(2 * np.pi * 60 * time * (1 + np.exp(-time * 40))) * np.exp(-time * 12))
    return np.asarray(random.standard_normal(count) * np.exp(-time * random.uniform(15, 80)) * 0.5)
