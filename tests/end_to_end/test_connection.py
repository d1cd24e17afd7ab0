"""The life of a connection and its sessions: how they end, and what whoever waits is told."""

import asyncio

import pytest

from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.wire import ConnectionLostError, Frame, SessionError
from voxrig.v1 import performance_pb2 as pb

S16LE, F32LE = pb.AudioFormat.S16LE, pb.AudioFormat.F32LE


async def test_an_iteration_that_is_left_and_begun_again_loses_nothing(connection, speech):
    session = await connection.open("arkit", 24000, frame_rate=240)  # several frames a message
    await session.send(speech(0.5, 24000))
    await session.close()
    indices = []
    for _ in range(30):
        async for frame in session:
            indices.append(frame.index)
            break
    indices += [frame.index async for frame in session]
    assert indices == list(range(120))


async def test_senders_that_wait_learn_that_the_connection_is_lost(connection):
    session = await connection.open("arkit", 24000)
    sending = [asyncio.create_task(session.cue("joy", n)) for n in range(2000)]
    await asyncio.sleep(0)  # more than are queued at once: most wait
    await connection.stop()
    results = await asyncio.gather(*sending, return_exceptions=True)
    assert sum(isinstance(result, ConnectionLostError) for result in results) > 1000


async def test_a_closed_session_refuses_on_this_side(connection, speech):
    session = await connection.open("arkit", 24000)
    await session.send(speech(0.1, 24000))
    await session.close()
    assert len([frame async for frame in session]) == 6
    for sending in (session.send(b"1234"), session.interrupt(), session.end_utterance(), session.close()):
        with pytest.raises(SessionError, match="is closed") as refused:
            await sending
        assert refused.value.closed


async def test_half_close_finishes_what_was_sent(connection, offline, speech, same):
    audio = speech(1.0, 24000)
    expected = offline("arkit", 24000)
    expected.say(audio)
    speaking = await connection.open("arkit", 24000)
    silent = await connection.open("arkit", 24000)
    await speaking.send(audio)
    await connection.done_writing()
    items = [item async for item in speaking.items()]
    assert same([item for item in items if isinstance(item, Frame)], expected.frames)
    assert [item.kind for item in items[-2:]] == [pb.Event.UTTERANCE_ENDED, pb.Event.CLOSED]
    assert [item.kind async for item in silent.items()] == [pb.Event.CLOSED]
    with pytest.raises(ConnectionLostError, match=r"finished|done writing"):
        await connection.open("arkit", 24000)


async def test_cancel_frees_sessions(serve, speech):
    async with serve(max_sessions=2) as server:
        async with connect(server.target) as leaving:
            for _ in range(2):
                session = await leaving.open("arkit", 24000)
                await session.send(speech(5.0, 24000))
            with pytest.raises(SessionError, match="2 sessions are open") as refused:
                await leaving.open("arkit", 24000)
            assert refused.value.code == 8
        async with asyncio.timeout(10):
            while server.snapshot()["sessions"]:
                await asyncio.sleep(0.005)
        async with connect(server.target) as next_client:
            await next_client.open("arkit", 24000)


async def test_a_session_number_is_free_again_after_closed(wire, speech):
    sound = pb.AudioFormat(encoding=F32LE, sample_rate=24000, channels=1)
    opening = pb.OpenSession(rig="arkit", frame_rate=pb.FrameRate(numerator=60, denominator=1), audio=sound)
    chunk = pb.AudioChunk(samples=speech(0.3, 24000).tobytes())
    messages = [
        pb.ClientMessage(open=opening),
        pb.ClientMessage(audio=chunk),
        pb.ClientMessage(close=pb.CloseSession()),
    ]
    connection = wire()
    await connection.send(0, *messages)
    once = await connection.until_closed(0)
    await connection.send(0, *messages)
    assert await connection.until_closed(0) == once


async def test_lost_connection_is_told_to_every_session(serve, speech):
    async with serve() as server, connect(server.target) as connection:
        sessions = [await connection.open("arkit", 24000) for _ in range(2)]
        waiting = [asyncio.create_task(anext(aiter(session))) for session in sessions]
        await connection.stop()
        for task in waiting:
            with pytest.raises(ConnectionLostError):
                await task
        with pytest.raises(ConnectionLostError):
            await sessions[0].send(speech(0.1, 24000))


async def test_no_server_is_a_clear_error():
    with pytest.raises(ConnectionLostError, match="voxrig serve"):
        async with connect("127.0.0.1:1", timeout=0.2):
            pass
