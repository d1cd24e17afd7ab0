"""The resampler: any split is the whole to the bit, and the tenth day is the first."""

from itertools import pairwise

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from voxrig.runtime.core.resample import Resampler, ResampleState

USUAL = [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000]
RATES = st.sampled_from([*USUAL, 8_001, 23_999, 47_952, 191_999])


def noise(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, count).astype(np.float32)


def stepped(resampler: Resampler, samples: np.ndarray, cuts: list[int]) -> tuple[ResampleState, np.ndarray]:
    places = [0, *sorted(cut % (len(samples) + 1) for cut in cuts), len(samples)]
    state, made = resampler.start(), []
    for start, end in pairwise(places):
        state, out = resampler.step(state, samples[start:end])
        made.append(out)
    return state, np.concatenate(made)


@settings(max_examples=60)
@given(RATES, st.integers(0, 4000), st.lists(st.integers(0, 10**6), max_size=12), st.integers(0, 99))
@example(44_100, 1, [0, 0, 1], 0)
def test_any_split_is_the_whole(rate: int, count: int, cuts: list[int], seed: int) -> None:
    resampler, samples = Resampler(rate), noise(count, seed)
    whole_state, whole = stepped(resampler, samples, [])
    state, made = stepped(resampler, samples, cuts)
    assert made.tobytes() == whole.tobytes()
    assert state.history.tobytes() == whole_state.history.tobytes()
    assert (state.received, state.produced) == (whole_state.received, whole_state.produced) == (count, len(whole))


@settings(max_examples=60)
@given(RATES, st.integers(0, 3000))
def test_what_comes_out_is_what_its_look_ahead_allows(rate: int, count: int) -> None:
    """Output m shows m / 24,000 s, and needs the input up to look-ahead after it, no more and no less."""
    resampler = Resampler(rate)
    _, made = stepped(resampler, noise(count, 1), [])
    due = (m for m in range(len(made) + 2) if m * rate // 24_000 + resampler.look_ahead * rate < count)
    assert len(made) == sum(1 for _ in due)
    assert abs(len(made) - count * 24_000 / rate) <= 1 + resampler.look_ahead * 24_000


@settings(max_examples=40)
@given(RATES, st.integers(1, 3650), st.integers(1, 2000), st.integers(0, 99))
def test_days_later_it_is_the_same_to_the_bit(rate: int, days: int, count: int, seed: int) -> None:
    resampler = Resampler(rate)
    begun, _ = resampler.step(resampler.start(), noise(1500, seed))
    seconds = days * 86_400
    later = ResampleState(begun.history, begun.received + seconds * rate, begun.produced + seconds * 24_000)
    more = noise(count, seed + 1)
    first, out = resampler.step(begun, more)
    last, same = resampler.step(later, more)
    assert same.tobytes() == out.tobytes()
    assert len(last.history) == len(first.history)
    assert (last.received - first.received, last.produced - first.produced) == (seconds * rate, seconds * 24_000)


@settings(max_examples=30)
@given(RATES, st.integers(0, 2**40), st.integers(0, 800))
def test_it_never_falls_behind(rate: int, before: int, count: int) -> None:
    """Anywhere on its way it has given all that its input allows, to the sample."""
    resampler = Resampler(rate)
    half = len(resampler.start().history) + 1
    received = before - before % rate
    produced = max(0, -(-(received - half) * 24_000 // rate)) if rate != 24_000 else received
    keep = received - (produced * rate // 24_000 - half + 1)
    state = ResampleState(np.zeros(max(keep, half - 1), np.float32)[-max(keep, half - 1) :], received, produced)
    state, out = resampler.step(state, np.zeros(count, np.float32))
    expected = received + count if rate == 24_000 else max(produced, -(-(received + count - half) * 24_000 // rate))
    assert state.produced == expected == produced + len(out)
