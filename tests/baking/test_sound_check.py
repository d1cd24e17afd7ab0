"""What is said of recordings that can be baked, but should not be."""

import numpy as np
import pytest

from voxrig.baking.sound_check import sound_warnings

RATE = 16_000


def tone(seconds: float, peak: float = 0.5) -> np.ndarray:
    return (peak * np.sin(2 * np.pi * 180 * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def kinds(samples: np.ndarray) -> list[str]:
    return [warned.kind for warned in sound_warnings(samples, RATE)]


def test_a_good_recording_has_none() -> None:
    assert kinds(tone(2.0)) == []
    assert kinds(tone(2.0) + np.float32(0.2)) == []  # an offset is no voice and no fault here
    assert kinds(tone(0.001)) == []


def test_clipping_is_told_and_a_loud_peak_is_not() -> None:
    assert kinds(np.clip(tone(1.0, 1.6), -1.0, 1.0)) == ["clipping"]
    assert "180" in sound_warnings(np.clip(tone(0.5, 1.6), -1.0, 1.0), RATE)[0].text
    loud = tone(1.0, 0.7)
    loud[500] = 1.0
    assert kinds(loud) == []


@pytest.mark.parametrize("level", [0.0, 1e-5])
def test_a_silent_recording_is_only_silent(level: float) -> None:
    [warned] = sound_warnings(tone(3.0, level), RATE)
    assert warned.kind == "silence"
    assert "record it again" in warned.text


def test_quiet_long_and_uncut_recordings() -> None:
    assert kinds(tone(2.0, 0.005)) == ["quiet"]
    assert kinds(tone(61.0)) == ["long"]
    still = np.zeros(round(2.5 * RATE), np.float32)
    assert [w.text for w in sound_warnings(np.concatenate((still, tone(1.0))), RATE)] == [
        "it starts with 2.5 s of silence; cut them off"
    ]
    assert [w.text for w in sound_warnings(np.concatenate((tone(1.0), still)), RATE)] == [
        "it ends with 2.5 s of silence; cut them off"
    ]
