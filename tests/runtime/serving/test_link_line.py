"""Payloads cut out of what comes, over real sockets."""

import asyncio
import random
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from voxrig.runtime.serving.link_line import TcpLine
from voxrig.runtime.serving.refusal import RefusalError

MOST = 1 << 20


@asynccontextmanager
async def lined() -> AsyncIterator[tuple[TcpLine, asyncio.StreamReader, asyncio.StreamWriter]]:
    begun: asyncio.Queue[TcpLine] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: TcpLine(MOST, begun.put_nowait), "127.0.0.1", 0)
    async with asyncio.timeout(30):
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        line = await begun.get()
        try:
            yield line, reader, writer
        finally:
            line.abort()
            writer.close()
            server.close()


def packet(payload: bytes) -> bytes:
    return struct.pack("<I", len(payload)) + payload


async def received(line: TcpLine) -> list[bytes]:
    payloads = []
    while (payload := await line.receive()) is not None:
        payloads.append(payload)
    return payloads


async def test_any_cut_of_the_stream_gives_the_payloads():
    rng = random.Random(4)
    sent = [b"hello", *(rng.randbytes(rng.choice((0, 1, 3, 700, 40_000, 300_000))) for _ in range(40)), b""]
    stream = b"".join(map(packet, sent))
    async with lined() as (line, _, writer):
        receiving = asyncio.create_task(received(line))
        at = 0
        while at < len(stream):
            size = rng.choice((1, 2, 3, 5, 900, 30_000, 500_000))
            writer.write(stream[at : at + size])
            at += size
            if rng.random() < 0.3:
                await writer.drain()
                await asyncio.sleep(0)
        writer.write_eof()
        assert await receiving == sent


async def test_what_nobody_receives_is_read_no_further():
    async with lined() as (line, _, writer):
        assert await send_until_stuck(writer)
        count = 0
        while await line.receive() == bytes(1000):
            count += 1
            if count == 40_000:
                break
        assert count == 40_000


async def send_until_stuck(writer: asyncio.StreamWriter) -> bool:
    """Write 40 MB, far more than sockets hold; return whether most of it still waits on this side."""
    writer.write(packet(bytes(1000)) * 40_000)
    before = -1
    while (left := writer.transport.get_write_buffer_size()) != before:
        before = left
        await asyncio.sleep(0.05)
    return left > 20_000_000


async def test_a_client_that_does_not_read_holds_up_whoever_sends():
    async with lined() as (line, reader, _):
        sending = asyncio.create_task(line.send([bytes(20_000_000)]))
        read = len(await reader.readexactly(4))
        assert not sending.done()
        while read < 20_000_004:
            read += len(await reader.read(1 << 20))
        await sending


async def test_an_end_within_a_packet_is_a_broken_line_and_a_long_announcement_is_refused():
    async with lined() as (line, _, writer):
        writer.write(packet(b"hello") + packet(b"cut")[:-1])
        writer.write_eof()
        assert await line.receive() == b"hello"
        for _ in range(2):
            with pytest.raises(EOFError):
                await line.receive()
    async with lined() as (line, _, writer):
        writer.write(packet(b"hello") + packet(b"fine") + struct.pack("<I", MOST + 1) + packet(b"never"))
        assert [await line.receive(), await line.receive()] == [b"hello", b"fine"]
        with pytest.raises(RefusalError, match=f"a packet of {MOST + 1} bytes is announced, the most is {MOST}$"):
            await line.receive()
    async with lined() as (line, _, writer):
        writer.write(struct.pack("<I", 5000))
        with pytest.raises(RefusalError, match="before the server's hello; is this the right port"):
            await line.receive()


async def test_whoever_parts_sends_what_is_left_and_then_the_end():
    async with lined() as (line, reader, writer):
        await line.send([b"last"])
        parting = asyncio.create_task(line.part())
        assert await reader.read() == packet(b"last")
        writer.write(bytes(100_000))  # it still writes, and is not reset for that
        writer.close()
        await parting
        with pytest.raises(ConnectionResetError):
            await line.send([b"too late"])
