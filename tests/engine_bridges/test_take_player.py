"""Takes to a real socket; the clock is the test's, and sleeping turns it."""

import socket

import numpy as np
import pytest

from voxrig.engine_bridges.routes import Route, Routes
from voxrig.engine_bridges.take_player import TakePlayer
from voxrig.engine_bridges.udp_sender import Address, UdpSender
from voxrig.runtime.core.arkit import angles_to_bones, arkit_to_native
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
