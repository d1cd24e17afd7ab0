"""Attacks by whoever has no token: what they may cost, and that others go on."""

import asyncio
import socket
import ssl
from contextlib import suppress

import grpc
import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from voxrig.engine_bridges import link_client
from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.link_packets import PacketReader, packet
from voxrig.v1 import performance_pb2 as pb
from voxrig.v1 import performance_pb2_grpc as rpc

SECRET = "good-secret-0123456789"
SERVICE = "voxrig.v1.Voxrig"
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


async def code_of(call):
    with pytest.raises(grpc.aio.AioRpcError) as ended:
        await call
    return ended.value.code()


@pytest.mark.parametrize("method", ["/voxrig.v1.Voxrig/Describe", "/voxrig.v1.Voxrig/Bake"])
async def test_who_has_no_token_is_refused_before_a_request_is_read(serve, tokens, method):
    """Else each call could have the server hold 64 MiB for a stranger."""
    tokens.write(studio=SECRET)
    async with serve(tokens=str(tokens.path)) as server, grpc.aio.insecure_channel(server.target) as channel:
        call = channel.stream_stream(method)()  # nothing is ever sent
        async with asyncio.timeout(10):
            assert await code_of(call.read()) is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("method", ["/voxrig.v1.Voxrig/Describe", "/voxrig.v1.Voxrig/Bake"])
async def test_a_call_without_its_request_is_told_so(serve, method):
    async with serve() as server, grpc.aio.insecure_channel(server.target) as channel:
        call = channel.stream_stream(method)()
        await call.done_writing()
        assert await code_of(call.read()) is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize(
    "metadata",
    [
        (("authorization-bin", f"Bearer {SECRET}".encode()),),
        (("proxy-authorization", f"Bearer {SECRET}"),),
        (("cookie", f"authorization=Bearer {SECRET}"),),
        (("authorization", f"Bearer {SECRET}"), ("authorization", "")),
        (("authorization", ""), ("authorization", f"Bearer {SECRET}")),
        (("token", SECRET),),
    ],
)
async def test_a_good_token_in_the_wrong_place_lets_nobody_in(serve, tokens, metadata):
    tokens.write(studio=SECRET)
    async with serve(tokens=str(tokens.path)) as server, grpc.aio.insecure_channel(server.target) as channel:
        call = rpc.VoxrigStub(channel).Describe(pb.DescribeRequest(), metadata=metadata)
        assert await code_of(call) is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize(
    "method", ["/voxrig.v1.Voxrig/", "/grpc.health.v1.Health/../voxrig", "/grpc.health.v1.Health/X"]
)
async def test_calls_that_there_are_not(serve, tokens, method):
    tokens.write(studio=SECRET)
    async with serve(tokens=str(tokens.path)) as server, grpc.aio.insecure_channel(server.target) as channel:
        assert await code_of(channel.unary_unary(method)(b"")) is grpc.StatusCode.UNIMPLEMENTED


async def test_health_is_watched_by_so_many_alone_and_who_leaves_takes_nothing_from_the_others(serve, tokens):
    tokens.write(studio=SECRET)
    own = [("grpc.use_local_subchannel_pool", 1)]  # a connection each: one of them may have three calls
    async with (
        serve(tokens=str(tokens.path), max_connections=3) as server,
        grpc.aio.insecure_channel(server.target, own) as one,
        grpc.aio.insecure_channel(server.target, own) as two,
        asyncio.timeout(60),
    ):

        def watch(channel, service=SERVICE):
            return health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest(service=service))

        leaves, stays, third = watch(one), watch(one), watch(one, "no.such.Service")
        assert [(await call.read()).status for call in (leaves, stays)] == [SERVING, SERVING]
        assert (await third.read()).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
        assert await code_of(watch(two).read()) is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert await code_of(watch(two, "x" * 1_000_000).read()) is grpc.StatusCode.INVALID_ARGUMENT
        checked = await health_pb2_grpc.HealthStub(two).Check(health_pb2.HealthCheckRequest())
        assert checked.status == SERVING
        leaves.cancel()
        while await refused(again := watch(two)) is not None:
            pass  # until the server has heard that the first one left
        await server.health.set(SERVICE, NOT_SERVING)
        assert [(await call.read()).status for call in (stays, again)] == [NOT_SERVING, NOT_SERVING]
        for call in (stays, third, again):
            call.cancel()


async def test_health_checks_that_never_ask_make_room_for_those_that_do(serve, tokens):
    """Anyone may begin one, and each may have as many bytes on their way as a message may have."""
    tokens.write(studio=SECRET)
    async with (
        serve(tokens=str(tokens.path)) as server,
        grpc.aio.insecure_channel(server.target) as channel,
        asyncio.timeout(60),
    ):
        begun = [channel.stream_stream(f"/grpc.health.v1.Health/{name}")() for name in ("Check", "Watch") * 40]
        reading = [asyncio.create_task(code_of(call.read())) for call in begun]
        while sum(task.done() for task in reading) < len(begun) - 64:
            await asyncio.sleep(0.01)
        checked = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
        assert checked.status == SERVING
        gone = [task.result() for task in reading if task.done()]
        assert len(gone) <= len(begun) - 63, "no more than must be"
        assert set(gone) == {grpc.StatusCode.RESOURCE_EXHAUSTED}
        for call in begun:
            call.cancel()
        await asyncio.gather(*reading, return_exceptions=True)


async def test_a_message_that_is_compressed_is_not_unpacked(serve, tokens):
    """gRPC 1.75 does so before it looks how long it is; a megabyte can become a gigabyte."""
    tokens.write(studio=SECRET)
    good, zeros = (("authorization", f"Bearer {SECRET}"),), "\0" * 1_000_000
    async with (
        serve(tokens=str(tokens.path)) as server,
        grpc.aio.insecure_channel(server.target, compression=grpc.Compression.Gzip) as channel,
    ):
        asked = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=zeros))
        assert await code_of(asked) is grpc.StatusCode.UNIMPLEMENTED
        baked = rpc.VoxrigStub(channel).Bake(pb.BakeRequest(samples=zeros.encode()), metadata=good)
        assert await code_of(baked.read()) is grpc.StatusCode.UNIMPLEMENTED


async def refused(call):
    """The code of a watch that is refused; None for one that is answered."""
    try:
        await call.read()
    except grpc.aio.AioRpcError as error:
        return error.code()
    return None


@pytest.mark.parametrize(
    "first",
    [
        {"done": {}},
        {"ping": {"id": 1, "sent": 0.0}},
        {"describe": {}},
        {"session": 1, "open": {"rig": "arkit"}},
        {"session": 1, "resume": {"id": "x" * 22, "received": 0}},
        {"hello": {"version": 1}, "done": {}},
        {"hello": {"version": 1, "TOKEN": SECRET}},
        {"hello": {"version": 1, "token": [SECRET]}},
        {"hello": {"version": 1.0, "authorization": f"Bearer {SECRET}"}},
    ],
)
async def test_nothing_is_done_for_a_link_that_has_not_said_who_it_is(serve, tokens, first):
    tokens.write(studio=SECRET)
    async with serve(tokens=str(tokens.path)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.link_port)
        follow = {"hello": {"version": 1, "token": SECRET}}  # too late
        writer.write(packet(first) + packet(follow) + packet({"describe": {}}))
        answers = PacketReader().feed(await reader.read())
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)
        assert [list(answer) for answer in answers] == [["error"]]
        assert server.snapshot()["connections"] == 0


async def test_a_second_hello_changes_nobody(serve, tokens):
    tokens.write(studio=SECRET, other="other-secret-0123456789")
    async with serve(tokens=str(tokens.path)) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.link_port)
        good, second = ({"hello": {"version": 1, "token": one}} for one in (SECRET, "other-secret-0123456789"))
        writer.write(packet(good) + packet(second))
        answers = PacketReader().feed(await reader.read())
        writer.close()
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)
        assert [list(answer) for answer in answers] == [["hello"], ["error"]]


async def test_plain_text_to_a_port_with_tls_and_tls_to_one_without(serve, tls, as_client):
    async with serve(**tls, metrics_port=0) as secure, serve(metrics_port=0) as plain:
        for port in (secure.port, secure.link_port, secure.metrics_port):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n" + packet({"hello": {"version": 1}}))
            with suppress(ConnectionResetError):
                assert b"voxrig" not in await reader.read()
            writer.close()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)
        for port in (plain.port, plain.link_port, plain.metrics_port):
            with pytest.raises((OSError, ssl.SSLError)):
                async with asyncio.timeout(20):
                    await asyncio.open_connection("127.0.0.1", port, ssl=as_client().context())
        async with connect(f"127.0.0.1:{secure.port}", tls=as_client()) as connection:
            assert (await connection.describe()).version


async def test_who_wants_certificates_sees_one_at_each_handshake(serve, tls, authority, as_client):
    """A resumed session of TLS 1.2 would be let in without, for as long as the server runs."""
    async with serve(**tls, tls_client_ca=str(authority.ca), metrics_port=0) as server:
        for port in (server.link_port, server.metrics_port):
            old = as_client("render-7").context()
            old.maximum_version = ssl.TLSVersion.TLSv1_2
            with pytest.raises((ssl.SSLError, ConnectionError)):
                await asyncio.open_connection("127.0.0.1", port, ssl=old)

            def resumed(port=port):
                shown, sessions = as_client("render-7").context(), []
                for _ in range(2):
                    with (
                        socket.create_connection(("127.0.0.1", port), timeout=10) as raw,
                        shown.wrap_socket(raw, server_hostname="localhost", session=(sessions or [None])[0]) as secure,
                    ):
                        secure.sendall(b"\x02\x00\x00\x00{}\r\n\r\n\r\n\r\n")
                        secure.recv(1000)
                        sessions.append(secure.session)
                        reused = secure.session_reused
                return reused

            assert not await asyncio.to_thread(resumed)


async def test_a_crowd_that_never_begins_tls_lets_others_in(serve, tls, tokens, as_client):
    tokens.write(studio=SECRET)
    async with serve(**tls, tokens=str(tokens.path), max_connections=20, metrics_port=0) as server:
        silent = []
        for port in (server.link_port, server.metrics_port):
            silent += [(await asyncio.open_connection("127.0.0.1", port))[1] for _ in range(100)]
        async with link_client.connect("127.0.0.1", server.link_port, token=SECRET, tls=as_client()) as connection:
            assert (await connection.describe()).version
        for writer in silent:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in silent), return_exceptions=True)
