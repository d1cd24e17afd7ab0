"""What the same words could have sounded like: changes made to mel frames while training.

`voice` stands for level, equalisation and another vocal tract, `background` for what else is heard: noise, music, other
people. A background lies under a whole sequence, its pauses included, where it must not move the mouth.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.training.music import music
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.core.timing import SAMPLE_RATE

Power = NDArray[np.float32]
"""Mel power, float32[frames, bands]."""

GAIN_DB: Final = 20.0
"""Sequences are played up to so much louder or softer."""
_CLIP_GAIN_DB: Final = 4.0
_TILT_DB: Final = 8.0
_WARP: Final = 0.12
_MUSIC_SECONDS: Final = 160


def to_power(frames: NDArray[np.float16], mel: LogMel) -> Power:
    """Log-mel frames -> power."""
    return np.asarray(np.maximum(np.exp(frames.astype(np.float32)) - np.float32(mel.floor), 0), np.float32)


def to_log(power: Power, mel: LogMel) -> NDArray[np.float32]:
    """Power -> log-mel frames."""
    return np.asarray(np.log(power + np.float32(mel.floor)), np.float32)


def voice(power: Power, mel: LogMel, random: np.random.Generator) -> Power:
    """Change a clip as another speaker, microphone or line might.

    Args:
        power: of the clip; not changed.
        mel: the filter bank it came from.
        random: where the choices come from.
    """
    bands = power.shape[1]
    if random.random() < 0.7:
        power = _warp(power, 1 + random.uniform(-_WARP, _WARP))
    curve = np.interp(np.arange(bands), np.linspace(0, bands - 1, 5), random.uniform(-_TILT_DB, _TILT_DB, 5))
    gain = 10 ** ((random.uniform(-_CLIP_GAIN_DB, _CLIP_GAIN_DB) + curve) / 10)
    power = np.asarray(power * gain, np.float32)
    if random.random() < 0.12:
        power[:, int(np.searchsorted(mel.centres, random.uniform(3200, 5500))) :] *= 1e-5
    if random.random() < 0.08:
        power[:, : int(np.searchsorted(mel.centres, random.uniform(120, 320)))] *= 1e-4
    if random.random() < 0.06:  # lost packets
        for _ in range(int(random.integers(1, 4))):
            at = int(random.integers(max(1, len(power) - 8)))
            power[at : at + int(random.integers(2, 8))] = 0
    return power


def background(speech: Power, mel: LogMel, others: Callable[[int], Power], random: np.random.Generator) -> Power:
    """Draw what else is heard during a sequence: often nothing.

    Args:
        speech: the sequence, pauses and all.
        mel: the filter bank.
        others: gives so many frames of somebody talking.
        random: where the choices come from.
    """
    loud = speech.mean(axis=1)
    heard = loud[loud > loud.max(initial=0.0) * 1e-3]
    level = float(heard.mean()) if len(heard) else 1e-5
    count, chance = len(speech), random.random()
    out = np.zeros_like(speech)
    if chance < 0.2:
        out = _below(_noise(count, mel, 0, random), level, random.uniform(5, 40))
    elif chance < 0.32:
        bank = _music(mel)
        start = int(random.integers(len(bank)))
        out = _below(bank[(start + np.arange(count)) % len(bank)], level, random.uniform(7, 30))
    elif chance < 0.55:
        talk = np.sum([others(count) for _ in range(int(random.integers(3, 8)))], axis=0)
        out = _below(talk, level, random.uniform(6, 28))
    if random.random() < 0.25:
        for _ in range(int(random.integers(1, 8))):
            burst = _burst(mel, random)
            at = int(random.integers(max(1, count - len(burst))))
            out[at : at + len(burst)] += _below(burst, level, random.uniform(8, 40))[: count - at]
    return out


def _below(power: Power, level: float, decibels: float) -> Power:
    """Scale to a mean so many decibels below a level."""
    return np.asarray(power * (level / (float(power.mean()) + 1e-12) * 10 ** (-decibels / 10)), np.float32)


def _burst(mel: LogMel, random: np.random.Generator) -> Power:
    """A breath, a rustle, a key: noise that comes and goes in 30 to 700 ms."""
    count = int(120 * 10 ** random.uniform(-1.5, -0.15))
    shape = np.hanning(count + 2)[1:-1] if random.random() < 0.6 else np.exp(-np.arange(count) / (0.3 * count))
    return np.asarray(_noise(count, mel, 0, random) * shape[:, None], np.float32)


def hiss(count: int, mel: LogMel, random: np.random.Generator) -> Power:
    """What a pause may hold by itself: as often digital silence as a room or a machine."""
    if random.random() < 0.5:
        return np.zeros((count, mel.bands), np.float32)
    return _noise(count, mel, random.uniform(-90, -35), random)


def _warp(power: Power, factor: float) -> Power:
    """Stretch the frequency axis: a longer or shorter vocal tract."""
    bands = power.shape[1]
    at = np.clip(np.arange(bands) * factor, 0, bands - 1)
    low = np.minimum(at.astype(np.int64), bands - 2)
    share = (at - low).astype(np.float32)
    return np.asarray(power[:, low] * (1 - share) + power[:, low + 1] * share, np.float32)


def _noise(frames: int, mel: LogMel, level: float, random: np.random.Generator) -> Power:
    """Power of steady coloured noise, `level` decibels in the mean, slowly waxing and waning."""
    bands, white = mel.bands, _white(mel)
    colour = np.interp(np.arange(bands), np.linspace(0, bands - 1, 6), random.uniform(-12, 12, 6))
    swell = np.interp(np.arange(frames), np.linspace(0, max(frames - 1, 1), 8), random.uniform(-3, 3, 8))
    decibels = level + colour[None, :] + swell[:, None]
    rows = (int(random.integers(len(white))) + np.arange(frames)) % len(white)
    return np.asarray(10 ** (decibels / 10) * white[rows], np.float32)


@lru_cache(maxsize=2)
def _white(mel: LogMel) -> Power:
    """Power of 40 s of white noise through the filter bank, each band's mean 1: it scatters as real noise does."""
    samples = np.random.default_rng(0).standard_normal(40 * SAMPLE_RATE).astype(np.float32)
    power = np.exp(mel.step(mel.start(), samples)[1].reshape(-1, mel.bands)[4:])
    return np.asarray(power / power.mean(axis=0), np.float32)


@lru_cache(maxsize=2)
def _music(mel: LogMel) -> Power:
    samples = music(_MUSIC_SECONDS, np.random.default_rng(3))
    return np.asarray(np.exp(mel.step(mel.start(), samples)[1].reshape(-1, mel.bands)), np.float32)
