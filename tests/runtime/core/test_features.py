"""The streaming log-mel, against a plain transform of the whole signal."""

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.core.features import HOP, WINDOW, LogMel
from voxrig.runtime.core.timing import BLOCK, SAMPLE_RATE


def noise(blocks: int, seed: int = 0) -> NDArray[np.float32]:
    return (0.1 * np.random.default_rng(seed).standard_normal(blocks * BLOCK)).astype(np.float32)


def whole(mel: LogMel, samples: NDArray[np.float32]) -> NDArray[np.float32]:
    return mel.step(mel.start(), samples)[1]


def test_power_is_that_of_the_discrete_fourier_transform() -> None:
    """One band over the whole range sums every bin that numpy's transform gives."""
    mel = LogMel(bands=1, fmin=0.0, fmax=12_000.0)
    samples = noise(6)
    padded = np.concatenate((np.zeros(WINDOW - HOP), samples))
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    window /= window.sum()
    frames = np.stack([padded[i : i + WINDOW] * window for i in range(0, len(samples), HOP)])
    power = np.abs(np.fft.rfft(frames)) ** 2
    frequency = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE)
    peak = 700 * (10 ** (2595 * np.log10(1 + 12_000 / 700) / 2 / 2595) - 1)
    triangle = np.minimum(frequency / peak, (12_000 - frequency) / (12_000 - peak))
    expected = np.log(power @ triangle + mel.floor)
    # The bank averages the triangle over each bin's width; here that differs from its value at the bin by little.
    assert np.abs(whole(mel, samples).ravel() - expected).max() < 0.02


@pytest.mark.parametrize(
    ("hertz", "lowest", "highest"), [(200.0, 100, 320), (1_000.0, 900, 1_120), (5_000.0, 4_700, 5_350)]
)
def test_a_tone_is_loudest_in_its_band(hertz: float, lowest: float, highest: float) -> None:
    mel = LogMel()
    tone = np.sin(2 * np.pi * hertz * np.arange(20 * BLOCK) / SAMPLE_RATE).astype(np.float32)
    band = int(whole(mel, tone)[-1, : mel.bands].argmax())
    edges = np.linspace(*(2595 * np.log10(1 + f / 700) for f in (mel.fmin, mel.fmax)), mel.bands + 2)
    centre = 700 * (10 ** (edges[band + 1] / 2595) - 1)
    assert lowest < centre < highest


def test_silence_is_the_floor_and_a_full_scale_sine_is_not() -> None:
    mel = LogMel()
    assert np.allclose(whole(mel, np.zeros(4 * BLOCK, np.float32)), np.log(mel.floor))
    sine = np.sin(2 * np.pi * 1_000 * np.arange(20 * BLOCK) / SAMPLE_RATE).astype(np.float32)
    assert -3 < whole(mel, sine)[-1].max() < 0


@pytest.mark.parametrize("blocks", [1, 2, 3, 7, 50])
def test_blocks_may_come_in_any_number(blocks: int) -> None:
    mel, samples = LogMel(), noise(50)
    state, rows = mel.start(), []
    for at in range(0, len(samples), blocks * BLOCK):
        state, row = mel.step(state, samples[at : at + blocks * BLOCK])
        rows.append(row)
    assert np.array_equal(np.concatenate(rows), whole(mel, samples))


def test_a_row_sees_no_later_block() -> None:
    mel, samples = LogMel(), noise(10)
    changed = samples.copy()
    changed[6 * BLOCK :] *= 3
    before, after = whole(mel, samples), whole(mel, changed)
    assert np.array_equal(before[:6], after[:6])
    assert not np.array_equal(before[6], after[6])


def test_a_state_is_a_value() -> None:
    mel, samples = LogMel(), noise(3)
    state, _ = mel.step(mel.start(), samples)
    kept = state.tail.copy()
    assert np.array_equal(mel.step(state, samples)[1], mel.step(state, samples)[1])
    assert np.array_equal(state.tail, kept)


def test_every_band_hears_something() -> None:
    rows = whole(LogMel(), noise(40))
    assert (rows.mean(axis=0) > np.log(1e-8) + 3).all()


def test_part_of_a_block_is_refused() -> None:
    mel = LogMel()
    with pytest.raises(ValueError, match="401"):
        mel.step(mel.start(), np.zeros(401, np.float32))


@pytest.mark.parametrize(
    "layout", [(0, 60.0, 7_500.0), (64, 7_500.0, 60.0), (64, 60.0, 13_000.0), (300, 60.0, 7_500.0)]
)
def test_impossible_banks_are_refused(layout: tuple[int, float, float]) -> None:
    with pytest.raises(ValueError, match="mel filter bank"):
        LogMel(*layout)
