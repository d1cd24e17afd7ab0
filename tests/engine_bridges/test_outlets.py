"""Sessions to real sockets. The clock is the test's, and the sender's thread is not started, unless it says so."""

import socket
import threading

import numpy as np
import pytest
from pythonosc.osc_bundle import OscBundle

from voxrig.engine_bridges.outlets import UdpOutlets
from voxrig.engine_bridges.targets import TargetError
from voxrig.runtime.animation.pipeline import Pipeline
from voxrig.runtime.core.frame import Frame
from voxrig.runtime.core.rig import profile
from voxrig.runtime.core.timing import FrameRate
from voxrig.runtime.serving.outlet import OutletError

PERIOD = 1 / 60


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def pipeline(tiny_fast_bundle):
    """`pipeline("arkit", FrameRate(60))`: of a session."""

    def make(rig="arkit", fps=None):
        return Pipeline(tiny_fast_bundle.spec, profile(rig), fps or FrameRate(60), 16_000)

    return make


@pytest.fixture
def outlets(clock):
    """`outlets(livelink=[...])`, whose sender is closed in the end."""
    made = []

    def make(**options):
        made.append(UdpOutlets(clock=clock, **options))
        return made[-1]

    yield make
    for one in made:
        one.sender.close()


def until(made, clock, moment):
    """Turn the clock to `moment`, sending what is due on the way, each exactly when it is."""
    while (due := made.turn()) <= moment:
        clock.now = max(clock.now, due)
    clock.now = moment


def speech(first, count, utterance=0, level=None):
    return [
        Frame(index, 0, utterance, np.full(61, (index + 1) / 1000 if level is None else level, np.float32))
        for index in range(first, first + count)
    ]


def test_a_session_goes_to_the_servers_targets_under_its_name(outlets, clock, pipeline, receiver, read_livelink):
    everybody, hero_only = receiver(), receiver()
    made = outlets(livelink=[everybody.address, f"{hero_only.address}=Hero"])
    sessions = {
        name: made({"character": name} if name else {}, pipeline()) for name in ("Hero", "Villain", "", "another")
    }
    for level, session in enumerate(sessions.values(), 1):
        session.frames(speech(0, 2, level=level / 10))
    until(made, clock, 100.02)
    found = [read_livelink(packet) for packet in everybody.taken()]
    said = {(frame.subject, round(float(frame.values[0]), 3)) for frame in found if frame.values.any()}
    assert said == {("Hero", 0.1), ("Villain", 0.2), ("Voxrig-1", 0.3), ("another", 0.4)}
    assert {read_livelink(packet).subject for packet in hero_only.taken()} == {"Hero"}


def test_a_session_nobody_wants_has_no_outlet(outlets, pipeline):
    made = outlets(livelink=["127.0.0.1:5000=Hero"])
    assert made({}, pipeline()) is None
    assert made({"character": "Villain"}, pipeline()) is None
    assert made({"livelink": "", "vmc": " "}, pipeline()) is None


def test_a_session_names_targets_of_its_own(outlets, clock, pipeline, receiver, read_livelink):
    first, second, third = receiver(), receiver(), receiver()
    made = outlets()
    options = {"character": "Hero", "livelink": f"{first.address},{second.address}=Face", "vmc": third.address}
    session = made(options, pipeline(fps=FrameRate(30_000, 1001)))
    session.frames(speech(0, 1, level=0.5))
    made.turn()
    packets = [read_livelink(one.taken()[-1]) for one in (first, second)]
    assert [frame.subject for frame in packets] == ["Hero", "Face"]
    assert {frame.rate for frame in packets} == {(30_000, 1001)}
    messages = [one for packet in third.taken() for one in OscBundle(packet)]
    values = dict(one.params for one in messages if one.address == "/VMC/Ext/Blend/Val")
    assert set(values.values()) == {0.5}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"livelink": "10.0.0.9:11111"}, "10.0.0.9 is not allowed.* --send-to 10.0.0.9"),
        ({"vmc": "127.0.0.1:9999,example.com"}, "example.com is not allowed"),
        ({"vmc": "127.0.0.1:53"}, "port 53 is one of the system's"),
        ({"livelink": "127.0.0.1:x"}, "port 'x'"),
        ({"livelink": "127.0.0.1=a=b"}, "cannot be a subject"),
        ({"character": ""}, "name '' cannot be a subject"),
        ({"character": "a,b", "vmc": "127.0.0.1"}, "name 'a,b' cannot be a subject"),
    ],
)
def test_what_a_session_cannot_have_is_refused(outlets, pipeline, options, message):
    with pytest.raises(OutletError, match=message):
        outlets()(options, pipeline())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"livelink": ["[::1"]}, "no HOST:PORT"),
        ({"vmc": ["no-such.invalid"]}, "not known here"),
        ({"send_to": ["no-such.invalid"]}, "not known here"),
        ({"shapes": "vrm3"}, "no blend shapes 'vrm3' for VMC; use one of: arkit, vrm, vrm0"),
    ],
)
def test_what_a_server_cannot_have_is_refused_at_its_start(options, message):
    with pytest.raises(TargetError, match=message):
        UdpOutlets(**options)


def test_numbers_of_the_nameless_are_used_again(outlets, clock, pipeline, receiver, read_livelink):
    there = receiver()
    made = outlets(livelink=[there.address])
    first, second = made({}, pipeline()), made({}, pipeline())
    until(made, clock, 100.1)
    assert {read_livelink(packet).subject for packet in there.taken()} == {"Voxrig-1", "Voxrig-2"}
    first.closed()
    until(made, clock, 101.0)
    assert {read_livelink(packet).subject for packet in there.taken()} == {"Voxrig-1", "Voxrig-2"}
    until(made, clock, 102.0)
    assert {read_livelink(packet).subject for packet in there.taken()} == {"Voxrig-2"}, "closed, rested, silent"
    assert made({}, pipeline()) is not None
    until(made, clock, 103.0)
    assert {read_livelink(packet).subject for packet in there.taken()} == {"Voxrig-1", "Voxrig-2"}
    second.closed()


def test_what_is_said_ends_although_the_client_is_back_already(outlets, clock, pipeline, receiver, read_livelink):
    """The old session has half a second left to say when the new one of its name opens, and says something later."""
    there = receiver()
    made = outlets(livelink=[there.address])
    old = made({"character": "Hero"}, pipeline())
    old.frames(speech(0, 60, level=0.25))
    until(made, clock, 100.5)
    old.closed()
    new = made({"character": "Hero"}, pipeline())
    until(made, clock, 100.99)
    levels = [float(read_livelink(packet).values[0]) for packet in there.taken()]
    assert [level for level in levels if level == 0.25] == [0.25] * 60
    assert set(levels) == {0.25}, "the new one is silent"
    new.frames(speech(0, 30, level=0.75))
    until(made, clock, 101.4)
    later = [float(read_livelink(packet).values[0]) for packet in there.taken()]
    assert later == [0.75] * 25


def test_of_two_who_speak_the_later_one_is_shown(outlets, clock, pipeline, receiver, read_livelink):
    there = receiver()
    made = outlets(vmc=[there.address])
    first = made({"character": "a"}, pipeline())
    clock.now += 0.1
    second = made({"character": "b"}, pipeline())
    for _ in range(2):
        first.frames(speech(0, 60, level=0.25))
        second.frames(speech(0, 60, level=0.75))
    until(made, clock, 100.8)
    messages = [one for packet in there.taken() for one in OscBundle(packet)]
    values = {one.params[1] for one in messages if one.address == "/VMC/Ext/Blend/Val"}
    assert 0.75 in values
    assert [one.params[1] for one in messages if one.address == "/VMC/Ext/Blend/Val"].count(0.25) <= 52


def test_vrm_presets_by_option_of_the_server(outlets, clock, pipeline, receiver):
    there = receiver()
    made = outlets(vmc=[there.address], shapes="vrm")
    made({}, pipeline())
    made.turn()
    messages = [one for packet in there.taken() for one in OscBundle(packet)]
    names = [one.params[0] for one in messages if one.address == "/VMC/Ext/Blend/Val"]
    assert {"aa", "ih", "ou", "ee", "oh", "blink", "happy"} <= set(names)


def test_one_packet_for_all_who_take_the_same(outlets, clock, pipeline, receiver):
    places = [receiver() for _ in range(3)]
    made = outlets(livelink=[one.address for one in places])
    session = made({"character": "Hero"}, pipeline())
    session.frames(speech(0, 5))
    until(made, clock, 100.09)
    taken = [one.taken() for one in places]
    assert len(taken[0]) == 5
    assert taken[0] == taken[1] == taken[2]


def test_a_receiver_that_fails_harms_no_other(outlets, clock, pipeline, receiver):
    there = receiver()
    made = outlets(livelink=["255.255.255.255:11111", there.address])
    session = made({}, pipeline())
    session.frames(speech(0, 5))
    until(made, clock, 100.09)
    assert len(there.taken()) == 5
    counts = made.snapshot()
    assert (counts["outlet_sent"], counts["outlet_packets"], counts["outlet_failed"]) == (5, 5, 5)


def test_frames_that_cannot_be_sent_end_their_session_and_no_other(outlets, clock, pipeline, receiver, caplog):
    there = receiver()
    made = outlets(livelink=[there.address])
    broken, sound = made({"character": "a"}, pipeline()), made({"character": "b"}, pipeline())
    broken.frames([Frame(0, 0, 0, np.zeros(7, np.float32))])
    sound.frames(speech(0, 5))
    until(made, clock, 100.2)
    assert len(there.taken()) >= 5
    assert "sending a session failed" in caplog.text
    assert made.snapshot()["outlet_sessions"] == 1


def test_counts_are_kept_of_sessions_that_are_gone(outlets, clock, pipeline, receiver):
    made = outlets(livelink=[receiver().address])
    for _ in range(3):
        session = made({}, pipeline())
        session.frames(speech(0, 10))
        session.closed()
        until(made, clock, clock.now + 2.0)
    counts = made.snapshot()
    assert (counts["outlet_sessions"], counts["outlet_arrived"], counts["outlet_sent"]) == (0, 30, 30)


def test_a_sender_that_is_stuck_takes_no_memory(outlets, pipeline, monkeypatch):
    monkeypatch.setattr("voxrig.engine_bridges.outlets._LONGEST_INBOX", 50)
    made = outlets(livelink=["127.0.0.1:5000"])
    session = made({}, pipeline())
    for index in range(200):
        session.frames(speech(index, 1))
    assert made.lost == 200 - 49
    session.closed()  # never lost


def test_the_thread_sends_what_comes_and_rests_in_the_end(pipeline, receiver, read_livelink):
    there = receiver()
    with UdpOutlets(livelink=[there.address]) as made:
        session = made({"character": "Hero"}, pipeline())
        assert not read_livelink(there.wait()).values.any()
        session.frames(speech(0, 4))
        said = [read_livelink(there.wait()) for _ in range(4)]
        assert [frame.values.max() for frame in said] == [np.float32((k + 1) / 1000) for k in range(4)]
        session.frames(speech(4, 1, level=0.5))
        while read_livelink(there.wait()).values[0] != 0.5:
            pass
    assert not read_livelink(there.taken()[-1]).values.any()
    assert "voxrig-outlets" not in [thread.name for thread in threading.enumerate()]


def test_it_stops_whatever_it_is_doing(pipeline):
    """Also where it is told to while it has just taken what came before."""
    shown = pipeline()
    for _ in range(200):
        with UdpOutlets(livelink=["127.0.0.1:5000"]) as made:
            session = made({}, shown)
            session.frames(speech(0, 3))
            session.closed()
    assert "voxrig-outlets" not in [thread.name for thread in threading.enumerate()]


def test_two_families_from_one_server(outlets, clock, pipeline, receiver):
    four, six = receiver(), receiver(socket.AF_INET6)
    made = outlets(livelink=[four.address, six.address])
    made({}, pipeline())
    made.turn()
    assert four.taken() == six.taken() != []


def test_processes_of_one_server_call_the_nameless_by_numbers_of_their_own(
    outlets, clock, pipeline, receiver, read_livelink
):
    there = receiver()
    for number in range(2):
        made = outlets(livelink=[there.address], first_number=1 + number, number_step=2)
        assert made({}, pipeline()) is not made({}, pipeline())
        until(made, clock, clock.now + 0.1)
    subjects = {read_livelink(packet).subject for packet in there.taken()}
    assert subjects == {"Voxrig-1", "Voxrig-2", "Voxrig-3", "Voxrig-4"}
