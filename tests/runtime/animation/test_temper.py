from dataclasses import FrozenInstanceError

import pytest

from voxrig.runtime.animation.emotion import NEUTRAL, Emotion, EmotionError
from voxrig.runtime.animation.temper import Temper


def test_by_nature_a_character_feels_nothing() -> None:
    assert Temper() == Temper(NEUTRAL, cues=1.0, heard=0.8, mood=0.2)


def test_a_temper_is_a_value() -> None:
    with pytest.raises(FrozenInstanceError):
        Temper().mood = 1.0  # type: ignore[misc]
    assert hash(Temper(mood=0.1)) == hash(Temper(mood=0.1))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"heard": 1.5}, "heard of a temper is 1.5; it must be from 0 to 1"),
        ({"mood": float("nan")}, "mood of a temper is nan"),
        ({"baseline": Emotion(mouth_joy=-0.5)}, "mouth_joy of a temper is -0.5"),
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, float], message: str) -> None:
    with pytest.raises(EmotionError, match=message):
        Temper(**values)  # type: ignore[arg-type]
