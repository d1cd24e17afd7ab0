"""Weights on their way to a client: every parameter does what its name says, and no more."""

import numpy as np
import pytest

from voxrig.runtime.core.arkit import ARKIT_SHAPES
from voxrig.runtime.serving.a2f.face import Face
from voxrig.runtime.serving.a2f.shaping import LOWER, UPPER, Shaping

FPS = 30
ROWS = np.random.default_rng(1).uniform(0, 1, (40, len(ARKIT_SHAPES))).astype(np.float32)


def at(name):
    return ARKIT_SHAPES.index(name)


def column(rows, name):
    return rows[:, at(name)]


def run(rows=ROWS, fps=FPS, columns=ARKIT_SHAPES, **parameters):
    state, out = None, []
    shaping = Shaping(columns, fps, **parameters)
    for row in rows:
        before = row.copy()
        state, weights = shaping.step(state, row)
        assert np.array_equal(row, before)
        assert weights.dtype == np.float32
        out.append(weights)
    return np.stack(out)


def others(*starts):
    return [index for index, name in enumerate(ARKIT_SHAPES) if not name.startswith(starts)]


def test_without_parameters_a_row_passes_to_the_bit():
    assert np.array_equal(run(), ROWS)


def test_the_face_has_an_upper_and_a_lower_part_and_eyes():
    eyes = [name for name in ARKIT_SHAPES if not name.startswith((*UPPER, *LOWER))]
    assert {name.rstrip("LeftRigh") for name in eyes} <= {
        "EyeBlink",
        "EyeLookDown",
        "EyeLookIn",
        "EyeLookOu",
        "EyeLookUp",
    }
    assert len(eyes) == 10
    assert not [name for name in ARKIT_SHAPES if name.startswith(UPPER) and name.startswith(LOWER)]


def test_multipliers_offsets_and_the_cut():
    scaled = run(multipliers={"JawOpen": 2.0, "EyeBlinkLeft": 0.0}, offsets={"MouthLeft": -0.5, "EyeBlinkLeft": 0.25})
    assert np.array_equal(column(scaled, "JawOpen"), 2 * column(ROWS, "JawOpen"))
    assert np.array_equal(column(scaled, "MouthLeft"), column(ROWS, "MouthLeft") - np.float32(0.5))
    assert set(column(scaled, "EyeBlinkLeft")) == {0.25}
    rest = others("JawOpen", "EyeBlinkLeft", "MouthLeft")
    assert np.array_equal(scaled[:, rest], ROWS[:, rest])
    cut = run(multipliers={"JawOpen": 2.0}, offsets={"MouthLeft": -0.5}, clamp=True)
    assert column(cut, "JawOpen").max() == 1
    assert column(cut, "MouthLeft").min() == 0


def test_columns_after_the_shapes_are_scaled_and_never_cut():
    columns = (*ARKIT_SHAPES, "HeadYaw")
    rows = np.concatenate([ROWS, np.full((len(ROWS), 1), -2.0, np.float32)], axis=1)
    face = Face(upper_strength=0.0, lower_smoothing=0.1, upper_smoothing=0.1)
    out = run(rows, columns=columns, face=face, multipliers={"HeadYaw": 0.5}, clamp=True)
    assert set(out[:, -1]) == {-1.0}


def test_strength_of_the_upper_face():
    out = run(face=Face(upper_strength=0.5, skin_strength=0.5))
    upper = [index for index, name in enumerate(ARKIT_SHAPES) if name.startswith(UPPER)]
    np.testing.assert_allclose(out[:, upper], ROWS[:, upper] / 4, rtol=1e-6)
    assert np.array_equal(out[:, others(*UPPER)], ROWS[:, others(*UPPER)])
    assert run(face=Face(upper_strength=2.0)).max() == 1


@pytest.mark.parametrize("fps", [30, 60])
def test_smoothing_makes_half_of_a_movement_in_its_time(fps):
    rows = np.zeros((fps, len(ARKIT_SHAPES)), np.float32)
    rows[fps // 5 :] = 1.0
    out = run(rows, fps, face=Face(lower_smoothing=0.1))
    half = fps // 5 + fps // 10 - 1  # 100 ms on, counting the frame in which it moved
    np.testing.assert_allclose(column(out, "JawOpen")[[half, half + fps // 10]], [0.5, 0.75], rtol=1e-5)
    assert np.array_equal(out[:, others(*LOWER)], rows[:, others(*LOWER)])
    upper = run(rows, fps, face=Face(upper_smoothing=0.1))
    np.testing.assert_allclose(column(upper, "BrowInnerUp")[half], 0.5, rtol=1e-5)
    assert np.array_equal(column(upper, "EyeBlinkLeft"), rows[:, 0])


def test_blinks():
    weak = run(face=Face(blink_strength=0.5, blink_offset=0.1))
    np.testing.assert_allclose(column(weak, "EyeBlinkRight"), column(ROWS, "EyeBlinkRight") / 2 + 0.1, rtol=1e-6)
    assert column(run(face=Face(blink_strength=2.0)), "EyeBlinkLeft").max() == 1
    assert not column(run(face=Face(blink_offset=-1.0)), "EyeBlinkLeft").any()
    assert np.array_equal(weak[:, others("EyeBlink")], ROWS[:, others("EyeBlink")])


def test_lids_at_rest():
    rows = np.zeros((2, len(ARKIT_SHAPES)), np.float32)
    rows[1, [at("EyeBlinkLeft"), at("EyeBlinkRight")]] = 1.0
    shut = run(rows, face=Face(eyelid_offset=-0.5))
    assert column(shut, "EyeBlinkLeft").tolist() == [0.5, 1.0]
    assert not column(shut, "EyeWideLeft").any()
    wide = run(rows, face=Face(eyelid_offset=0.5))
    assert column(wide, "EyeWideRight").tolist() == [0.5, 0.0]  # a blink shuts it all the same
    assert column(wide, "EyeBlinkRight").tolist() == [0.0, 1.0]
