from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.exporters.gesturing import luck as read
from voxrig.exporters.gesturing.listened import Listened
from voxrig.exporters.gesturing.manner import Manner
from voxrig.exporters.gesturing.planner import Performance, Planner, silenced
from voxrig.runtime.animation.body.noise import noise_rows
from voxrig.runtime.animation.body.vocabulary import RESTS
from voxrig.runtime.core.body.posture import BREATH, HAND_L, HAND_R, HIGH, INDEX, LOW, SIT, mirrored
from voxrig.runtime.core.chance import key_of

KEYS = [key_of(seed) for seed in range(6)]
FOLLOWS = {
    "rest": {"preparation", "retraction"},
    "preparation": {"pre-stroke hold", "stroke", "retraction"},
    "pre-stroke hold": {"stroke", "retraction"},
    "stroke": {"hold", "retraction"},
    "hold": {"stroke", "preparation", "retraction"},
    "retraction": {"rest", "preparation"},
}
"""Which phases may follow one another."""
PLACES = [HAND_L.start, HAND_L.start + 1, HAND_L.start + 2, HAND_R.start, HAND_R.start + 1, HAND_R.start + 2]


def speed(performance: Performance) -> float:
    """The mean speed of the hands, in arm lengths a second."""
    moved = np.diff(performance.postures.astype(np.float64)[:, PLACES], axis=0) * 60
    return float(np.linalg.norm(moved.reshape(-1, 2, 3), axis=2).mean())


def mean(performances: list[Performance], name: str) -> float:
    return float(np.mean([p.postures[:, INDEX[name]].mean() for p in performances]))


def performed(speech: Listened, manner: Manner) -> list[Performance]:
    return [Planner().perform(speech, manner, key) for key in KEYS]


@pytest.fixture(scope="module")
def usual(speech: Listened) -> list[Performance]:
    return performed(speech, Manner())


def test_phases_come_in_order(usual: list[Performance], speech: Listened) -> None:
    names = set()
    for performance in usual:
        phases = performance.phases
        assert phases[0].start == 0
        assert phases[-1].end == speech.poses
        for phase, after in pairwise(phases):
            assert phase.start < phase.end == after.start
            assert after.name in FOLLOWS[phase.name], (phase, after)
        names |= {phase.name for phase in phases}
    assert names >= set(FOLLOWS) - {"pre-stroke hold"}


def test_apexes_are_just_before_the_stressed_syllables(usual: list[Performance], stresses: list[float]) -> None:
    strokes = [stroke for p in usual for stroke in p.strokes if stroke.kind != "adaptor"]
    assert len(strokes) > 40
    away = [min((stroke.apex / 60 - time for time in stresses), key=abs) for stroke in strokes]
    assert -0.08 < np.median(away) < 0.02
    assert np.mean(np.abs(away) < 0.1) > 0.8
    for stroke in strokes:
        assert stroke.start < stroke.apex <= stroke.accent <= stroke.apex + 6
        assert 0.1 <= (stroke.apex - stroke.start) / 60 <= 0.5


def test_a_stroke_is_at_its_end_at_the_apex(usual: list[Performance]) -> None:
    ended = []
    for performance in usual:
        postures = performance.postures.astype(np.float64)
        for stroke in performance.strokes:
            if stroke.kind == "adaptor" or stroke.hand == "both":
                continue
            hand = HAND_L if stroke.hand == "left" else HAND_R
            place = postures[:, hand.start : hand.start + 3]
            moved = np.linalg.norm(np.diff(place, axis=0), axis=1)[stroke.start : stroke.apex + 1]
            ended.append(moved[-1] < 0.5 * moved.max())
    assert len(ended) > 20
    assert np.mean(ended) > 0.9


def test_nothing_jumps_and_all_is_in_range(usual: list[Performance], clips: list[Listened]) -> None:
    wild = Manner(1.0, 1.0, 1.0, 1.0, 0.0, -0.8, 1.0, 1.0)
    made = usual + [Planner().perform(clip, manner, 5) for clip in clips for manner in (Manner(), wild)]
    for performance in made:
        postures = performance.postures.astype(np.float64)
        assert (postures >= LOW - 1e-6).all()
        assert (postures <= HIGH + 1e-6).all()
        assert np.abs(np.diff(postures[:, PLACES], 2, axis=0)).max() * 3600 < 110  # arm lengths / s^2
        assert np.abs(np.diff(postures, axis=0)).max() * 60 < 16  # rad / s
        assert np.abs(np.diff(postures[:, :10], 2, axis=0)).max() * 3600 < 20  # rad / s^2, the torso


def test_hands_rest_in_long_pauses(usual: list[Performance]) -> None:
    resting = [
        phase for p in usual for phase in p.phases if phase.name == "rest" and phase.start <= 19 * 60 < phase.end
    ]
    assert len(resting) == len(usual)


def test_equal_speech_and_key_give_equal_postures(speech: Listened, usual: list[Performance]) -> None:
    again = performed(speech, Manner())
    for one, other in zip(usual, again, strict=True):
        np.testing.assert_array_equal(one.postures, other.postures)
        assert one.strokes == other.strokes
    assert np.abs(usual[0].postures - usual[1].postures).max() > 0.2


def test_the_left_handed_do_the_same_mirrored(speech: Listened) -> None:
    def swapped(key: int, at: int, count: int) -> NDArray[np.float64]:
        rows = noise_rows(key, at, count)
        sides = [read.HAND, read.WEIGHT, read.CHEST]
        rows[:, sides] = 1.0 - rows[:, sides]
        return rows

    for key in KEYS[:3]:
        right = Planner().perform(speech, Manner(handedness=0.1), key)
        left = Planner(swapped).perform(speech, Manner(handedness=-0.5), key)
        np.testing.assert_allclose(left.postures, mirrored(right.postures), atol=1e-6)


def test_handedness_chooses_the_hand(speech: Listened) -> None:
    for handedness, hand in ((1.05, "left"), (-1.45, "right")):
        strokes = [s for p in performed(speech, Manner(handedness=handedness)) for s in p.strokes]
        assert strokes
        assert hand not in {stroke.hand for stroke in strokes}


def test_arousal_energy_and_space_make_more_of_it(speech: Listened, usual: list[Performance]) -> None:
    middle = np.mean([speed(p) for p in usual])
    for name in ("arousal", "energy", "space"):
        low = np.mean([speed(p) for p in performed(speech, Manner(**{name: -0.8}))])
        high = np.mean([speed(p) for p in performed(speech, Manner(**{name: 0.8}))])
        assert low < middle < high, name
    strokes = [sum(len(p.strokes) for p in performed(speech, Manner(energy=energy))) for energy in (-1.0, 0.0, 1.0)]
    assert strokes[0] < strokes[1] < strokes[2]


def test_rate_shortens_movements(speech: Listened) -> None:
    def retraction(rate: float) -> float:
        phases = [phase for p in performed(speech, Manner(rate=rate)) for phase in p.phases]
        return float(np.mean([phase.end - phase.start for phase in phases if phase.name == "retraction"]))

    assert retraction(-1.0) > 1.2 * retraction(0.0) > 1.3 * retraction(1.0)


def test_mood_changes_carriage(speech: Listened, usual: list[Performance]) -> None:
    sad = performed(speech, Manner(valence=-0.7, arousal=-0.6, dominance=-0.6))
    proud = performed(speech, Manner(valence=0.7, arousal=0.2, dominance=0.7))
    afraid = performed(speech, Manner(valence=-0.6, arousal=0.8, dominance=-0.7))
    assert mean(sad, "lean") > mean(usual, "lean") + 0.05 > mean(proud, "lean") + 0.05
    assert mean(sad, "open") < mean(usual, "open") < mean(proud, "open")
    assert mean(afraid, "shrug_l") > mean(usual, "shrug_l") + 0.05
    wide = performed(speech, Manner(openness=0.9))
    assert mean(wide, "out_l") + mean(wide, "out_r") > mean(usual, "out_l") + mean(usual, "out_r")


def test_a_mood_that_changes_takes_hold_smoothly() -> None:
    quiet, opened = Listened(np.zeros((600, 11))), INDEX["open"]
    mood = np.where(np.arange(600) < 300, 0.0, -0.8)
    postures = Planner().perform(quiet, Manner(valence=mood, dominance=mood), 3).postures.astype(np.float64)
    assert (postures[:300, opened] == 0).all()
    assert (postures[360:, opened] < -0.05).all()
    assert (np.diff(postures[:, opened]) <= 1e-9).all()
    assert np.abs(np.diff(postures[:, opened], 2)).max() * 3600 < 1


def test_who_sits_rests_on_the_thighs(speech: Listened) -> None:
    for performance in performed(speech, Manner(sitting=True, openness=1.0)):
        assert (performance.postures[:, SIT] == 1).all()
        assert (performance.postures[:, BREATH] == 0).all()
        assert (performance.postures[:, INDEX["hip_roll"]] == 0).all()
        rest = next(phase for phase in performance.phases if phase.name == "rest" and phase.end - phase.start > 20)
        lies = performance.postures[rest.end - 1, HAND_L]
        assert np.abs(lies - RESTS["thighs"][HAND_L]).max() < 0.1


def test_listening_leans_to_the_other_and_thinking_takes_a_hand_to_the_chin(speech: Listened) -> None:
    quiet = Listened(np.zeros_like(speech.values))
    listens, thinks = np.full(speech.poses, 1), np.full(speech.poses, 2)
    attentive = [Planner().perform(quiet, Manner(), key, activity=listens) for key in KEYS]
    thoughtful = [Planner().perform(quiet, Manner(), key, activity=thinks) for key in KEYS]
    assert mean(attentive, "lean") > mean(thoughtful, "lean") + 0.05
    assert all(not p.strokes for p in attentive)
    up = [INDEX["up_l"], INDEX["up_r"]]
    assert max(p.postures[:, up].max() for p in attentive) < -0.5
    assert sum(p.postures[:, up].max() > -0.2 for p in thoughtful) >= 2


def test_a_cut_is_not_foreseen_and_the_hands_retract(speech: Listened, usual: list[Performance]) -> None:
    raised = 0
    for cut in (160, 230, 505, 800, 1300):
        for key, meant in zip(KEYS, usual, strict=True):
            broken = Planner().perform(speech, Manner(), key, cuts=(cut,))
            np.testing.assert_allclose(broken.postures[: cut + 1], meant.postures[: cut + 1], atol=1e-7)
            ((_, until),) = silenced(speech, (cut,))
            strokes = [stroke for stroke in broken.strokes if cut < stroke.apex < until]
            assert all(stroke.kind == "adaptor" for stroke in strokes)
            phase = next(phase for phase in meant.phases if phase.start <= cut < phase.end)
            postures = broken.postures.astype(np.float64)
            assert np.abs(np.diff(postures[:, PLACES], 2, axis=0)).max() * 3600 < 110
            if phase.name in ("preparation", "stroke", "hold"):
                raised += 1
                back = next(p for p in broken.phases if p.start == cut)
                assert back.name == "retraction"
                assert 0.6 <= (back.end - back.start) / 60 <= 0.9
                assert np.abs(np.diff(postures[back.end : back.end + 6, PLACES], axis=0)).max() < 0.01
    assert raised > 10


def test_what_does_not_fit_is_told(speech: Listened) -> None:
    with pytest.raises(ValueError, match="valence has 3 poses"):
        Planner().perform(speech, Manner(valence=np.zeros(3)), 1)
    with pytest.raises(ValueError, match="activity has 3 poses"):
        Planner().perform(speech, Manner(), 1, activity=np.zeros(3, int))
    with pytest.raises(ValueError, match="do not ascend"):
        Planner().perform(speech, Manner(), 1, cuts=(20, 10))


def test_nothing_to_do_in_no_time() -> None:
    empty = Planner().perform(Listened(np.zeros((0, 11))), Manner(), 1)
    assert empty.postures.shape == (0, len(LOW))
