"""From postures to bones and joints: what the numbers mean, that both sides are one, and that nothing is broken."""

import numpy as np
import pytest
from numpy.typing import NDArray

from voxrig.runtime.core.body.arm import LENGTH
from voxrig.runtime.core.body.bones import BODY_BONES, PARTS, bones_of, is_body
from voxrig.runtime.core.body.kinematics import places, positions, skeleton_rotations, world_turns
from voxrig.runtime.core.body.posture import (
    HIGH,
    INDEX,
    LEARNED,
    LOW,
    NAMES,
    SITTING,
    SIZE,
    STANDING,
    both_hands,
    mirrored,
    posture,
)
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.native import BONES
from voxrig.runtime.core.skeleton import PLACES

Doubles = NDArray[np.float64]

READY = {"out": 0.15, "up": -0.5, "fore": 0.5}


def anyhow(count: int, seed: int = 0) -> Doubles:
    """Postures anywhere in their ranges: float64[count, 34]."""
    drawn: Doubles = LOW + (HIGH - LOW) * np.random.default_rng(seed).random((count, SIZE))
    return drawn


def joint(name: str, **numbers: float) -> Doubles:
    """Where a joint is, float64[3] in metres, in a posture of these numbers."""
    found: Doubles = positions(posture(**{**both_hands(**READY), **numbers})[None])[0, PLACES[name]]
    return found


def test_the_bones_are_those_of_the_parts_and_each_is_once() -> None:
    assert len(BODY_BONES) == len(set(BODY_BONES)) == 52
    assert sorted(BODY_BONES) == sorted(bone for part in PARTS.values() for bone in part)
    assert bones_of(("arms", "torso"))[:3] == ("pelvis", "spine_01", "spine_02")
    assert bones_of(("arms",))[:4] == ("clavicle_l", "upperarm_l", "lowerarm_l", "hand_l")
    assert is_body((*BONES, *BODY_BONES))
    assert is_body(BONES)
    assert not is_body((*BONES, "tail"))


def test_a_wrist_is_where_the_posture_says() -> None:
    found = positions(posture(**both_hands(**READY))[None])[0]
    for side, sign in (("l", 1.0), ("r", -1.0)):
        reach = (found[PLACES[f"hand_{side}"]] - found[PLACES[f"upperarm_{side}"]]) / LENGTH
        np.testing.assert_allclose(reach, (sign * 0.15, -0.5, 0.5), atol=0.01)


@pytest.mark.parametrize(
    ("name", "number", "at", "axis", "sign"),
    [
        ("spine_05", "lean", 0.2, 2, 1.0),
        ("spine_05", "side", 0.2, 0, 1.0),
        ("upperarm_l", "twist", 0.4, 2, -1.0),
        ("upperarm_l", "shrug_l", 0.3, 1, 1.0),
        ("upperarm_l", "open", 0.15, 2, -1.0),
        ("thigh_l", "hip_roll", 0.08, 1, 1.0),
        ("thigh_l", "hip_turn", 0.2, 2, -1.0),
        ("lowerarm_l", "swivel_l", 0.6, 0, 1.0),
        ("thumb_03_l", "pronation_l", 1.2, 1, -1.0),
        ("middle_03_l", "flexion_l", 0.8, 0, -1.0),
        ("middle_03_l", "deviation_l", 0.3, 1, 1.0),
        ("index_03_l", "index_l", 1.0, 0, -1.0),
    ],
)
def test_every_number_moves_what_it_names(name: str, number: str, at: float, axis: int, sign: float) -> None:
    way = joint(name, **{number: at}) - joint(name, **{number: 0.0})
    assert sign * way[axis] > 0.002, way


def test_a_mirrored_posture_is_the_mirrored_body() -> None:
    drawn = anyhow(200)
    ours, theirs = positions(drawn), positions(mirrored(drawn))
    for name in ("index_03", "lowerarm", "foot", "thumb_02", "upperarm"):
        left, right = ours[:, PLACES[f"{name}_l"]], theirs[:, PLACES[f"{name}_r"]]
        np.testing.assert_allclose(left * (-1.0, 1.0, 1.0), right, atol=1e-6)
    np.testing.assert_array_equal(mirrored(mirrored(drawn)), drawn)


def test_rotations_are_unit_and_of_one_sign() -> None:
    bones = solve(anyhow(2000))
    assert bones.dtype == np.float32
    np.testing.assert_allclose(np.square(bones.astype(np.float64)).sum(axis=-1), 1.0, atol=1e-6)
    assert (bones[..., 3] >= 0.0).all()


def test_a_posture_does_not_depend_on_those_beside_it() -> None:
    drawn = anyhow(30)
    together = solve(drawn)
    for row in range(len(drawn)):
        assert solve(drawn[row : row + 1]).tobytes() == together[row : row + 1].tobytes()


def test_numbers_out_of_range_are_brought_into_it() -> None:
    np.testing.assert_array_equal(solve((HIGH + 5.0)[None]), solve(HIGH[None]))
    np.testing.assert_array_equal(solve((LOW - 5.0)[None]), solve(LOW[None]))


def test_feet_and_pelvis_stay_put_whatever_hips_and_trunk_do() -> None:
    drawn = anyhow(500)
    drawn[:, INDEX["sit"]] = 0.0
    rotations = skeleton_rotations(solve(drawn))
    found, turned = places(rotations), world_turns(rotations)
    for name in ("pelvis", "foot_l", "foot_r"):
        assert np.ptp(found[:, PLACES[name]], axis=0).max() < 1e-5, name
    assert np.ptp(turned[:, PLACES["foot_l"]], axis=0).max() < 1e-5


def test_the_neck_undoes_the_trunk_so_that_the_head_is_level() -> None:
    turned = world_turns(skeleton_rotations(solve(anyhow(500))))
    np.testing.assert_allclose(turned[:, PLACES["head"]], np.broadcast_to(np.eye(3), (500, 3, 3)), atol=1e-5)


def test_nothing_jumps_between_postures_that_are_near() -> None:
    """A ten-thousandth of the way moves no joint by more than a few times as much: the solver has no corners."""
    start, end = anyhow(400, 1), anyhow(400, 2)
    for way in np.linspace(0.0, 1.0, 9):
        one = positions(start + way * (end - start))
        other = positions(start + (way + 1e-4) * (end - start))
        assert np.linalg.norm(other - one, axis=-1).max() < 2e-3


def test_who_sits_has_level_thighs_and_hands_above_them() -> None:
    found = positions(SITTING[None])[0]
    assert abs(found[PLACES["thigh_l"]][1] - found[PLACES["calf_l"]][1]) < 0.04
    assert 0.04 < found[PLACES["hand_l"]][1] - found[PLACES["thigh_l"]][1] < 0.2


def test_at_rest_the_arms_hang() -> None:
    found = positions(STANDING[None])[0]
    for side in "lr":
        assert found[PLACES[f"hand_{side}"]][1] < found[PLACES["pelvis"]][1] + 0.02
    assert set(NAMES) - {NAMES[n] for n in LEARNED} == {"breath", "sit"}
