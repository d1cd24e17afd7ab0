"""A voice made of a buzz, whose every syllable is known."""

import numpy as np

RATE = 24_000


def syllables(
    times: list[float], seconds: float, loud: dict[float, float] | None = None, rise: tuple[float, float] = (0.0, 0.0)
) -> np.ndarray:
    """A buzz of 130 Hz with a syllable at each time; `loud` makes some of them louder by so much.

    Between the two times of `rise` the pitch rises by an octave.
    """
    at = np.arange(int(seconds * RATE)) / RATE
    envelope = np.zeros(len(at))
    for time in times:
        strength = (loud or {}).get(time, 1.0)
        envelope += 0.12 * strength * np.exp(-0.5 * ((at - time) / 0.055) ** 2)
    pitch = 130 * 2 ** np.clip((at - rise[0]) / max(rise[1] - rise[0], 1e-9), 0, 1) if rise[1] else 130 + 0 * at
    turns = 2 * np.pi * np.cumsum(pitch) / RATE
    buzz = sum(np.sin(n * turns) / n for n in range(1, 12))
    noise = 1e-4 * np.random.default_rng(0).standard_normal(len(at))
    return (envelope * buzz / 2 + noise).astype(np.float32)
