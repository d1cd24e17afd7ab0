"""A server that stops in good order: what runs is finished, whatever way it came, and nothing more begins."""

import asyncio

import grpc
import numpy as np
import pytest

from voxrig.engine_bridges import client, link_client
from voxrig.engine_bridges.wire import open_message
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

RATE = 24_000


@pytest.fixture
def audio(speech):
    return (speech(1.0, RATE) * 32767).astype(np.int16)


async def drained(serve, begun, seconds=60.0):
    """Serve until `begun` sets the event it is given, then drain and stop at once, as the program does."""
    started, may_end = asyncio.Event(), asyncio.Event()
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks, serve() as server:
        running = tasks.create_task(begun(server, started, may_end))
        await started.wait()
        draining = tasks.create_task(server.drain(seconds, asyncio.Event()))
        while not server.stage.draining:
            await asyncio.sleep(0)
        may_end.set()
        await draining
    return running.result()


def bake_request(audio, seconds):
    opening = open_message("arkit", RATE, encoding=pb.AudioFormat.S16LE)
    return pb.BakeRequest(open=opening, samples=np.tile(audio, seconds).tobytes())


async def rest(call):
    while await call.read() is not grpc.aio.EOF:
        pass


@pytest.mark.parametrize("way", ["gRPC", "engine link"])
async def test_a_session_has_its_last_frame(serve, audio, way):
    async def talk(server, started, may_end):
        near = ("127.0.0.1", server.link_port)
        connecting = client.connect(server.target) if way == "gRPC" else link_client.connect(*near)
        async with connecting as connection:
            session = await connection.open("arkit", RATE)
            await session.send(audio[:8000])
            started.set()
            await may_end.wait()
            await session.send(audio[8000:])
            await session.close()
            return [frame.index async for frame in session]

    assert await drained(serve, talk) == list(range(60))


async def test_a_bake_is_finished_and_no_other_begun(serve, audio):
    async def bake(server, started, may_end):
        async with grpc.aio.insecure_channel(server.target) as channel:
            stub = rpc.VoxrigStub(channel)
            call = stub.Bake(bake_request(audio, 20))
            frames = 0
            async for answer in call:
                started.set()
                await may_end.wait()
                if frames == 0:
                    with pytest.raises(grpc.aio.AioRpcError) as refused:
                        await stub.Bake(bake_request(audio, 1)).read()
                    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
                frames += len(answer.frames.media_samples)
            return frames, answer.summary.frame_count

    assert await drained(serve, bake) == (1200, 1200)


async def test_a_bake_that_takes_too_long_is_told_so(serve, audio):
    async def bake(server, started, may_end):
        async with grpc.aio.insecure_channel(server.target) as channel:
            call = rpc.VoxrigStub(channel).Bake(bake_request(audio, 300))
            await call.read()
            started.set()
            await may_end.wait()
            with pytest.raises(grpc.aio.AioRpcError) as told:
                await rest(call)
            return told.value.code(), told.value.details()

    code, details = await drained(serve, bake, seconds=0.0)
    assert code is grpc.StatusCode.UNAVAILABLE
    assert "stops" in details
