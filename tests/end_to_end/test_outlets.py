"""A real server, real clients, and UDP receivers that see what the clients see."""

import asyncio
import json
import subprocess
import sys
from contextlib import AsyncExitStack
from fractions import Fraction

import numpy as np
import pytest
from pythonosc.osc_bundle import OscBundle

from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.outlets import UdpOutlets
from voxrig.engine_bridges.wire import SessionError
from voxrig.runtime.core.arkit import bones_to_angles, native_to_arkit
from voxrig.runtime.serving.server import running


class Clock:
    """The sender's; the thread is not started, so nothing is sent before the test says so."""

    def __init__(self):
        self.now = 50.0

    def __call__(self):
        return self.now


@pytest.fixture
async def stand(settings):
    """`await stand(livelink=[...])`: (the target of a server with these outlets, the outlets, their clock)."""
    async with AsyncExitStack() as opened:

        async def make(**options):
            clock = Clock()
            outlets = UdpOutlets(clock=clock, **options)
            opened.callback(outlets.sender.close)
            server = await opened.enter_async_context(running(settings, lambda: 20, outlets))
            return server.target, outlets, clock

        yield make


@pytest.fixture
async def connected():
    """`await connected(target)`: a client, until the test ends."""
    async with AsyncExitStack() as opened:
        yield lambda target: opened.enter_async_context(connect(target))


def until(outlets, clock, moment, collect=lambda: None):
    while (due := outlets.turn()) <= moment:
        clock.now = max(clock.now, due)
        collect()
    clock.now = moment


async def said(session, audio):
    """Say it in one utterance, and close; return the frames that the client got."""
    await session.send(audio)
    await session.close()
    return [frame async for frame in session]


async def test_two_characters_to_two_engines_value_for_value(stand, connected, receiver, read_livelink, speech):
    both, second = receiver(), receiver()
    target, outlets, clock = await stand(livelink=[both.address, f"{second.address}=Beth"])
    connection = await connected(target)
    rates = {"Adam": Fraction(60), "Beth": Fraction(30_000, 1001)}
    sessions = {
        name: await connection.open("arkit", 16_000, frame_rate=rate, options={"character": name})
        for name, rate in rates.items()
    }
    frames = {
        name: await said(session, speech(1.0, 16_000, seed)) for seed, (name, session) in enumerate(sessions.items())
    }
    taken = []
    until(outlets, clock, 53.0, lambda: taken.extend(both.taken()))
    found = [read_livelink(packet) for packet in taken]
    for name, rate in rates.items():
        mine = [frame for frame in found if frame.subject == name]
        count = len(frames[name])
        assert [frame.values.tobytes() for frame in mine[:count]] == [frame.values.tobytes() for frame in frames[name]]
        assert [frame.number for frame in mine[:count]] == list(range(count))
        assert {frame.rate for frame in mine} == {(rate.numerator, rate.denominator)}
        assert len({frame.device for frame in mine}) == 1
        assert not mine[-1].values.any(), "closed: at rest, then silent"
    assert len({frame.device for frame in found}) == 2
    assert {read_livelink(packet).subject for packet in second.taken()} == {"Beth"}


async def test_metahuman_sessions_are_converted_as_core_does(stand, connected, receiver, read_livelink, speech):
    there = receiver()
    target, outlets, clock = await stand()
    connection = await connected(target)
    options = {"character": "Hero", "livelink": f"{there.address}=Face", "emotion": "joy=0.7"}
    session = await connection.open("metahuman", 16_000, options=options)
    frames = await said(session, speech(0.8, 16_000))
    until(outlets, clock, 50.79)
    found = [read_livelink(packet) for packet in there.taken()]
    assert len(found) == len(frames) == 48
    for frame, packet in zip(frames, found, strict=True):
        expected = (native_to_arkit(frame.values[:251]), bones_to_angles(frame.values[251:].reshape(3, 4)))
        assert packet.values.tobytes() == np.concatenate(expected).tobytes()
    assert {packet.subject for packet in found} == {"Face"}


async def test_vmc_gets_the_shapes_of_the_client(stand, connected, receiver, speech):
    there = receiver()
    target, outlets, clock = await stand(vmc=[there.address])
    connection = await connected(target)
    session = await connection.open("arkit", 16_000)
    frames = await said(session, speech(0.3, 16_000))
    until(outlets, clock, 50.29)
    values, shown = {}, []
    for message in [one for packet in there.taken() for one in OscBundle(packet)]:
        if message.address == "/VMC/Ext/Blend/Val":
            values[message.params[0]] = message.params[1]
        elif message.address == "/VMC/Ext/Blend/Apply":
            shown.append(dict(values))
    assert len(shown) == len(frames) == 18
    for frame, values in zip(frames, shown, strict=True):
        assert list(values) == list(session.controls[:52])
        assert np.array(list(values.values()), np.float32).tobytes() == frame.values[:52].tobytes()


async def test_an_interruption_is_seen_at_once(stand, connected, receiver, read_livelink, speech):
    there = receiver()
    target, outlets, clock = await stand(livelink=[there.address])
    connection = await connected(target)
    life = dict.fromkeys(("emotion", "blink", "gaze", "head", "idle"), "off")
    session = await connection.open("arkit", 24_000, options={"character": "Hero", **life})
    await session.send(speech(3.0, 24_000))
    async for frame in session:
        if frame.index == 150:
            break
    until(outlets, clock, 51.0)
    before = [read_livelink(packet) for packet in there.taken()]
    assert len(before) == 61
    event = await session.interrupt(at_sample=24_000)
    await session.close()
    after_cut = [frame async for frame in session]
    until(outlets, clock, 51.0 + 0.12 + 0.05)
    after = [read_livelink(packet) for packet in there.taken()]
    assert event.frame_index == 60
    assert np.abs(after[-1].values).max() < 0.01, "at rest after the server's 120 ms and the 50 ms of going over"
    jumps = np.abs(np.diff([frame.values for frame in before[-2:] + after], axis=0)).max()
    eased = [frame.values for frame in after_cut if frame.utterance == 1]
    assert jumps <= np.abs(np.diff(eased, axis=0)).max() + 0.01, "nothing moves faster than the server's own easing"
    assert (np.diff([frame.number for frame in before + after]) >= 1).all()
    assert after_cut[-1].utterance == 1


async def test_a_live_voice_at_pace(stand, connected, receiver, read_livelink, speech):
    """20 ms at a time on the sender's clock: every frame is sent, in order, within a chunk of its making."""
    there = receiver()
    target, outlets, clock = await stand(livelink=[there.address])
    connection = await connected(target)
    session = await connection.open("arkit", 16_000)
    audio = speech(1.5, 16_000)
    frames, taken = [], []

    async def read():
        async for frame in session:
            frames.append(frame)

    reading = asyncio.create_task(read())
    for start in range(0, len(audio), 320):
        await session.send(audio[start : start + 320])
        ready = int((Fraction(start + 320, 16_000) - session.look_ahead) * 60)  # what the look-ahead lets through
        while len(frames) < ready:
            await asyncio.sleep(0.001)
        until(outlets, clock, clock.now + 0.02, lambda: taken.extend(there.taken()))
    await session.close()
    await reading
    until(outlets, clock, clock.now + 0.2, lambda: taken.extend(there.taken()))
    found = [read_livelink(packet) for packet in taken]
    said = [frame.values.tobytes() for frame in found if frame.values.any()]
    assert said[: len(frames)] == [frame.values.tobytes() for frame in frames if frame.values.any()]
    assert (np.diff([frame.number for frame in found]) >= 1).all()
    counts = outlets.snapshot()
    assert (counts["outlet_sent"], counts["outlet_skipped"]) == (len(frames), 0)
    assert counts["outlet_waited"] / counts["outlet_sent"] < 0.045


async def test_targets_that_a_session_may_not_name(stand, connected, receiver):
    target, outlets, _ = await stand(send_to=["192.168.77.0/24"])
    connection = await connected(target)
    with pytest.raises(SessionError, match=r"10\.0\.0\.9 is not allowed.*--send-to 10\.0\.0\.9") as refused:
        await connection.open("arkit", 16_000, options={"livelink": "10.0.0.9:11111"})
    assert refused.value.code == 3
    with pytest.raises(SessionError, match="port 80 is one of the system's"):
        await connection.open("arkit", 16_000, options={"vmc": "127.0.0.1:80"})
    session = await connection.open("arkit", 16_000, options={"vmc": "192.168.77.3:39539", "character": "Hero"})
    await session.close()
    outlets.turn()
    assert outlets.snapshot()["outlet_sessions"] == 1


async def test_a_client_that_vanishes_leaves_a_face_at_rest(stand, receiver, read_livelink, speech):
    there = receiver()
    target, outlets, clock = await stand(livelink=[there.address])
    async with connect(target) as connection:
        session = await connection.open("arkit", 16_000)
        await session.send(speech(0.5, 16_000))
        async for frame in session:
            if frame.index == 10:
                break
    outlets.turn()
    while outlets.snapshot()["outlet_sessions"]:
        until(outlets, clock, clock.now + 0.5)
        await asyncio.sleep(0.01)
    packets = [read_livelink(packet) for packet in there.taken()]
    assert packets[10].values.any()
    assert not packets[-1].values.any()


async def test_the_command_sends_to_its_own_targets(tiny_bundle, receiver, read_livelink, speech):
    """`voxrig serve` as a user starts it, with its thread and its clock."""
    there, own = receiver(), receiver()
    command = [
        sys.executable,
        "-m",
        "voxrig.cli.app",
        "serve",
        "--port",
        "0",
        "--json",
        "--model",
        str(tiny_bundle.path),
    ]
    targets = ["--livelink", f"{there.address}=Hero", "--vmc", there.address, "--vmc-shapes", "vrm"]
    process = subprocess.Popen([*command, *targets], stdout=subprocess.PIPE, text=True)
    try:
        ready = json.loads(process.stdout.readline())
        async with connect(ready["target"]) as connection:
            options = {"character": "Hero", "livelink": f"{own.address}=Own"}
            session = await connection.open("arkit", 16_000, options=options)
            frames = await said(session, speech(0.5, 16_000))
        wanted = {frame.values.tobytes() for frame in frames}
        while read_livelink(own.wait()).values.tobytes() not in wanted:  # a busy machine leaves some out, never all
            pass
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert process.returncode == 0
    packets = there.taken()
    assert {read_livelink(packet).subject for packet in packets if packet[0] == 6} == {"Hero"}
    messages = [one for packet in packets if packet[0] != 6 for one in OscBundle(packet)]
    assert "aa" in {one.params[0] for one in messages if one.address == "/VMC/Ext/Blend/Val"}


def test_a_target_that_cannot_be_is_one_line_at_the_start(tiny_bundle):
    command = [sys.executable, "-m", "voxrig.cli.app", "serve", "--port", "0", "--model", str(tiny_bundle.path)]
    for arguments, message in (
        (["--livelink", "127.0.0.1:x"], "port 'x' of target"),
        (["--vmc-shapes", "vrm2"], "no blend shapes 'vrm2' for VMC; use one of: arkit, vrm, vrm0"),
    ):
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1
        assert done.stderr.startswith("voxrig: error: ")
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
