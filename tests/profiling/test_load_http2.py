"""Our least of HTTP/2 against gRPC's own server: sizes, windows, several calls, ends."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import grpc
import grpc.aio
import pytest

from voxrig.profiling.address import dialled
from voxrig.profiling.load_http2 import Http2Connection, framed


class Echoes(grpc.GenericRpcHandler):
    """/echo/Back gives back what comes; nothing else is there."""

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        if handler_call_details.method != "/echo/Back":
            return None

        async def back(requests: AsyncIterator[bytes], _: Any) -> AsyncIterator[bytes]:
            async for request in requests:
                yield request

        return grpc.stream_stream_rpc_method_handler(back)


class Client:
    """A connection that keeps what it is told."""

    def __init__(self, target: str) -> None:
        self.heard: dict[int, list[bytes]] = defaultdict(list)
        self.ended: list[int] = []
        self.told = asyncio.Event()
        self.connection = Http2Connection(target, self._hear, self._end)

    def _hear(self, call: int, data: bytes, now: float) -> None:
        self.heard[call].append(data)
        self.told.set()

    def _end(self, call: int) -> None:
        self.ended.append(call)
        self.told.set()

    async def until_ended(self, *calls: int) -> None:
        async with asyncio.timeout(20):
            while not set(calls) <= set(self.ended):
                self.told.clear()
                await self.told.wait()


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.aio.server(options=options)
    server.add_generic_rpc_handlers((Echoes(),))
    target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    one = Client(target)
    await dialled(target, one.connection)
    yield one
    one.connection.stop()
    await server.stop(0)


async def test_messages_of_every_size_come_back(client):
    """Beyond a frame (16 kB), a call's first window (64 kB) and the point at which windows are topped up (16 MiB)."""
    messages = [bytes([n]) * size for n, size in enumerate((0, 1, 1000, 16_379, 16_380, 70_000, 3_000_000, 15_000_000))]
    call = client.connection.begin("/echo/Back")
    for number, message in enumerate(messages):
        client.connection.send(call, framed(message), last=number == len(messages) - 1)
    await client.until_ended(call)
    assert client.heard[call] == messages


async def test_calls_do_not_mix(client):
    calls = [client.connection.begin("/echo/Back") for _ in range(5)]
    assert calls == [1, 3, 5, 7, 9]
    for turn in range(50):
        for call in calls:
            client.connection.send(call, framed(b"%d %d" % (call, turn)) * 2, last=turn == 49)
    await client.until_ended(*calls)
    for call in calls:
        assert client.heard[call] == [b"%d %d" % (call, turn // 2) for turn in range(100)]


async def test_a_call_that_there_is_not_ends_without_an_answer_and_the_others_go_on(client):
    wrong, right = client.connection.begin("/echo/" + "Forth" * 60), client.connection.begin("/echo/Back")
    client.connection.send(wrong, framed(b"?"))
    await client.until_ended(wrong)
    client.connection.send(wrong, framed(b"nobody takes this"))
    client.connection.send(right, framed(b"!"), last=True)
    await client.until_ended(right)
    assert dict(client.heard) == {right: [b"!"]}


async def test_a_connection_that_is_lost_is_told(client):
    call = client.connection.begin("/echo/Back")
    client.connection.stop()
    await client.until_ended(0)
    client.connection.send(call, framed(b"nobody takes this"))
    assert (client.ended, client.heard) == ([0], {})
