"""The engine link over TCP: packets of a length and a payload."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final

import grpc

from voxrig.runtime.serving.link import HELLO_BYTES, converse
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.refusal import RefusalError
from voxrig.runtime.serving.stage import Stage

_LENGTH_BYTES: Final = 4
_KEEPALIVE: Final = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}
_PATIENCE_SECONDS: Final = 1.0
_LINGER_SECONDS: Final = 1.0
_PIECE_BYTES: Final = 1 << 16


class TcpLine:
    """Payloads on a TCP connection, each after its length as an unsigned 32-bit integer, little-endian."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, max_bytes: int) -> None:
        self._reader = reader
        self._writer = writer
        self._max_bytes = max_bytes
        self._limit = HELLO_BYTES  # until the first payload has come
        self._sending = asyncio.Lock()

    async def receive(self) -> bytes | None:
        """As `Line.receive`; a connection that ends within a packet is broken."""
        try:
            header = await self._reader.readexactly(_LENGTH_BYTES)
        except asyncio.IncompleteReadError as error:
            if error.partial:
                raise
            return None
        length = int.from_bytes(header, "little")
        if length > self._limit:
            raise RefusalError(
                grpc.StatusCode.RESOURCE_EXHAUSTED,
                f"a packet of {length} bytes is announced, the most is {self._limit}"
                + ("" if self._limit == self._max_bytes else " before the server's hello; is this the right port?"),
            )
        payload = await self._reader.readexactly(length)
        self._limit = self._max_bytes
        return payload

    async def send(self, payloads: Sequence[bytes]) -> None:
        """As `Line.send`."""
        packets = b"".join(part for payload in payloads for part in (len(payload).to_bytes(4, "little"), payload))
        async with self._sending:
            self._writer.write(packets)
            await self._writer.drain()


@asynccontextmanager
async def listening(host: str, port: int, stage: Stage, pacer: Pacer, metrics: Metrics) -> AsyncIterator[int]:
    """Listen while the block runs; yields the port. Raises OSError where the address cannot be had."""
    talking: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talking.add(task)
        try:
            _keep_alive(writer)
            await converse(TcpLine(reader, writer, stage.settings.max_message_bytes), stage, pacer, metrics)
            await _part(reader, writer)
        except asyncio.CancelledError:  # the server stops; it goes no further, since 3.11 would log it as a failure
            writer.transport.abort()
        finally:
            writer.close()
            talking.discard(task)

    if host == "::" and socket.has_dualstack_ipv6():  # as gRPC takes it: for IPv4 as well, which asyncio turns off
        both = socket.create_server((host, port), family=socket.AF_INET6, dualstack_ipv6=True)
        server = await asyncio.start_server(serve, sock=both)
    else:
        server = await asyncio.start_server(serve, host, port)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        if talking:
            await asyncio.wait(tuple(talking), timeout=_PATIENCE_SECONDS)
        for task in tuple(talking):
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)


async def _part(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send what is left and say that it was all, then close.

    A client that still writes is read for a moment: a socket that is closed with something unread is reset, and the
    client might never see why.
    """
    with suppress(OSError):
        writer.write_eof()
        async with asyncio.timeout(_LINGER_SECONDS):
            while await reader.read(_PIECE_BYTES):
                pass
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


def _keep_alive(writer: asyncio.StreamWriter) -> None:
    """Have the system find out that a client vanished without a word, so that its sessions are freed."""
    raw: socket.socket = writer.get_extra_info("socket")
    with suppress(OSError):  # macOS refuses where the client is gone already; reading finds that out
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE.items():
            if (option := getattr(socket, name, None)) is not None:
                raw.setsockopt(socket.IPPROTO_TCP, option, value)
