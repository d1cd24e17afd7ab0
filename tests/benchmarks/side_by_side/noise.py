"""Noise for the robustness rows: babble of given voices, and music made here; seeded, so a run can be repeated."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_TEMPO: Final = 112  # beats a minute
_CHORDS: Final = ((0, 4, 7, 11), (9, 12, 16, 19), (5, 9, 12, 16), (7, 11, 14, 17))  # semitones: Cmaj7 Am7 Fmaj7 G7
_MIDDLE_C: Final = 261.63  # Hz


def babble(voices: list[NDArray[np.float32]], length: int, random: np.random.Generator) -> NDArray[np.float32]:
    """Sum voices at equal power, each looped from a random place: float32[length]."""
    total = np.zeros(length)
    for voice in voices:
        looped = np.roll(np.resize(voice, max(length, len(voice))), random.integers(len(voice)))[:length]
        total += looped / (np.sqrt(np.mean(np.square(looped, dtype=np.float64))) + 1e-9)
    return total.astype(np.float32)


def music(length: int, rate: int, seed: int) -> NDArray[np.float32]:
    """Synthesize a small band, float32[length]: sustained chords, a bass on each beat, kick, snare and hi-hat."""
    random = np.random.default_rng(seed)
    beat = 60 * rate // _TEMPO
    key = 2 ** (random.integers(-5, 6) / 12) * _MIDDLE_C
    first = int(random.integers(len(_CHORDS)))
    out = np.zeros(length + 4 * beat)
    for number, start in enumerate(range(0, length, beat)):
        chord = _CHORDS[(first + number // 4) % len(_CHORDS)]
        if number % 4 == 0:
            out[start : start + 4 * beat] += 0.5 * _pad([key * 2 ** (n / 12) for n in chord], 4 * beat, rate)
        out[start : start + beat] += 0.8 * _pluck(key / 4 * 2 ** (chord[0] / 12), beat, rate)
        out[start : start + beat] += _drums(number, beat, rate, random)
    return out[:length].astype(np.float32)


def under(speech: NDArray[np.float32], spoken: slice, noise: NDArray[np.float32], snr: float) -> NDArray[np.float32]:
    """Add noise at `snr` dB below the power of `speech[spoken]`; scaled down where the sum would clip."""
    power = np.mean(np.square(speech[spoken], dtype=np.float64))
    gain = np.sqrt(power / (np.mean(np.square(noise, dtype=np.float64)) + 1e-12)) * 10 ** (-snr / 20)
    mixed = speech + gain * noise
    return np.asarray(mixed / max(1.0, float(np.abs(mixed).max()) / 0.99), np.float32)


def _pad(frequencies: list[float], length: int, rate: int) -> NDArray[np.float64]:
    """A chord of soft saw-like tones with a slow attack and release."""
    time = np.arange(length) / rate
    tones = sum(np.sin(2 * np.pi * f * h * time) / h**1.5 for f in frequencies for h in range(1, 7) if f * h < rate / 2)
    return np.asarray(tones * np.sin(np.pi * np.arange(length) / length) ** 0.5 / len(frequencies))


def _pluck(frequency: float, length: int, rate: int) -> NDArray[np.float64]:
    time = np.arange(length) / rate
    return np.asarray(sum(np.sin(2 * np.pi * frequency * h * time) / h**2 for h in range(1, 5)) * np.exp(-5 * time))


def _drums(number: int, length: int, rate: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Kick on even beats, snare on odd ones, a hi-hat every half beat."""
    time = np.arange(length) / rate
    white = random.standard_normal(length)
    hat = np.diff(white, prepend=0.0) * np.exp(-60 * (time % (length / 2 / rate)))
    kick = np.sin(2 * np.pi * (50 * time + 4 * (1 - np.exp(-30 * time)))) * np.exp(-12 * time)
    snare = (white + np.sin(2 * np.pi * 190 * time)) * np.exp(-18 * time)
    return np.asarray(0.15 * hat + (1.2 * kick if number % 2 == 0 else 0.5 * snare))
