"""A session with a body, to receivers that only ever show the newest: on a clock that the test turns."""

import numpy as np
import pytest

from voxrig.engine_bridges.outlet_player import OutletPlayer
from voxrig.runtime.core.body.bones import BODY_BONES, bones_of
from voxrig.runtime.core.body.posture import HIGH, LOW, STANDING
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate

FPS = FrameRate(60)


def sent_until(player, moment):
    """[(pose, is it a frame)] of what is due up to a moment, each sent when it is."""
    sent = []
    while (due := player.next_due()) <= moment + 1e-9:
        sending = player.play(due)
        if sending is not None:
            sent.append((sending.pose.copy(), sending.is_frame))
    return sent


def turns(count, bones):
    """The bones of a body that goes from standing to some posture: float32[count, 4 * bones]."""
    there = LOW + (HIGH - LOW) * np.random.default_rng(6).random(len(LOW))
    made = solve(STANDING + np.linspace(0, 1, count)[:, None] * (there - STANDING))
    return made[:, [BODY_BONES.index(bone) for bone in bones]].reshape(count, -1)


@pytest.mark.parametrize("parts", [("torso", "arms", "fingers", "legs"), ("arms",)])
@pytest.mark.parametrize("name", ["arkit", "metahuman"])
def test_a_body_goes_out_with_the_face_and_stays_where_no_more_comes(name, parts):
    bones = bones_of(parts)
    rig = profile(name).with_body(bones)
    player = OutletPlayer(rig, FPS, 10.0)
    waiting, given = sent_until(player, 10.5), turns(30, bones)
    assert all(np.array_equal(pose[61:], given[0]) for pose, _ in waiting), "arms hang before a frame comes: no T-pose"
    face = np.full((30, rig.stride - given.shape[1]), 0.5, np.float32)
    values = np.concatenate((face, given), axis=1)
    player.arrived([Frame(index, index * 400, 0, row) for index, row in enumerate(values)], 10.5)
    sent = sent_until(player, 12.0)
    assert [pose[61:].tobytes() for pose, is_frame in sent if is_frame] == [row.tobytes() for row in given]
    last, _ = sent[-1]
    assert not last[:61].any()
    np.testing.assert_allclose(last[61:], given[-1], atol=1e-6)
    assert np.array_equal(player.stopped(), last)


def test_it_is_cut_short_along_the_shorter_arc():
    """Over to what comes after an interruption, from the same turns on the other side of the sphere."""
    rig = profile("arkit").with_body(BODY_BONES)
    player, given = OutletPlayer(rig, FPS, 10.0), turns(2, BODY_BONES)
    rows = [np.concatenate((np.zeros(61, np.float32), given[0]))] * 60
    player.arrived([Frame(index, index * 400, 0, row) for index, row in enumerate(rows)], 10.0)
    sent_until(player, 10.5)
    player.interrupted(20, 10.5)
    player.arrived([Frame(20, 8000, 1, np.concatenate((np.zeros(61, np.float32), -given[0])))], 10.5)
    bridge = [pose[61:].reshape(-1, 4) for pose, _ in sent_until(player, 10.55)]
    assert len(bridge) >= 3
    for bones in bridge:
        np.testing.assert_allclose(np.abs((bones * given[0].reshape(-1, 4)).sum(axis=1)), 1.0, atol=1e-6)
