"""Speech to gesture with: a voice whose every stress is known, and the sample clips."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from voxrig.exporters.gesturing.listened import Listened, listened

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
RATE = 24_000


def syllables(times: list[float], seconds: float, loud: dict[float, float] | None = None) -> np.ndarray:
    """A buzz of 130 Hz with a syllable at each time; `loud` makes some of them louder by so much."""
    at = np.arange(int(seconds * RATE)) / RATE
    envelope = np.zeros(len(at))
    for time in times:
        strength = (loud or {}).get(time, 1.0)
        envelope += 0.12 * strength * np.exp(-0.5 * ((at - time) / 0.055) ** 2)
    buzz = sum(np.sin(2 * np.pi * 130 * n * at) / n for n in range(1, 12))
    noise = 1e-4 * np.random.default_rng(0).standard_normal(len(at))
    return (envelope * buzz / 2 + noise).astype(np.float32)


@pytest.fixture(scope="session")
def stresses() -> list[float]:
    """When the stressed syllables of `speech` are loudest, in seconds."""
    return [start + 0.5 + 0.66 * n for start in (1.0, 7.0, 12.0, 20.0) for n in range(6)]


@pytest.fixture(scope="session")
def speech(stresses: list[float]) -> Listened:
    """26 s: four phrases, every third syllable stressed, with pauses of 1.3 to 4 s."""
    weak = [time + away for time in stresses for away in (0.22, 0.44)]
    return listened(syllables([*stresses, *weak], 26.0, dict.fromkeys(stresses, 2.6)), RATE)


@pytest.fixture(scope="session")
def clips() -> list[Listened]:
    """The sample clips."""
    found = []
    for name in ("gatekeeper", "healer", "warning"):
        samples, rate = soundfile.read(SAMPLES / f"{name}.wav", dtype="float32")
        found.append(listened(samples, rate))
    return found
