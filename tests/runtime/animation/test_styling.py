"""What a style does to what a real model gives for real speech."""

import json
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from voxrig.runtime.animation.cues import StyleChange
from voxrig.runtime.animation.face import NATIVE_COUNT, SILENT, Face, listen
from voxrig.runtime.animation.overrides import NO_OVERRIDES, Overrides
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.presets import PRESETS
from voxrig.runtime.animation.running import run
from voxrig.runtime.animation.style import NATURAL, SHORT_NAMES, ControlStyle, Style
from voxrig.runtime.core.arkit import ARKIT_SHAPES, native_to_arkit
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models import bundle
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import OnnxModel

Floats = NDArray[np.float32]

SAMPLES = Path(__file__).parents[3] / "samples"
CLIPS = ("gatekeeper", "healer", "warning")
TAIL = 0.5
NATIVE = profile("metahuman")
EXTREMES = {
    "loudest": Style(lips=2, jaw=2, sharpness=2, effort=1, tongue=2),
    "least": Style(lips=0.2, jaw=0.2, sharpness=0),
    "parted": Style(lip_offset=1, rest={"jawOpen": 0.15, "mouthLowerLipDepressL": 0.2, "noseWrinkleL": 0.3}),
    "biased": Style(
        controls={n: ControlStyle(2.0, 0.2) for n in ("jawOpen", "mouthLowerLipDepressL", "mouthUpperLipRaiseR")}
    ),
}
STYLES = PRESETS | EXTREMES

pytestmark = pytest.mark.skipif(not bundle.shipped(), reason="no bundle came with the package")


@lru_cache(maxsize=2)
def runner(model: str) -> BatchRunner:
    return BatchRunner(OnnxModel(bundle.load(model)))


@lru_cache(maxsize=8)
def sound(clip: str) -> tuple[Floats, int]:
    samples, rate = soundfile.read(SAMPLES / f"{clip}.wav", dtype="float32")
    return np.concatenate((samples, np.zeros(round(TAIL * rate), np.float32))), rate


def bake(clip: str, style: Style = NATURAL, overrides: Overrides = NO_OVERRIDES, model: str = "live") -> Floats:
    """float32[F, 251 + 12] at 60 fps."""
    samples, rate = sound(clip)
    pipeline = Pipeline(bundle.load(model).spec, NATIVE, FrameRate(60), rate, style, overrides)
    frames = run(pipeline, runner(model), pipeline.end(pipeline.push(pipeline.start(), samples)))[1]
    return np.stack([frame.values for frame in frames])


@cache
def styled(name: str, clip: str, model: str = "live") -> Floats:
    return bake(clip, STYLES[name], model=model)


def curve(native: Floats, *names: str) -> Floats:
    return np.asarray(native[:, [SHORT_NAMES.index(name) for name in names]].mean(axis=1), np.float32)


def gap(native: Floats) -> Floats:
    """About how far the lips part, in units of the jaw's opening: ARKit's weights by what each does on ICT-FaceKit."""
    arkit = native_to_arkit(native[:, :NATIVE_COUNT])
    weights = {"JawOpen": 1.0, "MouthClose": -1.29, "MouthFunnel": 0.37, "MouthRollUpper": 0.05,
               "MouthLowerDownLeft": 0.1, "MouthLowerDownRight": 0.1,
               "MouthUpperUpLeft": 0.12, "MouthUpperUpRight": 0.12,
               "NoseSneerLeft": 0.11, "NoseSneerRight": 0.11, "MouthRollLower": -0.09, "MouthPressLeft": -0.04,
               "MouthPressRight": -0.04, "MouthPucker": -0.04}  # fmt: skip
    return np.asarray(sum(w * arkit[:, ARKIT_SHAPES.index(name)] for name, w in weights.items()), np.float32)


def bilabials(clip: str) -> list[slice]:
    phones = json.loads((SAMPLES / f"{clip}.json").read_text(encoding="utf-8"))["phones"]
    return [slice(round((a - 0.04) * 60), round((b + 0.04) * 60) + 1) for phone, a, b in phones if phone in "pbm"]


@pytest.mark.parametrize("model", bundle.shipped())
@pytest.mark.parametrize("name", STYLES)
def test_no_style_breaks_a_closure(name: str, model: str) -> None:
    """Lips that the model closes on p b m are as closed in any style, within a tenth of a millimetre or two."""
    closed, gaps = 0, []
    for clip in CLIPS:
        natural, shown = gap(styled("natural", clip, model)), gap(styled(name, clip, model))
        for span in bilabials(clip):
            if natural[span].min() < -0.01:  # the resting lips of the head are at 0; these meet for sure
                closed += 1
                gaps.append(float(shown[span].min()))
    assert closed >= 15
    assert max(gaps) < 0.02


@pytest.mark.parametrize("model", bundle.shipped())
@pytest.mark.parametrize("name", [name for name in PRESETS if name not in ("slack", "natural")])
def test_presets_close_as_often_beside_their_own_opening(name: str, model: str) -> None:
    """Also in a mouth that opens little, lips meet on p b m: at a seventh of its usual opening, as they are judged."""

    def met(style: str) -> float:
        found = []
        for clip in CLIPS:
            opening = gap(styled(style, clip, model)) + 0.028  # the head's own lips are so far apart at rest
            full = np.percentile(opening, 95)
            found += [opening[span].min() < 0.15 * full for span in bilabials(clip)]
        return float(np.mean(found))

    assert met(name) >= met("natural") - 0.1


@pytest.mark.parametrize("clip", CLIPS)
def test_the_natural_style_is_the_model_to_the_bit(clip: str) -> None:
    """Against the network, the gate and the face put together by hand."""
    samples, rate = sound(clip)
    spec = bundle.load("live").spec
    pipeline = Pipeline(spec, NATIVE, FrameRate(60), rate)
    state, gate, face, rows = pipeline.end(pipeline.push(pipeline.start(), samples)), SILENT, Face(spec.controls), []
    quiet = [quiet for piece in state.queue[0].rows for quiet in piece.quiet]
    features = np.concatenate([piece.features for piece in state.queue[0].rows])
    model = runner("live").model.start()
    for step, (row, silent) in enumerate(zip(features, quiet, strict=True)):
        [(controls, model)] = runner("live").step([row], [model])
        gate = listen(gate, silent)
        if step + 1 >= spec.delay_steps:
            rows.append(face.pose(controls, gate))
    expected = np.stack(rows)[: len(samples) * 60 // rate + 1]
    np.testing.assert_array_equal(bake(clip)[: len(expected)], expected[: len(bake(clip))])
    np.testing.assert_array_equal(bake(clip, Style()), bake(clip))


def test_a_cue_back_to_natural_is_the_model_to_the_bit() -> None:
    samples, rate = sound("warning")
    pipeline = Pipeline(bundle.load("live").spec, NATIVE, FrameRate(60), rate)
    state, _ = pipeline.cue(
        pipeline.start(), rate // 2, StyleChange({"jaw": 1.5, "sharpness": 0.5, "effort": 1.0}, 0.1)
    )
    state, _ = pipeline.cue(state, rate, StyleChange({"jaw": 1.0, "sharpness": 1.0, "effort": 0.0}, 0.2))
    frames = run(pipeline, runner("live"), pipeline.end(pipeline.push(state, samples)))[1]
    cued, plain = np.stack([frame.values for frame in frames]), bake("warning")
    same = (cued == plain).all(axis=1)
    assert same[:30].all()
    assert not same[32:70].any()
    assert same[73:].all()


def test_amplitudes_scale_what_they_name() -> None:
    plain = bake("healer")
    jaws = [np.percentile(curve(bake("healer", Style(jaw=jaw)), "jawOpen"), 95) for jaw in (0.0, 0.5, 1.0, 1.5, 2.0)]
    assert jaws[0] == 0.0
    assert (np.diff(jaws) > 0.02).all()
    assert jaws[1] == pytest.approx(0.5 * jaws[2], rel=0.05)
    loud = bake("healer", Style(lips=1.6))
    purse, lower = ("mouthLipsPurseUL",), ("mouthLowerLipDepressL",)
    for names in (purse, lower):
        assert np.percentile(curve(loud, *names), 95) > 1.3 * np.percentile(curve(plain, *names), 95)
    np.testing.assert_array_equal(curve(loud, "jawOpen"), curve(plain, "jawOpen"))
    for still in ("mouthPressUL", "mouthLowerLipRollInL", "tongueUp"):
        np.testing.assert_array_equal(curve(loud, still), curve(plain, still))


@pytest.mark.parametrize("name", STYLES)
def test_values_stay_in_range_reach_no_plateau_and_do_not_jump(name: str) -> None:
    for clip in CLIPS:
        rows, plain = styled(name, clip)[:, :NATIVE_COUNT], styled("natural", clip)
        assert rows.min() >= 0.0
        assert rows.max() <= 1.0
        jaw = curve(rows, "jawOpen")
        assert jaw.max() < 0.95
        if name in PRESETS:
            assert np.abs(np.diff(gap(rows))).max() < 3.0 * np.abs(np.diff(gap(plain))).max()


def test_the_lips_share_of_the_jaw_is_never_scaled_down() -> None:
    share = [f"mouthLipsTogether{end}" for end in ("UL", "UR", "DL", "DR")]
    for style in (Style(lips=0.3), Style(jaw=0.4), Style(sharpness=0.0), Style(lip_offset=-1), Style(jaw=2, lips=2)):
        assert (curve(bake("healer", style), *share) >= curve(bake("healer"), *share) - 1e-6).all()


def test_the_tongue_can_be_left_out() -> None:
    tongue = [name for name in SHORT_NAMES if name.startswith("tongue")]
    plain, without = bake("healer"), bake("healer", Style(tongue=0.0))
    assert curve(plain, "tongueTipUp").max() > 0.3
    assert not curve(without, *tongue).any()
    others = [i for i in range(NATIVE_COUNT) if SHORT_NAMES[i] not in tongue]
    np.testing.assert_allclose(without[:, others], plain[:, others], atol=1e-6)


def test_sharpness_is_how_far_sounds_are_apart() -> None:
    def spread(sharpness: float) -> float:
        return float(curve(bake("healer", Style(sharpness=sharpness)), "jawOpen").std())

    spreads = [spread(sharpness) for sharpness in (0.0, 0.5, 1.0, 1.5, 2.0)]
    assert (np.diff(spreads) > 0).all()
    assert spreads[0] < 0.9 * spreads[2] < spreads[4] / 1.25

    def lag(sharpness: float) -> int:
        left, right = gap(bake("healer")), gap(bake("healer", Style(sharpness=sharpness)))
        fits = {shift: np.corrcoef(np.roll(left, shift), right)[0, 1] for shift in range(-6, 7)}
        return max(fits, key=lambda shift: fits[shift])

    assert [abs(lag(s)) <= 1 for s in (0.5, 1.5, 2.0)] == [True] * 3, "it never comes late"


def test_a_lip_offset_parts_or_tightens_everywhere_but_in_closures() -> None:
    plain = gap(bake("healer"))
    wider, tighter = (gap(bake("healer", Style(lip_offset=offset))) for offset in (0.6, -0.6))
    open_mouth = plain > 0.1
    assert np.median((wider - plain)[open_mouth]) > 0.02
    assert np.median((tighter - plain)[open_mouth]) < -0.02
    assert (tighter > -0.12).all()
    assert wider[-5:] == pytest.approx([0.055] * 5, abs=0.02), "parted in silence too"
    assert not np.abs(tighter[-5:]).any(), "at rest the lips have met already"


def test_a_resting_face_is_there_in_silence_and_under_speech() -> None:
    rest = {"mouthCornerPullL": 0.2, "mouthCornerPullR": 0.1, "browRaiseInL": 0.3}
    rows = bake("warning", Style(rest=rest))
    for name, value in rest.items():
        assert (curve(rows, name) >= value - 1e-6).all()
        assert curve(rows, name)[-1] == np.float32(value)
    expected = bake("warning")
    for name, value in rest.items():
        np.testing.assert_allclose(curve(rows, name), value + (1 - value) * curve(expected, name), atol=1e-6)


def test_gain_and_bias_of_a_control_count_while_it_speaks() -> None:
    rows = bake(
        "healer", Style(controls={"mouthStretchL": ControlStyle(0.0, 0.25), "browDownR": ControlStyle(1.0, 0.1)})
    )
    moving = curve(bake("healer"), "jawOpen") > 0.03
    speaking = np.convolve(moving, np.ones(9), mode="same") > 8.5  # and not about to rest
    np.testing.assert_allclose(curve(rows, "mouthStretchL")[speaking], 0.25, atol=1e-6)
    np.testing.assert_allclose(curve(rows, "browDownR")[speaking], 0.1, atol=1e-6)
    assert curve(rows, "mouthStretchL")[-1] == curve(rows, "browDownR")[-1] == 0.0


def test_effort_follows_the_voice() -> None:
    """The same words with their treble raised, as a louder voice has it, move the jaw further."""
    samples, rate = sound("gatekeeper")
    spectrum, hertz = np.fft.rfft(samples), np.fft.rfftfreq(len(samples), 1 / rate)
    louder = np.fft.irfft(spectrum * (1 + 3 * np.clip((hertz - 800) / 400, 0, 1)), len(samples))
    pipeline = Pipeline(bundle.load("live").spec, NATIVE, FrameRate(60), rate, Style(effort=1.0))
    plain = Pipeline(bundle.load("live").spec, NATIVE, FrameRate(60), rate)

    def boost(audio: Floats) -> float:
        with_effort, without = (
            np.stack([f.values for f in run(p, runner("live"), p.end(p.push(p.start(), audio)))[1]])
            for p in (pipeline, plain)
        )
        return float(curve(with_effort, "jawOpen").sum() / curve(without, "jawOpen").sum())

    quiet, as_it_is, loud = (boost(a.astype(np.float32)) for a in (0.1 * samples, samples, 0.5 * louder))
    assert quiet == pytest.approx(as_it_is, abs=0.02)
    assert loud > as_it_is + 0.1
