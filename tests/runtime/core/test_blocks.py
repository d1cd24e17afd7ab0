import numpy as np
import pytest

from voxrig.runtime.core import blocks


@pytest.mark.parametrize("padding", [0, 1, 50, 399, 400, 799])
@pytest.mark.parametrize("size", [1, 160, 400, 441, 997, 5000])
def test_blocks_are_the_padded_stream_however_it_was_cut(padding: int, size: int) -> None:
    samples = np.random.default_rng(0).standard_normal(5000).astype(np.float32)
    state, pieces = blocks.start(padding), []
    for at in range(0, len(samples), size):
        state, whole = blocks.cut(state, samples[at : at + size])
        assert len(whole) % 400 == 0
        pieces.append(whole)
    stream = np.concatenate((np.zeros(padding, np.float32), samples))
    np.testing.assert_array_equal(np.concatenate(pieces), stream[: len(stream) // 400 * 400])
    np.testing.assert_array_equal(state.rest, stream[len(stream) // 400 * 400 :])


def test_a_state_can_be_used_again() -> None:
    state, _ = blocks.cut(blocks.start(10), np.ones(385, np.float32))
    first = blocks.cut(state, np.full(5, 2, np.float32))[1]
    second = blocks.cut(state, np.full(5, 3, np.float32))[1]
    assert first[-1] == 2
    assert second[-1] == 3


def test_the_rest_does_not_keep_a_clip_alive() -> None:
    state, _ = blocks.cut(blocks.start(0), np.ones(100_001, np.float32))
    assert state.rest.base is None
    assert len(state.rest) == 1


def test_negative_padding_is_an_error() -> None:
    with pytest.raises(ValueError, match="-1"):
        blocks.start(-1)
