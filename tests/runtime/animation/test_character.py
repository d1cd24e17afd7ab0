"""Who lives: a seed, layers and a temper, in the words of options."""

import pytest

from voxrig.runtime.animation.character import Character, CharacterError
from voxrig.runtime.animation.emotion import NEUTRAL, everywhere
from voxrig.runtime.animation.layers import NO_LIFE, Layers
from voxrig.runtime.animation.temper import Temper


def test_everything_is_on_by_itself():
    assert Character().layers == Layers(True, True, True, True, True, False)
    assert Character().with_options({}) == Character() == Character().with_options({"emotion": "auto"})
    assert Character().on == ("emotion", "blink", "gaze", "head", "idle")
    assert Character(layers=NO_LIFE).on == ()


def test_layers_are_switched_by_name():
    off = Character(5).with_options({"emotion": "off", "blink": "off", "gaze": "off", "head": "off", "idle": "off"})
    assert off == Character(5, NO_LIFE)
    assert off.with_options({"gaze": "on"}).on == ("gaze",)


def test_an_emotion_that_is_named_is_felt_and_the_voice_is_not_followed():
    cheerful = Character().with_options({"emotion": "joy=0.5"})
    assert cheerful.temper == Temper(everywhere(joy=0.5), heard=0.0)
    assert cheerful.with_options({"heard": "0.25"}).temper == Temper(everywhere(joy=0.5), heard=0.25)
    assert cheerful.with_options({"emotion": "auto"}) == Character()
    assert Character().with_options({"heard": "1"}).temper == Temper(NEUTRAL, heard=1.0)
    assert cheerful.with_options({"emotion": "off"}).layers.emotion is False


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"wink": "on"}, "no option 'wink'; there are emotion, heard, blink, gaze, head, idle"),
        ({"blink": "yes"}, "blink is 'yes'; it must be on or off"),
        ({"heard": "much"}, "heard is 'much'; it must be a number from 0 to 1"),
        ({"heard": "nan"}, "heard is 'nan'"),
        ({"heard": "1.5"}, "heard is '1.5'"),
        ({"emotion": "jou=1"}, "emotion: there is no emotion 'jou'; .*joy.*; or give auto, or off"),
        ({"emotion": "joy=2"}, "emotion: joy is 2; it must be from 0 to 1"),
        ({"emotion": ""}, "emotion: there is no emotion ''"),
    ],
)
def test_options_that_cannot_be(options, message):
    with pytest.raises(CharacterError, match=message):
        Character().with_options(options)


def test_a_seed_is_no_less_than_0():
    with pytest.raises(CharacterError, match="seed -1 cannot be"):
        Character(-1)
