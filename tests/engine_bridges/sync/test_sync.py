"""The face against the sound, in simulated time: within a frame, whatever happens to the net and the device."""

from dataclasses import replace
from fractions import Fraction

import pytest
from sync.conditions import CONDITIONS, FPS, RATE, STEADY
from sync.judge import errors, judge
from sync.scenario import play
from sync.timeline import Piece, Timeline

from voxrig.engine_bridges.compliance.playout_puppet import PlayoutPuppet


def answers_of(lines):
    puppet = PlayoutPuppet()
    return [answer for line in lines for answer in puppet.obey(line)]


def verdict(condition):
    scenario = play(condition)
    return judge(scenario, answers_of(scenario.lines))


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.name)
@pytest.mark.parametrize("seed", [1, 2])
def test_the_face_is_within_a_frame_of_the_sound(condition, seed):
    found = verdict(replace(condition, seed=seed))
    assert found.near >= 0.999
    assert abs(found.worst) < 0.025, "where it is further off, that is not much"
    disturbances = len(condition.pauses) + len(condition.stalls) + len(condition.interruptions)
    assert found.left_out <= 0.02 * found.pictures + 110 * disturbances, "what is left out is what must be"


def test_what_was_cut_is_not_shown_again():
    """Control 2 is the take: once a frame of the next has been shown, none of those before is."""
    (condition,) = (c for c in CONDITIONS if len(c.interruptions) == 2)
    takes = []
    for answer in answers_of(play(condition).lines):
        words = answer.split()
        if words[0] == "shown":
            takes.append(round(float(words[4]) / float(words[3]), 4) if float(words[3]) else takes[-1])
    assert takes == sorted(takes)
    assert (takes[0], takes[-1]) == (1.0, 3.0)


def test_without_disturbances_nothing_is_left_out_but_the_start():
    found = verdict(STEADY)
    assert found.near == found.near_always == 1.0
    assert found.left_out <= 12
    assert -0.01 < found.mean < 0.001, "the device's steps make it a little late, never early"


def test_a_stall_is_held_rested_and_made_good():
    condition = replace(STEADY, stalls=(15.0,))
    scenario = play(condition)
    answers = answers_of(scenario.lines)
    counts = list(map(int, answers[-1].split()[1:]))
    held, rested, late = counts[3], counts[4], counts[6]
    assert 0 < held < 15, "held for about 100 ms"
    assert rested > 20, "then it rests"
    assert late > 20, "what came after its time was not shown"
    shown = dict(zip((round(show.now - 6.0, 1) for show in scenario.shows), errors(scenario, answers), strict=True))
    assert abs(shown[16.6]) < 1 / FPS, "less than 0.3 s after the end of the stall it is in time again"


def test_the_delay_covers_the_longest_journey():
    """Look-ahead, chunk, way up, computing, 20 ms, and of 200 ms of jitter nearly all, as it occurs within 4 s."""
    scenario = play(STEADY)
    longest = 0.0925 + 0.02 + 0.01 + 0.004 + 0.2 + 0.02
    assert longest - 0.03 < scenario.delay < longest + 0.001


def test_a_playout_that_is_off_is_found():
    """The judge itself: media times moved by 20 ms are all outside, by 10 ms all inside."""
    scenario = play(STEADY)

    def moved(seconds):
        told = []
        for answer in answers_of(scenario.lines):
            words = answer.split()
            if words[0] == "shown":
                words[2] = str(float(words[2]) + seconds * float(words[3]))
            told.append(" ".join(words))
        return judge(scenario, told)

    assert moved(0.03).near == 0.0
    assert moved(0.01).near == 1.0


def test_scenarios_are_the_same_at_every_run():
    condition = CONDITIONS[-1]
    assert play(condition).lines == play(condition).lines
    assert play(condition).lines != play(replace(condition, seed=2)).lines


def test_frames_fall_on_whole_samples():
    assert Fraction(RATE, FPS).denominator == 1


def test_a_timeline_knows_both_ways():
    timeline = Timeline()
    assert timeline.at(0.0) is None
    timeline.add(Piece(1.0, 10.0, 2.0, 3.0))
    timeline.add(Piece(5.0, 14.0, 0.5))
    assert [timeline.at(now) for now in (0.5, 1.0, 2.0, 4.0, 6.0)] == [None, 10.0, 12.0, 14.0, 14.5]
    timeline.add(Piece(2.0, 12.0, 0.0))
    assert timeline.at(9.0) == 12.0
