"""The Python client of the engine link: the same sessions, and what the link alone has."""

import asyncio
import socket
import time

import numpy as np
import pytest

from voxrig.engine_bridges import client, link_client
from voxrig.engine_bridges.compliance.manner import Manner
from voxrig.engine_bridges.compliance.scripted_server import Fault, ScriptedServer
from voxrig.engine_bridges.link_packets import PacketError, PacketReader, contents, fill, packet, server_message
from voxrig.engine_bridges.wire import ConnectionLostError, Frame, SessionError
from voxrig.v1 import performance_pb2 as pb

PATIENCE = 20  # seconds; what hangs fails


async def performed(connection, samples):
    session = await connection.open("metahuman", sample_rate=24_000, seed=7)
    await session.send(samples[:5_000])
    await session.send(samples[5_000:])
    await session.end_utterance()
    await session.close()
    return [item async for item in session.items()]


async def test_frames_are_those_of_grpc(serving, speech):
    samples = speech(0.6, 24_000)
    async with asyncio.timeout(PATIENCE):
        async with link_client.connect(serving.host, serving.link_port) as connection:
            over_link = await performed(connection, samples)
        async with client.connect(serving.target) as connection:
            over_grpc = await performed(connection, samples)
    pairs = list(zip(over_link, over_grpc, strict=True))
    assert len(pairs) == 36 + 2
    for left, right in pairs:
        if isinstance(left, Frame):
            assert (left.index, left.sample, left.utterance) == (right.index, right.sample, right.utterance)
            assert np.array_equal(left.values, right.values)
        else:
            assert left == right


async def test_an_error_is_raised_by_its_session(serving, speech):
    async with asyncio.timeout(PATIENCE), link_client.connect(serving.host, serving.link_port) as connection:
        with pytest.raises(SessionError, match="no such rig"):
            await connection.open("no such rig", sample_rate=24_000)
        session = await connection.open("arkit", sample_rate=24_000)
        await session.send(speech(0.1, 24_000))
        event = await session.interrupt()
        assert event.kind == pb.Event.INTERRUPTED
        session.next_sample += 1
        await session.send(speech(0.1, 24_000))
        with pytest.raises(SessionError) as refused:
            async for _ in session:
                pass
        assert (refused.value.code, refused.value.refused) == (11, "audio")
        assert refused.value.next_sample == event.next_sample


async def test_it_finishes_after_half_closing(serving, speech):
    async with asyncio.timeout(PATIENCE), link_client.connect(serving.host, serving.link_port) as connection:
        session = await connection.open("arkit", sample_rate=24_000)
        await session.send(speech(0.2, 24_000))
        await connection.done_writing()
        await connection.finished()
        assert len([frame async for frame in session]) == 12
        with pytest.raises(ConnectionLostError):
            await session.send(speech(0.1, 24_000))


async def test_a_ping_compares_the_clocks():
    now = [100.5, 100.0]  # back, after sent
    before = time.monotonic()
    with ScriptedServer() as server:
        async with (
            asyncio.timeout(PATIENCE),
            link_client.connect(server.host, server.port, clock=now.pop) as connection,
        ):
            pong = await connection.ping()
    assert pong.round_trip == pytest.approx(0.5)
    assert before <= pong.offset + 100.25 <= time.monotonic(), "half way it was this on the server's clock"


async def test_it_describes_the_server(serving):
    async with asyncio.timeout(PATIENCE), link_client.connect(serving.host, serving.link_port) as connection:
        one, other = await asyncio.gather(connection.describe(), connection.describe())
        assert one.limits == connection.limits
        assert {rig.name for rig in other.rigs} == {"arkit", "metahuman"}
        assert connection.server_version == one.version


async def test_no_server_is_told_in_one_line():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ConnectionLostError, match="voxrig serve"):
        async with link_client.connect("127.0.0.1", port):
            pass


async def test_a_server_that_says_nothing_is_given_up():
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(ConnectionLostError, match="in time"):
        async with link_client.connect("127.0.0.1", mute.getsockname()[1], timeout=0.2):
            pass


async def test_a_server_that_refuses_says_why():
    with (
        ScriptedServer(fault=Fault(in_hello=True)) as server,
        pytest.raises(link_client.LinkError, match="not spoken here") as refused,
    ):
        async with link_client.connect(server.host, server.port):
            pass
    assert refused.value.error.code == 12


async def test_whoever_waits_is_told_that_the_connection_broke():
    with ScriptedServer(Manner(piece=7), Fault(dies_after=6)) as server:
        connecting = link_client.connect(server.host, server.port, resume_seconds=0)
        async with asyncio.timeout(PATIENCE), connecting as connection:
            session = await connection.open("arkit", sample_rate=8_000)
            await session.send(np.zeros(800, np.float32))
            with pytest.raises(ConnectionLostError, match="within a packet"):
                async for _ in session:
                    pass
            with pytest.raises(ConnectionLostError, match="within a packet"):
                await connection.finished()
            with pytest.raises(ConnectionLostError):
                await connection.ping()
            with pytest.raises(ConnectionLostError):
                await connection.open("arkit", sample_rate=8_000)


async def test_what_is_no_packet_ends_it():
    left = asyncio.Event()

    async def serve(reader, writer):
        await reader.read(100)
        writer.write(packet({"hello": {"version": 1, "server": "x", "limits": {"max_chunk_bytes": 10}}}))
        writer.write(b"\x05\0\0\0\xc1\xc1\xc1\xc1\xc1")
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with asyncio.timeout(PATIENCE), server:
        port = server.sockets[0].getsockname()[1]
        async with link_client.connect("127.0.0.1", port) as connection:
            with pytest.raises(ConnectionLostError, match="breaks the protocol"):
                await connection.finished()
        await left.wait()


def test_packets_are_cut_anywhere():
    data = packet({"a": 1}) + packet({"b": b"\0" * 300}) + packet({})
    for size in (1, 3, 100, len(data)):
        reader = PacketReader()
        told = [content for place in range(0, len(data), size) for content in reader.feed(data[place : place + size])]
        assert told == [{"a": 1}, {"b": b"\0" * 300}, {}]
        assert not reader.is_within_packet
    assert list(reader.feed(data[:2])) == []
    assert reader.is_within_packet


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\xff\xff\xff\xff", "engine link's port"), (b"\x01\0\0\0\x05", "not a map"), (b"\x01\0\0\0\xc1", "no msgpack")],
)
def test_what_is_no_packet_is_told(data, words):
    with pytest.raises(PacketError, match=words):
        list(PacketReader().feed(data))


def test_messages_become_maps_and_back():
    message = pb.ClientMessage(
        session=3,
        open=pb.OpenSession(rig="arkit", audio=pb.AudioFormat(encoding=pb.AudioFormat.S16LE), options={"a": "b"}),
    )
    content = contents(message)
    assert content == {"session": 3, "open": {"rig": "arkit", "audio": {"encoding": "S16LE"}, "options": {"a": "b"}}}
    back = pb.ClientMessage()
    assert fill(back, content)
    assert back == message
    assert contents(pb.ClientMessage(interrupt=pb.Interrupt())) == {"interrupt": {}}


def test_what_a_later_version_says_is_left():
    assert server_message({"session": 1, "dance": {}}) is None
    assert server_message({"session": 1, "event": {"kind": "EARTHQUAKE"}}) is None
    known = server_message({"session": 1, "event": {"kind": "CLOSED", "depth": 3}, "extra": [1]})
    assert known is not None
    assert known.event.kind == pb.Event.CLOSED


@pytest.mark.parametrize("content", [{"session": "one", "event": {}}, {"session": 1, "event": 5}, {"session": -1}])
def test_what_cannot_be_is_told(content):
    with pytest.raises(PacketError):
        server_message(content)
