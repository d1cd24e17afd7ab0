"""Changes made to the training speech: the kind they say, and nothing else."""

import numpy as np
from numpy.typing import NDArray

from voxrig.exporters.training.augment import background, hiss, to_log, to_power, voice
from voxrig.runtime.core.features import LogMel

MEL = LogMel()


def bursts(frames: int = 240) -> NDArray[np.float32]:
    """Power of half a second of a vowel-like spectrum, silence, and so on."""
    shape = -6 - 4 * np.cos(np.linspace(0, 6 * np.pi, MEL.bands))
    on = (np.arange(frames) // 60) % 2 == 0
    return np.where(on[:, None], np.exp(shape)[None, :], 0).astype(np.float32)


def test_power_and_log_are_inverse() -> None:
    power = bursts()
    back = to_power(to_log(power, MEL).astype(np.float16), MEL)
    assert np.allclose(back, power, rtol=0.01, atol=1e-6)


def test_every_voice_is_finite_and_repeatable_and_the_words_stay_where_they_are() -> None:
    power = bursts()
    before, on = power.copy(), power[:, 0] > 0
    draws = [voice(power, MEL, np.random.default_rng(seed)) for seed in range(60)]
    assert np.array_equal(power, before)
    assert len({draw.tobytes() for draw in draws}) == len(draws)
    for seed, draw in enumerate(draws):
        assert (draw.shape, draw.dtype) == (power.shape, np.float32)
        assert np.isfinite(draw).all()
        assert draw.min() >= 0
        assert not draw[~on].any()
        assert draw[on].any()
        assert np.array_equal(draw, voice(power, MEL, np.random.default_rng(seed)))


def test_backgrounds_are_softer_than_the_speech_and_as_often_nothing() -> None:
    power = bursts()
    level = power[power[:, 0] > 0].mean()
    asked = []

    def others(count: int) -> NDArray[np.float32]:
        asked.append(count)
        return np.ones((count, MEL.bands), np.float32)

    draws = [background(power, MEL, others, np.random.default_rng(seed)) for seed in range(80)]
    some = [draw for draw in draws if draw.any()]
    assert 8 <= len(draws) - len(some) <= 40
    assert asked
    assert set(asked) == {len(power)}
    for draw in some:
        assert draw.shape == power.shape
        assert np.isfinite(draw).all()
        assert 0 < draw.mean() < level * 10 ** (-0.45)


def test_pauses_are_silence_or_noise_without_a_rhythm() -> None:
    draws = [hiss(200, MEL, np.random.default_rng(seed)) for seed in range(60)]
    assert 15 <= sum(not draw.any() for draw in draws) <= 45
    for draw in draws:
        level = np.log(draw.reshape(10, 20, -1).mean(axis=(1, 2)) + 1e-20)
        assert np.ptp(level) < 2.5  # nepers: it waxes and wanes by 6 dB and no more
