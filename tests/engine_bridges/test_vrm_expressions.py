import numpy as np
import pytest

from voxrig.engine_bridges.vrm_expressions import VRM, VRM0, vrm_expressions
from voxrig.runtime.animation.character import Character
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.animation.running import run
from voxrig.runtime.animation.visemes import VISEMES, viseme
from voxrig.runtime.core.arkit import ARKIT_SHAPES, native_to_arkit
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.models.batching import BatchRunner
from voxrig.runtime.models.onnx import OnnxModel

VOWELS, FEELINGS = VRM[:5], VRM[12:]


def read(pose):
    out = np.full(len(VRM), np.nan, np.float32)
    vrm_expressions(pose, out)
    assert out.min() >= 0.0
    assert out.max() <= 1.0
    return dict(zip(VRM, out.tolist(), strict=True))


def shaped(**shapes):
    """A pose with these shapes; a stem sets both sides."""
    pose = np.zeros(61, np.float32)
    for name, value in shapes.items():
        for shape in (name, name + "Left", name + "Right"):
            if shape in ARKIT_SHAPES:
                pose[ARKIT_SHAPES.index(shape)] = value
    return pose


def test_both_versions_of_vrm_name_the_same():
    assert len(VRM) == len(VRM0) == len(set(VRM)) == len(set(VRM0)) == 17
    pairs = dict(zip(VRM, VRM0, strict=True))
    assert [pairs[name] for name in ("aa", "ih", "ou", "ee", "oh")] == ["A", "I", "U", "E", "O"]
    assert [pairs[name] for name in ("happy", "angry", "sad", "relaxed")] == ["Joy", "Angry", "Sorrow", "Fun"]


def test_rest_is_nothing():
    assert set(read(shaped()).values()) == {0.0}


@pytest.mark.parametrize(("name", "vowel"), [("aa", "aa"), ("E", "ee"), ("ih", "ih"), ("oh", "oh"), ("ou", "ou")])
def test_a_vowel_is_its_own_preset_before_all_others(name, vowel):
    found = read(native_to_arkit(viseme(name)))
    vowels = {one: found[one] for one in VOWELS}
    assert max(vowels, key=vowels.__getitem__) == vowel
    assert vowels[vowel] > 0.5
    assert sum(vowels.values()) < 1.01


@pytest.mark.parametrize("name", VISEMES)
def test_speech_alone_shows_no_feeling(name):
    found = read(native_to_arkit(viseme(name)))
    assert max(found[one] for one in FEELINGS) < 0.05


def test_closed_lips_are_no_vowel():
    assert max(read(native_to_arkit(viseme("PP")))[one] for one in VOWELS) < 0.1
    assert max(read(shaped(JawOpen=0.4, MouthClose=0.4))[one] for one in VOWELS) == 0.0


def test_eyes():
    found = read(shaped(EyeBlink=0.75))
    assert (found["blink"], found["blinkLeft"], found["blinkRight"]) == (0.75, 0.0, 0.0)
    wink = shaped(EyeBlink=0.25)
    wink[ARKIT_SHAPES.index("EyeBlinkRight")] = 1.0
    found = read(wink)
    assert (found["blink"], found["blinkLeft"], found["blinkRight"]) == (0.25, 0.0, 0.75)
    aside = shaped(EyeLookOutLeft=0.5, EyeLookInRight=0.5, EyeLookUp=0.25)
    found = read(aside)
    assert [found[f"look{to}"] for to in ("Left", "Right", "Up", "Down")] == [0.5, 0.0, 0.25, 0.0]


@pytest.fixture(scope="module")
def felt(tiny_fast_bundle):
    """`felt("joy")`: the face that shows an emotion in full, in silence."""

    def make(name):
        options = {"emotion": f"{name}=1", **dict.fromkeys(("blink", "gaze", "head", "idle"), "off")}
        character = Character(3).with_options(options)
        pipeline = Pipeline(tiny_fast_bundle.spec, profile("arkit"), FrameRate(30), 16_000, character=character)
        state = pipeline.end(pipeline.push(pipeline.start(), np.zeros(40_000, np.float32)))
        return run(pipeline, BatchRunner(OnnxModel(tiny_fast_bundle)), state)[1][-1].values

    return make


@pytest.mark.parametrize(
    ("emotion", "preset"), [("joy", "happy"), ("anger", "angry"), ("sadness", "sad"), ("surprise", "surprised")]
)
def test_an_emotion_is_its_own_preset_before_all_others(felt, emotion, preset):
    found = read(felt(emotion))
    feelings = {one: found[one] for one in FEELINGS}
    assert feelings.pop(preset) > 0.8
    assert max(feelings.values()) < 0.2


def test_a_smile_without_the_cheeks_is_relaxed():
    assert read(shaped(MouthSmile=0.6))["relaxed"] > 0.8
    assert read(shaped(MouthSmile=0.9, CheekSquint=0.9))["relaxed"] == 0.0


def test_any_pose_stays_in_range():
    rng = np.random.default_rng(5)
    for _ in range(200):
        assert len(read(rng.uniform(0, 1, 61).astype(np.float32))) == 17
