"""Speech to gesture with: a voice whose every stress is known, and the sample clips."""

from pathlib import Path

import pytest
import soundfile

from voxrig.exporters.gesturing.listened import Listened, listened

from .spoken import RATE, syllables

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


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
