"""Streaming prosody, against sounds whose level and pitch are known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.core.prosody import F0, FLOOR_DBFS, LEVEL, VOICING, Prosody
from voxrig.runtime.core.timing import BLOCK, SAMPLE_RATE

Floats = NDArray[np.float32]


def buzz(hertz: float, blocks: int = 40, lowest: int = 1) -> Floats:
    """Harmonics that fall by 6 dB an octave, as a voice has; those below number `lowest` are missing."""
    time = np.arange(blocks * BLOCK) / SAMPLE_RATE
    parts = [np.sin(2 * np.pi * k * hertz * time) / k for k in range(lowest, int(5_000 / hertz))]
    return np.asarray(0.1 * np.sum(parts, axis=0), np.float32)


def noise(blocks: int = 40, seed: int = 0) -> Floats:
    return (0.1 * np.random.default_rng(seed).standard_normal(blocks * BLOCK)).astype(np.float32)


def rows(samples: Floats) -> Floats:
    prosody = Prosody()
    return prosody.step(prosody.start(), samples)[1]


@pytest.mark.parametrize("hertz", [62.0, 80.0, 117.0, 180.0, 233.0, 350.0, 490.0])
def test_pitch_of_a_buzz(hertz: float) -> None:
    found = rows(buzz(hertz))[8:]
    assert np.abs(found[:, F0] / hertz - 1).max() < 0.01
    assert found[:, VOICING].min() > 0.8


def test_a_missing_fundamental_is_heard() -> None:
    """A telephone cuts it off; the sound still repeats at it."""
    found = rows(buzz(110.0, lowest=3))[8:]
    assert np.abs(found[:, F0] / 110 - 1).max() < 0.01


def test_pitch_does_not_depend_on_the_level() -> None:
    loud, soft = rows(buzz(150.0)), rows(np.float32(0.01) * buzz(150.0))
    assert np.abs(loud[8:, F0] - soft[8:, F0]).max() < 0.5
    assert np.allclose(loud[8:, LEVEL] - soft[8:, LEVEL], 40, atol=0.1)


def test_noise_has_no_pitch() -> None:
    found = rows(noise(600))
    assert (found[:, F0] > 0).mean() < 0.01
    assert found[:, VOICING].mean() < 0.4


def test_a_voice_in_noise_keeps_its_pitch() -> None:
    mixed = buzz(140.0, 200) + np.float32(0.3) * noise(200)
    found = rows(mixed)[8:, F0]
    assert (np.abs(found / 140 - 1) < 0.03).mean() > 0.9


def test_level_is_that_of_the_block_without_its_mean() -> None:
    sine = np.sin(2 * np.pi * 600 * np.arange(4 * BLOCK) / SAMPLE_RATE).astype(np.float32)
    assert np.allclose(rows(sine)[:, LEVEL], -3.01, atol=0.01)
    assert np.allclose(rows(sine + np.float32(0.5))[:, LEVEL], -3.01, atol=0.01)


def test_silence_and_an_offset_say_nothing() -> None:
    for level in (0.0, 0.3):
        found = rows(np.full(20 * BLOCK, level, np.float32))[6:]
        assert (found[:, LEVEL] == FLOOR_DBFS).all()
        assert (found[:, F0] == 0).all()
        assert (found[:, VOICING] < 0.01).all()


@pytest.mark.parametrize("blocks", [1, 2, 3, 7, 30])
def test_blocks_may_come_in_any_number(blocks: int) -> None:
    prosody, samples = Prosody(), buzz(130.0, 30) + noise(30)
    state, parts = prosody.start(), []
    for at in range(0, len(samples), blocks * BLOCK):
        state, part = prosody.step(state, samples[at : at + blocks * BLOCK])
        parts.append(part)
    assert np.array_equal(np.concatenate(parts), rows(samples))


def test_a_row_sees_no_later_block() -> None:
    samples = buzz(130.0, 20)
    changed = samples.copy()
    changed[12 * BLOCK :] = noise(8)
    before, after = rows(samples), rows(changed)
    assert np.array_equal(before[:12], after[:12])
    assert not np.array_equal(before[12], after[12])


def test_a_state_is_a_value_and_small() -> None:
    prosody, samples = Prosody(), buzz(130.0, 5)
    state, _ = prosody.step(prosody.start(), samples)
    kept = state.tail.copy(), state.low.copy()
    assert np.array_equal(prosody.step(state, samples)[1], prosody.step(state, samples)[1])
    assert np.array_equal(state.tail, kept[0])
    assert np.array_equal(state.low, kept[1])
    assert state.tail.base is None
    assert state.low.base is None
    assert state.tail.nbytes + state.low.nbytes < 1100


def test_part_of_a_block_is_refused() -> None:
    prosody = Prosody()
    with pytest.raises(ValueError, match="401 samples are no whole number of blocks of 400"):
        prosody.step(prosody.start(), np.zeros(401, np.float32))
