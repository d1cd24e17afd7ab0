"""Changes made to the training speech: the kind they say, and nothing else."""

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.training.augment import augment, pause
from voxrig.runtime.core.features import LogMel

MEL = LogMel()


def bursts(frames: int = 240) -> NDArray[np.float32]:
    """Half a second of a vowel-like spectrum, silence, and so on."""
    shape = -6 - 4 * np.cos(np.linspace(0, 6 * np.pi, MEL.bands))
    on = (np.arange(frames) // 60) % 2 == 0
    return np.where(on[:, None], shape[None, :], np.log(MEL.floor)).astype(np.float32)


def test_every_draw_is_finite_in_range_and_repeatable() -> None:
    frames = bursts()
    before = frames.copy()
    for seed in range(60):
        one = augment(frames, MEL, np.random.default_rng(seed))
        assert one.shape == frames.shape
        assert one.dtype == np.float32
        assert np.isfinite(one).all()
        assert one.min() >= np.log(MEL.floor) - 1e-3
        assert np.array_equal(one, augment(frames, MEL, np.random.default_rng(seed)))
    assert np.array_equal(frames, before)


def test_draws_differ_and_the_words_stay_where_they_are() -> None:
    frames = bursts()
    on = frames[:, 0] > np.log(MEL.floor) + 1
    draws = [augment(frames, MEL, np.random.default_rng(seed)) for seed in range(60)]
    assert len({draw.tobytes() for draw in draws}) == len(draws)
    for draw in draws:
        assert draw[on].mean() > draw[~on].mean() + 0.5


def test_pauses_are_silence_or_noise_without_a_rhythm() -> None:
    draws = [pause(200, MEL, np.random.default_rng(seed)) for seed in range(60)]
    silent = [draw for draw in draws if np.ptp(draw) == 0]
    assert 15 <= len(silent) <= 45
    for draw in draws:
        assert np.isfinite(draw).all()
        assert (
            np.ptp(draw.reshape(10, 20, -1).mean(axis=(1, 2))) < 2.5
        )  # nepers: it waxes and wanes by 6 dB and no more
