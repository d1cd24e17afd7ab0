"""The body's layer over the real network: the same however poses are cut, other for other seeds, styles and moods."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.animation.body.asked import USUAL, AskedGesture, BodyManner
from voxrig.runtime.animation.body.embodying import Embodying
from voxrig.runtime.animation.emotion import CALM, Affect, Affects
from voxrig.runtime.animation.heard import Heard
from voxrig.runtime.animation.plan import Plan
from voxrig.runtime.animation.schedule import Schedule
from voxrig.runtime.animation.stretch import Stretch
from voxrig.runtime.animation.voice import QUIET, Voice, Voices
from voxrig.runtime.core.body.kinematics import positions
from voxrig.runtime.core.body.posture import HAND_L, HAND_R, INDEX, SITTING, STANDING, mirrored
from voxrig.runtime.core.chance import key_of
from voxrig.runtime.core.features import LogMel
from voxrig.runtime.core.skeleton import PLACES
from voxrig.runtime.models.asking import alone as done_alone
from voxrig.runtime.models.mover import shipped_mover
from voxrig.runtime.models.onnx import OnnxModel

Doubles = NDArray[np.float64]

MEL = LogMel()
POSES = 900
RATE = 24_000


@lru_cache(maxsize=1)
def mover() -> OnnxModel:
    found = shipped_mover()
    assert found is not None
    return found


def spoken(poses: int = POSES) -> list[Voice]:
    """A voice with a stressed syllable each half second, in phrases of 3 s with 1.5 s between."""
    voices = []
    for n in range(poses):
        inside = n % 270
        if inside >= 180:
            voices.append(QUIET._replace(since=inside - 180, ended=inside == 180))
            continue
        stress = max(0.0, np.sin(2.0 * np.pi * inside / 30.0)) ** 2
        beat = 0.7 if inside % 30 == 7 else 0.0
        voices.append(
            Voice(True, inside, 6.0 * stress - 3.0, 2.0 * stress, 1.0, stress, beat, 0.0, inside == 0, False, 0.1)
        )
    return voices


def sound(voice: Voice) -> Heard | None:
    """What the network hears of it besides: a vowel's rows, louder where it is stressed."""
    if not voice.speaking:
        return None
    row = np.full(MEL.width, -6.0 + 2.0 * voice.stress, np.float32)
    return Heard(row, -20.0 + voice.level, 150.0, 1.0, 1.0)


def performed(
    *,
    seed: int = 3,
    affect: Affect = CALM,
    manner: BodyManner = USUAL,
    plan: Plan | None = None,
    sizes: Sequence[int] = (POSES,),
    silent: bool = False,
    alone: bool = False,
) -> Doubles:
    """Return postures float64[POSES, 34]; `alone`: without the network."""
    layer = Embodying(key_of(seed), None if alone else mover(), MEL)
    voices = [QUIET] * POSES if silent else spoken()
    rows = Voices(np.array(voices, np.float64), (), ())
    plan = plan or Plan(manner=Schedule(manner, kind="body"))
    state, at, shown = layer.start(manner), 0, []
    while at < POSES:
        count = min(sizes[len(shown) % len(sizes)], POSES - at)
        here = slice(at, at + count)
        stretch = Stretch.of(
            at, Voices(rows.values[here], (), ()), Affects(np.array([(*affect[0], *affect[1:])] * count))
        )
        orders = plan.over(at, count, RATE)
        still = np.zeros((count, 8))
        work = layer.steps(stretch, state, [sound(v) for v in voices[here]], orders, still, still[:, 0])
        state, postures = done_alone(work)
        shown.append(postures)
        at += count
    return np.concatenate(shown)


def moved(postures: Doubles) -> float:
    """Metres that both wrists go in a second."""
    wrists = positions(postures)[:, [PLACES["hand_l"], PLACES["hand_r"]]]
    return float(np.linalg.norm(np.diff(wrists, axis=0), axis=-1).mean() * 60.0)


@pytest.mark.parametrize("sizes", [(1,), (2, 3, 5), (32, 31), (7,)])
def test_poses_are_the_same_however_they_are_put_together(sizes: tuple[int, ...]) -> None:
    assert performed(sizes=sizes).tobytes() == performed().tobytes()


def test_a_seed_repeats_and_another_gestures_otherwise() -> None:
    assert performed().tobytes() == performed().tobytes()
    apart = [np.abs(performed(seed=seed)[:, HAND_R] - performed(seed=3)[:, HAND_R]).max() for seed in (4, 5, 6)]
    assert min(apart) > 0.1


def test_hands_move_with_a_voice_and_rest_without_one() -> None:
    speaking = np.mean([moved(performed(seed=seed)) for seed in range(4)])
    silent = np.mean([moved(performed(seed=seed, silent=True)) for seed in range(4)])
    assert speaking > 0.08
    assert speaking > 2.0 * silent


def test_energy_space_and_arousal_make_larger_gestures() -> None:
    def over_seeds(manner: BodyManner, affect: Affect = CALM) -> float:
        return float(np.mean([moved(performed(seed=seed, manner=manner, affect=affect)) for seed in range(6)]))

    usual = over_seeds(USUAL)
    assert over_seeds(USUAL._replace(energy=1.0, space=1.0)) > 1.15 * usual
    assert over_seeds(USUAL._replace(energy=-1.0, space=-1.0)) < 0.85 * usual
    excited, low = CALM._replace(valence=0.6, arousal=0.8), CALM._replace(valence=-0.6, arousal=-0.6)
    assert over_seeds(USUAL, excited) > 1.1 * over_seeds(USUAL, low)


def test_who_is_left_handed_uses_the_left_hand_more() -> None:
    def share(handedness: float) -> float:
        way = np.zeros(2)
        for seed in range(6):
            wrists = positions(performed(seed=seed, manner=USUAL._replace(handedness=handedness)))
            wrists = wrists[:, [PLACES["hand_l"], PLACES["hand_r"]]]
            way += np.linalg.norm(np.diff(wrists, axis=0), axis=-1).sum(axis=0)
        return float(way[0] / way.sum())

    assert share(-1.0) > 0.55 > 0.45 > share(1.0)


def test_a_mirrored_body_is_the_mirror() -> None:
    plain, other = performed(), performed(manner=USUAL._replace(mirror=True))
    np.testing.assert_allclose(mirrored(other)[200:], plain[200:], atol=1e-6)


def test_one_who_sits_sits_from_the_first_pose() -> None:
    sitting = performed(manner=USUAL._replace(sitting=True), silent=True)
    np.testing.assert_array_equal(sitting[:, INDEX["sit"]], 1.0)


def test_without_a_network_a_body_rests_and_does_what_it_is_told() -> None:
    np.testing.assert_allclose(performed(alone=True), np.repeat(STANDING[None], POSES, axis=0), atol=1e-9)
    seated = performed(alone=True, manner=USUAL._replace(sitting=True))
    np.testing.assert_allclose(seated, np.repeat(SITTING[None], POSES, axis=0), atol=1e-9)
    plan = Plan()
    plan = Plan(acts=plan.acts.added(RATE, AskedGesture("stop", 0.6, right=True), 0))
    told = performed(alone=True, plan=plan)
    assert told[:, HAND_R.start + 1].max() > STANDING[HAND_R.start + 1] + 0.4
    np.testing.assert_allclose(told[:, HAND_L], np.repeat(STANDING[None, HAND_L], POSES, axis=0), atol=0.02)
    np.testing.assert_allclose(told[-1], STANDING, atol=1e-3)


def test_a_network_for_other_features_is_refused() -> None:
    with pytest.raises(ValueError, match="moves no body"):
        Embodying(1, mover(), LogMel(bands=40))
