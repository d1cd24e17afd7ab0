"""The rules that the network is taught: articulators, sounds, coarticulation."""

import numpy as np
import pytest

from voxrig.exporters.articulators import ARTICULATORS, CONTROLS, expansion_matrix, from_arkit, index
from voxrig.exporters.coarticulation import Mouth, anticipating, by_rule, classes, taught, trajectories, window
from voxrig.exporters.networks.face import lip_gap
from voxrig.exporters.phonetics import CLASSES, SOUNDS, UnknownSoundError, parts, target_matrix
from voxrig.runtime.core.native import NATIVE_CONTROLS
from voxrig.runtime.core.rig import profile

torch = pytest.importorskip("torch")


def native(articulators: np.ndarray) -> np.ndarray:
    out = np.zeros((len(articulators), len(NATIVE_CONTROLS)), np.float32)
    out[:, [NATIVE_CONTROLS.index(c) for c in CONTROLS]] = np.clip(articulators @ expansion_matrix(), 0, 1)
    return out


def gap(articulators: np.ndarray) -> np.ndarray:
    return np.asarray(lip_gap(torch.from_numpy(articulators)))


def test_every_control_is_a_native_one() -> None:
    assert set(CONTROLS) <= set(NATIVE_CONTROLS)
    assert len(set(CONTROLS)) == len(CONTROLS)


def test_arkit_reads_back_what_the_articulators_meant() -> None:
    """Articulators -> native controls -> ARKit -> articulators, for what ARKit can say."""
    random = np.random.default_rng(0)
    wanted = random.uniform(0.05, 0.4, (50, len(ARTICULATORS))).astype(np.float32)
    unsaid = [index("tongue_tip"), index("tongue_back")]
    wanted[:, unsaid] = 0
    arkit = profile("arkit")
    rest = np.tile(np.float32([0, 0, 0, 1]), (len(wanted), 3, 1))
    values = arkit.from_native(native(wanted), rest)
    names = tuple(name[0].lower() + name[1:] for name in arkit.names)
    read = from_arkit(values, names)
    # ARKit has one number for tongue and one for closure, which is a share of the jaw.
    keep = [i for i in range(len(ARTICULATORS)) if i not in (*unsaid, index("tongue_out"))]
    assert np.abs(read - wanted)[:, keep].max() < 1e-5


MOUTHS = pytest.mark.parametrize("mouth", [by_rule(), taught(), anticipating()], ids=["rule", "taught", "anticipating"])


@MOUTHS
def test_lips_meet_in_bilabials_and_only_there(mouth: Mouth) -> None:
    phones = [("ɑ", 0.2, 0.35), ("b", 0.35, 0.42), ("æ", 0.42, 0.55), ("t", 0.55, 0.6), ("i", 0.6, 0.7)]
    curve = gap(trajectories(phones, 60, mouth))
    widest = curve.max()
    assert curve[round(0.385 * 60)] < 0.1 * widest
    assert curve[round(0.28 * 60)] > 0.6 * widest
    assert curve[round(0.49 * 60)] > 0.6 * widest
    assert curve[round(0.575 * 60)] > 0.2 * widest


def test_rounding_is_early_and_the_lips_rest_after_speech() -> None:
    steps = trajectories([("t", 0.3, 0.4), ("u", 0.4, 0.6)], 60)
    pucker = steps[:, index("pucker")]
    assert pucker[round(0.36 * 60)] > 0.1 * pucker.max()
    assert np.abs(steps[round(0.72 * 60) :]).max() < 0.02
    assert np.abs(steps[: round(0.12 * 60)]).max() < 0.02


def test_open_vowels_are_more_open() -> None:
    def openness(vowel: str) -> float:
        return float(gap(trajectories([(vowel, 0.2, 0.5)], 60))[21])

    assert openness("ɑ") > openness("ɛ") > openness("ɪ") > openness("u")


def test_trajectories_stay_in_range_and_do_not_depend_on_the_clip_length() -> None:
    phones = [("m", 0.1, 0.2), ("aɪ", 0.2, 0.4), ("tʃ", 0.4, 0.5), ("w", 0.5, 0.6)]
    short, long = trajectories(phones, 60), trajectories(phones, 200)
    assert short.min() >= 0
    assert long.max() <= 1
    assert np.allclose(short[:50], long[:50], atol=1e-6)
    assert np.isfinite(long).all()


def test_only_an_anticipating_jaw_drops_before_the_first_sound() -> None:
    phones = [("b", 1.0, 1.08), ("æ", 1.08, 1.3), ("t", 1.3, 1.4), ("æ", 1.6, 1.8)]
    for mouth, early in ((taught(), False), (anticipating(), True)):
        jaw = trajectories(phones, 150, mouth)[:, index("jaw")]
        assert (jaw[round(0.7 * 60) : round(0.85 * 60)].max() > 0.05) == early
        assert jaw[: round(0.5 * 60)].max() < 0.01
        lips = gap(trajectories(phones, 150, mouth))
        assert lips[round(1.04 * 60)] < 0.1 * lips.max()


def test_a_window_is_centred_on_its_lead() -> None:
    weights, moment = window(0.02, 0.04, 0.025)
    assert weights.argmax() - moment == round(0.025 * 240)
    assert weights.max() == 1
    ahead, behind = weights[weights.argmax() :].sum(), weights[: weights.argmax()].sum()
    assert ahead == pytest.approx(2 * behind, rel=0.2)


def test_a_compound_is_its_parts() -> None:
    assert parts("tʃ") == ("t", "ʃ")
    assert parts("b") == ("p",)
    painted = classes([("aʊ", 0.0, 1.0)], 60)
    assert painted[10] == CLASSES.index("a")
    assert painted[50] == CLASSES.index("ʊ")


def test_targets_lie_in_range_and_every_sound_differs() -> None:
    targets = target_matrix()
    assert targets.min() >= 0
    assert targets.max() <= 1
    assert len(np.unique(targets, axis=0)) == len(SOUNDS)


def test_an_unknown_sound_is_named() -> None:
    with pytest.raises(UnknownSoundError, match="ʘ"):
        trajectories([("ʘ", 0.0, 0.1)], 10)
