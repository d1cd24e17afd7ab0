"""One socket to a server's engine link: packets out, packets in."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from voxrig.engine_bridges.credentials import Credentials
from voxrig.engine_bridges.link_packets import (
    VERSION,
    PacketError,
    PacketReader,
    contents,
    fill,
    packet,
    server_message,
)
from voxrig.engine_bridges.perform_line import PerformLine, RefusedError
from voxrig.engine_bridges.wire import ConnectionLostError
from voxrig.v1 import performance_pb2 as pb

_PARTING_SECONDS = 1.0  # that TLS may take to be closed
QUEUED_MESSAGES = 256  # more wait in `send`
_READ_BYTES = 1 << 16
_PASSING = (8, 14)  # RESOURCE_EXHAUSTED, UNAVAILABLE: refusals of a connection that another moment may not meet
_ENVELOPE_BYTES = 128  # what a packet with one audio chunk has besides the samples, at most


class LinkError(ConnectionLostError):
    """The server refused the connection itself, and said why."""

    def __init__(self, error: pb.Error) -> None:
        super().__init__(f"the server ended the connection: {error.message}")
        self.error = error


class LinkRefusedError(LinkError, RefusedError):
    """The same, and trying again is no use."""


class Pong(NamedTuple):
    """The answer to a ping.

    Attributes:
        round_trip: seconds from sending to receiving, without what the server took in between.
        offset: seconds to add to a time of the caller's clock to have the server's.
    """

    round_trip: float
    offset: float


class Packets:
    """The contents of packets, one at a time."""

    def __init__(self) -> None:
        self._cutter = PacketReader()
        self._coming: Iterator[dict[str, Any]] = iter(())

    @property
    def is_within_packet(self) -> bool:
        """Whether a packet has begun and not ended."""
        return self._cutter.is_within_packet

    async def next(self, reader: asyncio.StreamReader) -> dict[str, Any] | None:
        """Return the next content; None where the server has closed the connection."""
        while (content := next(self._coming, None)) is None:
            data = await reader.read(_READ_BYTES)
            if not data:
                return None
            self._coming = self._cutter.feed(data)
        return content


class LinkLine(PerformLine):
    """One socket."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        packets: Packets,
        hello: Mapping[str, Any],
        clock: Callable[[], float],
    ) -> None:
        limits = pb.Limits()
        fill(limits, hello.get("limits", {}))
        super().__init__(
            limits, min(limits.max_chunk_bytes, limits.max_message_bytes - _ENVELOPE_BYTES), QUEUED_MESSAGES
        )
        self.server_version = str(hello.get("server", ""))
        self.refusal: pb.Error | None = None
        """Why the server ended the connection, where it said so."""
        self._reader = reader
        self._writer = writer
        self._packets = packets
        self._clock = clock
        self._pings: dict[int, asyncio.Future[Pong]] = {}
        self._ping_number = 0
        self._describing: asyncio.Future[pb.DescribeResponse] | None = None

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

    async def watch(self, seconds: float, wait: Callable[[float], Awaitable[None]]) -> None:
        """Ask every so many seconds whether the server is there; who doesn't answer within as many more is lost."""
        while True:
            await wait(seconds)
            asking = asyncio.ensure_future(self.ping())
            patience = asyncio.ensure_future(wait(seconds))
            try:
                await asyncio.wait((asking, patience), return_when=asyncio.FIRST_COMPLETED)
                if not asking.done():
                    self._end(f"the server has not answered for {seconds:g} s")
                    return
            finally:
                for task in (asking, patience):
                    task.cancel()
                await asyncio.gather(asking, patience, return_exceptions=True)

    async def close(self) -> None:
        """End the connection now, whatever is under way."""
        self._end("the connection was closed by this side")
        await super().close()
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    def _end(self, reason: str, *, in_order: bool = False, for_good: bool = False, for_now: bool = False) -> None:
        """As `PerformLine._end`; whoever waits for a pong is told too."""
        super()._end(reason, in_order=in_order, for_good=for_good, for_now=for_now)
        error = ConnectionLostError(reason)
        waiting: list[asyncio.Future[Any]] = [*self._pings.values()]
        if self._describing is not None:
            waiting.append(self._describing)
        for answer in waiting:
            if not answer.done():
                answer.set_exception(error)
                answer.exception()  # taken note of, also where nobody waits any more

    def _require_open(self) -> None:
        if self._over.is_set() or self._writer.is_closing():
            raise ConnectionLostError("the connection has ended")

    async def _write(self) -> None:
        with suppress(OSError):  # the reader meets the same end and tells the sessions why
            while (message := await self.outbox.get()) is not None:
                self._writer.write(_addressed(message))
                if self.outbox.empty():
                    await self._writer.drain()
            self._say_done()

    async def _say_last(self, messages: Sequence[pb.ClientMessage]) -> None:
        with suppress(OSError):
            self._writer.writelines([_addressed(message) for message in messages])
            self._say_done()

    def _say_done(self) -> None:
        """Say that nothing more is sent: by a half-close, or, as TLS has none, in a packet."""
        if self._writer.can_write_eof():
            self._writer.write_eof()
        else:
            self._writer.write(packet({"done": {}}))

    async def _read(self) -> None:
        try:
            while (content := await self._packets.next(self._reader)) is not None:
                self._take(content)
            whole = not self._packets.is_within_packet
            self._end("the server closed the connection" + ("" if whole else " within a packet"), in_order=whole)
        except OSError as error:
            self._end(f"the connection broke: {error}")
        except (
            ValueError
        ) as error:  # PacketError, or frames that are none: nobody reads on, so nobody may go on waiting
            self._end(f"the server's answer breaks the protocol: {error}", for_good=True)
            self._writer.close()

    def _take(self, content: dict[str, Any]) -> None:
        if "session" in content:
            message = server_message(content)
            # One of a kind that this version does not know comes as no message: it counts, as the server counts it.
            self._receive(int(content["session"]), pb.ServerMessage() if message is None else message)
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
            self._end(str(LinkError(self.refusal)), for_good=self.refusal.code not in _PASSING)

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


async def dial(host: str, port: int, clock: Callable[[], float], credentials: Credentials, timeout: float) -> LinkLine:
    """Call the server and greet it. Raises ConnectionLostError, and CredentialsError for what can't be shown."""
    secure: dict[str, Any] = {}
    if (tls := credentials.tls) is not None:
        secure = {"ssl": tls.context(), "server_hostname": tls.name or host, "ssl_shutdown_timeout": _PARTING_SECONDS}
    packets = Packets()
    writer: asyncio.StreamWriter | None = None
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection(host, port, **secure)
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            hello = await _greet(packets, credentials.token, reader, writer)
    except (OSError, ValueError, TimeoutError) as error:
        if writer is not None:
            writer.close()
        if isinstance(error, ConnectionLostError):
            raise
        text = f"no engine link answers at {host}:{port} ({str(error) or 'in time'}): start one with `voxrig serve`"
        raise ConnectionLostError(text) from error
    return LinkLine(reader, writer, packets, hello, clock)


async def _greet(
    packets: Packets, token: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> dict[str, Any]:
    """Say hello and return the server's. Raises ConnectionLostError."""
    shown = {"token": token} if token else {}
    writer.write(packet({"hello": {"version": VERSION, "client": "Python, Voxrig", **shown}}))
    while (content := await packets.next(reader)) is not None:
        if isinstance(hello := content.get("hello"), dict):
            return hello
        if "error" in content:
            refusal = pb.Error()
            fill(refusal, content["error"])
            raise LinkError(refusal) if refusal.code in _PASSING else LinkRefusedError(refusal)
    raise ConnectionLostError("the server closed the connection before its hello")


def _addressed(message: pb.ClientMessage) -> bytes:
    return packet({"session": message.session, **contents(message)})
