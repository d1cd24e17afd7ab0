import numpy as np
import pytest

from voxrig.runtime.animation.shaping import (
    CLOSING,
    CONTACT,
    JAW,
    LIPS,
    STILL,
    TONGUE,
    amplified,
    helped,
    kind_of,
    parts_lips,
    sharpened,
    shifted,
)  # fmt: skip

VALUES = np.linspace(0, 1, 101).astype(np.float32)


@pytest.mark.parametrize("gain", [0.0, 0.3, 1.0, 1.5, 2.0, 3.0])
def test_amplitude_has_no_plateau(gain: float) -> None:
    out = np.array([amplified(v, np.float32(gain)) for v in VALUES])
    assert out[0] == 0.0
    assert out[-1] == pytest.approx(min(gain, 1.0), abs=1e-6)
    if gain > 0:
        assert (np.diff(out) > 0).all()
    assert (np.diff(out)[:-1] >= np.diff(out)[1:] - 1e-6).all(), "it bends one way"
    assert out[1] == pytest.approx(gain * 0.01, rel=0.01)
    if gain == 1.0:
        np.testing.assert_array_equal(out, VALUES)


@pytest.mark.parametrize("bias", [-0.5, -0.1, 0.0, 0.1, 0.5])
def test_a_bias_stays_within_the_range(bias: float) -> None:
    out = np.array([shifted(v, np.float32(bias)) for v in VALUES])
    assert (np.diff(out) > 0).all()
    assert out.min() >= 0.0
    assert out.max() <= 1.0
    if bias == 0.0:
        np.testing.assert_array_equal(out, VALUES)
    elif bias > 0:
        assert out[0] == np.float32(bias)
    else:
        assert out[0] == 0.0
        assert (out[1:] < VALUES[1:]).all()


@pytest.mark.parametrize("sharpness", [0.0, 0.5, 1.0, 1.5, 2.0])
@pytest.mark.parametrize("mean", [0.0, 0.3, 1.0])
def test_sharpness_moves_from_or_to_the_mean_and_stays_within_the_range(sharpness: float, mean: float) -> None:
    out = np.array([sharpened(v, np.float32(mean), np.float32(sharpness)) for v in VALUES])
    assert out.min() >= 0.0
    assert out.max() <= 1.0
    away = (out - VALUES) * (VALUES - mean)
    assert (away >= -1e-7).all() if sharpness >= 1 else (away <= 1e-7).all()
    if sharpness == 1.0:
        np.testing.assert_array_equal(out, VALUES)
    if sharpness == 0.0:
        np.testing.assert_allclose(out, mean, atol=1e-6)


def test_a_smaller_jaw_is_closed_sooner_and_never_opened() -> None:
    for jaw in (0.0, 0.5, 0.9, 1.0, 1.7):
        out = np.array([helped(v, np.float32(jaw)) for v in VALUES])
        assert (out >= VALUES).all()
        assert (np.diff(out) >= 0).all()
        np.testing.assert_array_equal(out[:40], VALUES[:40])
        if jaw >= 1.0:
            np.testing.assert_array_equal(out, VALUES)
    assert helped(np.float32(0.7), np.float32(0.5)) == 1.0


def test_kinds() -> None:
    kinds = {
        "jawOpen": JAW, "mouthLipsTogetherUL": CLOSING, "mouthPressDR": CONTACT, "mouthLowerLipRollInL": CONTACT,
        "mouthLowerLipRollOutL": LIPS, "mouthLipsPurseUL": LIPS, "mouthUpperLipRaiseL": LIPS, "tongueUp": TONGUE,
        "browDownL": STILL, "noseWrinkleL": STILL, "neckSwallowPh1": CONTACT,
    }  # fmt: skip
    assert {name: kind_of(name) for name in kinds} == kinds
    assert [name for name in kinds if parts_lips(name)] == [
        "mouthLowerLipRollOutL",
        "mouthUpperLipRaiseL",
        "noseWrinkleL",
    ]
