"""The same recording by another way to the ear: a room, a telephone, a codec, a clipped microphone.

What only the waveform can show; level, equalisation, vocal tract and background are changed later, on mel frames.
"""

import io
from collections.abc import Callable
from typing import Final

import numpy as np
import soundfile
from numpy.typing import NDArray

Sound = NDArray[np.float32]

_TELEPHONE: Final = 8_000  # Hz
_MU: Final = 255.0  # of G.711


def disguise(audio: Sound, rate: int, random: np.random.Generator) -> Sound:
    """Pass a recording through a room and a channel, both by chance; what is said stays where it was in time.

    Args:
        audio: float32[n].
        rate: its rate in Hz, 8000 or more.
        random: where the choices come from.

    Returns:
        float32[n], at the same rate.
    """
    if random.random() < 0.35:
        audio = reverberate(audio, rate, random)
    channels: tuple[tuple[float, Callable[[Sound, int, np.random.Generator], Sound]], ...] = (
        (0.2, _telephone),
        (0.2, _opus),
        (0.15, _clipped),
    )
    chance = random.random()
    for share, channel in channels:
        if chance < share:
            return channel(audio, rate, random)
        chance -= share
    return audio


def reverberate(audio: Sound, rate: int, random: np.random.Generator) -> Sound:
    """Add a room: noise that falls by 60 dB in 0.15 to 0.7 s, 0 to 15 dB below the direct sound (Polack 1988)."""
    fall, below = random.uniform(0.15, 0.7), random.uniform(0, 15)
    time = np.arange(int(fall * rate)) / rate
    tail = random.standard_normal(len(time)) * 10 ** (-3 * time / fall)
    tail[: int(0.003 * rate)] = 0
    tail *= 10 ** (-below / 20) / np.sqrt(np.square(tail).sum())
    tail[0] = 1.0
    size = len(audio) + len(tail)
    wet = np.fft.irfft(np.fft.rfft(audio, size) * np.fft.rfft(tail, size), size)[: len(audio)]
    return np.asarray(wet, np.float32)


def _telephone(audio: Sound, rate: int, random: np.random.Generator) -> Sound:
    """8 kHz, 300 to 3400 Hz, and as often as not the logarithmic 8 bits of ITU-T G.711."""
    spectrum = np.fft.rfft(audio)
    hertz = np.fft.rfftfreq(len(audio), 1 / rate)
    spectrum[(hertz > 3400) | (hertz < random.choice((0, 200, 300)))] = 0
    count = len(audio) * _TELEPHONE // rate
    narrow = np.fft.irfft(spectrum[: count // 2 + 1], count) * (count / len(audio))
    if random.random() < 0.5:
        scaled = np.clip(narrow / (np.abs(narrow).max() + 1e-9), -1, 1)
        squeezed = np.round(127 * np.sign(scaled) * np.log1p(_MU * np.abs(scaled)) / np.log1p(_MU)) / 127
        narrow = np.sign(squeezed) * np.expm1(np.abs(squeezed) * np.log1p(_MU)) / _MU
    wide = np.fft.irfft(np.fft.rfft(narrow), len(audio)) * (len(audio) / count)
    return np.asarray(wide, np.float32)


def _opus(audio: Sound, rate: int, random: np.random.Generator) -> Sound:
    """Opus at about 10 to 25 kb/s; libsndfile takes its delay out again."""
    if rate not in (8_000, 12_000, 16_000, 24_000, 48_000):
        return audio
    packed = io.BytesIO()
    level = float(random.uniform(0.92, 0.985))
    peak = max(1.0, float(np.abs(audio).max()))
    with soundfile.SoundFile(packed, "w", rate, 1, format="OGG", subtype="OPUS", compression_level=level) as file:
        file.write(audio / peak)
    packed.seek(0)
    return np.asarray(soundfile.read(packed, dtype="float32")[0], np.float32)


def _clipped(audio: Sound, _rate: int, random: np.random.Generator) -> Sound:
    """A microphone too loud by 3 to 15 dB."""
    limit = np.abs(audio).max() * 10 ** (-random.uniform(3, 15) / 20)
    return np.clip(audio, -limit, limit)
