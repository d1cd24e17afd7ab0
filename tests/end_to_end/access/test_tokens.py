"""Tokens at every way in: who is let in, how much of the server they may have, and what becomes of who no longer is."""

import asyncio
import logging

import grpc
import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from voxrig.ace import a2f_controller_pb2_grpc
from voxrig.engine_bridges import client, link_client
from voxrig.engine_bridges.link_packets import PacketReader, packet
from voxrig.engine_bridges.wire import ConnectionLostError, SessionError, open_message
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

GOOD, OTHER = "good-secret-0123456789", "other-secret-9876543210"
RATE = 24_000


@pytest.fixture
async def server(serve, tokens):
    tokens.write(studio=GOOD, other=OTHER)
    async with serve(tokens=str(tokens.path), metrics_port=0) as running:
        yield running


async def status_of(call):
    with pytest.raises(grpc.aio.AioRpcError) as ended:
        await call
    return ended.value.code(), ended.value.details()


async def test_who_has_a_token_is_let_in(server, come, speech):
    async with come(server, token=GOOD) as connection:
        session = await connection.open("arkit", RATE)
        await session.send(speech(0.5, RATE))
        await session.close()
        assert len([frame async for frame in session]) == 30


@pytest.mark.parametrize("token", ["", "wrong-secret-0123456789", GOOD[:-1], GOOD + "x", GOOD.upper()])
async def test_who_has_none_is_told_why(server, come, token):
    with pytest.raises(ConnectionLostError, match="token"):
        async with come(server, token=token, resume_seconds=0):
            pass


def every_call(channel):
    """Each call of the server but health checks, begun without a token; a coroutine each."""
    voxrig, a2f = rpc.VoxrigStub(channel), a2f_controller_pb2_grpc.A2FControllerServiceStub(channel)
    info = reflection_pb2_grpc.ServerReflectionStub(channel)
    listing = reflection_pb2.ServerReflectionRequest(list_services="")
    return {
        "Describe": lambda **more: voxrig.Describe(pb.DescribeRequest(), **more),
        "Bake": lambda **more: voxrig.Bake(pb.BakeRequest(), **more).read(),
        "Perform": lambda **more: voxrig.Perform(iter(()), **more).read(),
        "ProcessAudioStream": lambda **more: a2f.ProcessAudioStream(iter(()), **more).read(),
        "ServerReflectionInfo": lambda **more: info.ServerReflectionInfo(iter((listing,)), **more).read(),
    }


async def test_every_call_but_health_needs_a_token(server):
    good = (("authorization", f"Bearer {GOOD}"),)
    async with grpc.aio.insecure_channel(server.target) as channel:
        for name, call in (calls := every_call(channel)).items():
            assert (await status_of(call()))[0] is grpc.StatusCode.UNAUTHENTICATED, name
        assert server.metrics.unauthenticated == len(calls)
        assert (await calls["Describe"](metadata=good)).version
        assert (await calls["ServerReflectionInfo"](metadata=good)).list_services_response.service
        assert (await calls["ProcessAudioStream"](metadata=good)).status.message
        assert (await status_of(calls["Bake"](metadata=good)))[0] is grpc.StatusCode.INVALID_ARGUMENT
        checked = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
        assert checked.status == health_pb2.HealthCheckResponse.SERVING


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Basic {GOOD}",
        GOOD,
        f"Bearer{GOOD}",
        f"Bearer {GOOD} {GOOD}",
        f"Bearer {GOOD},",
        f'Bearer "{GOOD}"',
        f"Bearer Bearer {GOOD}",
        f"Bearer {GOOD}%00",
        "Bearer " + "x" * 8000,
        "Bearer " + "YmFkLXNlY3JldA==",
        "Bearer {}",
        "Bearer ../../etc/passwd",
    ],
)
async def test_what_is_no_token_is_refused_in_words_that_never_repeat_it(server, header):
    async with grpc.aio.insecure_channel(server.target) as channel:
        call = every_call(channel)["Describe"](metadata=(("authorization", header),))
        code, told = await status_of(call)
    assert code is grpc.StatusCode.UNAUTHENTICATED
    assert "Bearer" in told or "token" in told
    assert GOOD not in told


async def test_other_ways_to_say_a_good_one(server):
    async with grpc.aio.insecure_channel(server.target) as channel:
        for header in (f"bearer {GOOD}", f"BEARER {GOOD}", f"Bearer  {GOOD} "):
            assert (await every_call(channel)["Describe"](metadata=(("authorization", header),))).version
        twice = (("authorization", f"Bearer {GOOD}"), ("authorization", f"Bearer {OTHER}"))
        assert (await status_of(every_call(channel)["Describe"](metadata=twice)))[0] is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("size", [17 << 10, 1 << 20])
async def test_much_in_front_of_a_call_is_refused_and_the_others_go_on(server, speech, size):
    async with client.connect(server.target, token=GOOD) as connection:
        session = await connection.open("arkit", RATE)
        async with grpc.aio.insecure_channel(server.target) as channel:
            call = every_call(channel)["Describe"](metadata=(("authorization", "Bearer " + "x" * size),))
            assert (await status_of(call))[0] is grpc.StatusCode.RESOURCE_EXHAUSTED
        await session.send(speech(0.5, RATE))
        await session.close()
        assert len([frame async for frame in session]) == 30


@pytest.mark.parametrize(
    "token",
    [
        GOOD.encode(),
        7,
        -1.5,
        True,
        [GOOD],
        {"token": GOOD},
        GOOD + "\0",
        "\0",
        "ß" * 40,
        "\U0001f600",
        "x" * 3000,
        GOOD + "\n",
    ],
)
async def test_what_is_no_token_in_a_hello(server, token):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.link_port)
    writer.write(packet({"hello": {"version": 1, "token": token}}))
    [answer] = PacketReader().feed(await reader.read())
    assert answer["error"]["code"] == grpc.StatusCode.UNAUTHENTICATED.value[0]
    assert GOOD not in answer["error"]["message"]
    writer.close()
    await writer.wait_closed()


async def test_a_long_hello_is_refused_before_it_has_come(server):
    reader, writer = await asyncio.open_connection("127.0.0.1", server.link_port)
    writer.write((4096 + 1).to_bytes(4, "little"))
    [answer] = PacketReader().feed(await reader.read())
    assert answer["error"]["code"] == grpc.StatusCode.RESOURCE_EXHAUSTED.value[0]
    writer.close()
    await writer.wait_closed()


async def test_a_token_that_is_taken_out_ends_its_connections_and_no_others(server, come, tokens, speech):
    async with come(server, token=GOOD, resume_seconds=0) as gone, come(server, token=OTHER) as stays:
        lost, kept = await gone.open("arkit", RATE), await stays.open("arkit", RATE)
        await kept.send(speech(0.25, RATE))
        tokens.write(other=OTHER)
        async with asyncio.timeout(5):  # looked for once a second
            with pytest.raises((ConnectionLostError, SessionError), match="no longer good"):
                async for _ in lost:
                    pass
        await kept.send(speech(0.25, RATE))
        await kept.close()
        assert len([frame async for frame in kept]) == 30
        with pytest.raises(ConnectionLostError, match="not good here"):
            async with come(server, token=GOOD, resume_seconds=0):
                pass


async def test_a_broken_list_keeps_the_old_one_and_is_told_without_its_secrets(server, come, tokens, caplog):
    tokens.path.write_text(f'[[token]]\nname = "studio"\nsecret = "{GOOD}\n')
    async with asyncio.timeout(5):
        while not any("stay good" in record.message for record in caplog.records):
            await asyncio.sleep(0.02)
    async with come(server, token=GOOD) as connection:
        assert (await connection.describe()).version
    tokens.path.unlink()
    async with come(server, token=OTHER) as connection:
        assert (await connection.describe()).version
    tokens.write(studio=GOOD, newer="newer-secret-0123456789")
    async with asyncio.timeout(5):
        while not any("read again" in record.message for record in caplog.records):
            await asyncio.sleep(0.02)
    async with come(server, token="newer-secret-0123456789") as connection:
        assert (await connection.describe()).version
    assert "secret-0" not in caplog.text


async def test_limits_of_a_token_are_met_exactly_and_are_its_own(serve, come, tokens, speech):
    tokens.write(
        few=f'secret = "{GOOD}"\nmax_connections = 2\nmax_sessions = 2\naudio_seconds_per_hour = 1', other=OTHER
    )
    async with serve(tokens=str(tokens.path)) as server, come(server, token=OTHER) as free:
        async with come(server, token=GOOD, resume_seconds=0) as one, come(server, token=GOOD, resume_seconds=0) as two:
            with pytest.raises((ConnectionLostError, SessionError), match="2 connections"):
                async with come(server, token=GOOD, resume_seconds=0) as three:
                    await three.open("arkit", RATE)
            first, second = await one.open("arkit", RATE), await two.open("arkit", RATE)
            with pytest.raises(SessionError, match="2 sessions"):
                await one.open("arkit", RATE)
            await free.open("arkit", RATE)
            await second.close()
            assert [frame async for frame in second] == []
            third = await two.open("arkit", RATE)
            await first.send(speech(0.5, RATE))
            await third.send(speech(0.5, RATE))
            await third.send(speech(0.5, RATE))
            with pytest.raises(SessionError, match="1 s of sound an hour"):
                async for _ in third:
                    pass
            await first.close()
            assert len([frame async for frame in first]) == 30, "what was within the limit is shown"
        heard = await free.open("arkit", RATE)
        await heard.send(speech(2.0, RATE))
        await heard.close()
        assert len([frame async for frame in heard]) == 120


async def test_a_session_is_resumed_by_its_account_alone(server, speech):
    """Who has but its id, and a good token of somebody else's, is told that there is none."""

    def call(channel, token):
        return rpc.VoxrigStub(channel).Perform(metadata=(("authorization", f"Bearer {token}"),))

    async def asked(call, message):
        await call.write(pb.PerformRequest(messages=[message]))
        return (await call.read()).messages[0]

    opening = open_message("arkit", RATE)
    opening.resume_window_ms = 20_000
    async with grpc.aio.insecure_channel(server.target) as channel:
        first = call(channel, GOOD)
        opened = (await asked(first, pb.ClientMessage(session=1, open=opening))).opened
        assert len(opened.resume_id) == 22, "128 bits in base64"
        resume = pb.ClientMessage(session=5, resume=pb.ResumeSession(id=opened.resume_id, received=1))
        thief = call(channel, OTHER)
        told = await asked(thief, resume)
        assert told.error.code == grpc.StatusCode.NOT_FOUND.value[0]
        first.cancel()
        told = await asked(thief, resume)
        assert told.error.code == grpc.StatusCode.NOT_FOUND.value[0]
        owner = call(channel, GOOD)
        assert (await asked(owner, resume)).HasField("resumed")
        thief.cancel()
        owner.cancel()


async def test_no_more_connect_than_may(serve, come, speech):
    """And of those who say nothing the oldest makes room for the next one."""
    async with serve(max_connections=2) as server:
        async with come(server, resume_seconds=0) as one, come(server, resume_seconds=0):
            session = await one.open("arkit", RATE)
            with pytest.raises((ConnectionLostError, SessionError)):
                async with come(server, timeout=1, resume_seconds=0) as three:
                    await three.open("arkit", RATE)
            await session.send(speech(0.5, RATE))
            await session.close()
            assert len([frame async for frame in session]) == 30
        silent = [await asyncio.open_connection("127.0.0.1", server.link_port) for _ in range(8)]
        async with link_client.connect("127.0.0.1", server.link_port) as connection:
            assert (await connection.describe()).version
        for _, writer in silent:
            writer.close()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)


async def test_no_secret_is_in_anything_that_is_told(serve, come, tokens, caplog, speech, monkeypatch):
    """Not in logs at their most talkative, errors, reprs, numbers or descriptions."""
    caplog.set_level(logging.DEBUG)
    asyncio.get_running_loop().set_debug(True)
    monkeypatch.setenv("THE_TOKENS", f"listed:{OTHER}")
    told = []
    for source in ("file", "env:THE_TOKENS"):
        tokens.write(studio=GOOD, other=OTHER)
        async with serve(tokens=str(tokens.path) if source == "file" else source, metrics_port=0) as server:
            for token in (GOOD, OTHER, "wrong-secret-0123456789"):
                try:
                    async with come(server, token=token, resume_seconds=0) as connection:
                        session = await connection.open("arkit", RATE)
                        await session.send(speech(0.1, RATE))
                        await session.close()
                        told += [repr(session), repr(connection), str(await connection.describe())]
                except ConnectionLostError as error:
                    told.append(f"{error!r} {error.__cause__!r}")
            told += [repr(server), repr(server.access), repr(vars(server.access.door)), str(server.snapshot())]
    everything = caplog.text + "\n".join(told)
    for secret in (GOOD, OTHER, "wrong-secret-0123456789"):
        assert secret not in everything
    assert len(told) > 8
