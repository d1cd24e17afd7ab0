import numpy as np
import pytest

from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.models.onnx import OnnxModel


@pytest.fixture(scope="module")
def model(tiny_bundle: Bundle) -> OnnxModel:
    return OnnxModel(tiny_bundle)


@pytest.mark.parametrize("largest", [1, 2, 7, 64])
@pytest.mark.parametrize("count", [0, 1, 2, 7, 8, 65])
def test_everybody_gets_their_own_result_whatever_the_batch(model: OnnxModel, count: int, largest: int) -> None:
    rng = np.random.default_rng(1)
    rows = [rng.standard_normal(128).astype(np.float32) for _ in range(count)]
    states = [tuple(rng.standard_normal(s.shape).astype(np.float32) for s in model.start()) for _ in range(count)]
    results = BatchRunner(model, largest).step(rows, states)
    assert len(results) == count
    for row, state, (controls, following) in zip(rows, states, results, strict=True):
        alone, after = model.step(row[None], tuple(part[None] for part in state))
        np.testing.assert_array_equal(controls, alone[0])
        for found, expected in zip(following, after, strict=True):
            np.testing.assert_array_equal(found, expected[0])


def test_a_state_does_not_keep_the_whole_batch_alive(model: OnnxModel) -> None:
    results = BatchRunner(model).step([np.zeros(128, np.float32)] * 64, [model.start()] * 64)
    assert all(part.base is None for _, state in results for part in state)


def test_given_states_are_not_changed(model: OnnxModel) -> None:
    start = model.start()
    BatchRunner(model).step([np.ones(128, np.float32)] * 2, [start, start])
    assert not any(part.any() for part in start)


@pytest.mark.parametrize("lengths", [(1,), (3, 3), (2, 5, 1, 5, 4), tuple(range(1, 12))])
@pytest.mark.parametrize("largest", [2, 64])
def test_several_steps_at_once_are_those_one_after_the_other(
    model: OnnxModel, lengths: tuple[int, ...], largest: int
) -> None:
    rng = np.random.default_rng(2)
    rows = [rng.standard_normal((length, 128)).astype(np.float32) for length in lengths]
    states = [tuple(rng.standard_normal(s.shape).astype(np.float32) for s in model.start()) for _ in lengths]
    results = BatchRunner(model, largest).steps(rows, states)
    for own, state, (controls, following) in zip(rows, states, results, strict=True):
        assert len(controls) == len(own)
        for row, found in zip(own, controls, strict=True):
            [(alone, state)] = BatchRunner(model).step([row], [state])
            np.testing.assert_array_equal(found, alone)
        for part, expected in zip(following, state, strict=True):
            np.testing.assert_array_equal(part, expected)
            assert part.base is None, "it would keep the whole batch alive"


def test_a_batch_of_none_is_refused(model: OnnxModel) -> None:
    with pytest.raises(ValueError, match="at most 0"):
        BatchRunner(model, 0)
