"""What the same words could have sounded like: changes made to mel frames while training.

They stand for gain, equalisation, another vocal tract, a room, background noise and a telephone's narrow band.
"""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.runtime.core.features import FRAMES_PER_STEP, LogMel
from voxrig.runtime.core.timing import SAMPLE_RATE, STEP_RATE

_GAIN_DB: Final = 14.0
_TILT_DB: Final = 6.0
_WARP: Final = 0.06


def augment(frames: NDArray[np.float32], mel: LogMel, random: np.random.Generator) -> NDArray[np.float32]:
    """Change log-mel frames as another recording of the same words might.

    Args:
        frames: float32[n, bands], natural log of power; not changed.
        mel: the filter bank they came from.
        random: where the choices come from.

    Returns:
        float32[n, bands].
    """
    bands = frames.shape[1]
    power: NDArray[np.float32] = np.exp(frames) - np.float32(mel.floor)
    if random.random() < 0.7:
        power = _warp(power, 1 + random.uniform(-_WARP, _WARP))
    curve = np.interp(np.arange(bands), np.linspace(0, bands - 1, 5), random.uniform(-_TILT_DB, _TILT_DB, 5))
    gain = 10 ** ((random.uniform(-_GAIN_DB, _GAIN_DB) + curve) / 10)
    power = np.asarray(np.clip(power, 0, None) * gain, np.float32)
    if random.random() < 0.4:
        power = _room(power, random)
    if random.random() < 0.5:
        level = 10 * np.log10(power.mean() + 1e-12) - random.uniform(5, 40)
        power = np.asarray(power + _noise(len(power), mel, level, random), np.float32)
    if random.random() < 0.12:
        edge = int(np.searchsorted(_centres(mel), random.uniform(3200, 5500)))
        power[:, edge:] *= 1e-5
    return np.asarray(np.log(power + mel.floor), np.float32)


def _warp(power: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """Stretch the frequency axis: a longer or shorter vocal tract."""
    bands = power.shape[1]
    at = np.clip(np.arange(bands) * factor, 0, bands - 1)
    low = np.minimum(at.astype(np.int64), bands - 2)
    share = (at - low).astype(np.float32)
    return np.asarray(power[:, low] * (1 - share) + power[:, low + 1] * share, np.float32)


def _room(power: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Reverberation: every band's power rings on, 60 dB down after 0.15 to 0.8 s, 4 to 20 dB below the direct sound."""
    decay = 10 ** (-6 / (random.uniform(0.15, 0.8) * FRAMES_PER_STEP * STEP_RATE))
    wet = 10 ** (-random.uniform(4, 20) / 10)
    tail = np.zeros(power.shape[1], np.float32)
    out = power.copy()
    for n in range(1, len(power)):
        tail = decay * tail + (1 - decay) * power[n - 1]
        out[n] += wet * tail
    return np.asarray(out, np.float32)


def pause(frames: int, mel: LogMel, random: np.random.Generator) -> NDArray[np.float32]:
    """What a pause may sound like, float32[frames, bands]: as often digital silence as a room or a machine."""
    if random.random() < 0.5:
        return np.full((frames, mel.bands), np.log(mel.floor), np.float32)
    return np.asarray(np.log(_noise(frames, mel, random.uniform(-90, -35), random) + mel.floor), np.float32)


def _noise(frames: int, mel: LogMel, level: float, random: np.random.Generator) -> NDArray[np.float32]:
    """Power of steady coloured noise, `level` decibels in the mean, slowly waxing and waning."""
    bands, white = mel.bands, _white(mel)
    colour = np.interp(np.arange(bands), np.linspace(0, bands - 1, 6), random.uniform(-12, 12, 6))
    swell = np.interp(np.arange(frames), np.linspace(0, max(frames - 1, 1), 8), random.uniform(-3, 3, 8))
    decibels = level + colour[None, :] + swell[:, None]
    rows = (int(random.integers(len(white))) + np.arange(frames)) % len(white)
    return np.asarray(10 ** (decibels / 10) * white[rows], np.float32)


@lru_cache(maxsize=2)
def _white(mel: LogMel) -> NDArray[np.float32]:
    """Power of 40 s of white noise through the filter bank, each band's mean 1: it scatters as real noise does."""
    samples = np.random.default_rng(0).standard_normal(40 * SAMPLE_RATE).astype(np.float32)
    power = np.exp(mel.step(mel.start(), samples)[1].reshape(-1, mel.bands)[4:])
    return np.asarray(power / power.mean(axis=0), np.float32)


def _centres(mel: LogMel) -> NDArray[np.float64]:
    low, high = (2595 * np.log10(1 + f / 700) for f in (mel.fmin, mel.fmax))
    edges = np.linspace(low, high, mel.bands + 2)[1:-1]
    return np.asarray(700 * (10 ** (edges / 2595) - 1))
