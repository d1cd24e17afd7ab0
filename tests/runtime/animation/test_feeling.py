from collections.abc import Callable

import numpy as np
import pytest

from voxrig.runtime.animation.emotion import CALM, CATEGORIES, NEUTRAL, Affect, Emotion, everywhere
from voxrig.runtime.animation.feeling import FAINT, Feeling, FeelingState
from voxrig.runtime.animation.listening import HeardEmotion
from voxrig.runtime.animation.schedule import Schedule, StyleCue
from voxrig.runtime.animation.temper import Temper
from voxrig.runtime.animation.voice import QUIET

SPEAKING = QUIET._replace(speaking=True)
YEAR = 365 * 86_400 * 60
FEELING = Feeling(Temper())


def heard(confidence: float = 0.9, **probabilities: float) -> HeardEmotion:
    each = tuple(probabilities.get(category, 0.0) for category in CATEGORIES)
    return HeardEmotion((1.0 - sum(each), *each), 0.0, 0.0, 0.0, confidence)


def live(
    poses: int,
    hears: Callable[[int], HeardEmotion | None] = lambda n: None,
    cued: Callable[[int], Emotion] = lambda n: NEUTRAL,
    feeling: Feeling = FEELING,
    state: FeelingState | None = None,
    first: int = 0,
) -> tuple[FeelingState, list[Affect]]:
    state = feeling.start() if state is None else state
    shown = []
    for n in range(poses):
        state, affect = feeling.step(state, first + n, cued(n), hears(n), SPEAKING)
        shown.append(affect)
    return state, shown


def course(shown: list[Affect], field: str) -> np.ndarray:
    return np.array([getattr(affect.emotion, field) for affect in shown])


def test_nothing_is_felt_of_nothing_and_costs_nothing() -> None:
    start = FEELING.start()
    state, shown = live(300)
    np.testing.assert_array_equal(state.felt, start.felt)
    assert start.affect == CALM
    assert all(affect == CALM for affect in shown)


def test_a_character_shows_its_baseline() -> None:
    proud = Feeling(Temper(Emotion(mouth_surprise=0.2, mouth_joy=0.5)))
    _, shown = live(3, feeling=proud)
    assert shown[0].emotion == Emotion(mouth_surprise=0.2, mouth_joy=0.5)
    assert shown[0].valence > 0.0
    assert proud.start().affect == shown[2]


def test_what_a_cue_asks_for_is_shown_on_the_same_pose() -> None:
    _, shown = live(100, cued=lambda n: everywhere(anger=0.01 * n))
    assert course(shown, "brows_anger").tolist() == pytest.approx([0.01 * n for n in range(100)])
    assert shown[99].valence == pytest.approx(-0.51 * 0.99)
    assert shown[99].arousal == pytest.approx(0.59 * 0.99)
    assert shown[99].dominance == pytest.approx(0.25 * 0.99)


def test_what_is_heard_rises_and_falls_slowly_to_its_weight() -> None:
    voice = heard(joy=0.8)
    state, shown = live(600, lambda n: voice)
    joy = course(shown, "mouth_joy")
    assert joy[-1] == pytest.approx(0.8 * (0.8 - FAINT) / (1.0 - FAINT))
    assert np.abs(np.diff(joy)).max() < 0.014
    rise = (joy[-1] - joy).sum() / 60 / joy[-1]
    assert 0.4 < rise < 0.8, "seconds late on average"
    _, after = live(1200, state=state, first=600)
    fall = course(after, "mouth_joy")
    assert 1.2 < (fall - fall[-1]).sum() / 60 / fall[0] < 1.8
    assert np.abs(np.diff(fall)).max() < 0.009


def test_what_is_faint_leaves_the_face_neutral() -> None:
    _, shown = live(300, lambda n: heard(anger=FAINT))
    assert all(affect == CALM for affect in shown)
    levels = [course(live(600, lambda n, p=p: heard(anger=p))[1], "mouth_anger")[-1] for p in (0.3, 0.6, 1.0)]
    assert levels == pytest.approx([0.8 * (p - FAINT) / (1.0 - FAINT) for p in (0.3, 0.6, 1.0)], abs=1e-3)


def test_who_does_not_listen_hears_nothing() -> None:
    state, shown = live(300, lambda n: heard(anger=1.0), feeling=Feeling(Temper(heard=0.0)))
    assert shown[-1] == CALM
    np.testing.assert_array_equal(state.felt, FEELING.start().felt)


def test_only_a_voice_that_speaks_is_heard() -> None:
    state = FEELING.start()
    for at in range(300):
        state, affect = FEELING.step(state, at, NEUTRAL, heard(anger=1.0), QUIET)
        assert affect == CALM


@pytest.mark.parametrize("period", [1, 6, 12])
def test_a_classifier_that_wavers_leaves_the_face_alone(period: int) -> None:
    def hears(n: int) -> HeardEmotion:
        return heard(joy=0.9) if n // period % 2 else heard(anger=0.9)

    _, shown = live(900, hears)
    faces = np.array([affect.emotion for affect in shown])
    assert np.abs(np.diff(faces, axis=0)).max() < 0.016
    assert faces[300:].max() < 0.3, "of 0.7 that either would come to"
    assert np.ptp(faces[300:], axis=0).max() < 0.19


def test_noise_does_not_flicker_on_the_face() -> None:
    rng = np.random.default_rng(5)
    said = [
        HeardEmotion(tuple(rng.dirichlet([0.4] * 8).tolist()), 0.0, 0.0, 0.0, float(rng.random())) for _ in range(200)
    ]
    _, shown = live(1200, lambda n: said[n // 6])
    faces = np.array([affect.emotion for affect in shown])
    assert np.abs(np.diff(faces, axis=0)).max() < 0.01
    assert faces[120:].max() < 0.25


def test_transitions_of_cues_have_no_jump_while_all_sources_move() -> None:
    rng = np.random.default_rng(6)
    made = Schedule(NEUTRAL)
    for n in range(60):
        face = Emotion(*(rng.random(21) * (rng.random(21) < 0.2)).tolist())
        made = made.added(StyleCue(n * 8000, 9600, tuple(face._asdict().items())), 0)
    said = [HeardEmotion(tuple(rng.dirichlet([0.3] * 8).tolist()), 0.0, 0.0, 0.0, 0.9) for _ in range(200)]
    temper = Temper(everywhere(joy=0.3), heard=1.0, mood=0.5)
    _, shown = live(1200, lambda n: said[n // 6], lambda n: made.at(n, 24_000), Feeling(temper))
    faces = np.array([affect.emotion for affect in shown])
    # Where two 0.4 s transitions overlap, a number moves by 2 * 15/8 / 24 = 0.16 a pose at most.
    assert np.abs(np.diff(faces, axis=0)).max() < 0.2
    assert faces.reshape(-1, 3, 7).sum(axis=2).max() <= 1.0 + 1e-12


def test_a_mood_lingers_and_goes() -> None:
    state, shown = live(60 * 60, cued=lambda n: everywhere(joy=0.8))
    assert shown[-1].emotion == everywhere(joy=0.8)
    assert state.mood[0] == pytest.approx(0.8 * (1 - np.exp(-60 / 45)), rel=0.01)
    state, after = live(600 * 60, state=state, first=3600)
    joy = course(after, "mouth_joy")
    assert joy[0] == pytest.approx(0.2 * 0.8 * (1 - np.exp(-60 / 45)), rel=0.05)
    assert joy[45 * 60] == pytest.approx(joy[0] / np.e, rel=0.05)
    assert np.abs(np.diff(joy)).max() < 0.003
    assert after[-1] == CALM
    np.testing.assert_array_equal(state.felt, FEELING.start().felt)


def test_a_mood_keeps_its_bounds_through_a_day_and_forgets_it() -> None:
    rng = np.random.default_rng(8)
    strong = Feeling(Temper(everywhere(anger=1.0), heard=1.0, mood=1.0))
    state, faces = strong.start(), [everywhere(**{c: 1.0}) for c in CATEGORIES]
    # Only the poses at which the mood moves, two a second: a day of them.
    for step in range(2 * 86_400):
        if step % 40 == 0:
            now, voice = faces[int(rng.integers(7))], heard(joy=1.0)
        state, affect = strong.step(state, 30 * step, now, voice, SPEAKING)
        if step % 1000 == 0:
            assert 0.0 <= min(state.mood) <= max(state.mood) <= 1.0
            assert sum(affect.emotion[:7]) <= 1.0 + 1e-12
    for step in range(2 * 600):
        state, affect = strong.step(state, 30 * (2 * 86_400 + step), NEUTRAL, None, QUIET)
    np.testing.assert_array_equal(state.felt, strong.start().felt, "nothing is left of the day")


def test_a_mood_does_not_creep_into_what_made_it() -> None:
    _, shown = live(300 * 60, cued=lambda n: everywhere(fear=0.4))
    assert {affect.emotion for affect in shown} == {everywhere(fear=0.4)}


def test_life_does_not_depend_on_when_it_begins() -> None:
    def hears(n: int) -> HeardEmotion | None:
        return heard(fear=0.7, surprise=0.2) if n % 400 < 250 else None

    def cued(n: int) -> Emotion:
        return everywhere(joy=0.4) if 300 < n < 500 else NEUTRAL

    state, early = live(900, hears, cued)
    for first in (YEAR, 0):  # equal inputs, equal outputs
        after, shown = live(900, hears, cued, first=first)
        assert shown == early
        np.testing.assert_array_equal(after.felt, state.felt)


def test_a_state_is_a_value_from_which_life_goes_on_again() -> None:
    half, _ = live(200, lambda n: heard(sadness=0.8), lambda n: Emotion(brows_surprise=0.002 * n))
    kept = half.felt.copy()
    _, shown = live(200, lambda n: None, first=200, state=half)
    np.testing.assert_array_equal(half.felt, kept)
    assert live(200, lambda n: None, first=200, state=half)[1] == shown


def test_a_face_that_rests_gives_the_same_state() -> None:
    voice = heard(joy=0.6)
    state, shown = live(600 * 60, lambda n: voice, lambda n: Emotion(brows_surprise=0.5))
    after, more = live(120, lambda n: voice, lambda n: Emotion(brows_surprise=0.5), state=state, first=600 * 60)
    assert all(affect == shown[-1] for affect in more)
    assert after is state
