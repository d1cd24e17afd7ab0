from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from voxrig.baking.performing import Part, Performed, perform
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.core.keys import (
    Keys,
    linear_at,
    linear_keys,
    rotation_keys,
    rotations_at,
    shared_keys,
    smooth_at,
    smooth_keys,
    smooth_rotation_keys,
)
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.rotation import angles_to_quaternion
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import OnnxModel

Floats = NDArray[np.float32]

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
BOUNDS = [0.0, 1e-7, 0.002, 0.01, 0.1, 3.0]


def sixty(values: list[float]) -> Floats:
    return np.repeat(np.array(values, np.float32), 60)


def shapes() -> dict[str, Floats]:
    """Curves of all kinds, most of them 0 to 1."""
    rng = np.random.default_rng(5)
    time = np.arange(300) / 60
    blink = np.interp(time, [0, 1.0, 1.08, 1.12, 1.3, 5], [0, 0, 1, 1, 0, 0])
    curves = {
        "nothing": np.zeros(90),
        "still": np.full(70, 0.37),
        "one frame": np.array([0.4]),
        "two frames": np.array([0.4, 0.9]),
        "three frames": np.array([0.0, 1.0, 0.0]),
        "step": sixty([0, 1, 0.25]),
        "ramp": np.linspace(0, 1, 200),
        "wave": 0.5 - 0.5 * np.cos(2 * np.pi * 1.3 * time),
        "blink": blink,
        "noise": rng.random(150),
        "zigzag": np.arange(100) % 2 * 1.0,
        "large": 1000 * np.sin(time),
        "tiny": 1e-30 * np.sin(time),
    }
    for number in range(20):
        curves[f"walk {number}"] = np.cumsum(rng.normal(0, 10.0 ** rng.uniform(-4, -1), rng.integers(2, 400)))
    return {name: curve.astype(np.float32) for name, curve in curves.items()}


SHAPES = shapes()


@pytest.fixture(scope="module")
def spoken() -> Take:
    """samples/healer.wav with the bundle that bakes, all layers on."""
    samples, rate = soundfile.read(SAMPLES / "healer.wav", dtype="float32")
    chosen = bundle.load("studio")
    pipeline = Pipeline(chosen.spec, profile("metahuman"), FrameRate(60), rate, character=Character(1))
    ((_, performed),) = perform([Part(pipeline, samples)], BatchRunner(OnnxModel(chosen)))
    assert isinstance(performed, Performed)
    return performed.take


def off(read: NDArray[np.float64], curve: Floats) -> float:
    return float(np.abs(read - curve.astype(np.float64)).max())


@pytest.mark.parametrize("bound", BOUNDS)
@pytest.mark.parametrize("name", SHAPES)
def test_no_frame_is_further_off_than_the_bound(name: str, bound: float) -> None:
    curve = SHAPES[name]
    frames = np.arange(len(curve))
    lines, smooth = linear_keys(curve, bound), smooth_keys(curve, bound)
    for keys in (lines, smooth):
        assert keys.frames.dtype == np.int64
        assert {field.dtype for field in keys[1:]} == {np.dtype(np.float32)}
        assert (np.diff(keys.frames) > 0).all()
        assert keys.frames[0] == 0
        assert len(keys.frames) == 1 or keys.frames[-1] == len(curve) - 1
        assert curve.min() <= keys.values.min() <= keys.values.max() <= curve.max()
    assert off(linear_at(lines, frames), curve) <= bound
    assert off(smooth_at(smooth, frames), curve) <= bound


@pytest.mark.parametrize("bound", [0.002, 0.01])
def test_speech_needs_few_keys_and_fewer_where_they_are_smooth(spoken: Take, bound: float) -> None:
    frames, lines, smooth, corners = np.arange(len(spoken)), 0, 0, 0
    for curve in spoken.controls.T:
        straight, bent = linear_keys(curve, bound), smooth_keys(curve, bound)
        assert off(linear_at(straight, frames), curve) <= bound
        assert off(smooth_at(bent, frames), curve) <= bound
        lines, smooth = lines + len(straight.frames), smooth + len(bent.frames)
        corners += int((bent.before != bent.after).sum())
    moving = int((np.ptp(spoken.controls, axis=0) > 2 * bound).sum()) * len(spoken)
    assert smooth < 0.85 * lines < 0.3 * moving
    assert corners < 0.05 * smooth


def reachable(curve: Floats, bound: float) -> int:
    """Least keys of lines between the curve's own values, by trying all (Imai and Iri's graph)."""
    least = np.full(len(curve), len(curve))
    least[0] = 1
    for first in range(len(curve)):
        for last in range(first + 1, len(curve)):
            line = np.interp(np.arange(first, last + 1), [first, last], [curve[first], curve[last]])
            if np.abs(line - curve[first : last + 1]).max() <= bound:
                least[last] = min(least[last], least[first] + 1)
    return int(least[-1])


def test_free_values_need_no_more_keys_than_the_best_choice_of_the_curves_own() -> None:
    ours = best = 0
    for name in ("wave", "blink", "step", *(f"walk {number}" for number in range(6))):
        curve = SHAPES[name][:200]
        count, least = len(linear_keys(curve, 0.01).frames), reachable(curve, 0.01 * (1 - 1e-4))
        assert count <= least + 1, name
        ours, best = ours + count, best + least
    assert ours <= 0.9 * best


def test_few_keys_for_plain_curves() -> None:
    assert linear_keys(SHAPES["ramp"]).frames.tolist() == [0, 199]
    assert smooth_keys(SHAPES["ramp"]).frames.tolist() == [0, 199]
    assert len(linear_keys(SHAPES["step"]).frames) == 6
    assert len(smooth_keys(SHAPES["wave"]).frames) < 0.5 * len(linear_keys(SHAPES["wave"]).frames)


@pytest.mark.parametrize("name", ["nothing", "still", "one frame"])
@pytest.mark.parametrize("bound", BOUNDS)
def test_a_curve_that_never_moves_is_one_key(name: str, bound: float) -> None:
    for keys in (linear_keys(SHAPES[name], bound), smooth_keys(SHAPES[name], bound)):
        assert keys.frames.tolist() == [0]
        assert keys.values.tolist() == SHAPES[name][:1].tolist()


def test_a_curve_within_the_bound_of_nothing_is_nothing() -> None:
    curve = np.array([0.0, 0.004, 0.009, 0.001], np.float32)
    assert linear_keys(curve, 0.01).values.tolist() == [0.0]
    assert smooth_keys(curve, 0.01).values.tolist() == [0.0]


def test_bound_0_keeps_every_frame_to_the_bit() -> None:
    for curve in (SHAPES["walk 3"], SHAPES["two frames"]):
        for keys in (linear_keys(curve, 0.0), smooth_keys(curve, 0)):
            assert keys.frames.tolist() == list(range(len(curve)))
            np.testing.assert_array_equal(keys.values, curve)


def test_a_step_has_corners_and_does_not_swing_over() -> None:
    keys = smooth_keys(SHAPES["step"])
    between = smooth_at(keys, np.linspace(0, 179, 3000))
    assert -0.01 <= between.min() <= between.max() <= 1.01
    assert (keys.before != keys.after).sum() >= 2


def test_a_smooth_curve_has_no_corner() -> None:
    keys = smooth_keys(SHAPES["wave"])
    np.testing.assert_array_equal(keys.before, keys.after)


def test_no_frame_no_key() -> None:
    nothing = np.zeros(0, np.float32)
    assert len(linear_keys(nothing).frames) == len(smooth_keys(nothing).frames) == 0
    assert len(shared_keys(nothing.reshape(0, 3)).frames) == len(rotation_keys(nothing.reshape(0, 4))) == 0


@pytest.mark.parametrize("bound", [0.0, 0.01, 0.05])
def test_shared_keys_hold_for_every_curve(spoken: Take, bound: float) -> None:
    curves, frames = spoken.controls, np.arange(len(spoken))
    keys = shared_keys(curves, bound)
    assert keys.values.shape == (len(keys.frames), curves.shape[1])
    for column, curve in enumerate(curves.T):
        assert off(linear_at(Keys(keys.frames, keys.values[:, column]), frames), curve) <= bound
    apart = [set(linear_keys(curve, bound).frames.tolist()) for curve in curves.T]
    assert max(map(len, apart)) <= len(keys.frames) <= len(set().union(*apart))
    assert len(keys.frames) < 0.8 * len(spoken) or bound == 0.0


def test_shared_keys_of_one_curve_are_its_own() -> None:
    for name, curve in SHAPES.items():
        alone, shared = linear_keys(curve), shared_keys(curve[:, None])
        np.testing.assert_array_equal(alone.frames, shared.frames, name)
        np.testing.assert_array_equal(alone.values, shared.values[:, 0], name)


def turns(kind: str) -> Floats:
    time = np.arange(240) / 60
    rng = np.random.default_rng(2)
    angles = {
        "sway": np.stack([0.4 * np.sin(2 * time), 0.2 * np.cos(3 * time), 0.1 * np.sin(time)], axis=1),
        "saccades": np.repeat(rng.normal(0, 0.2, (24, 3)), 10, axis=0),
        "spin": np.stack([6.0 * time, 0.3 * np.sin(time), 0 * time], axis=1),
        "tremor": 0.002 * rng.normal(0, 1, (240, 3)),
    }[kind]
    return angles_to_quaternion(angles.astype(np.float32))


def angle(a: NDArray[np.float64], b: Floats) -> float:
    """The largest angle between turns, radians; by the chord, which tells small ones."""
    a, b = (rows / np.linalg.norm(rows, axis=-1, keepdims=True) for rows in (a, b.astype(np.float64)))
    chord = np.minimum(np.linalg.norm(a - b, axis=-1), np.linalg.norm(a + b, axis=-1))
    return float(4 * np.arcsin(np.minimum(chord / 2, 1)).max())


@pytest.mark.parametrize("kind", ["sway", "saccades", "spin", "tremor"])
@pytest.mark.parametrize("turn", [0.0, 0.002, 0.02])
def test_no_turn_is_further_off_than_the_angle(kind: str, turn: float) -> None:
    rows = turns(kind)
    rng = np.random.default_rng(1)
    mixed = rows * rng.choice([-1, 1], (len(rows), 1)) * rng.uniform(0.5, 2, (len(rows), 1))  # the same turns
    frames = np.arange(len(rows))
    for given in (rows, mixed.astype(np.float32)):
        kept = rotation_keys(given, turn)
        assert kept[0] == 0
        assert kept[-1] == len(rows) - 1
        assert angle(rotations_at(kept, given[kept], frames), rows) <= turn + 1e-6
        smooth = smooth_rotation_keys(given, turn)
        assert smooth.values.shape == smooth.after.shape == (len(smooth.frames), 4)
        assert angle(smooth_at(smooth, frames), rows) <= turn + 1e-6
    assert (len(kept) == len(rows)) == (turn == 0.0)
    assert len(kept) < 0.7 * len(rows) or turn < 0.02


def test_the_bones_of_speech_share_their_keys(spoken: Take) -> None:
    frames, bones = np.arange(len(spoken)), spoken.quaternions
    kept = rotation_keys(bones)
    for bone in range(bones.shape[1]):
        assert angle(rotations_at(kept, bones[kept, bone], frames), bones[:, bone]) <= np.radians(0.25)
        assert len(rotation_keys(bones[:, bone])) <= len(kept) < 0.5 * len(spoken)


def test_a_bone_that_never_moves_is_one_key() -> None:
    rest = np.tile(np.array([0, 0, 0, 1], np.float32), (50, 1))
    assert rotation_keys(rest).tolist() == rotation_keys(rest, 0).tolist() == [0]
    assert rotation_keys(rest * np.float32(-1)).tolist() == [0]
    assert smooth_rotation_keys(rest).frames.tolist() == [0]
    np.testing.assert_allclose(rotations_at(np.zeros(1, np.int64), rest[:1], [[0.0, 7.5]]), rest[:2][None])


def test_between_keys_the_shorter_arc_is_taken() -> None:
    half = np.sqrt(np.float32(0.5))
    quarter = np.array([[0, 0, 0, 1], [0, -half, 0, -half]], np.float32)  # a quarter turn, with the other sign
    (middle,) = rotations_at(np.array([0, 10]), quarter, [5.0])
    np.testing.assert_allclose(middle, [0, np.sin(np.pi / 8), 0, np.cos(np.pi / 8)], atol=1e-7)


def test_a_curve_holds_outside_its_keys() -> None:
    curve = SHAPES["wave"]
    lines, smooth = linear_keys(curve), smooth_keys(curve)
    for read, keys in ((linear_at(lines, [-5.0, 900.0]), lines), (smooth_at(smooth, [-5.0, 900.0]), smooth)):
        assert read.tolist() == keys.values[[0, -1]].tolist()


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused_with_its_frame(wrong: float) -> None:
    curve = SHAPES["wave"].copy()
    curve[17] = wrong
    for reduce in (linear_keys, smooth_keys):
        with pytest.raises(ValueError, match="at frame 17; keys need finite numbers"):
            reduce(curve)
    with pytest.raises(ValueError, match="at frame 17; keys need finite numbers"):
        shared_keys(np.stack([SHAPES["wave"], curve], axis=1))
    rows = turns("sway")
    rows[17, 2] = wrong
    with pytest.raises(ValueError, match="quaternion of frame 17"):
        rotation_keys(rows)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="bound -1 is negative"):
        linear_keys(SHAPES["wave"], -1)
    with pytest.raises(ValueError, match="bound nan is negative or no number"):
        smooth_keys(SHAPES["wave"], float("nan"))
    with pytest.raises(ValueError, match=r"turn -0\.1 is negative"):
        rotation_keys(turns("sway"), -0.1)
    with pytest.raises(ValueError, match="quaternion of frame 3 is"):
        smooth_rotation_keys(turns("sway") * (np.arange(240) != 3)[:, None])
    with pytest.raises(ValueError, match="frames come first"):
        linear_keys(turns("sway"))
