import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.hearing import Hearing, HearingState, Rows
from voxrig.runtime.animation.stream import Speech, queued
from voxrig.runtime.models.bundle import Bundle


def hear(hearing: Hearing, samples: NDArray[np.float32], size: int, padding: int) -> tuple[HearingState, Rows]:
    state, features, prosody, quiet = hearing.start(padding), [], [], ()
    for at in range(0, len(samples), size):
        state, rows = hearing.step(state, samples[at : at + size])
        quiet += rows.quiet
        if rows.quiet:
            features.append(rows.features)
            prosody.append(rows.prosody)
    return state, Rows(np.concatenate(features), np.concatenate(prosody), quiet)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000, 192_000])
@pytest.mark.parametrize("padding", [0, 137])
def test_rows_come_as_early_as_they_can_and_flush_to_any_count(tiny_bundle: Bundle, rate: int, padding: int) -> None:
    hearing = Hearing(tiny_bundle.spec, rate)
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, rate // 2 + 77).astype(np.float32)
    state, rows = hear(hearing, samples, 997, padding)
    reach = int((len(samples) / rate - float(hearing.resampler.look_ahead)) * 24_000)
    assert len(rows.quiet) == state.steps == (reach + 50 + padding) // 400
    for more in (0, 1, 7):
        tail = hearing.finish(state, state.steps + more)
        assert len(tail.quiet) == more
        if more:
            assert tail.features.shape == (more, 128)


@pytest.mark.parametrize("rate", [16_000, 24_000, 44_100])
def test_flushing_is_hearing_silence(tiny_bundle: Bundle, rate: int) -> None:
    hearing = Hearing(tiny_bundle.spec, rate)
    samples = np.random.default_rng(0).uniform(-0.5, 0.5, rate // 3).astype(np.float32)
    state, _ = hear(hearing, samples, 500, 0)
    flushed = hearing.finish(state, state.steps + 5)
    _, longer = hearing.step(state, np.zeros(rate, np.float32))
    np.testing.assert_array_equal(flushed.features, longer.features[:5])
    assert flushed.quiet == longer.quiet[:5]


@pytest.mark.parametrize("size", [1, 441, 2003])
def test_what_is_quiet_does_not_depend_on_chunks(tiny_bundle: Bundle, size: int) -> None:
    hearing = Hearing(tiny_bundle.spec, 24_000)
    fade = (10.0 ** (-np.arange(24_000) / 6000)).astype(np.float32)
    samples = np.random.default_rng(0).standard_normal(24_000).astype(np.float32) * fade
    _, whole = hear(hearing, samples, len(samples), 3)
    _, cut = hear(hearing, samples, size, 3)
    assert cut.quiet == whole.quiet
    np.testing.assert_array_equal(cut.features, whole.features)
    # The fade falls 80 dB in the second: it passes -65 dBFS after 0.81 s.
    assert whole.quiet.index(True) == pytest.approx(0.8125 * 60, abs=2)


@pytest.mark.parametrize(
    ("level", "quiet"), [(0.0, True), (-80.0, True), (-66.0, True), (-63.0, False), (-30.0, False)]
)
def test_quiet_is_below_65_dbfs_whatever_the_offset(tiny_bundle: Bundle, level: float, quiet: bool) -> None:
    hearing = Hearing(tiny_bundle.spec, 24_000)
    sine = np.sin(np.arange(24_000) * 0.1) * np.sqrt(2) * (10 ** (level / 20) if level else 0)
    for offset in (0.0, 0.01):
        _, rows = hear(hearing, (sine + offset).astype(np.float32), 24_000, 0)
        assert set(rows.quiet[1:]) == {quiet}  # the first block holds the step up to the offset


def test_what_was_held_up_can_be_run_in_one_go() -> None:
    """Else a driver that takes steps of one piece at a time would stay behind for ever."""
    rows = Rows(np.zeros((2, 4), np.float32), np.zeros((2, 3), np.float32), (False, True))
    queue = queued((), Speech(0, 0, None, (rows,)))
    for _ in range(100):
        queue = queued(queue, Speech(0, 0, None, (rows,)))
    (speech,) = queue
    assert [len(piece.quiet) for piece in speech.rows] == [64, 64, 64, 10]
    assert [len(piece.features) for piece in speech.rows] == [64, 64, 64, 10]
    assert speech.rows[0].quiet[:4] == (False, True, False, True)
