import numpy as np
import pytest

from voxrig.exporters.datasets.cuts import LONGEST, SHORTEST, quiet_cuts


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("seconds", [8.1, 11.0, 16.05, 60.0])
def test_clips_follow_each_other_and_are_neither_short_nor_long(rate: int, seconds: float) -> None:
    audio = np.random.default_rng(1).standard_normal(round(seconds * rate)).astype(np.float32)
    cuts = quiet_cuts(audio, rate)
    assert cuts[0][0] == 0
    assert seconds - 0.1001 <= cuts[-1][1] <= seconds
    assert [end for _, end in cuts[:-1]] == [start for start, _ in cuts[1:]]
    assert all(SHORTEST - 1e-6 <= end - start <= LONGEST + 1e-6 for start, end in cuts)
    assert all(round(start * 10) == pytest.approx(start * 10, abs=1e-9) for start, _ in cuts)


def test_cuts_lie_in_pauses() -> None:
    rate = 16_000
    time = np.arange(40 * rate) / rate
    pauses = (time % 5.3) > 4.6
    audio = np.where(pauses, 0.0, np.sin(2 * np.pi * 200 * time)).astype(np.float32)
    inner = [start for start, _ in quiet_cuts(audio, rate)[1:]]
    assert len(inner) >= 5
    assert all(4.6 <= start % 5.3 <= 5.3 for start in inner)


def test_a_short_recording_is_one_clip_and_an_empty_one_none() -> None:
    assert quiet_cuts(np.zeros(16_000 * 2 + 5, np.float32), 16_000) == [(0.0, 2.0)]
    assert quiet_cuts(np.zeros(100, np.float32), 16_000) == []
