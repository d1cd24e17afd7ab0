"""What a client may say of a character when it opens a session."""

import numpy as np
import pytest

from voxrig.runtime.animation.character import Character, CharacterError
from voxrig.runtime.animation.emotion import everywhere
from voxrig.runtime.animation.layers import NO_LIFE
from voxrig.runtime.animation.presets import PRESETS
from voxrig.runtime.animation.style import NATURAL, Style, StyleError
from voxrig.runtime.animation.style_json import style_to_json
from voxrig.runtime.models.bundle import Bundle
from voxrig.runtime.serving.options import read_options
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.stage import Stage
from voxrig.runtime.serving.tells import Tells

SPEECH_ALONE = dict.fromkeys(("emotion", "blink", "gaze", "head", "idle"), "off")
JAW = 17


def style_of(options, default):
    wanted = read_options(options, default, Character(3))
    assert (wanted.character, wanted.tells, wanted.outlet) == (Character(3), Tells(), {})
    return wanted.style


def test_options_are_a_style_and_single_dials_on_top_of_it():
    default = Style(lips=0.5)
    assert style_of({}, default) == default
    assert style_of({"jaw": "1.5"}, default) == Style(lips=0.5, jaw=1.5)
    assert style_of({"style": "natural", "effort": "1"}, default) == Style(effort=1.0)
    assert style_of({"lip_offset": "-0.25", "style": "shout"}, default) == PRESETS["shout"].with_dials(lip_offset=-0.25)
    assert style_of({"style": style_to_json(PRESETS["tight-lipped"])}, default) == PRESETS["tight-lipped"]


def test_options_are_a_life_in_the_place_of_the_servers():
    server = Character(3).with_options({"emotion": "joy=0.5", "blink": "off"})
    assert read_options({}, NATURAL, server)[:2] == (NATURAL, server)
    style, character, *_ = read_options({"blink": "on", "gaze": "off", "heard": "0.3", "jaw": "2"}, NATURAL, server)
    assert style == Style(jaw=2.0)
    assert (character.seed, character.on) == (3, ("emotion", "blink", "head", "idle"))
    assert (character.temper.baseline, character.temper.heard) == (everywhere(joy=0.5), 0.3)
    assert read_options(SPEECH_ALONE, NATURAL, server)[1].layers == NO_LIFE


def test_options_say_what_is_told_and_where_frames_go_as_well():
    wanted = read_options(
        {"tell": " emotion, visemes", "character": "Mira", "vmc": "[::1]:39539"}, NATURAL, Character()
    )
    assert wanted.tells == Tells(visemes=True, emotion=True)
    assert wanted.outlet == {"character": "Mira", "vmc": "[::1]:39539"}
    assert read_options({"tell": "emotion"}, NATURAL, Character()).tells == Tells(emotion=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"blend": "3"},
            "no option 'blend'; there are style, lips, .*emotion, heard, .*, tell, behind, character, livelink, vmc",
        ),
        ({"jaw": "wide"}, "jaw is 'wide'; it must be a number from 0 to 2"),
        ({"jaw": "nan"}, "jaw is nan; it must be a number"),
        ({"jaw": ""}, "jaw is ''"),
        ({"effort": "1.5"}, r"effort is 1\.5; it must be from 0 to 1"),
        ({"style": "shuot"}, "no style preset 'shuot'; there are natural, mumble"),
        ({"style": ""}, "no style preset ''"),
        ({"style": "../hero.json"}, "no style preset"),
        ({"style": '{"jaws": 1}'}, "no style key 'jaws'; there are about, preset, lips"),
        ({"style": "{" + " " * 70_000}, "style has 70001 characters; the most is 65536"),
        ({"emotion": "j" * 70_000}, "emotion has 70000 characters"),
        ({"emotion": "jou"}, "emotion: there is no emotion 'jou'; .*joy"),
        ({"blink": "maybe"}, "blink is 'maybe'; it must be on or off"),
        ({"tell": "visemes,lies"}, "tell is 'lies'; there are visemes, emotion"),
        ({"heard": "2"}, "heard is '2'; it must be a number from 0 to 1"),
    ],
)
def test_options_that_cannot_be_are_refused(options, message):
    with pytest.raises(RefusalError, match=message) as refused:
        read_options(options, NATURAL, Character())
    assert refused.value.code == 3


def test_a_refused_option_takes_no_place(character, stage):
    for options in ({"style": "none"}, {"blink": "none"}) * 2:
        answer = character(**options).answer
        assert (answer.error.code, answer.error.session_closed) == (3, True)
    assert stage.sessions == 0


def test_a_server_has_a_style_of_its_own(character, tiny_bundle: Bundle, tmp_path, speech):
    file = tmp_path / "hero.json"
    file.write_text('{"jaw": 0, "rest": {"jawOpen": 0.25}}')
    own = Stage(Settings(models=(str(tiny_bundle.path),), style=str(file)))
    sound = speech(0.5, 24000)
    assert character(on=own, **SPEECH_ALONE).say(0, sound)[:, JAW] == pytest.approx(0.25)
    natural = character(on=own, seed=4, style="natural").say(0, sound)
    np.testing.assert_array_equal(natural, character(seed=4).say(0, sound))
    with pytest.raises(StyleError, match="no style preset and no file 'heroic'"):
        Stage(Settings(models=(str(tiny_bundle.path),), style="heroic"))


def test_a_server_has_a_life_of_its_own(character, tiny_bundle: Bundle, speech):
    own = Stage(Settings(models=(str(tiny_bundle.path),), emotion="joy=0.8", blink=False, gaze=False))
    sound = speech(0.5, 24000)
    same = character(seed=4, emotion="joy=0.8", blink="off", gaze="off").say(0, sound)
    np.testing.assert_array_equal(character(on=own, seed=4).say(0, sound), same)
    asked = character(on=own, seed=4, emotion="auto", blink="on", gaze="on").say(0, sound)
    np.testing.assert_array_equal(asked, character(seed=4).say(0, sound))
    with pytest.raises(CharacterError, match="no emotion 'jou'"):
        Stage(Settings(models=(str(tiny_bundle.path),), emotion="jou"))


def test_a_seed_is_drawn_for_whoever_gives_none(character, tiny_bundle: Bundle, speech):
    drawn = iter((11, 12, 13))
    own = Stage(Settings(models=(str(tiny_bundle.path),)), lambda: next(drawn))
    sound = speech(0.5, 24000)
    first, second, given = character(on=own), character(on=own), character(on=own, seed=11)
    assert [one.answer.opened.seed for one in (first, second, given)] == [11, 12, 11]
    shown = [one.say(0, sound) for one in (first, second, given)]
    np.testing.assert_array_equal(shown[0], shown[2])
    assert np.abs(shown[0] - shown[1]).max() > 0.01
    character(on=own, seed=0, gaze="no")
    assert next(drawn) == 13, "a refused opening draws none"


def test_drawn_seeds_differ_and_are_never_0(character):
    seeds = [character().answer.opened.seed for _ in range(50)]
    assert len(set(seeds)) == 50
    assert all(0 < seed < 2**53 for seed in seeds)


def test_the_largest_seed_there_is_is_taken_as_it_is(character):
    assert character(seed=2**64 - 1).answer.opened.seed == 2**64 - 1
