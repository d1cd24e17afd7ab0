"""Takes to a real socket; the clock is the test's, and sleeping turns it."""

import socket

import numpy as np
import pytest
from pythonosc.osc_bundle import OscBundle

from voxrig.engine_bridges.arkit_pose import rig_of
from voxrig.engine_bridges.routes import Route, Routes
from voxrig.engine_bridges.take_player import TakePlayer
from voxrig.engine_bridges.udp_sender import Address, UdpSender
from voxrig.runtime.core.arkit import angles_to_bones, arkit_to_native
from voxrig.runtime.core.body.bones import BODY_BONES, bones_of
from voxrig.runtime.core.body.posture import HIGH, LOW
from voxrig.runtime.core.body.solving import solve
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.take import Take
from voxrig.runtime.core.timing import FrameRate


class Clock:
    """`late`: seconds that a sleep takes too long, one after the other."""

    def __init__(self, *late):
        self.now = 7.0
        self.late = list(late)
        self.woken = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds + (self.late.pop(0) if self.late else 0.0)
        self.woken.append(self.now)


def arkit_take(frames, fps, start=0):
    values = np.random.default_rng(3).uniform(0.1, 1, (frames, 61)).astype(np.float32)
    return Take("arkit", profile("arkit").names, (), fps, values, start, 24_000)


@pytest.fixture
def player(receiver, read_livelink):
    """`player(take, clock)`: (the player, what returns its packets)."""
    there, sender = receiver(), UdpSender()

    def make(take, clock):
        routes = [Route("livelink", Address(socket.AF_INET, ("127.0.0.1", there.port)), "Hero")]
        made = TakePlayer(take, Routes(routes, take.fps), sender, clock=clock, sleep=clock.sleep)
        return made, lambda: [read_livelink(packet) for packet in there.taken()]

    yield make
    sender.close()


@pytest.mark.parametrize("fps", [FrameRate(60), FrameRate(24), FrameRate(30_000, 1001)])
def test_every_frame_in_real_time_then_rest(player, fps):
    take, clock = arkit_take(40, fps, start=100), Clock()
    made, packets = player(take, clock)
    told = []
    made.play(progress=told.append)
    found = packets()
    assert [frame.values.tobytes() for frame in found[:40]] == [row.tobytes() for row in take.values]
    assert [frame.number for frame in found[:40]] == list(range(100, 140))
    assert np.diff([frame.number for frame in found]).tolist() == [1] * (len(found) - 1)
    assert {frame.rate for frame in found} == {(fps.numerator, fps.denominator)}
    assert not any(frame.values.any() for frame in found[-3:]), "three times, since packets get lost"
    easing = np.array([frame.values for frame in found[39:-2]])
    assert (np.diff(easing, axis=0) < 0).all()
    assert clock.woken[:39] == pytest.approx([7.0 + float(k / fps.fraction) for k in range(1, 40)])
    assert told == list(range(40))
    assert (made.run.frames, made.run.skipped, made.run.rounds) == (40, 0, 1)


def test_it_begins_where_it_is_told_to(player):
    take = arkit_take(40, FrameRate(60), start=100)
    made, packets = player(take, Clock())
    made.play(first=30)
    found = packets()
    assert [frame.number for frame in found[:10]] == list(range(130, 140))
    assert found[0].values.tobytes() == take.values[30].tobytes()


def test_over_and_over_until_it_is_stopped(player):
    take, clock = arkit_take(10, FrameRate(60)), Clock()
    made, packets = player(take, clock)

    def progress(row):
        if clock.now > 7.0 + 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made.play(first=5, loop=True, progress=progress)
    found = packets()
    assert [frame.number for frame in found] == list(range(5, 5 + len(found))), "they go on rising"
    shown = [frame.values.tobytes() for frame in found[:30]]
    rows = [row.tobytes() for row in take.values]
    assert shown == (rows[5:] + rows * 3)[:30]
    assert clock.woken[:29] == pytest.approx([7.0 + k / 60 for k in range(1, 30)])
    assert made.run.rounds == 3
    assert not found[-1].values.any(), "eased to rest all the same"


def test_a_machine_that_was_busy_catches_up(player):
    take, clock = arkit_take(40, FrameRate(60)), Clock(0.0, 0.1)
    made, packets = player(take, clock)
    made.play()
    numbers = [frame.number for frame in packets()]
    assert numbers[:4] == [0, 1, 8, 9]
    assert (made.run.frames, made.run.skipped) == (34, 6)
    assert clock.woken[-1] == pytest.approx(7.0 + 39 / 60 + 14 / 60)


def test_a_metahuman_take_goes_out_as_arkit(player):
    shapes = np.random.default_rng(4).uniform(0, 0.4, (3, 52)).astype(np.float32)
    angles = np.random.default_rng(5).uniform(-0.4, 0.4, (3, 9)).astype(np.float32)
    rig = profile("metahuman")
    values = np.concatenate((arkit_to_native(shapes), angles_to_bones(angles).reshape(3, 12)), axis=1)
    made, packets = player(Take("metahuman", rig.names, rig.bones, FrameRate(60), values, 0, 24_000), Clock())
    made.play()
    found = np.array([frame.values for frame in packets()[:3]])
    np.testing.assert_allclose(found[:, 52:], angles, atol=2e-6)
    jaw = profile("arkit").names.index("JawOpen")
    np.testing.assert_allclose(found[:, jaw], shapes[:, jaw], atol=2e-6)


@pytest.mark.parametrize("name", ["arkit", "metahuman"])
def test_a_body_goes_to_vmc_and_stays_as_the_face_eases(receiver, name):
    bones = bones_of(("arms",))
    rig = profile(name).with_body(bones)
    turns = solve(LOW + (HIGH - LOW) * np.random.default_rng(1).random((5, len(LOW))))
    chosen = turns[:, [BODY_BONES.index(bone) for bone in bones]].reshape(5, -1)
    values = np.concatenate((np.full((5, rig.stride - chosen.shape[1]), 0.4, np.float32), chosen), axis=1)
    take = Take(rig.name, rig.names, rig.bones, FrameRate(60), values, 0, 24_000)
    vmc, livelink, sender, clock = receiver(), receiver(), UdpSender(), Clock()
    routes = [
        Route(protocol, Address(socket.AF_INET, ("127.0.0.1", there.port)), "Hero" * (protocol == "livelink"))
        for protocol, there in (("vmc", vmc), ("livelink", livelink))
    ]
    routed = Routes(routes, take.fps, body=rig_of(take).body)
    TakePlayer(take, routed, sender, clock=clock, sleep=clock.sleep).play()
    sender.close()
    messages = [one for packet in vmc.taken() for one in OscBundle(packet)]
    hands = np.array([one.params[4:] for one in messages if one.params and one.params[0] == "LeftHand"])
    place = 4 * bones.index("hand_l")
    wanted = chosen[:, place : place + 4] * [1, -1, -1, 1]
    np.testing.assert_allclose(hands[:5], wanted, atol=1e-7)
    assert (hands[5:] == hands[4]).all()
    jaws = [one.params[1] for one in messages if one.params and one.params[0] == "JawOpen"]
    assert len(jaws) == len(hands) == len(livelink.taken())
    assert jaws[-1] == 0.0
