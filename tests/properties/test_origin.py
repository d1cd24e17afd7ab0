"""Where a session begins anew: exactly on a sample, or refused with the place that is near."""

import re
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from voxrig.runtime.core.timing import FrameRate, frame_sample
from voxrig.runtime.serving.origin import read_origin
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.v1 import performance_pb2 as pb

from .test_timing import RATES, frame_rates

FRAMES = st.integers(0, 2**35)  # a thousand years, and more is refused


@given(frame_rates(), RATES, FRAMES, st.integers(0, 10_000))
def test_a_beginning_is_taken_where_it_is_exact(fps: FrameRate, rate: int, frame: int, utterance: int) -> None:
    exact = frame / fps.fraction * rate
    begin = pb.Beginning(frame_index=frame, media_sample=frame_sample(frame, rate, fps), utterance=utterance)
    if exact.denominator == 1:
        origin = read_origin(begin, rate, fps)
        assert (origin.frame, origin.sample, origin.utterance) == (frame, exact, utterance)
    else:
        with pytest.raises(RefusalError):
            read_origin(begin, rate, fps)


@given(frame_rates(), RATES, FRAMES, st.integers(1, 10**6), st.booleans())
def test_what_is_refused_names_a_beginning_that_is_taken(
    fps: FrameRate, rate: int, frame: int, off: int, early: bool
) -> None:
    sample = frame_sample(frame, rate, fps) + (-off if early else off)
    assume(sample >= 0)
    begin = pb.Beginning(frame_index=frame, media_sample=sample)
    assert Fraction(sample, rate) != frame / fps.fraction
    with pytest.raises(RefusalError) as refused:
        read_origin(begin, rate, fps)
    numbers = [int(number) for number in re.findall(r"\d+", str(refused.value))]
    near, falls_on = numbers[-2:]
    origin = read_origin(pb.Beginning(frame_index=near, media_sample=falls_on), rate, fps)
    assert (origin.frame, origin.sample) == (near, falls_on)
