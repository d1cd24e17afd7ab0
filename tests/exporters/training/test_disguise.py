"""Disguises change the sound and not when it is."""

import numpy as np
import pytest

from voxrig.exporters.training import disguise as module
from voxrig.exporters.training.disguise import disguise, reverberate

RATE = 16_000


def speech_like() -> np.ndarray:
    random = np.random.default_rng(4)
    envelope = np.repeat(random.uniform(0, 0.3, 40), 800)
    return (envelope * random.standard_normal(len(envelope))).astype(np.float32)


@pytest.mark.parametrize("channel", ["_telephone", "_opus", "_clipped", "reverberate"])
def test_a_channel_keeps_time_and_length_but_not_the_samples(channel: str) -> None:
    audio = speech_like()
    for seed in range(4):
        out = getattr(module, channel)(audio, RATE, np.random.default_rng(seed))
        assert (out.shape, out.dtype) == (audio.shape, np.float32)
        assert np.isfinite(out).all()
        assert not np.array_equal(out, audio)
        envelopes = [np.abs(x).reshape(-1, 80).mean(1) for x in (audio, out)]
        shifts = range(-10, 11)
        fits = [np.corrcoef(envelopes[0][10:-10], np.roll(envelopes[1], -s)[10:-10])[0, 1] for s in shifts]
        assert abs(shifts[int(np.argmax(fits))]) <= 1  # 5 ms


def test_a_room_rings_on() -> None:
    audio = np.zeros(RATE, np.float32)
    audio[1000] = 1
    wet = reverberate(audio, RATE, np.random.default_rng(1))
    assert not wet[:990].astype(np.float16).any()
    assert np.square(wet[1100:2000]).sum() > np.square(wet[4000:4900]).sum() > 0


def test_a_disguise_depends_on_the_seed_alone() -> None:
    audio = speech_like()
    draws = [disguise(audio, RATE, np.random.default_rng(seed)) for seed in range(20)]
    assert len({draw.tobytes() for draw in draws}) > 8
    assert np.array_equal(draws[3], disguise(audio, RATE, np.random.default_rng(3)))
    assert all(len(draw) == len(audio) for draw in draws)
