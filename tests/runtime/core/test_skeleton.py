from dataclasses import replace

import numpy as np
import pytest

from voxrig.runtime.core.native import BONES
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.rotation import angles_to_quaternion
from voxrig.runtime.core.skeleton import (
    BVH_NAMES,
    ENDS,
    PLACES,
    SKELETON,
    UNITY_NAMES,
    VRM_NAMES,
    rest_places,
    rotations,
)
from voxrig.runtime.core.take import Take, TakeError
from voxrig.runtime.core.timing import FrameRate


def take(turns: np.ndarray) -> Take:
    """A take whose bones turn as float32[F, 3, 4]."""
    rig = profile("metahuman")
    controls = np.zeros((len(turns), len(rig.names)), np.float32)
    return Take("metahuman", rig.names, rig.bones, FrameRate(60), rig.from_native(controls, turns), 0, 24_000)


def test_a_tree_with_unreals_names() -> None:
    assert [joint.name for joint in SKELETON[:2]] == ["root", "pelvis"]
    assert [joint.parent for joint in SKELETON].count(-1) == 1
    assert all(joint.parent < place for place, joint in enumerate(SKELETON))
    assert len(PLACES) == len(SKELETON)
    assert set(BONES) <= PLACES.keys()
    spine = ["head", "neck_02", "neck_01", "spine_05", "spine_04", "spine_03", "spine_02", "spine_01", "pelvis", "root"]
    at, chain = PLACES["head"], []
    while at >= 0:
        chain.append(SKELETON[at].name)
        at = SKELETON[at].parent
    assert chain == spine


def test_an_adult_in_a_t_pose() -> None:
    places = dict(zip(PLACES, rest_places(), strict=True))
    assert 1.6 < places["eye_l"][1] < 1.7
    for name, place in places.items():
        if name.endswith("_l"):
            np.testing.assert_allclose(places[name[:-1] + "r"], place * [-1, 1, 1])
    for one, other in (("upperarm", "lowerarm"), ("lowerarm", "hand")):
        step = places[f"{other}_l"] - places[f"{one}_l"]
        assert step[0] > 0.2
        assert not step[1:].any()
    assert places["eye_l"][0] > 0  # X is the character's left
    assert places["eye_l"][2] > places["head"][2]  # Z is out of the face
    assert all(0.0 <= place[1] < 1.75 for place in places.values())


def test_other_names_are_there_once() -> None:
    for names in (UNITY_NAMES, VRM_NAMES, BVH_NAMES):
        assert names.keys() <= PLACES.keys()
        assert len(set(names.values())) == len(names)
    assert BVH_NAMES.keys() == PLACES.keys()
    assert UNITY_NAMES.keys() == VRM_NAMES.keys()
    assert (UNITY_NAMES["pelvis"], VRM_NAMES["upperarm_l"], BVH_NAMES["calf_r"]) == ("Hips", "leftUpperArm", "RightLeg")
    childless = PLACES.keys() - {SKELETON[joint.parent].name for joint in SKELETON if joint.parent >= 0}
    assert childless == ENDS.keys()


def test_bones_of_a_take_are_put_in_their_places() -> None:
    angles = np.random.default_rng(1).uniform(-0.6, 0.6, (20, 3, 3)).astype(np.float32)
    turns = angles_to_quaternion(angles)
    turned = rotations(take(turns))
    assert turned.shape == (20, len(SKELETON), 4)
    assert turned.dtype == np.float32
    for place, bone in enumerate(BONES):
        assert np.array_equal(turned[:, PLACES[bone]], turns[:, place])
    rest = [place for name, place in PLACES.items() if name not in BONES]
    assert (turned[:, rest] == [0, 0, 0, 1]).all()


def test_neighbouring_rows_are_on_one_side() -> None:
    yaw = np.linspace(0.0, 6.0 * np.pi, 120)
    turns = np.zeros((120, 3, 4), np.float32)
    turns[..., 3] = 1
    turns[:, 0, 1], turns[:, 0, 3] = np.sin(yaw / 2), np.cos(yaw / 2)
    signs = np.random.default_rng(2).choice([-1, 1], 120).astype(np.float32)
    turned = rotations(take(turns * signs[:, None, None]))[:, PLACES["head"]]
    assert (turned[0] == turns[0, 0]).all()
    assert ((turned[1:] * turned[:-1]).sum(axis=1) > 0.9).all()
    assert np.allclose(np.abs(turned), np.abs(turns[:, 0]))


def test_a_bone_that_is_not_there_is_named() -> None:
    one = take(np.tile(np.array([0, 0, 0, 1], np.float32), (2, 3, 1)))
    with pytest.raises(TakeError, match="the take turns tail, which"):
        rotations(replace(one, bones=("head", "eye_l", "tail")))


def test_a_take_without_frames() -> None:
    assert rotations(take(np.zeros((0, 3, 4), np.float32))).shape == (0, len(SKELETON), 4)
