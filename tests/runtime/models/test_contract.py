"""The contracts find what breaks them: each is shown a thing that does."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.smoothing import ease
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import contract
from voxrig.runtime.models.contract import ContractError

Floats = NDArray[np.float32]
RATE, FPS = 6000, FrameRate(60)
SAMPLES = np.random.default_rng(0).uniform(-1, 1, 3000).astype(np.float32)


def windows(chunks: Sequence[Floats], ahead: int = 150) -> Floats:
    """Rows at 60 fps, 100 samples each: the mean of the 100 samples before the row's time + `ahead`."""
    stream = np.concatenate((np.zeros(100, np.float32), *chunks))
    count = (len(stream) - 100 - ahead) // 100 + 1
    return np.array(
        [[stream[100 * n + ahead : 100 * n + ahead + 100].mean()] for n in range(max(count, 0))], np.float32
    )


def test_chunks_that_matter_are_found() -> None:
    contract.verify_chunk_invariance(windows, SAMPLES)
    with pytest.raises(ContractError, match=r"chunks of 160 samples: .* rows differ, first 0"):
        contract.verify_chunk_invariance(lambda chunks: windows(chunks) * len(chunks), SAMPLES, (3000, 160))
    with pytest.raises(ContractError, match=r"shape \(29, 1\) instead of \(28, 1\)"):
        contract.verify_same("rows", windows([SAMPLES]), windows([SAMPLES])[:-1])


def test_the_last_bit_counts() -> None:
    with pytest.raises(ContractError, match="1 of 2 rows differ, first 1"):
        contract.verify_same("zeros", np.float32([[0], [-0.0]]), np.float32([[0], [0]]))


@pytest.mark.parametrize(("ahead", "words"), [(151, "needs more than its"), (151 + 100, "needs more")])
def test_a_longer_look_ahead_than_declared_is_found(ahead: int, words: str) -> None:
    contract.verify_look_ahead(windows, SAMPLES, RATE, FPS, Fraction(150, RATE), [0, 1, 20])
    with pytest.raises(ContractError, match=words):
        contract.verify_look_ahead(
            lambda chunks: windows(chunks, ahead), SAMPLES, RATE, FPS, Fraction(150, RATE), [0, 1, 20]
        )


def test_a_row_that_peeks_is_found() -> None:
    def peeks(chunks: Sequence[Floats]) -> Floats:
        return windows(chunks) + np.float32(np.concatenate(chunks)[2500:].sum())

    with pytest.raises(ContractError, match="frames up to 3"):
        contract.verify_look_ahead(peeks, SAMPLES, RATE, FPS, Fraction(150, RATE), [3])


def test_a_look_ahead_that_is_not_used_is_found() -> None:
    with pytest.raises(ContractError, match="ignores the samples 300 to 450"):
        contract.verify_look_ahead(lambda chunks: windows(chunks, 0), SAMPLES, RATE, FPS, Fraction(150, RATE), [3])


def frames(indices: Sequence[int], utterance: int = 0) -> list[Frame]:
    return [Frame(n, n * 100, utterance, np.zeros(1, np.float32)) for n in indices]


def test_wrong_counts_and_samples_are_found() -> None:
    contract.verify_frame_count(frames(range(1, 4)), 50, 350, RATE, FPS)
    for wrong in (range(1, 3), range(4), range(1, 5), [1, 3, 2]):
        with pytest.raises(ContractError, match="have the frames 1 to 3 at 60 fps"):
            contract.verify_frame_count(frames(wrong), 50, 350, RATE, FPS)
    with pytest.raises(ContractError, match="frame 1 carries media sample 101"):
        contract.verify_frame_count([Frame(1, 101, 0, np.zeros(1, np.float32))], 50, 150, RATE, FPS)


def test_chance_is_found() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ContractError, match="the same samples again"):
        contract.verify_repeatable(lambda chunks: rng.random((3, 1), np.float32), SAMPLES)


def test_growth_is_found_also_behind_a_view() -> None:
    whole = np.zeros(1000, np.float32)
    assert contract.state_bytes((whole[:1], [np.zeros(2, np.float32)], whole[5:], frames([1]))) == 4000 + 8 + 4
    contract.verify_bounded([100, 90, 110], allowance=10)
    with pytest.raises(ContractError, match=r"grows: \[100, 90, 111\]"):
        contract.verify_bounded([100, 90, 111], allowance=10)


def test_a_mouth_that_does_not_rest_is_found() -> None:
    mouth = np.ones((60, 2), np.float32)
    mouth[39:] = 0
    contract.verify_rest(mouth, FPS, Fraction(1, 2))
    with pytest.raises(ContractError, match=r"the mouth is at 1.000 where it must rest, first in row 38"):
        contract.verify_rest(mouth, FPS, Fraction(29, 60))
    with pytest.raises(ContractError, match="40 rows end before row 40"):
        contract.verify_rest(mouth[:40], FPS, Fraction(31, 60))


def test_a_pop_an_old_number_and_no_rest_are_found() -> None:
    before, rest, blend = np.float32([1.0]), np.float32([0.0]), Fraction(120, 1000)
    path = [1 - ease(n / 7.2) for n in range(1, 8)]

    def stop(values: Sequence[float], utterance: int = 5) -> None:
        shown = [Frame(n, n, utterance, np.float32([value])) for n, value in enumerate(values)]
        contract.verify_interruption(before, shown, rest, FPS, blend, 4)

    stop(path)
    with pytest.raises(ContractError, match=r"frame 0 .*still belongs to utterance 4"):
        stop(path, utterance=4)
    with pytest.raises(ContractError, match="a pop of"):
        stop([0.6, *path[1:]])
    with pytest.raises(ContractError, match="off rest"):
        stop(path[:5])
