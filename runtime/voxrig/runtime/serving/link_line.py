"""An engine link's payloads on a TCP connection, each after its length as an unsigned 32-bit integer, little-endian."""

import asyncio
import socket
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

import grpc

from voxrig.runtime.serving.access.tls import common_name
from voxrig.runtime.serving.link import HELLO_BYTES
from voxrig.runtime.serving.refusal import RefusalError

_LENGTH_BYTES: Final = 4
_READ_AHEAD_BYTES: Final = 1 << 16
"""Of whole payloads that wait to be received: at that, no more is read."""
_BUFFER_BYTES: Final = 1 << 15
"""Of one read. asyncio's own way has 256 KiB allocated for each, which costs more than the read."""
_LINGER_SECONDS: Final = 1.0
_KEEPALIVE: Final = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}


class TcpLine(asyncio.BufferedProtocol):
    """Cuts what comes into payloads as it comes: no task is woken for less than one.

    Args:
        max_bytes: of one payload.
        begin: called when there is a connection; over TLS once that is agreed on.
    """

    def __init__(self, max_bytes: int, begin: Callable[["TcpLine"], None]) -> None:
        self._max_bytes = max_bytes
        self._begin = begin
        self._limit = HELLO_BYTES  # until the first payload has come
        self._buffer = memoryview(bytearray(_BUFFER_BYTES))
        self._part = bytearray()  # of a packet; never a whole one
        self._needed = _LENGTH_BYTES  # bytes of that packet, as far as is known
        self._payloads: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._paused = False
        self._ended = False  # no further payload will come; _failure says why, None: the client has done writing
        self._failure: Exception | None = None
        self._came = asyncio.Event()
        self._silent = asyncio.Event()  # the client has said that it sends no more, or is gone
        self._writable = asyncio.Event()
        self._writable.set()
        self._gone = asyncio.Event()
        self._transport: asyncio.Transport
        self._is_tls = False

    @property
    def certificate(self) -> str:
        """The common name of the client's certificate, empty where it has shown none."""
        return common_name(self._transport)

    async def receive(self) -> bytes | None:
        """As `Line.receive`; a connection that ends within a packet is broken."""
        while not self._payloads:
            if self._ended:
                if self._failure is not None:
                    raise self._failure
                return None
            if self._paused:
                self._paused = False
                self._transport.resume_reading()
            self._came.clear()
            await self._came.wait()
        payload = self._payloads.popleft()
        self._waiting_bytes -= len(payload)
        return payload

    async def send(self, payloads: Sequence[bytes]) -> None:
        """As `Line.send`."""
        self._check_there()
        packets = [part for payload in payloads for part in (len(payload).to_bytes(_LENGTH_BYTES, "little"), payload)]
        self._transport.write(b"".join(packets))
        if not self._writable.is_set():
            await self._writable.wait()
            self._check_there()

    async def part(self, done: bool = False) -> None:
        """Send what is left and say that it was all, then close; `done`: the client has said that it sends no more.

        TLS has no half-close: there the client sees the end when the connection is closed. A client that still writes
        is read for a moment: a socket that is closed with something unread is reset, and the client might never see
        why.
        """
        self._end(None)
        if not self._is_tls:
            with suppress(OSError, RuntimeError):  # it may be closing already
                self._transport.write_eof()
        elif done:
            self._silent.set()
        self._transport.resume_reading()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LINGER_SECONDS):
                await self._silent.wait()
        self._transport.close()
        await self._gone.wait()

    def abort(self) -> None:
        """Close at once."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._is_tls = transport.get_extra_info("ssl_object") is not None
        _keep_alive(transport.get_extra_info("socket"))
        self._begin(self)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002
        """Return where to put what comes next."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """Cut off the payloads that are whole; what comes after the end is dropped."""
        if self._ended:
            return
        data = self._buffer[:nbytes].tobytes()
        if self._part:
            self._part += data
            if len(self._part) < self._needed:
                return  # joined once it is whole, so that a long one costs no more for each byte
            data = bytes(self._part)
            self._part.clear()
        at, end, self._needed = 0, len(data), _LENGTH_BYTES
        while end - at >= _LENGTH_BYTES:
            first = at + _LENGTH_BYTES
            length = int.from_bytes(data[at:first], "little")
            if length > self._limit:
                self._end(self._too_long(length))
                return
            if first + length > end:
                self._needed = _LENGTH_BYTES + length
                break
            at = first + length
            self._payloads.append(data[first:at])
            self._waiting_bytes += length
            self._limit = self._max_bytes
        if at < end:
            self._part += data[at:]
        if self._waiting_bytes >= _READ_AHEAD_BYTES and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        if self._payloads:
            self._came.set()

    def eof_received(self) -> bool:
        """Note that the client has done writing; its answers still go out, except over TLS: there it is gone."""
        self._silent.set()
        if self._part:
            self._end(EOFError("the connection ended within a packet"))
        else:
            self._end(EOFError("the client closed without `done`") if self._is_tls else None)
        return not self._is_tls

    def pause_writing(self) -> None:
        """Let `send` wait: the client does not read."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Let `send` go on."""
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the connection is gone; None: it was closed here."""
        self._silent.set()
        self._gone.set()
        self._writable.set()
        self._end(exc)

    def _end(self, failure: Exception | None) -> None:
        if not self._ended:
            self._ended = True
            self._failure = failure
            self._part.clear()
            self._came.set()

    def _check_there(self) -> None:
        if self._transport.is_closing():
            raise ConnectionResetError("the client is gone")

    def _too_long(self, length: int) -> RefusalError:
        more = "" if self._limit == self._max_bytes else " before the server's hello; is this the right port?"
        return RefusalError(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            f"a packet of {length} bytes is announced, the most is {self._limit}{more}",
        )


def _keep_alive(raw: socket.socket) -> None:
    """Have the system find out that a client vanished without a word, so that its sessions are freed."""
    with suppress(OSError):  # macOS refuses where the client is gone already; reading finds that out
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE.items():
            if (option := getattr(socket, name, None)) is not None:
                raw.setsockopt(socket.IPPROTO_TCP, option, value)
