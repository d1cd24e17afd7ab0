"""What is said of a body when a session opens."""

import pytest

from voxrig.runtime.animation.body.options import ALL, NO_BODY, BodyError, read_body
from voxrig.runtime.animation.character import Character, CharacterError


def test_a_body_is_off_on_or_some_of_its_parts() -> None:
    assert read_body("off") == NO_BODY
    assert read_body("on").parts == ALL
    assert read_body("fingers,arms").parts == ("arms", "fingers")
    assert read_body("energy=0.5, sitting").parts == ALL
    assert read_body("torso,mirror,handedness=-1").manner.handedness == -1.0
    assert read_body("torso,mirror").manner.mirror
    assert read_body("on,sitting").manner.sitting


@pytest.mark.parametrize(
    "text",
    [
        "", "yes", "legs,tail", "energy", "energy=2", "energy=x", "sitting=1", "off,arms", "on=5", "on=", "energy=nan",
        "energy=-inf", ",", "ON", "arms arms",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_there_is(text: str) -> None:
    with pytest.raises(BodyError, match="body"):
        read_body(text)
    with pytest.raises(CharacterError, match="body"):
        Character().with_options({"body": text})


def test_a_character_has_no_body_unless_asked_for() -> None:
    assert not Character().layers.body
    made = Character(3).with_options({"body": "arms,torso"})
    assert made.layers.body
    assert made.on == ("emotion", "blink", "gaze", "head", "idle", "body")
    assert made.with_options({"body": "off"}).layers.body is False
