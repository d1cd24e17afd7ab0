"""Effort heard in the spectrum's balance: its direction, and what must not matter."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from voxrig.runtime.animation.effort import UNHEARD, Effort, EffortState, amplitudes, level
from voxrig.runtime.core.features import LogMel

Floats = NDArray[np.float32]

SAMPLES = Path(__file__).parents[3] / "samples"
MEL = LogMel()


def hear(sound: Floats, state: EffortState = UNHEARD) -> tuple[list[float], EffortState]:
    """Levels after each step of 24 kHz sound."""
    effort, levels = Effort(MEL), []
    for row in MEL.step(MEL.start(), sound[: len(sound) // 400 * 400])[1]:
        state = effort.step(state, row)
        levels.append(level(state))
    return levels, state


def tilted(sound: Floats, decibels: float) -> Floats:
    """Raise everything above 1 kHz."""
    spectrum, hertz = np.fft.rfft(sound), np.fft.rfftfreq(len(sound), 1 / 24_000)
    return np.fft.irfft(spectrum * 10 ** (decibels / 20 * (hertz > 1000)), len(sound)).astype(np.float32)


@pytest.fixture(scope="module")
def speech_clip() -> Floats:
    clip, rate = soundfile.read(SAMPLES / "gatekeeper.wav", dtype="float32")
    assert rate == 24_000
    return clip


def test_a_flatter_spectrum_is_more_effort_and_never_beyond_1(speech_clip: Floats) -> None:
    means = [float(np.mean(hear(tilted(speech_clip, tilt))[0])) for tilt in (-30, -10, 0, 10, 20)]
    assert (np.diff(means) > 0.05).all()
    assert -1 < means[0] < -0.5
    assert 0.5 < means[-1] < 1


@pytest.mark.parametrize("decibels", [-40, -20, 12])
def test_the_level_does_not_matter(speech_clip: Floats, decibels: float) -> None:
    spoken = np.abs(speech_clip).reshape(-1, 100).max(axis=1).repeat(100)[::400][: len(speech_clip) // 400] > 0.05
    plain, scaled = (np.array(hear(s)[0]) for s in (speech_clip, speech_clip * np.float32(10 ** (decibels / 20))))
    np.testing.assert_allclose(scaled[spoken], plain[spoken], atol=0.02)


def test_silence_and_a_quiet_room_change_nothing(speech_clip: Floats) -> None:
    levels, state = hear(speech_clip)
    assert hear(np.zeros(48_000, np.float32), state)[0][-1] == levels[-1]
    hiss = (np.random.default_rng(0).standard_normal(48_000) * 1e-4).astype(np.float32)
    assert hear(hiss, state)[0][-1] == pytest.approx(levels[-1], abs=0.1)


def test_it_is_neutral_at_first_and_settles_within_a_second(speech: Callable[..., Floats], speech_clip: Floats) -> None:
    assert level(UNHEARD) == 0.0
    bright = tilted(speech_clip[24_000:], 20)
    levels = np.array(hear(bright)[0])
    assert np.abs(levels[:2]).max() < 0.2
    assert levels[60] > 0.5
    dull, state = hear(tilted(speech_clip, -20))
    after = hear(bright, state)[0]
    assert dull[-1] < -0.3
    assert after[90] > 0.4, "who begins to shout is heard within a second and a half"


def test_amplitudes_grow_with_effort_and_its_share() -> None:
    assert amplitudes(0.5, 0.0) == (1.0, 1.0)
    assert amplitudes(0.0, 1.0) == (1.0, 1.0)
    for share in (0.3, 1.0):
        jaws, lips = zip(*(amplitudes(heard, share) for heard in np.linspace(-1, 1, 9)), strict=True)
        assert (np.diff(jaws) > 0).all()
        assert (np.diff(lips) > 0).all()
    assert amplitudes(1.0, 1.0)[0] < 1.5
    assert amplitudes(-1.0, 1.0)[0] > 0.5
