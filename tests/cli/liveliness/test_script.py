"""What is said in a simulated session, and where its voice is heard."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from voxrig.cli.liveliness.observed import SILENT, TALKING
from voxrig.cli.liveliness.script import BLOCK, FPS, PAUSE, Trial, at_24_khz, turns, voiced_blocks

ANY = Path("any")


def tone(seconds: float, rate: int = 24_000) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * 200 * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def test_clips_follow_each_other_with_pauses_on_whole_frames() -> None:
    clips = (tone(0.51), tone(1.234))
    found = list(islice(turns(Trial(ANY, clips, 5, 1.0, TALKING)), 200))
    for number, (said, quiet, flags) in enumerate(found):
        assert len(said) % BLOCK == quiet % BLOCK == 0
        assert len(flags) == (len(said) + quiet) // BLOCK
        np.testing.assert_array_equal(said[: len(clips[number % 2])], clips[number % 2])
        assert PAUSE[0] - 0.01 <= quiet / 24_000 <= PAUSE[1] + 0.01
    pauses = [quiet / 24_000 for _, quiet, _ in found]
    assert np.mean(pauses) == pytest.approx(0.9, abs=0.08)
    other = list(islice(turns(Trial(ANY, clips, 6, 1.0, TALKING)), 200))
    assert [quiet for _, quiet, _ in other] == [quiet for _, quiet, _ in found]  # all seeds hear the same


def test_silence_is_silent() -> None:
    for said, quiet, flags in islice(turns(Trial(ANY, (), 0, 1.0, SILENT)), 3):
        assert not said.any()
        assert not flags.any()
        assert len(flags) == (len(said) + quiet) // BLOCK


def test_voice_is_heard_where_it_is_and_over_short_gaps() -> None:
    def quiet(seconds: float) -> np.ndarray:
        return np.zeros(round(seconds * 24_000), np.float32)

    click = np.concatenate((quiet(0.5), tone(1 / 60), quiet(0.5)))
    clip = np.concatenate((quiet(0.4), tone(0.5), quiet(0.2), tone(0.5), quiet(0.3), tone(0.5), click))
    heard = voiced_blocks(clip)
    assert len(heard) == len(clip) // BLOCK
    edges = np.flatnonzero(np.diff(heard.astype(int))) + 1
    assert edges / FPS == pytest.approx([0.4, 1.6, 1.9, 2.4], abs=0.02)
    assert not voiced_blocks(quiet(1.0)).any()


@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100])
def test_a_clip_keeps_its_length_and_sound_at_24_khz(rate: int) -> None:
    found = at_24_khz(tone(0.7, rate), rate)
    assert len(found) == 16_800
    np.testing.assert_allclose(found[500:-500], tone(0.7)[500:-500], atol=2e-3)
