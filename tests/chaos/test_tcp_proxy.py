"""The proxy between a socket that sends and one that echoes: what both see of each fault."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from faults.fault import CLEAN, End, Fault, Line
from faults.tcp_proxy import TcpProxy

DATA = bytes(range(256)) * 400
PATIENCE = 20  # seconds; what hangs fails


class Echo:
    """A server that sends back what comes, and notes how its connections end."""

    def __init__(self) -> None:
        self.ends: asyncio.Queue[str] = asyncio.Queue()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
            writer.close()
            await writer.wait_closed()
            self.ends.put_nowait("closed")
        except ConnectionError:
            self.ends.put_nowait("reset")
            writer.close()


@pytest.fixture
async def echo() -> AsyncIterator[tuple[Echo, int]]:
    """A running echo, and its port."""
    one = Echo()
    async with await asyncio.start_server(one.serve, "127.0.0.1", 0) as server:
        yield one, server.sockets[0].getsockname()[1]


async def talk(port: int, data: bytes = DATA) -> tuple[bytes, str]:
    """Send, say that it was all, and read until the end; return what came and how it ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    came = bytearray()
    try:
        writer.write(data)
        writer.write_eof()
        while part := await reader.read(1 << 16):
            came += part
        return bytes(came), "closed"
    except ConnectionError:
        return bytes(came), "reset"
    finally:
        writer.close()


@pytest.mark.parametrize(
    "fault",
    [
        CLEAN,
        Fault(delay=0.02, jitter=0.01, segment=5000),
        Fault(bytes_per_second=1e6),
        Fault(loss=0.1, stall=0.02, segment=1460),
        Fault(segment=7),
    ],
)
async def test_a_slow_line_loses_nothing(echo: tuple[Echo, int], fault: Fault) -> None:
    async with asyncio.timeout(PATIENCE), TcpProxy(("127.0.0.1", echo[1]), lambda _: Line(fault, fault)) as proxy:
        assert await asyncio.gather(*[talk(proxy.port) for _ in range(3)]) == [(DATA, "closed")] * 3
        assert [await echo[0].ends.get() for _ in range(3)] == ["closed"] * 3
        assert (proxy.connections, proxy.carried) == (3, [3 * len(DATA)] * 2)


@pytest.mark.parametrize(("end", "seen"), [(End.TRUNCATE, "closed"), (End.RESET, "reset")])
@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_line_breaks_for_both(echo: tuple[Echo, int], way: str, end: End, seen: str) -> None:
    line = Line(**{way: Fault(at=5000, end=end)})
    async with asyncio.timeout(PATIENCE), TcpProxy(("127.0.0.1", echo[1]), lambda _: line) as proxy:
        came, ended = await talk(proxy.port, DATA * 100)  # more than systems hold: both are still at it
        assert len(came) <= 5000
        assert came == DATA[: len(came)]
        if end is End.RESET:
            assert ended == seen
        assert await echo[0].ends.get() in (seen, "reset")  # one who still writes is reset in any case


async def test_a_half_closed_line_goes_on_the_other_way(echo: tuple[Echo, int]) -> None:
    line = Line(up=Fault(at=5000, end=End.HALF_CLOSE))
    async with asyncio.timeout(PATIENCE), TcpProxy(("127.0.0.1", echo[1]), lambda _: line) as proxy:
        assert await talk(proxy.port) == (DATA[:5000], "closed")
        assert await echo[0].ends.get() == "closed"


async def test_a_silent_line_tells_nobody(echo: tuple[Echo, int]) -> None:
    line = Line(up=Fault(at=5000, end=End.SILENCE))
    async with asyncio.timeout(PATIENCE):
        async with TcpProxy(("127.0.0.1", echo[1]), lambda _: line) as proxy:
            talking = asyncio.create_task(talk(proxy.port))
            while proxy.carried[0] < 5000:
                await asyncio.sleep(0.001)
            await asyncio.wait([talking], timeout=0.1)
            assert not talking.done()
            assert echo[0].ends.empty()
        assert len((await talking)[0]) <= 5000  # the proxy is gone: now both are told
        assert await echo[0].ends.get()


async def test_a_cut_breaks_what_is_connected(echo: tuple[Echo, int]) -> None:
    async with asyncio.timeout(PATIENCE), TcpProxy(("127.0.0.1", echo[1])) as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(b"hello")
        assert await reader.readexactly(5) == b"hello"
        proxy.cut()
        with pytest.raises(ConnectionError):
            await reader.readexactly(1)
        writer.close()
        assert await echo[0].ends.get() == "reset"
        assert await talk(proxy.port) == (DATA, "closed")


async def test_without_a_server_a_connection_is_reset() -> None:
    async with asyncio.timeout(PATIENCE), TcpProxy(("127.0.0.1", 9)) as proxy:
        assert await talk(proxy.port) == (b"", "reset")
