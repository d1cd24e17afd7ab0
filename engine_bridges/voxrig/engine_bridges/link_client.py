"""Talk to a Voxrig server over the engine link: as `client` does, with msgpack and a socket instead of gRPC.

    async with connect("127.0.0.1", 52001) as connection:
        session = await connection.open("arkit", sample_rate=48000)
        await session.send(samples)
        await session.close()
        async for frame in session:
            draw(session.controls, frame.values)

Sessions are the same; besides, there is `ping`, which tells how far away the server and how far apart the clocks are.
"""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

from voxrig.engine_bridges.link_packets import (
    VERSION,
    PacketError,
    PacketReader,
    contents,
    fill,
    packet,
    server_message,
)
from voxrig.engine_bridges.perform_connection import PerformConnection
from voxrig.engine_bridges.wire import ConnectionLostError
from voxrig.v1 import performance_pb2 as pb

QUEUED_MESSAGES = 256  # more wait in `send`
_READ_BYTES = 1 << 16
_ENVELOPE_BYTES = 128  # what a packet with one audio chunk has besides the samples, at most


class LinkError(ConnectionLostError):
    """The server refused the connection itself, and said why."""

    def __init__(self, error: pb.Error) -> None:
        super().__init__(f"the server ended the connection: {error.message}")
        self.error = error


class Pong(NamedTuple):
    """The answer to a ping.

    Attributes:
        round_trip: seconds from sending to receiving, without what the server took in between.
        offset: seconds to add to a time of the caller's clock to have the server's.
    """

    round_trip: float
    offset: float


class LinkClient(PerformConnection):
    """One connection and its sessions. Made by `connect`."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        packets: "_Packets",
        hello: Mapping[str, Any],
        clock: Callable[[], float],
    ) -> None:
        self.limits = pb.Limits()
        fill(self.limits, hello.get("limits", {}))
        most = min(int(self.limits.max_chunk_bytes), int(self.limits.max_message_bytes) - _ENVELOPE_BYTES)
        super().__init__(most, QUEUED_MESSAGES)
        self.server_version = str(hello.get("server", ""))
        self.refusal: pb.Error | None = None
        """Why the server ended the connection, where it said so."""
        self._writer = writer
        self._packets = packets
        self._clock = clock
        self._pings: dict[int, asyncio.Future[Pong]] = {}
        self._ping_number = 0
        self._describing: asyncio.Future[pb.DescribeResponse] | None = None
        self._begin(self._write())
        self._begin(self._read(reader))

    async def ping(self) -> Pong:
        """Ask how far away the server is. Raises ConnectionLostError."""
        self._require_open()
        self._ping_number += 1
        answer: asyncio.Future[Pong] = asyncio.get_running_loop().create_future()
        self._pings[self._ping_number] = answer
        self._writer.write(packet({"ping": {"id": self._ping_number, "sent": self._clock()}}))
        return await answer

    async def describe(self) -> pb.DescribeResponse:
        """Ask the server what it is, with its counters as they are now. Raises ConnectionLostError."""
        self._require_open()
        if self._describing is None:
            self._describing = asyncio.get_running_loop().create_future()
            self._writer.write(packet({"describe": {}}))
        return await asyncio.shield(self._describing)

    async def stop(self) -> None:
        """End the connection now, whatever is under way."""
        await super().stop()
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    def _lose(self, reason: str, in_order: bool = False) -> None:
        """As `PerformConnection._lose`; whoever waits for a pong is told too."""
        super()._lose(reason, in_order)
        error = ConnectionLostError(reason)
        waiting: list[asyncio.Future[Any]] = [*self._pings.values()]
        if self._describing is not None:
            waiting.append(self._describing)
        for answer in waiting:
            if not answer.done():
                answer.set_exception(error)
                answer.exception()  # taken note of, also where nobody waits any more

    def _require_open(self) -> None:
        if self.is_lost or self._writer.is_closing():
            raise ConnectionLostError("the connection has ended")

    async def _write(self) -> None:
        with suppress(OSError):  # the reader meets the same end and tells the sessions why
            while (message := await self._outbox.get()) is not None:
                self._writer.write(packet({"session": message.session, **contents(message)}))
                if self._outbox.empty():
                    await self._writer.drain()
            self._writer.write_eof()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while (content := await self._packets.next(reader)) is not None:
                self._take(content)
            whole = not self._packets.is_within_packet
            self._lose("the server closed the connection" + ("" if whole else " within a packet"), in_order=whole)
        except OSError as error:
            self._lose(f"the connection broke: {error}")
        except (
            ValueError
        ) as error:  # PacketError, or frames that are none: nobody reads on, so nobody may go on waiting
            self._lose(f"the server's answer breaks the protocol: {error}")
            self._writer.close()

    def _take(self, content: dict[str, Any]) -> None:
        if "session" in content:
            message = server_message(content)
            if message is not None:
                self._receive(message)
        elif "pong" in content:
            self._take_pong(content["pong"])
        elif "describe" in content and self._describing is not None:
            description = pb.DescribeResponse()
            fill(description, content["describe"])
            self._describing.set_result(description)
            self._describing = None
        elif "error" in content:
            self.refusal = pb.Error()
            fill(self.refusal, content["error"])
            self._lose(str(LinkError(self.refusal)))

    def _take_pong(self, pong: Any) -> None:
        answer = self._pings.pop(pong.get("id", 0), None) if isinstance(pong, dict) else None
        if answer is None or answer.done():
            return
        try:
            sent, received, replied = (float(pong[key]) for key in ("sent", "received", "replied"))
        except (KeyError, TypeError, ValueError) as error:
            raise PacketError(f"a pong is {pong!r:.80}") from error
        back = self._clock()
        answer.set_result(Pong((back - sent) - (replied - received), ((received - sent) + (replied - back)) / 2.0))


class _Packets:
    """The contents of packets, one at a time."""

    def __init__(self) -> None:
        self._cutter = PacketReader()
        self._coming: Iterator[dict[str, Any]] = iter(())

    @property
    def is_within_packet(self) -> bool:
        return self._cutter.is_within_packet

    async def next(self, reader: asyncio.StreamReader) -> dict[str, Any] | None:
        """Return the next content; None where the server has closed the connection."""
        while (content := next(self._coming, None)) is None:
            data = await reader.read(_READ_BYTES)
            if not data:
                return None
            self._coming = self._cutter.feed(data)
        return content


async def _greet(packets: _Packets, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> dict[str, Any]:
    """Say hello and return the server's. Raises ConnectionLostError."""
    writer.write(packet({"hello": {"version": VERSION, "client": "Python, Voxrig"}}))
    while (content := await packets.next(reader)) is not None:
        if isinstance(hello := content.get("hello"), dict):
            return hello
        if "error" in content:
            refusal = pb.Error()
            fill(refusal, content["error"])
            raise LinkError(refusal)
    raise ConnectionLostError("the server closed the connection before its hello")


@asynccontextmanager
async def connect(
    host: str, port: int, timeout: float = 5.0, clock: Callable[[], float] = time.monotonic
) -> AsyncIterator[LinkClient]:
    """Connect to the server's engine link; leaving the block ends the connection and all its sessions.

    `clock` gives seconds and never goes back; `LinkClient.ping` compares the server's with it.

    Raises ConnectionLostError where no server answers within `timeout` seconds.
    """
    packets = _Packets()
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(host, port)
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            hello = await _greet(packets, reader, writer)
    except (OSError, ValueError, TimeoutError) as error:
        if writer is not None:
            writer.close()
        if isinstance(error, ConnectionLostError):
            raise
        text = f"no engine link answers at {host}:{port} ({str(error) or 'in time'}): start one with `voxrig serve`"
        raise ConnectionLostError(text) from error
    client = LinkClient(reader, writer, packets, hello, clock)
    try:
        yield client
    finally:
        await client.stop()
