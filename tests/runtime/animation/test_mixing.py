import numpy as np
import pytest

from voxrig.runtime.animation.emotion import CATEGORIES, NEUTRAL, Emotion, everywhere
from voxrig.runtime.animation.mixing import mixed
from voxrig.runtime.animation.vad import to_vad

NOTHING = (0.0,) * 7


def seven(**amounts: float) -> tuple[float, ...]:
    return tuple(amounts.get(category, 0.0) for category in CATEGORIES)


def mix(
    cued: Emotion = NEUTRAL,
    heard: tuple[float, ...] = NOTHING,
    mood: tuple[float, ...] = NOTHING,
    baseline: Emotion = NEUTRAL,
    weights: tuple[float, float, float] = (1.0, 1.0, 1.0),
) -> Emotion:
    return Emotion(*mixed(tuple(cued), heard, mood, tuple(baseline), weights, 1.0)[:21].tolist())


def sums(emotion: Emotion) -> list[float]:
    return [sum(emotion[start : start + 7]) for start in (0, 7, 14)]


def test_one_source_alone_is_shown_by_its_weight() -> None:
    fear = everywhere(fear=0.6)
    assert mix(cued=fear) == mix(baseline=fear) == fear
    assert mix(heard=seven(fear=0.6)) == mix(mood=seven(fear=0.6)) == fear
    weights = (0.5, 0.25, 0.1)
    assert mix(cued=fear, weights=weights).eyes_fear == pytest.approx(0.3)
    assert mix(heard=seven(fear=0.6), weights=weights).eyes_fear == pytest.approx(0.15)
    assert mix(mood=seven(fear=0.6), weights=weights).eyes_fear == pytest.approx(0.06)


def test_what_goes_together_is_shown_together() -> None:
    assert mix(cued=everywhere(fear=0.5, surprise=0.4)) == everywhere(fear=0.5, surprise=0.4)
    assert mix(cued=everywhere(fear=0.5), heard=seven(surprise=0.3)) == everywhere(fear=0.5, surprise=0.3)


def test_opposites_in_one_source_yield_to_each_other() -> None:
    assert mix(cued=everywhere(joy=0.8, sadness=0.8)) == pytest.approx(everywhere(joy=0.4, sadness=0.4))
    mostly = mix(cued=everywhere(joy=0.8, sadness=0.1))
    assert mostly.mouth_joy == pytest.approx(0.8 * 8 / 9)
    assert mostly.mouth_sadness == pytest.approx(0.1 / 9)


def test_different_regions_of_one_source_may_contradict() -> None:
    both = Emotion(brows_anger=0.7, mouth_joy=0.7)
    assert mix(cued=both) == both


def test_a_cue_goes_before_what_is_heard() -> None:
    smile = mix(cued=everywhere(joy=0.8), heard=seven(sadness=1.0))
    assert smile.mouth_joy == 0.8
    assert smile.mouth_sadness == pytest.approx(0.2)
    full = mix(cued=everywhere(joy=1.0), heard=seven(anger=1.0, surprise=1.0), baseline=everywhere(contempt=1.0))
    assert full == everywhere(joy=1.0)


def test_what_two_sources_agree_on_is_the_stronger_and_not_the_sum() -> None:
    assert mix(cued=everywhere(joy=0.5), heard=seven(joy=0.4), mood=seven(joy=0.2)) == everywhere(joy=0.5)
    assert mix(cued=everywhere(joy=0.5), baseline=everywhere(joy=0.7)) == pytest.approx(everywhere(joy=0.7))


def test_what_is_heard_does_not_pull_at_another_region() -> None:
    smile = mix(cued=Emotion(mouth_joy=0.8), heard=seven(sadness=0.5))
    assert smile.mouth_joy == 0.8
    assert smile.brows_sadness == pytest.approx(0.5 * (1.0 - 0.4))
    assert smile.mouth_sadness == pytest.approx(0.5 * (1.0 - 0.8))


def test_the_baseline_fills_what_the_others_leave_free() -> None:
    shown = mix(cued=Emotion(brows_surprise=1.0, eyes_surprise=0.7), baseline=everywhere(joy=0.4))
    assert shown == pytest.approx(
        Emotion(brows_surprise=1.0, eyes_surprise=0.7, eyes_joy=0.3, mouth_joy=0.4), abs=1e-12
    )


def test_a_region_never_shows_more_than_one() -> None:
    rng = np.random.default_rng(2)
    for _ in range(300):
        cued, baseline = (Emotion(*(rng.random(21) * rng.integers(0, 2, 21)).tolist()) for _ in range(2))
        shown = mix(cued, tuple(rng.random(7).tolist()), tuple(rng.random(7).tolist()), baseline)
        assert min(shown) >= 0.0
        assert max(sums(shown)) <= 1.0 + 1e-12


def test_small_changes_of_a_source_are_small_on_the_face() -> None:
    rng = np.random.default_rng(3)
    for _ in range(30):
        start, end = rng.random((2, 56)) * rng.integers(0, 2, (2, 56))
        faces = []
        for share in np.linspace(0.0, 1.0, 200):
            now = (start + share * (end - start)).tolist()
            faces.append(mix(Emotion(*now[:21]), tuple(now[21:28]), tuple(now[28:35]), Emotion(*now[35:])))
        assert np.abs(np.diff(faces, axis=0)).max() < 0.06, "200 steps of at most 0.005 in each of 56 numbers"


def test_the_point_is_that_of_the_emotion_shown() -> None:
    out = mixed(
        tuple(everywhere(fear=0.5, surprise=0.4)), seven(joy=0.3), NOTHING, tuple(NEUTRAL), (1.0, 1.0, 1.0), 1.0
    )
    assert out[21:24].tolist() == pytest.approx(to_vad(Emotion(*out[:21].tolist())))


def test_the_mood_goes_to_what_cues_and_voice_show() -> None:
    def mood(before: tuple[float, ...], keep: float) -> list[float]:
        cued, base = tuple(Emotion(mouth_joy=0.6, eyes_joy=0.6)), tuple(everywhere(contempt=0.2))
        return mixed(cued, seven(surprise=0.2), before, base, (1.0, 0.5, 0.2), keep)[24:].tolist()

    felt = seven(joy=0.4, surprise=0.1)
    assert mood(NOTHING, 0.0) == pytest.approx(felt)
    assert mood(NOTHING, 0.75) == pytest.approx([x / 4 for x in felt])
    before = seven(anger=0.123456789, joy=0.3)
    assert mood(before, 1.0) == list(before), "to the bit"
