"""The 8-bit twin of a bundle does what the bundle does, for every character of a batch and on every processor."""

import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from voxrig.exporters import int8_export  # noqa: E402
from voxrig.exporters.graph_surgery import OURS, Surgery  # noqa: E402
from voxrig.exporters.int8 import STATE, quantised, watched  # noqa: E402
from voxrig.exporters.int8_export import LIMIT, body_rows, face_rows, twin  # noqa: E402
from voxrig.exporters.int8_observing import observed  # noqa: E402
from voxrig.exporters.int8_rounding import MOST, Range, range_of, round_weights  # noqa: E402
from voxrig.exporters.parity import ParityError  # noqa: E402
from voxrig.runtime.models import bundle, contract  # noqa: E402
from voxrig.runtime.models.bundle import Bundle  # noqa: E402
from voxrig.runtime.models.onnx import OnnxModel  # noqa: E402

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture(scope="module")
def sounds() -> list[tuple[np.ndarray, int]]:
    return [soundfile.read(SAMPLES / f"{name}.wav", dtype="float32") for name in ("healer", "gatekeeper")]


@pytest.fixture(scope="module", params=["live", "studio", "body"])
def exported(request: pytest.FixtureRequest) -> Bundle:
    return bundle.load(request.param, "body" if request.param == "body" else "face")


def test_a_twin_moves_as_the_bundle_does_and_everybody_alike(
    exported: Bundle, sounds: list[tuple[np.ndarray, int]], tmp_path: Path
) -> None:
    made, off = twin(exported, sounds)
    assert 0 < off < LIMIT / 2
    bundle.write(tmp_path / "twin", exported.spec, exported.model, made)
    model = OnnxModel(bundle.read(tmp_path / "twin"))
    width = exported.spec.inputs[0].shape[0]
    rows = np.random.default_rng(3).normal(-4, 3, (17, 12, width)).astype(np.float32)
    contract.verify_batch_invariance(model, rows, (2, 3, 5, 16, 17))


def test_its_products_are_exact_where_16_bits_would_saturate() -> None:
    """The loudest bytes with the largest weights, whose sums some processors clip."""
    surgery = Surgery(bundle.load("live").model)
    steps, extreme = np.full((320, 320), MOST), np.full((3, 320), 255, np.uint8)
    steps[:, 1::3] = -MOST
    loud = Range(0.0, 255.0)
    scale = surgery.constant(np.ones(320))
    given = surgery.node("QuantizeLinear", "state_0", surgery.constant(loud.scale), surgery.constant(0, np.uint8))
    weights, zero = surgery.constant(steps, np.int8), surgery.constant(0, np.uint8)
    product = (given, weights, surgery.constant(1.0), scale, zero)
    surgery.node("MatMulIntegerToFloat", *product, domain=OURS, out="next_state_0")
    spec = bundle.load("live").spec
    model = OnnxModel(Bundle(spec, surgery.closed(), Path("extreme")))
    states = (extreme.astype(np.float32), np.zeros((3, 320), np.float32))
    _, (sums, _) = model.step(np.zeros((3, 128), np.float32), states)
    assert np.array_equal(sums, extreme.astype(np.int64) @ steps)
    assert 2 * 255 * MOST < 2**15


def test_the_twin_has_no_weight_beyond_and_no_large_matrix_left(exported: Bundle) -> None:
    assert exported.int8 is not None
    weights = Surgery(exported.int8).weights.values()
    small = [weight for weight in weights if weight.dtype == np.int8]
    assert len(small) >= 6
    assert max(int(np.abs(weight.astype(int)).max()) for weight in small) <= MOST
    assert not [weight.shape for weight in weights if weight.dtype == np.float32 and weight.size >= 100_000]
    assert len(exported.int8) < 0.45 * len(exported.model)


def test_a_command_gives_a_bundle_its_twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(bundle.SHIPPED_FOLDER / "fast", tmp_path / "own")
    before = bundle.read(tmp_path / "own")
    bundle.write(tmp_path / "own", before.spec, before.model)
    assert bundle.read(tmp_path / "own").int8 is None
    words = ["int8_export", str(tmp_path / "own"), str(SAMPLES / "warning.wav"), "--version", "9"]
    monkeypatch.setattr(sys, "argv", words)
    int8_export.main()
    after = bundle.read(tmp_path / "own")
    assert (after.model, after.spec.sha256, after.spec.version) == (before.model, before.spec.sha256, "9")
    assert after.int8 is not None
    assert after.spec.checksum == after.spec.int8_sha256 != after.spec.sha256


def test_what_is_too_small_or_silent_or_too_far_off_is_refused(
    tiny_bundle: Bundle, sounds: list[tuple[np.ndarray, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="nothing to quantise"):
        quantised(tiny_bundle.model, {})
    live = bundle.load("live")
    with pytest.raises(ValueError, match="give sound files"):
        twin(live, [])
    monkeypatch.setattr(int8_export, "LIMIT", 1e-6)
    with pytest.raises(ParityError, match="off on the mean, limit 1e-06: keep it as it is"):
        twin(live, sounds[:1])


def test_what_tensors_hold_is_seen_step_by_step(sounds: list[tuple[np.ndarray, int]]) -> None:
    live = bundle.load("live")
    rows = [face_rows(*sound, live.spec) for sound in sounds]
    held = observed(live.model, live.spec, rows, watched(live.model))
    steps = sum(map(len, rows))
    assert {name: value.shape for name, value in held.items()} == dict.fromkeys(held, (steps, 320))
    assert set(held) == {"silu", "state_0", "next_state_0", "state_1"}
    longest = max(map(len, rows))
    later = steps - 2 * (longest - min(map(len, rows)))  # the rows of both while both sound
    assert np.array_equal(held["state_0"][2:later], held["next_state_0"][: later - 2])


def test_a_body_is_told_something() -> None:
    sound, rate = soundfile.read(SAMPLES / "warning.wav", dtype="float32")
    one, other = body_rows(sound, rate, 0), body_rows(sound, rate, 1)
    assert one.shape == other.shape == (len(sound) * 30 // rate, bundle.load("body", "body").spec.inputs[0].shape[0])
    assert not np.array_equal(one, other)


def test_zero_is_a_byte() -> None:
    for within in (STATE, Range(-0.2785, 8.5), Range(-3.0, 1e-6)):
        assert within.rounded(np.zeros(1))[0] == 0.0
    assert STATE.scale == pytest.approx(1 / 127)
    assert np.abs(STATE.rounded(np.float32([-1, 1])) - [-1, 1]).max() < 1e-12


def test_few_outliers_are_clipped() -> None:
    values = np.random.default_rng(0).laplace(0, 1, 100_000).astype(np.float32)
    values[0] = 40.0
    whole, chosen = Range(float(values.min()), 40.0), range_of(values)
    assert np.square(chosen.rounded(values) - values).mean() < 0.9 * np.square(whole.rounded(values) - values).mean()
    assert 8.0 < chosen.high < 40.0
    even = np.random.default_rng(0).uniform(-0.3, 1, 100_000).astype(np.float32)
    assert range_of(even).high == pytest.approx(1.0, abs=1e-3)


def test_rounding_makes_good_what_it_loses() -> None:
    """On inputs that go together and are not 0 on the mean, as those of a network do and are."""
    random = np.random.default_rng(0)
    heard = np.tanh(random.normal(0, 1, (3000, 6)) @ random.normal(0, 1, (6, 64)) + random.normal(0.3, 1, 64))
    weights, bias = random.normal(0, 0.2, (64, 32)), random.normal(0, 1, 32)
    made = round_weights(weights, bias, heard, STATE.rounded(heard))
    assert np.abs(made.steps.astype(int)).max() == MOST
    nearest = np.rint(weights / made.scale) * made.scale
    wanted = heard @ weights + bias
    ours = STATE.rounded(heard) @ (made.steps * made.scale) + made.bias - wanted
    plain = STATE.rounded(heard) @ nearest + bias - wanted
    assert np.square(ours).mean() < 0.3 * np.square(plain).mean()
    assert np.abs(ours.mean(0)).max() < 1e-9 < np.abs(plain.mean(0)).max()
