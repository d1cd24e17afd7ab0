"""What time it is has no say in who may resume what, and for how long."""

import asyncio
import time

import grpc
import grpc.aio
import pytest

from voxrig.engine_bridges import link_client
from voxrig.engine_bridges.back_off import BackOff
from voxrig.engine_bridges.wire import open_message
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

from ..engine_bridges.resuming.cut_line import line_to

RATE = 24_000
HOURS = 5 * 3600.0


@pytest.fixture
def wall(monkeypatch):
    """`wall(seconds)`: set the clock of the day so far from what it is."""
    now, now_ns, off = time.time, time.time_ns, [0.0]
    monkeypatch.setattr(time, "time", lambda: now() + off[0])
    monkeypatch.setattr(time, "time_ns", lambda: now_ns() + int(off[0] * 1e9))

    def put(seconds: float) -> None:
        off[0] = seconds

    return put


async def spoken(session, audio):
    await session.send(audio)
    await session.end_utterance()
    await session.close()
    return [(frame.index, frame.values.tobytes()) async for frame in session]


async def test_a_clock_that_is_set_makes_no_difference_to_a_session_that_is_lost(serve, wall, speech):
    """By hours either way: while it runs, while it waits for its client, and while the client tries again.

    Over the engine link: the core of gRPC reads the system's own clock, and a timeout of a call would be torn.
    """
    audio, notices = speech(2.0, RATE), []

    def watch(notice):
        notices.append(notice.kind)
        wall(HOURS if len(notices) % 2 else -HOURS)

    async with asyncio.timeout(20), serve(max_idle_seconds=60.0, max_session_seconds=600.0) as server:
        async with link_client.connect("127.0.0.1", server.link_port, resume_seconds=0) as connection:
            expected = await spoken(await connection.open("arkit", RATE, seed=7), audio)
        async with line_to(server.link_port) as line:
            back_off = BackOff(seed=1)
            async with link_client.connect("127.0.0.1", line.port, watch=watch, back_off=back_off) as connection:
                session = await connection.open("arkit", RATE, seed=7)
                for count in (1, 2, 3):
                    await session.send(audio[(count - 1) * 12_000 : count * 12_000])
                    wall(HOURS * (-1) ** count)
                    line.cut()
                    while notices.count("resumed") < count:
                        await asyncio.sleep(0.01)
                assert await spoken(session, audio[36_000:]) == expected
    assert notices == ["lost", "back", "resumed"] * 3


async def test_a_clock_that_is_set_frees_no_session_early_and_none_late(serve, wall):
    opening = open_message("arkit", RATE)
    opening.resume_window_ms = 1000

    async def parked() -> None:
        call = rpc.VoxrigStub(channel).Perform()
        await call.write(pb.PerformRequest(messages=[pb.ClientMessage(session=1, open=opening)]))
        assert (await call.read()).messages[0].HasField("opened")
        call.cancel()
        while not server.stage.parked:
            await asyncio.sleep(0.005)

    async with asyncio.timeout(20), serve() as server, grpc.aio.insecure_channel(server.target) as channel:
        for jump in (HOURS, -HOURS):
            since = time.monotonic()
            await parked()
            wall(jump)
            while server.stage.parked:
                server.pacer.wake()  # as others do all the time
                await asyncio.sleep(0.02)
            assert 1.0 <= time.monotonic() - since < 6.0
