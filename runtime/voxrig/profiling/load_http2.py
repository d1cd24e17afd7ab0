"""The least of HTTP/2 (RFC 9113) and gRPC that calls a server: raw messages out, raw messages in.

A load generator must cost far less than what it loads, and gRPC's Python library costs a client as much for a message
as a server. This knows what a call needs: no TLS, no compression, and headers that come are not read, only where they
end. What goes over the wire is what any gRPC client sends.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
_DATA, _HEADERS, _RESET, _SETTINGS, _PING, _GOAWAY, _WINDOW = 0, 1, 3, 4, 6, 7, 8
_END_STREAM, _ACK, _END_HEADERS, _PADDED = 0x1, 0x1, 0x4, 0x8
_LARGEST_WINDOW: Final = 2**31 - 1
_USUAL_WINDOW: Final = 65_535
_TOPPED_UP: Final = 16 << 20
"""Received bytes after which the server is given them back."""

Heard = Callable[[int, bytes, float], None]
"""Is told the call's number, a message and when its last byte came, in seconds of `time.perf_counter`."""


@dataclass(slots=True)
class _Call:
    window: int
    waiting: bytearray = field(default_factory=bytearray)
    last: bool = False
    answer: bytearray = field(default_factory=bytearray)
    heard_bytes: int = 0


class Http2Connection(asyncio.Protocol):
    """One connection with its calls.

    Args:
        authority: "host:port" as the server is to read it.
        heard: takes messages as they come.
        ended: is told the call's number when the server has ended it, 0 when the connection is lost.
        token: that each call shows; empty: none.
    """

    def __init__(self, authority: str, heard: Heard, ended: Callable[[int], None], token: str = "") -> None:
        self._shown = (("authorization", f"Bearer {token}"),) if token else ()
        self._authority = authority
        self._heard = heard
        self._ended = ended
        self._transport: asyncio.Transport | None = None
        self._in = bytearray()
        self._calls: dict[int, _Call] = {}
        self._next = 1
        self._window = _USUAL_WINDOW
        self._first_window = _USUAL_WINDOW
        self._largest_frame = 16_384
        self._heard_bytes = 0
        self.received = 0
        """Bytes that came, whatever they are."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin as every client does, and let the server send as much as it likes."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        # no pushes (2: 0), the largest window of a call (4)
        settings = (2).to_bytes(2) + (0).to_bytes(4) + (4).to_bytes(2) + _LARGEST_WINDOW.to_bytes(4)
        more = (_LARGEST_WINDOW - _USUAL_WINDOW).to_bytes(4)
        transport.write(_PREFACE + _frame(_SETTINGS, 0, 0, settings) + _frame(_WINDOW, 0, 0, more))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Tell whoever waits."""
        self._ended(0)

    def begin(self, path: str) -> int:
        """Begin a call, `/package.Service/Method`; return its number."""
        number, self._next = self._next, self._next + 2
        self._calls[number] = _Call(self._first_window)
        headers = (
            (":method", "POST"), (":scheme", "http"), (":path", path), (":authority", self._authority),
            ("content-type", "application/grpc"), ("te", "trailers"),
        )  # fmt: skip
        block = b"".join(b"\x00" + _text(name) + _text(value) for name, value in (*headers, *self._shown))
        self._write(_frame(_HEADERS, _END_HEADERS, number, block))
        return number

    def send(self, number: int, message: bytes, last: bool = False) -> None:
        """Send one message as `framed` made it, or some one after another; `last`: nothing more is sent."""
        call = self._calls.get(number)
        if call is None:
            return  # the server has ended it
        size = len(message)
        if not call.waiting and size <= min(self._window, call.window, self._largest_frame):
            self._window -= size
            call.window -= size
            self._write(_frame(_DATA, _END_STREAM if last else 0, number, message))
            return
        call.waiting += message
        call.last |= last
        self._flush()

    def stop(self) -> None:
        """Break off whatever is under way."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        now = time.perf_counter()
        self.received += len(data)
        waiting = self._in
        waiting += data
        at, count = 0, len(waiting)
        while count - at >= 9:
            end = at + 9 + int.from_bytes(waiting[at : at + 3])
            if count < end:
                break
            kind, flags = waiting[at + 3], waiting[at + 4]
            number = int.from_bytes(waiting[at + 5 : at + 9]) & 0x7FFFFFFF
            self._take(kind, flags, number, bytes(waiting[at + 9 : end]), now)
            at = end
        del waiting[:at]

    def _take(self, kind: int, flags: int, number: int, payload: bytes, now: float) -> None:
        if kind == _DATA:
            self._take_data(number, payload[1 : len(payload) - payload[0]] if flags & _PADDED else payload, now)
        elif kind == _WINDOW:
            self._widen(number, int.from_bytes(payload))
        elif kind == _PING and not flags & _ACK:
            self._write(_frame(_PING, _ACK, 0, payload))
        elif kind == _SETTINGS and not flags & _ACK:
            self._set(payload)
        elif kind == _GOAWAY:
            self.stop()
        if (kind in (_DATA, _HEADERS) and flags & _END_STREAM) or kind == _RESET:
            self._calls.pop(number, None)
            self._ended(number)

    def _take_data(self, number: int, payload: bytes, now: float) -> None:
        call = self._calls.get(number)
        self._heard_bytes += len(payload)
        if self._heard_bytes >= _TOPPED_UP:
            self._write(_frame(_WINDOW, 0, 0, self._heard_bytes.to_bytes(4)))
            self._heard_bytes = 0
        if call is None:
            return
        call.heard_bytes += len(payload)
        if call.heard_bytes >= _TOPPED_UP:
            self._write(_frame(_WINDOW, 0, number, call.heard_bytes.to_bytes(4)))
            call.heard_bytes = 0
        answer = call.answer
        answer += payload
        at, count = 0, len(answer)
        while count - at >= 5:
            end = at + 5 + int.from_bytes(answer[at + 1 : at + 5])
            if count < end:
                break
            self._heard(number, bytes(answer[at + 5 : end]), now)
            at = end
        del answer[:at]

    def _set(self, payload: bytes) -> None:
        for at in range(0, len(payload), 6):
            key, value = int.from_bytes(payload[at : at + 2]), int.from_bytes(payload[at + 2 : at + 6])
            if key == 4:
                for call in self._calls.values():
                    call.window += value - self._first_window
                self._first_window = value
            elif key == 5:
                self._largest_frame = value
        self._write(_frame(_SETTINGS, _ACK, 0, b""))
        self._flush()

    def _widen(self, number: int, more: int) -> None:
        if number == 0:
            self._window += more
        elif number in self._calls:
            self._calls[number].window += more
        self._flush()

    def _flush(self) -> None:
        """Send what waited for the server's windows, as far as they reach."""
        for number, call in self._calls.items():
            while call.waiting:
                size = min(len(call.waiting), self._window, call.window, self._largest_frame)
                if size <= 0:
                    break
                part = bytes(call.waiting[:size])
                del call.waiting[:size]
                self._window -= size
                call.window -= size
                self._write(_frame(_DATA, _END_STREAM if call.last and not call.waiting else 0, number, part))

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)


def framed(message: bytes) -> bytes:
    """Return a message as gRPC puts it into a call: uncompressed, its length in front."""
    return b"\x00" + len(message).to_bytes(4) + message


def _frame(kind: int, flags: int, number: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3) + bytes((kind, flags)) + number.to_bytes(4) + payload


def _text(text: str) -> bytes:
    """Return a text as HPACK (RFC 7541) takes it: its length in 7 bits and more, no Huffman code."""
    data = text.encode()
    if len(data) < 127:
        return bytes((len(data),)) + data
    rest, length = len(data) - 127, bytearray((127,))
    while rest >= 128:
        length.append(rest % 128 + 128)
        rest //= 128
    length.append(rest)
    return bytes(length) + data
