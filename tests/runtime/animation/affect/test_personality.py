"""Personas: Mehrabian's temperament with its signs the right way, and what is refused."""

import pickle

import pytest

from voxrig.runtime.animation.affect.personality import (
    AVERAGE,
    Persona,
    Personality,
    gain,
    home,
    persona,
    temperament,
)
from voxrig.runtime.animation.affect.point import AffectError
from voxrig.runtime.animation.emotion import EmotionError


def test_a_temperament_is_the_sum_that_mehrabian_gives() -> None:
    assert temperament(AVERAGE) == (0.0, 0.0, 0.0)
    assert temperament(Personality(extraversion=1.0)) == pytest.approx((0.21, 0.0, 0.60))
    assert temperament(Personality(agreeableness=1.0)) == pytest.approx((0.59, 0.30, -0.32))
    assert temperament(Personality(openness=1.0)) == pytest.approx((0.0, 0.15, 0.25))
    assert temperament(Personality(conscientiousness=1.0)) == pytest.approx((0.0, 0.0, 0.17))


def test_the_stable_are_pleasant_and_not_arousable_and_the_neurotic_the_opposite() -> None:
    """His fifth factor is emotional stability: "pleasant and unarousable", 0.19 and -0.57."""
    assert temperament(Personality(neuroticism=1.0)) == pytest.approx((-0.19, 0.57, 0.0))
    assert temperament(Personality(neuroticism=-1.0)) == pytest.approx((0.19, -0.57, 0.0))


def test_a_temperament_never_leaves_its_bounds() -> None:
    for sign in (-1.0, 1.0):
        assert max(map(abs, temperament(Personality(sign, sign, sign, -sign, -sign)))) <= 1.0


def test_a_home_is_the_temperament_and_the_baseline() -> None:
    quiet, cheerful = persona({"neuroticism": -0.4}), persona({"neuroticism": -0.4}, "joy=0.5")
    assert home(quiet) == temperament(Personality(neuroticism=-0.4))
    assert home(cheerful)[0] == pytest.approx(home(quiet)[0] + 0.38)
    assert persona({}, "auto") == persona({}, "off") == persona({}) == Persona()


def test_the_outgoing_answer_pleasure_more_and_the_nervous_displeasure() -> None:
    outgoing, nervous = Personality(extraversion=1.0), Personality(neuroticism=1.0)
    assert gain(outgoing, (0.5, 0.0, 0.0))[0] > 1.0 == gain(outgoing, (-0.5, 0.0, 0.0))[0]
    assert gain(nervous, (-0.5, 0.0, 0.0))[0] > 1.0 == gain(nervous, (0.5, 0.0, 0.0))[0]
    assert gain(AVERAGE, (0.3, 0.2, 0.1)) == (1.0, 1.0, 1.0)


def test_what_cannot_be_is_told() -> None:
    with pytest.raises(AffectError, match="no trait 'courage'; there are openness, conscientiousness, extraversion"):
        persona({"courage": 1.0})
    with pytest.raises(AffectError, match="openness of a personality is 2; it must be from -1 to 1"):
        persona({"openness": 2.0})
    with pytest.raises(AffectError, match="Guard as a relation is nan"):
        persona({}, relations={"Guard": float("nan")})
    with pytest.raises(EmotionError, match="no emotion 'jou'"):
        persona({}, "jou=1")


def test_a_persona_goes_to_other_processes() -> None:
    whole = persona({"openness": 0.3}, "joy=0.2", {"Guard": -0.5})
    assert pickle.loads(pickle.dumps(whole)) == whole
    assert (whole.likes("Guard"), whole.likes("nobody"), whole.likes(None)) == (-0.5, 0.0, 0.0)
