"""Music made by chance is music: it repeats by its seed and has pitches and a beat."""

import numpy as np

from voxrig.exporters.training.music import music
from voxrig.runtime.core.timing import SAMPLE_RATE


def test_music_is_loud_varied_and_repeatable() -> None:
    piece = music(20, np.random.default_rng(5))
    assert (piece.shape, piece.dtype) == ((20 * SAMPLE_RATE,), np.float32)
    assert np.abs(piece).max() == np.float32(0.5)
    assert np.array_equal(piece, music(20, np.random.default_rng(5)))
    levels = np.square(piece).reshape(-1, SAMPLE_RATE // 10).mean(1)
    assert np.percentile(levels, 90) > 2 * np.percentile(levels, 10)
    spectrum = np.abs(np.fft.rfft(piece[: 4 * SAMPLE_RATE]))
    assert np.sort(spectrum)[-200:].sum() > 0.2 * spectrum.sum()  # tones stand out of the noise
