"""Picture against sound through the real playout, from arrivals made by hand."""

from fractions import Fraction

import pytest

from voxrig.profiling.characters import Character
from voxrig.profiling.load import Load
from voxrig.profiling.measure_av import av_offset

LOOK_AHEAD = Fraction(13, 160)


@pytest.fixture
def offset(speech_of):
    """`offset(arrive)`: the figures, arrive(frame, moment at which it is to be shown)."""

    def measure(arrive):
        speech = speech_of(Load("grpc", 1, 3.0, warm_up=1.0))
        one = Character(0, LOOK_AHEAD, begun=20.0)
        one.prepare(speech.load.chunks, speech.frames(0))
        for number, time in enumerate(speech.timetable(0, LOOK_AHEAD).times):
            one.arrived[number] = arrive(number, one.begun + speech.load.delay(LOOK_AHEAD) + time)
        return av_offset([one], speech, 1.0, 4.0)

    return measure


def test_frames_in_time_are_shown_in_step(offset):
    told = offset(lambda number, due: due - 0.03)
    assert -8.4 < told["min"] < told["max"] < 8.4
    assert told["within_bt1359"] == told["within_acceptable"] == 1.0


def test_frames_that_come_late_make_the_picture_late(offset):
    told = offset(lambda number, due: due + 0.06)
    assert 60.0 < told["p1"] < told["p99"] < 90.0
    assert told["within_bt1359"] == 0.0
    assert told["within_acceptable"] == 1.0


def test_frames_that_never_come_leave_the_picture_standing(offset):
    told = offset(lambda number, due: float("nan") if 120 <= number < 135 else due - 0.03)
    assert told["max"] == pytest.approx(15 / 60 * 1000, abs=25)
    assert 0.9 < told["within_bt1359"] < 0.98


def test_frames_of_a_session_that_was_never_opened_tell_nothing(speech_of):
    assert av_offset([Character(0)], speech_of(Load("grpc", 1, 1.0)), 0.0, 1.0) is None
