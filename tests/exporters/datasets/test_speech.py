"""The readers of our data sets, on made-up ones in their layout."""

from pathlib import Path

import numpy as np
import pytest

from voxrig.exporters.datasets.speech import GRID_TRUSTED, DatasetError, read_grid, read_tts


def test_readers_follow_the_layout(data: Path) -> None:
    tts = list(read_tts(data))
    assert [c.name for c in tts] == ["t0", "t1", "t2"]
    audio, rate = tts[0].audio()
    assert (audio.dtype, rate, len(audio)) == (np.float32, 16_000, 12_800)
    grid = list(read_grid(data))
    assert [c.name for c in grid] == ["g1", "g2"]
    assert grid[0].captured is not None
    assert grid[0].captured.shape[0] == 48
    assert grid[0].trusted == GRID_TRUSTED
    assert grid[0].captured[0, 0] == pytest.approx(0.2, abs=1e-3)


def test_a_missing_data_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="--data"):
        list(read_tts(tmp_path))
