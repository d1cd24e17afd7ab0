"""Something to say: a voice made of harmonics, the same at every run."""

import numpy as np
from numpy.typing import NDArray


def voice(seconds: float, rate: int, seed: int = 1) -> NDArray[np.int16]:
    """Return int16 [samples]: syllables of about 0.2 s on a falling pitch, with a little breath."""
    count = round(seconds * rate)
    time = np.arange(count) / rate
    chance = np.random.default_rng(seed)
    pitch = 2.0 * np.pi * np.cumsum(110.0 + 20.0 * np.sin(3.0 * time + seed)) / rate
    formant = 600.0 + 350.0 * np.sin(2.0 * np.pi * 2.3 * time + seed)
    sound = np.zeros(count)
    for harmonic in range(1, min(24, int(0.45 * rate / 130.0))):
        sound += np.exp(-(((110.0 * harmonic - formant) / 400.0) ** 2)) * np.sin(harmonic * pitch)
    syllables = np.sin(np.pi * ((time * 4.7) % 1.0)) ** 2
    sound = sound * syllables + 0.01 * chance.standard_normal(count)
    samples: NDArray[np.int16] = (6000.0 * sound).clip(-32768, 32767).astype("<i2")
    return samples


def cuts(count: int, seed: int) -> list[int]:
    """Return where to cut `count` samples: single ones at first, then pieces of very different sizes."""
    chance = np.random.default_rng(seed)
    places = list(range(1, min(20, count)))
    while places and places[-1] < count:
        places.append(places[-1] + int(chance.integers(1, 1500)))
    return [place for place in places if place < count]
