"""The streaming resampler: right, chunk-invariant, bounded, and honest about its look-ahead."""

from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.core.resample import Resampler, SampleRateError

RATES = (8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 191_999, 192_000)


def tone(rate: int, hertz: float, seconds: float) -> NDArray[np.float32]:
    return np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate).astype(np.float32)


def chunked(resampler: Resampler, samples: NDArray[np.float32], sizes: list[int]) -> NDArray[np.float32]:
    state, out, at, turn = resampler.start(), [], 0, 0
    while at < len(samples):
        size = sizes[turn % len(sizes)]
        state, more = resampler.step(state, samples[at : at + size])
        out.append(more)
        at, turn = at + size, turn + 1
    return np.concatenate(out)


@pytest.mark.parametrize("rate", RATES)
def test_a_tone_keeps_its_shape_and_its_time(rate: int) -> None:
    resampler = Resampler(rate)
    _, out = resampler.step(resampler.start(), tone(rate, 2_500, 0.5))
    expected = np.sin(2 * np.pi * 2_500 * np.arange(len(out)) / 24_000)
    inside = slice(200, len(out) - 200)
    assert np.abs(out - expected)[inside].max() < 1e-3


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 96_000, 191_999])
@pytest.mark.parametrize("sizes", [[1], [160], [441], [1024], [997], [3, 1, 5000, 2]], ids=str)
def test_chunks_change_nothing(rate: int, sizes: list[int]) -> None:
    samples = np.random.default_rng(3).standard_normal(rate // 8).astype(np.float32)
    resampler = Resampler(rate)
    _, whole = resampler.step(resampler.start(), samples)
    assert np.array_equal(chunked(resampler, samples, sizes), whole)


@pytest.mark.parametrize("rate", RATES)
def test_look_ahead_is_what_it_says(rate: int) -> None:
    resampler = Resampler(rate)
    samples = np.random.default_rng(4).standard_normal(rate // 4).astype(np.float32)
    cut = rate // 8
    changed = samples.copy()
    changed[cut:] += 1.0
    _, one = resampler.step(resampler.start(), samples)
    _, other = resampler.step(resampler.start(), changed)
    moved = np.flatnonzero(one != other)[0]
    # The first output that may change is the first whose time + look-ahead reaches the first changed sample.
    assert Fraction(int(moved), 24_000) + resampler.look_ahead >= Fraction(cut, rate)
    assert Fraction(int(moved), 24_000) + resampler.look_ahead < Fraction(cut + 4, rate) + Fraction(2, 24_000)


@pytest.mark.parametrize("rate", RATES)
def test_output_lags_by_no_more_than_the_look_ahead(rate: int) -> None:
    resampler = Resampler(rate)
    state, out = resampler.step(resampler.start(), np.zeros(rate, np.float32))
    assert len(out) <= 24_000
    assert Fraction(len(out), 24_000) >= 1 - resampler.look_ahead - Fraction(1, 24_000)
    assert state.received == rate


def test_what_is_above_the_new_band_is_gone() -> None:
    resampler = Resampler(96_000)
    _, out = resampler.step(resampler.start(), tone(96_000, 17_000, 0.5))
    assert np.abs(out[200:-200]).max() < 2e-3


def test_a_state_is_a_value() -> None:
    resampler = Resampler(44_100)
    samples = tone(44_100, 300, 0.1)
    state, _ = resampler.step(resampler.start(), samples)
    kept = state.history.copy()
    _, first = resampler.step(state, samples)
    _, second = resampler.step(state, samples)
    assert np.array_equal(first, second)
    assert np.array_equal(state.history, kept)


@pytest.mark.parametrize("rate", [44_100, 191_999])
def test_state_does_not_grow(rate: int) -> None:
    resampler = Resampler(rate)
    state = resampler.start()
    largest = 0
    for _ in range(300):
        state, _ = resampler.step(state, np.zeros(1_777, np.float32))
        largest = max(largest, len(state.history))
    assert largest <= 2 * 16 * -(-rate // 24_000) + rate // 24_000 + 2


def test_days_of_audio_do_not_drift() -> None:
    resampler = Resampler(44_100)
    begin = resampler.start()
    later = type(begin)(begin.history, 44_100 * 86_400 * 30, 24_000 * 86_400 * 30)
    # A month in, the same samples give the same output as in the first second, at the same place.
    samples = np.random.default_rng(5).standard_normal(4_410).astype(np.float32)
    _, first = resampler.step(begin, samples)
    state, much_later = resampler.step(later, samples)
    assert np.array_equal(first, much_later)
    assert state.produced - later.produced == len(first)


@pytest.mark.parametrize("rate", [0, -1, 7_999, 192_001])
def test_rates_out_of_range_are_named(rate: int) -> None:
    with pytest.raises(SampleRateError, match=str(rate)):
        Resampler(rate)
