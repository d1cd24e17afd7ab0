from fractions import Fraction

import numpy as np
import pytest

from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.take import Take, TakeError
from voxrig.runtime.core.timing import FrameRate


def frame(index: int, value: float, stride: int = 6) -> Frame:
    return Frame(index, index * 100, 0, np.full(stride, value, np.float32))


def take(*frames: Frame) -> Take:
    return Take.from_frames(
        frames, profile="p", names=("a", "b"), bones=("head",), fps=FrameRate(30_000, 1001), sample_rate=16_000
    )


def test_frames_become_rows() -> None:
    made = take(frame(7, 0.1), frame(8, 0.2))
    assert len(made) == 2
    assert made.start_index == 7
    assert made.controls.shape == (2, 2)
    assert made.quaternions.shape == (2, 1, 4)
    assert made.time(1) == Fraction(8 * 1001, 30_000)
    np.testing.assert_array_equal(made.values[:, 0], np.float32([0.1, 0.2]))


def test_frames_after_an_interruption_replace_the_earlier_ones() -> None:
    made = take(frame(0, 0), frame(1, 0), frame(2, 0), frame(1, 5), frame(2, 6), frame(3, 7))
    assert made.values[:, 0].tolist() == [0, 5, 6, 7]


def test_no_frames_are_an_empty_take() -> None:
    assert take().values.shape == (0, 6)


def test_a_missing_frame_is_an_error() -> None:
    with pytest.raises(TakeError, match="frame 3 cannot follow frame 1"):
        take(frame(0, 0), frame(1, 0), frame(3, 0))


def test_a_frame_before_the_first_is_an_error() -> None:
    with pytest.raises(TakeError, match="frame 2 cannot follow frame 3"):
        take(frame(3, 0), frame(2, 0))


def test_a_frame_of_another_rig_is_an_error() -> None:
    with pytest.raises(TakeError, match=r"\(5,\) does not fit a take with 6 values"):
        take(frame(0, 0), frame(1, 0, stride=5))


def test_values_of_another_shape_are_an_error() -> None:
    with pytest.raises(TakeError, match="take 6 values a frame"):
        Take("p", ("a", "b"), ("head",), FrameRate(60), np.zeros((3, 5), np.float32), 0, 16_000)
