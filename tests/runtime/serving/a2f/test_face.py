"""Face parameters by name: what acts, what is cut to its range, what is told of the rest."""

import math

import pytest

from voxrig.runtime.serving.a2f.face import PARAMETERS, WITHOUT_EFFECT, Face, read_face
from voxrig.runtime.serving.a2f.number import ClipError

NVIDIAS = {
    *("lowerFaceSmoothing", "upperFaceSmoothing", "lowerFaceStrength", "upperFaceStrength", "faceMaskLevel"),
    *("faceMaskSoftness", "skinStrength", "blinkStrength", "eyelidOpenOffset", "lipOpenOffset", "blinkOffset"),
    *("tongueStrength", "tongueHeightOffset", "tongueDepthOffset"),
}


def test_every_parameter_of_nvidias_acts_or_is_listed():
    assert {*PARAMETERS, *WITHOUT_EFFECT} == NVIDIAS | {"inputStrength"}
    assert not PARAMETERS.keys() & WITHOUT_EFFECT.keys()
    assert [parameter.field for parameter in PARAMETERS.values()] == [
        *("lower_strength", "upper_strength", "skin_strength", "lower_smoothing", "upper_smoothing"),
        *("blink_strength", "blink_offset", "eyelid_offset", "lip_offset", "tongue_strength"),
    ]
    for field, low, high in PARAMETERS.values():
        assert low <= getattr(Face(), field) <= high


def test_nothing_given_changes_nothing():
    assert read_face({}) == (Face(), ())


def test_values_are_read_as_they_were_meant():
    face, remarks = read_face({"lowerFaceSmoothing": 0.10000000149011612, "blinkStrength": 0.5, "faceMaskLevel": 0.6})
    assert face == Face(lower_smoothing=0.1, blink_strength=0.5)
    assert remarks == ()


def test_what_is_out_of_range_is_cut_and_told():
    face, remarks = read_face({"upperFaceStrength": 5.0, "lipOpenOffset": -0.3, "jiggle": 1.0, "bounce": 1.0})
    assert face == Face(upper_strength=2.0, lip_offset=-0.2)
    assert remarks == (
        "lipOpenOffset -0.3 was taken as -0.2",
        "upperFaceStrength 5 was taken as 2",
        "unknown face parameters had no effect: bounce, jiggle",
    )


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("name", ["skinStrength", "faceMaskLevel", "jiggle"])
def test_what_is_no_number_is_refused(name, value):
    with pytest.raises(ClipError, match=f"face parameter {name} is {value}; send a number"):
        read_face({name: value})
