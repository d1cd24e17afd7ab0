"""Moods and emotions over time: exact for any steps, bounded, and back home in the end."""

from itertools import product

import pytest

from voxrig.runtime.animation.affect.mood import (
    EMOTION_HALF_LIFE,
    MOOD_HALF_LIFE,
    Feeling,
    after,
    at_home,
    coloured,
    moved,
)
from voxrig.runtime.animation.affect.personality import AVERAGE, Personality
from voxrig.runtime.animation.affect.point import CALM

HOME = (0.2, -0.1, 0.3)
STIRRED = Feeling((-0.6, 0.4, -0.2), (-0.9, 0.8, -0.5), (0.3, 0.3, 0.0))
CORNERS = list(product((-1.0, 0.0, 1.0), repeat=3))


def numbers(feeling: Feeling) -> list[float]:
    return [value for point in feeling for value in point]


@pytest.mark.parametrize("cuts", [1, 2, 7, 1000])
@pytest.mark.parametrize("who", [AVERAGE, Personality(neuroticism=1.0), Personality(neuroticism=-1.0)])
def test_what_is_left_does_not_depend_on_the_steps(cuts: int, who: Personality) -> None:
    whole, cut = after(STIRRED, 33.0, HOME, who), STIRRED
    for _ in range(cuts):
        cut = after(cut, 33.0 / cuts, HOME, who)
    assert numbers(cut) == pytest.approx(numbers(whole), abs=1e-12)


def test_nothing_changes_in_no_time_and_all_is_home_in_the_end() -> None:
    assert numbers(after(STIRRED, 0.0, HOME, AVERAGE)) == pytest.approx(numbers(STIRRED))
    assert after(STIRRED, -5.0, HOME, AVERAGE) == after(STIRRED, 0.0, HOME, AVERAGE)
    late = after(STIRRED, 86_400.0, HOME, AVERAGE)
    assert late.mood == late.emotion == pytest.approx(HOME)
    assert late.caught == pytest.approx(CALM)
    assert numbers(after(at_home(HOME), 60.0, HOME, AVERAGE)) == pytest.approx(numbers(at_home(HOME)))


def test_half_lives_are_what_they_are_called() -> None:
    moody = Feeling((0.8, 0.0, 0.0), (0.8, 0.0, 0.0))
    assert after(moody, MOOD_HALF_LIFE, CALM, AVERAGE).mood[0] == pytest.approx(0.4)
    stirred = Feeling(CALM, (0.8, 0.0, 0.0), (0.0, 0.6, 0.0))
    later = after(stirred, EMOTION_HALF_LIFE, CALM, AVERAGE)
    assert (later.mood, later.emotion[0], later.caught[1]) == (CALM, pytest.approx(0.4), pytest.approx(0.3))


def test_the_nervous_get_over_it_later() -> None:
    left = [after(STIRRED, 10.0, CALM, Personality(neuroticism=n)).emotion[0] for n in (-1.0, 0.0, 1.0)]
    assert left == sorted(left, reverse=True)


@pytest.mark.parametrize("corner", CORNERS)
def test_nothing_leaves_its_bounds(corner: tuple[float, float, float]) -> None:
    extreme = Personality(1.0, 1.0, 1.0, 1.0, 1.0)
    for other in CORNERS:
        reached = [moved(corner, other, extreme), coloured(corner, other, corner, 1e6)]
        reached += after(Feeling(corner, other, corner), 5.0, other, extreme)
        assert max(abs(value) for point in reached for value in point) <= 1.0


def test_an_emotion_is_what_is_kept_and_what_varies_it() -> None:
    assert moved((0.2, 0.1, 0.0), (0.3, 0.2, 0.1), AVERAGE) == pytest.approx((0.5, 0.3, 0.1))
    assert moved((0.2, 0.1, 0.0), CALM, Personality(neuroticism=1.0)) == (0.2, 0.1, 0.0)


def test_a_mood_goes_with_what_is_strong_and_lasts() -> None:
    glad, home = (0.6, 0.4, 0.2), (0.1, 0.0, 0.0)
    moods = [coloured(home, glad, home, seconds)[0] for seconds in (0.0, 2.0, 10.0, 60.0)]
    assert moods == sorted(moods)
    assert home[0] < moods[0] < 0.15
    assert 0.5 < moods[-1] <= 0.7
    assert coloured(home, CALM, home, 60.0) == home, "a calm line leaves a mood alone"
    assert coloured((0.5, 0.0, 0.0), CALM, home, 60.0) == (0.5, 0.0, 0.0)
