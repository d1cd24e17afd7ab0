from collections.abc import Iterable

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.action_units import EXPRESSION_CONTROLS, GROUPS, KNOTS, UNITS, tables
from voxrig.runtime.animation.emotion import CALM, CATEGORIES, NEUTRAL, REGIONS, Affect, Emotion, everywhere
from voxrig.runtime.animation.expression import Expressing, ExpressionState
from voxrig.runtime.animation.style import SHORT_NAMES
from voxrig.runtime.animation.voice import QUIET, Voice
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.core.native import rest_bones
from voxrig.runtime.core.rig import profile

Floats = NDArray[np.float32]

LAYER = Expressing(key_of(7))
TALKING = QUIET._replace(speaking=True, voiced=1.0)
PROTOTYPES = {
    "joy": ("AU6", "AU12"),
    "sadness": ("AU1", "AU4", "AU15"),
    "anger": ("AU4", "AU5", "AU7", "AU23"),
    "fear": ("AU1", "AU2", "AU4", "AU5", "AU20"),
    "disgust": ("AU9", "AU15", "AU17"),
    "surprise": ("AU1", "AU2", "AU5", "AU26"),
    "contempt": ("AU12", "AU14"),
}
"""Ekman, Friesen & Hager 2002, Investigator's Guide."""


def felt(emotion: Emotion, arousal: float = 0.0) -> Affect:
    return Affect(emotion, 0.0, arousal, 0.0)


def shown(
    affects: Iterable[Affect],
    voice: Voice = QUIET,
    layer: Expressing = LAYER,
    state: ExpressionState | None = None,
    first: int = 1000,
) -> tuple[ExpressionState, Floats]:
    """Return the last state, and float32[poses, K]."""
    state, rows = state or layer.start(), []
    for at, affect in enumerate(affects, first):
        state, values = layer.step(state, at, affect, voice)
        rows.append(values)
    return state, np.stack(rows)


def held(emotion: Emotion, voice: Voice = QUIET, layer: Expressing = LAYER, first: int = 1000) -> Floats:
    """Return what is shown of an emotion once it is there."""
    return shown([felt(emotion)] * 300, voice, layer, first=first)[1][-1]


def of(values: Floats, name: str) -> Floats:
    return np.asarray(values[..., EXPRESSION_CONTROLS.index(name)])


def on_arkit(values: Floats) -> dict[str, float]:
    native = np.zeros(len(SHORT_NAMES), np.float32)
    native[[SHORT_NAMES.index(name) for name in EXPRESSION_CONTROLS]] = values
    arkit = profile("arkit")
    return dict(zip(arkit.names, arkit.from_native(native, rest_bones()).tolist(), strict=True))


def test_the_table_has_the_prototypes_and_grows_with_intensity() -> None:
    amount = tables().amount
    assert amount.shape == (len(CATEGORIES), len(UNITS), len(KNOTS))
    assert (amount[..., 0] == 0).all()
    assert amount.max() <= 1.0
    for category, units in PROTOTYPES.items():
        for unit in units:
            row = amount[CATEGORIES.index(category), UNITS.index(unit)]
            assert row[-1] > 0.0, f"{category} {unit}"
            assert (np.diff(row) >= 0).all(), f"{category} {unit}"
    assert set(GROUPS) == {"brows", "lids", "cheeks", "nose", "mouth"}


def test_nothing_is_shown_of_nothing() -> None:
    assert not shown([CALM] * 300)[1].any()


@pytest.mark.parametrize("category", CATEGORIES)
def test_an_emotion_is_seen_on_arkit_too(category: str) -> None:
    """Clearly, and more of it the stronger it is."""
    sizes = [sum(on_arkit(held(everywhere(**{category: level}))).values()) for level in (0.33, 0.66, 1.0)]
    assert sizes[0] > 0.35
    assert sizes[1] > 1.3 * sizes[0]
    assert sizes[2] > 1.2 * sizes[1]


def test_emotions_differ_from_each_other() -> None:
    faces = np.array([list(on_arkit(held(everywhere(**{category: 1.0}))).values()) for category in CATEGORIES])
    apart = np.linalg.norm(faces[:, None] - faces[None], axis=-1) + 9.0 * np.eye(len(faces))
    assert apart.min() > 0.9


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("category", CATEGORIES)
def test_a_region_shows_its_own_emotion_only(region: str, category: str) -> None:
    stems = {"brows": ("brow",), "eyes": ("eye",), "mouth": ("mouth", "nose", "jaw")}[region]
    face = held(NEUTRAL._replace(**{f"{region}_{category}": 1.0}))
    moved = [name for name, value in zip(EXPRESSION_CONTROLS, face, strict=True) if value]
    assert all(name.startswith(stems) for name in moved)


def test_emotions_blend_and_stay_in_range() -> None:
    rng = np.random.default_rng(1)
    for _ in range(40):
        face = held(Emotion(*rng.random(21)), TALKING._replace(arousal=1.0, stress=1.0, rising=1.0))
        assert face.min() >= 0.0
        assert face.max() <= 1.0
    both, joy = held(everywhere(joy=0.5, surprise=0.5)), held(everywhere(joy=0.5))
    assert (both >= joy - 1e-6).all()
    assert of(both, "browRaiseOuterL") > 0.3


def rise(curve: Floats, low: float = 0.1, high: float = 0.9) -> int:
    """Poses from 10 to 90 % of the way from the first value to the last."""
    way = (curve - curve[0]) / (curve[-1] - curve[0])
    return int(np.argmax(way >= high) - np.argmax(way >= low))


def test_it_sets_in_and_fades_like_a_face() -> None:
    state, coming = shown([felt(everywhere(joy=1.0, surprise=1.0))] * 150)
    _, going = shown([CALM] * 400, state=state, first=1150)
    brows, mouth = "browRaiseOuterL", "mouthCornerPullL"
    assert 12 <= rise(of(coming, brows)[:60]) < rise(of(coming, mouth)[:90]) <= 45
    for name in (brows, mouth):
        assert rise(of(going, name)) > 1.4 * rise(of(coming, name)[:90])
        assert of(coming, name)[-60:].max() < 1.12 * of(coming, name)[-60:].min(), "it does not overshoot"
    assert np.abs(np.diff(of(coming, brows), 2)).max() < 0.02, "no jump of speed"
    assert not going[-1].any(), "in the end nothing is left"


def test_nothing_pops_however_emotions_come_and_go() -> None:
    rng = np.random.default_rng(2)
    affects = [felt(Emotion(*(rng.random(21) * (rng.random() < 0.7)))) for _ in range(60)]
    _, rows = shown([affect for affect in affects for _ in range(8)])
    assert np.abs(np.diff(rows, axis=0)).max() < 0.12


def test_the_sides_are_not_quite_alike() -> None:
    """A few percent in amplitude, tens of milliseconds in time; otherwise each time."""
    ratios = []
    for first in (1000, 5000, 90_000):
        _, coming = shown([felt(everywhere(joy=0.9))] * 200, first=first)
        left, right = of(coming, "mouthCornerPullL"), of(coming, "mouthCornerPullR")
        ratios.append(float(left[-1] / right[-1]))
        halves = [int(np.argmax(side > 0.5 * side[-1])) for side in (left, right)]
        assert abs(halves[0] - halves[1]) <= 5
    assert all(0.015 < abs(ratio - 1.0) < 0.13 for ratio in ratios)
    assert len(set(ratios)) == 3


def test_contempt_is_on_one_side_and_keeps_to_it() -> None:
    sides = set()
    for seed in range(12):
        layer = Expressing(key_of(seed))
        faces = [held(everywhere(contempt=1.0), layer=layer, first=first) for first in (0, 7000)]
        strong = [float(of(face, "mouthDimpleL")) > float(of(face, "mouthDimpleR")) for face in faces]
        assert strong[0] == strong[1]
        assert min(float(of(faces[0], f"mouthDimple{s}")) for s in "LR") < 0.2
        assert max(float(of(faces[0], f"mouthDimple{s}")) for s in "LR") > 0.8
        sides.add(strong[0])
    assert sides == {True, False}


def test_a_held_emotion_lives_on() -> None:
    _, rows = shown([felt(everywhere(sadness=0.7))] * 1500)
    smile = of(rows, "mouthCornerDepressL")[200:]
    assert 0.005 < smile.std() / smile.mean() < 0.1
    assert np.abs(np.diff(smile)).max() < 0.004


def test_it_follows_the_voice() -> None:
    emotion = everywhere(anger=0.5)
    calm, excited, subdued = (held(emotion, TALKING._replace(arousal=a)) for a in (0.0, 1.0, -1.0))
    for name in ("browDownL", "eyeSquintInnerR"):
        assert 1.08 < of(excited, name) / of(calm, name) < 1.36
        assert 0.7 < of(subdued, name) / of(calm, name) < 0.8


def test_the_mouth_leaves_room_for_speech_and_the_brows_do_not() -> None:
    for category in CATEGORIES:
        silent, talking = held(everywhere(**{category: 1.0})), held(everywhere(**{category: 1.0}), TALKING)
        brows = [name.startswith("brow") for name in EXPRESSION_CONTROLS]
        np.testing.assert_array_equal(silent[brows], talking[brows])
        assert (talking <= silent).all()
        assert of(talking, "jawOpen") < 0.001
        assert of(talking, "mouthLowerLipDepressL") <= 0.5 * of(silent, "mouthLowerLipDepressL")
    assert of(held(everywhere(joy=1.0), TALKING), "mouthCornerPullL") > 0.65


def beats(emotion: Emotion, every: int = 24, poses: int = 3000) -> Floats:
    state, rows = LAYER.start(), []
    for at in range(poses):
        voice = TALKING._replace(beat=0.6 if at % every == 0 else 0.0)
        state, values = LAYER.step(state, at, felt(emotion), voice)
        rows.append(values)
    return np.stack(rows)


def test_brows_mark_stressed_syllables_without_any_emotion() -> None:
    rows = beats(NEUTRAL)
    brow = of(rows, "browRaiseOuterL")
    peaks = int(((brow[1:-1] > brow[:-2]) & (brow[1:-1] >= brow[2:]) & (brow[1:-1] > 0.08)).sum())
    assert 20 <= peaks <= 75, "some of the 125, and never two within two thirds of a second"
    assert 0.12 < brow.max() <= 0.6
    assert np.abs(np.diff(brow)).max() < 0.06
    elsewhere = [not name.startswith("brow") for name in EXPRESSION_CONTROLS]
    assert not rows[:, elsewhere].any()


def test_an_angry_one_marks_them_by_a_frown() -> None:
    rows = beats(NEUTRAL._replace(brows_anger=0.5))
    assert np.ptp(of(rows, "browDownL")[300:]) > 0.05
    assert np.ptp(of(rows, "browRaiseOuterL")[300:]) < np.ptp(of(beats(NEUTRAL), "browRaiseOuterL"))


def test_questions_and_stress_raise_the_brows_a_little() -> None:
    for voice in (TALKING._replace(stress=1.0), QUIET._replace(rising=1.0)):
        assert 0.05 < of(held(NEUTRAL, voice), "browRaiseInL") < 0.4


def test_it_is_the_same_from_the_same_state_and_never_writes_to_it() -> None:
    year = 365 * 24 * 3600 * 60
    state, _ = shown([felt(everywhere(fear=0.8))] * 40, first=year)
    kept = state.held.copy()
    after = [shown([felt(everywhere(joy=0.8))] * 40, TALKING, state=state, first=year + 40) for _ in range(2)]
    np.testing.assert_array_equal(after[0][1], after[1][1])
    np.testing.assert_array_equal(after[0][0].held, after[1][0].held)
    np.testing.assert_array_equal(state.held, kept)
    other = shown([felt(everywhere(fear=0.8))] * 40, layer=Expressing(key_of(8)), first=year)[0]
    assert (other.held != kept).any()
