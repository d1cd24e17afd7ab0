"""The server as a program: its address, its health, its description, and clients that do not read."""

import asyncio
import dataclasses
from fractions import Fraction
from math import ceil

import grpc
import numpy as np
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.wire import decode, open_message
from voxrig.runtime.core.rig import profile, profiles
from voxrig.runtime.models.spec import BundleError
from voxrig.runtime.serving.address import AddressError
from voxrig.runtime.serving.server import running
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc


async def test_port_in_use_names_port_and_remedy(server, settings, connection, speech):
    session = await connection.open("arkit", 24000)
    with pytest.raises(AddressError, match=rf"{server.port} is in use.*--port"):
        async with running(dataclasses.replace(settings, port=server.port)):
            pass
    await session.send(speech(0.1, 24000))
    await session.close()
    assert len([frame async for frame in session]) == 6, "the first server goes on"


@pytest.mark.parametrize(
    ("host", "message"), [("203.0.113.7", "no address of this machine"), ("no.such.host.invalid", "--host")]
)
async def test_a_host_that_is_not_this_machine(serve, host, message):
    with pytest.raises(AddressError, match=message):
        async with serve(host=host, allow_anyone=True):
            pass


@pytest.mark.parametrize("host", ["localhost", "::1", "0.0.0.0"])
async def test_hosts_one_can_connect_to(serve, host):
    async with serve(host=host, allow_anyone=True) as server, connect(server.target) as connection:
        assert (await connection.describe()).version


async def test_a_stopped_server_frees_its_port(serve):
    async with serve() as first:
        port = first.port
    async with serve(port=port) as second:
        assert second.port == port


async def test_a_bad_bundle_is_told_at_the_start(serve, tmp_path):
    with pytest.raises(BundleError, match=r"nowhere"):
        async with serve(models=(str(tmp_path / "nowhere"),)):
            pass


async def test_describe(server, connection, tiny_bundle, tiny_fast_bundle):
    told = await connection.describe()
    assert [rig.name for rig in told.rigs] == list(profiles())
    for rig in told.rigs:
        assert (tuple(rig.controls), tuple(rig.bones)) == (profile(rig.name).names, profile(rig.name).bones)
    assert [model.sha256 for model in told.models] == [tiny_bundle.spec.sha256, tiny_fast_bundle.spec.sha256]
    assert [model.is_default for model in told.models] == [True, False]
    look_ahead = told.models[0].look_ahead
    assert Fraction(look_ahead.numerator, look_ahead.denominator) == Fraction(1950, 24000)
    assert (told.limits.max_chunk_bytes, told.limits.max_sessions) == (1 << 20, 256)
    assert told.metrics["connections"] == 1
    assert set(told.metrics) == set(server.snapshot())


async def test_metrics_count_what_happened(server, connection, speech):
    sessions = [await connection.open("arkit", 24000) for _ in range(3)]
    assert server.snapshot()["sessions"] == 3
    for session in sessions:
        await session.send(speech(1.0, 24000))
        await session.close()
    for session in sessions:
        assert len([frame async for frame in session]) == 60
    numbers = server.snapshot()
    assert (numbers["frames"], numbers["sessions"], numbers["sessions_opened"], numbers["errors"]) == (180, 0, 3, 0)
    assert numbers["rows"] >= 180
    assert 0 < numbers["tick_ms_p50"] <= numbers["tick_ms_p99"] <= numbers["tick_ms_max"]


async def test_health_and_reflection(server):
    async with grpc.aio.insecure_channel(server.target) as channel:
        health = health_pb2_grpc.HealthStub(channel)
        for service in ("", "voxrig.v1.Voxrig"):
            answer = await health.Check(health_pb2.HealthCheckRequest(service=service))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        request = reflection_pb2.ServerReflectionRequest(list_services="")
        answers = [answer async for answer in stub.ServerReflectionInfo(iter([request]))]
        names = {service.name for service in answers[0].list_services_response.service}
        assert {"voxrig.v1.Voxrig", "grpc.health.v1.Health"} <= names


async def test_a_client_that_does_not_read_waits_and_loses_nothing(serve, offline, speech):
    """Its sessions are paused, then its connection is read no further; others go on; nothing is lost."""
    seconds, rate = 40, 192_000  # 31 MB: more than gRPC's windows and the sockets' buffers take in by themselves
    audio = np.tile(speech(1.0, rate), seconds)
    small_window = [("grpc.http2.bdp_probe", 0)]  # else gRPC itself takes in 4 MiB for a client that does not read
    async with (
        serve(max_queued_bytes=1 << 16, max_buffered_seconds=1.0) as server,
        grpc.aio.insecure_channel(server.target, options=small_window) as channel,
        connect(server.target) as reader,
    ):
        call = rpc.VoxrigStub(channel).Perform()
        await call.write(pb.PerformRequest(messages=[pb.ClientMessage(open=open_message("metahuman", rate))]))

        async def write():
            for first in range(0, len(audio), rate):
                chunk = pb.AudioChunk(first_sample=first, samples=audio[first : first + rate].tobytes())
                await call.write(pb.PerformRequest(messages=[pb.ClientMessage(audio=chunk)]))
            await call.done_writing()

        writing = asyncio.create_task(write())
        session = await reader.open("arkit", 16000)
        other = np.tile(speech(1.0, 16000), seconds)
        for first in range(0, len(other), 320):
            await session.send(other[first : first + 320])
        await session.close()
        theirs = [frame async for frame in session]
        assert len(theirs) == seconds * 60
        # The other session took 2400 ticks; had the first not been paused, it would be as far.
        assert server.snapshot()["frames"] - len(theirs) < seconds * 60 / 2
        assert not writing.done(), "the server reads no further"
        messages = [message async for response in call for message in response.messages]
        await writing
    assert messages[0].HasField("opened")
    assert messages[-1].event.kind == pb.Event.CLOSED
    frames = [f for m in messages if m.HasField("frames") for f in decode(m.frames, messages[0].opened.stride)]
    expected = offline("metahuman", rate)
    expected.say(audio)
    assert [f.values.tobytes() for f in frames] == [f.values.tobytes() for f in expected.frames]


async def test_responses_stay_below_grpcs_default_limit(serve, speech):
    async with serve() as server, grpc.aio.insecure_channel(server.target) as channel:
        call = rpc.VoxrigStub(channel).Perform()
        opening = open_message("metahuman", 16000, frame_rate=240)
        messages = [pb.ClientMessage(session=n, open=opening) for n in range(16)]
        audio = speech(3.0, 16000).tobytes()
        messages += [pb.ClientMessage(session=n, audio=pb.AudioChunk(samples=audio)) for n in range(16)]
        await call.write(pb.PerformRequest(messages=messages))
        await call.done_writing()
        frames, largest = 0, 0
        async for response in call:
            largest = max(largest, response.ByteSize())
            frames += sum(len(message.frames.media_samples) for message in response.messages)
        assert frames == 16 * 720
        assert largest <= (1 << 20) + 65536


async def test_a_tick_of_a_connection_is_one_response(serve, speech):
    """Frames that are ready together travel together, whatever session they belong to."""
    count = 8
    async with serve() as server, grpc.aio.insecure_channel(server.target) as channel:
        call = rpc.VoxrigStub(channel).Perform()
        opening = [pb.ClientMessage(session=n, open=open_message("arkit", 24000)) for n in range(count)]
        await call.write(pb.PerformRequest(messages=opening))
        responses, opened = aiter(call), []
        while len(opened) < count:  # which takes several ticks
            opened += (await anext(responses)).messages
        look_ahead = Fraction(opened[0].opened.look_ahead.numerator, opened[0].opened.look_ahead.denominator)
        audio = speech(1.0, 24000)[: ceil((look_ahead + Fraction(2, 60)) * 24000)].tobytes()  # both frames are due now
        messages = [pb.ClientMessage(session=n, audio=pb.AudioChunk(samples=audio)) for n in range(count)]
        await call.write(pb.PerformRequest(messages=messages))
        response = await anext(responses)
        assert sorted(message.session for message in response.messages) == list(range(count))
        assert {len(message.frames.media_samples) for message in response.messages} == {2}
        call.cancel()
        assert server.snapshot()["batch_mean"] == count


async def test_a_link_port_in_use_is_told_with_the_remedy(server, serve):
    with pytest.raises(AddressError, match=r"port \d+ is in use; .* --link-port"):
        async with serve(link_port=server.link_port):
            pass


async def test_no_link_is_no_port(serve):
    async with serve(link=False) as server:
        assert server.link_target is None
