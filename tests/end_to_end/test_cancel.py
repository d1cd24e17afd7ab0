"""Whoever stops waiting, or waits for a peer that is no longer there: nothing leaks, nothing hangs, nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio
import pytest

from voxrig.engine_bridges import client
from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.wire import ConnectionLostError, Frame
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

PATIENCE = 20  # seconds; what hangs fails


async def give_up(waiting):
    """Start `waiting`, cancel it where it first waits, see it cancelled."""
    task = asyncio.create_task(waiting)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def until_none_is_open(server):
    """Wait until a session was opened and none is open; return how many were."""
    async with asyncio.timeout(PATIENCE):
        while server.snapshot()["sessions"] or server.snapshot()["sessions_opened"] == 0:
            await asyncio.sleep(0.002)
    return server.snapshot()["sessions_opened"]


async def test_an_open_that_is_given_up_leaves_no_session(server, connection):
    await give_up(connection.open("arkit", 24000))
    assert await until_none_is_open(server) == 1


async def test_an_open_that_is_given_up_when_its_answer_is_here_leaves_no_session(server, connection):
    receive = connection.receive

    def receive_and_cancel(number, message):
        receive(number, message)
        opening.cancel()  # before the task itself goes on

    connection.receive = receive_and_cancel
    opening = asyncio.create_task(connection.open("arkit", 24000))
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert await until_none_is_open(server) == 1


async def test_audio_given_up_while_it_waits_was_not_sent(connection, offline, speech, same):
    audio = speech(0.5, 24000)
    expected = offline("arkit", 24000)
    expected.say(audio)
    session = await connection.open("arkit", 24000)
    await session.send(audio[:480])
    crowd = [asyncio.create_task(session.cue("joy", 0)) for _ in range(client.QUEUED_MESSAGES)]
    await asyncio.sleep(0)  # the queue is full
    await give_up(session.send(audio[480:960]))
    await asyncio.gather(*crowd)
    assert session.next_sample == 480
    await session.send(audio[480:])
    await session.close()
    assert same([frame async for frame in session], expected.frames)


async def test_a_tail_given_up_while_it_waits_was_not_sent(connection, speech):
    session = await connection.open("arkit", 24000)
    await session.send(speech(0.1, 24000))
    crowd = [asyncio.create_task(session.cue("joy", 0)) for _ in range(client.QUEUED_MESSAGES)]
    await asyncio.sleep(0)
    await give_up(session.end_utterance(tail_samples=1000))
    await asyncio.gather(*crowd)
    assert session.next_sample == 2400
    await session.close()
    assert len([frame async for frame in session]) == 6


async def test_audio_goes_on_after_an_interrupt_that_nobody_waits_for(connection, offline, speech, same):
    first, second = speech(0.5, 24000), speech(0.4, 24000, seed=3)
    expected = offline("arkit", 24000)
    expected.begin(first)
    expected.interrupt(2400)
    expected.say(second)
    session = await connection.open("arkit", 24000)
    await session.send(first)
    frames = session.__aiter__()
    while (await anext(frames)).index < 20:
        pass
    await give_up(session.interrupt(at_sample=2400))
    await session.send(second)  # it waits for the answer, which says where it starts
    await session.close()
    items = [item async for item in session.items()]
    after = [item for item in items if isinstance(item, Frame) and item.utterance == 1]
    assert same(after, [frame for frame in expected.frames if frame.utterance == 1])


async def test_an_end_that_an_interrupt_overtook_does_nothing(connection, speech):
    """The speaking task does not know of the interrupt: its end must not be an error where frames are read."""
    session = await connection.open("arkit", 24000)
    await session.send(speech(0.5, 24000))
    event = await session.interrupt()
    await session.end_utterance(tail_samples=500)
    assert session.next_sample == event.next_sample
    await session.send(speech(0.2, 24000))
    await session.end_utterance()
    await session.close()
    items = [item async for item in session.items()]
    assert [item.kind for item in items if isinstance(item, pb.Event)] == [
        pb.Event.INTERRUPTED,
        pb.Event.UTTERANCE_ENDED,
        pb.Event.CLOSED,
    ]
    [ended] = [item for item in items if isinstance(item, pb.Event) and item.kind == pb.Event.UTTERANCE_ENDED]
    assert ended.frame_count == sum(isinstance(item, Frame) and item.utterance == 1 for item in items)


async def test_nothing_is_sent_after_done_writing(connection, speech):
    session = await connection.open("arkit", 24000)
    await session.send(speech(5.0, 24000))
    await connection.done_writing()
    with pytest.raises(ConnectionLostError, match="done writing"):
        await session.send(speech(0.1, 24000))
    assert len([frame async for frame in session]) == 300


async def test_requests_stay_below_what_the_server_takes(serve, speech, offline, same):
    """Bundled as they come, these would be one request of 96 kB, which ends the whole call."""
    audio = speech(1.0, 24000)
    expected = offline("arkit", 24000)
    expected.say(audio)
    async with serve(max_chunk_bytes=8000, max_message_bytes=8010) as server, connect(server.target) as connection:
        session = await connection.open("arkit", 24000)
        await session.send(audio)
        await session.close()
        assert same([frame async for frame in session], expected.frames)


HEADER = pb.SessionOpened(stride=2, look_ahead=pb.Fraction(numerator=1, denominator=12))
NONSENSE = {
    "no whole frame": (HEADER, pb.Frames(media_samples=[0], values=b"1234")),
    "frames without values": (HEADER, pb.Frames(media_samples=[0, 1], values=bytes(8))),
    "a fraction over 0": (pb.SessionOpened(stride=2), pb.Frames()),
}


class Nonsense(rpc.VoxrigServicer):
    """A server that answers an `open` with a header and frames as given."""

    def __init__(self, opened: pb.SessionOpened, frames: pb.Frames) -> None:
        self._answers = pb.ServerMessage(session=1, opened=opened), pb.ServerMessage(session=1, frames=frames)

    async def Describe(self, request: pb.DescribeRequest, context: Any) -> pb.DescribeResponse:  # noqa: N802
        return pb.DescribeResponse(limits=pb.Limits(max_chunk_bytes=1 << 20, max_message_bytes=64 << 20))

    async def Perform(self, requests: AsyncIterator[pb.PerformRequest], context: Any) -> None:  # noqa: N802
        await anext(requests)
        await context.write(pb.PerformResponse(messages=self._answers))
        async for _ in requests:
            pass


@pytest.mark.parametrize("name", NONSENSE)
async def test_a_server_that_breaks_the_protocol_is_told_to_whoever_waits(name):
    server = grpc.aio.server()
    rpc.add_VoxrigServicer_to_server(Nonsense(*NONSENSE[name]), server)
    target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    try:
        async with connect(target) as connection, asyncio.timeout(PATIENCE):
            with pytest.raises(ConnectionLostError, match="breaks the protocol"):
                async for _ in await connection.open("arkit", 24000):
                    pass
            with pytest.raises(ConnectionLostError):
                await connection.open("arkit", 24000)
    finally:
        await server.stop(None)
