"""Turns of joints that a rig lacks: what comes after them stays as it was turned, and near to where it was."""

import numpy as np
import pytest

from voxrig.engine_bridges.fewer_bones import FewerBones
from voxrig.runtime.core.body.kinematics import places, skeleton_rotations, world_turns
from voxrig.runtime.core.body.posture import HIGH, LOW
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.skeleton import PLACES, UNITY_NAMES

MIXAMO = {name for name in PLACES if name not in ("spine_04", "spine_05", "neck_02")}


@pytest.fixture(scope="module")
def turns():
    """Postures anywhere in their range: float32[200, J, 4]."""
    postures = LOW + (HIGH - LOW) * np.random.default_rng(1).random((200, len(LOW)))
    return skeleton_rotations(solve(postures))


def apart(turns, carried, joint):
    """Largest distance in metres and difference of a rotation matrix."""
    place = PLACES[joint]
    far = np.linalg.norm(places(turns)[:, place] - places(carried)[:, place], axis=-1).max()
    return far, np.abs(world_turns(turns)[:, place] - world_turns(carried)[:, place]).max()


@pytest.mark.parametrize(("names", "metres"), [(UNITY_NAMES.keys(), 0.0025), (MIXAMO, 0.01)])
def test_what_comes_after_is_turned_as_it_was(turns, names, metres):
    fewer = FewerBones(names)
    carried = fewer.carried(turns)
    assert fewer.carries == {*PLACES} - {*names}
    for joint in ("pelvis", "head", "eye_l", "hand_l", "index_03_r", "foot_r"):
        far, off = apart(turns, carried, joint)
        assert far < metres
        assert off < 1e-5
    lacking = [PLACES[name] for name in fewer.carries]
    assert (carried[:, lacking] == [0, 0, 0, 1]).all()


def test_a_share_each_keeps_the_hands_where_they_were(turns):
    hand = PLACES["hand_l"]
    lost = turns.copy()
    lost[:, [PLACES[name] for name in PLACES if name not in UNITY_NAMES]] = [0, 0, 0, 1]
    wanted, without = places(turns)[:, hand], places(lost)[:, hand]
    shared = places(FewerBones(UNITY_NAMES).carried(turns))[:, hand]
    assert np.linalg.norm(without - wanted, axis=-1).max() > 0.1
    assert np.linalg.norm(shared - wanted, axis=-1).max() < 0.002


def test_a_pelvis_that_carries_legs_takes_nothing_of_the_spine(turns):
    fewer = FewerBones({*PLACES} - {"spine_01", "spine_02"})
    carried = fewer.carried(turns)
    assert np.array_equal(carried[:, PLACES["pelvis"]], turns[:, PLACES["pelvis"]])
    assert apart(turns, carried, "foot_l") == (0.0, 0.0)
    assert apart(turns, carried, "hand_l")[1] < 1e-5


def test_all_bones_are_left_as_they_are(turns):
    fewer = FewerBones(PLACES)
    assert not fewer.carries
    carried = fewer.carried(turns)
    assert np.array_equal(carried, turns)
    assert carried is not turns


def test_ends_that_are_lacking_are_lost(turns):
    fewer = FewerBones([name for name in PLACES if not name.startswith(("index", "thumb"))])
    assert not fewer.carries
    assert (fewer.carried(turns)[:, PLACES["index_01_l"]] == [0, 0, 0, 1]).all()


def test_one_frame_is_as_among_others(turns):
    fewer = FewerBones(UNITY_NAMES)
    assert np.array_equal(fewer.carried(turns[7]), fewer.carried(turns)[7])
