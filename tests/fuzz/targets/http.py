"""Requests to the metrics page, open to all, to own names or to who has a token, over a real pair of sockets."""

import asyncio
import atexit
import functools
import socket
from contextlib import suppress

from prometheus_client import GC_COLLECTOR

from voxrig.runtime.serving.access.door import OPEN, Door
from voxrig.runtime.serving.metrics_page import MetricsPage, _converse
from voxrig.runtime.serving.own_name import is_own_name

from ..target import Target

_MOST = 4096  # bytes that fit a pair of sockets while nobody reads
_SECRET = "nobody-guesses-this-one-0123456789"
_OPEN_PATHS = (b"/healthz", b"/readyz")
_HERE = "127.0.0.1"


@functools.cache
def _page() -> tuple[asyncio.AbstractEventLoop, MetricsPage, tuple[Door, Door]]:
    loop = asyncio.new_event_loop()
    atexit.register(loop.close)
    return loop, MetricsPage(GC_COLLECTOR, lambda: True), (OPEN, Door(secret=_SECRET))


def check(data: bytes) -> None:
    """The first byte says which door."""
    loop, page, doors = _page()
    closed, own = data[:1] == b"K", _HERE if data[:1] == b"L" else ""
    data = data[1 : 1 + _MOST]
    answer = loop.run_until_complete(_asked(page, doors[closed], data, own))
    if answer:
        status, _, rest = answer.partition(b"\r\n")
        assert status.split()[0] == b"HTTP/1.1"
        assert status.split()[1] in (b"200", b"400", b"401", b"403", b"404", b"405", b"421", b"431")
        head, _, body = rest.partition(b"\r\n\r\n")
        fields = dict(line.split(b": ", 1) for line in head.split(b"\r\n"))
        if status.split()[1] == b"200" and closed and _SECRET.encode() not in data:
            assert _is_open(data), "let in"
        if status.split()[1] == b"200" and own and not _is_open(data):
            assert all(is_own_name(host, own) for host in _hosts(data)[-1:]), "by another name"
        assert int(fields[b"Content-Length"]) == len(body) or data[:4] == b"HEAD"


def _is_open(data: bytes) -> bool:
    return data.partition(b" ")[2].partition(b"?")[0].split(b" ")[0].startswith(_OPEN_PATHS)


def _hosts(data: bytes) -> list[str]:
    lines = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    parted = (line.partition(":") for line in lines)
    return [value.strip() for name, _, value in parted if name.strip().lower() == "host"]


async def _asked(page: MetricsPage, door: Door, data: bytes, own: str) -> bytes:
    ours, theirs = socket.socketpair()
    ours.sendall(data)
    ours.shutdown(socket.SHUT_WR)
    reader, writer = await asyncio.open_connection(sock=theirs, limit=16_384)
    try:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await _converse(page, door, reader, writer, own)
        writer.close()
        await writer.wait_closed()
        found = bytearray()
        with suppress(ConnectionError):  # what was sent and not read resets the answer
            while piece := ours.recv(65_536):
                found += piece
        return bytes(found)
    finally:
        ours.close()


def seeds() -> list[bytes]:
    paths = ("/metrics", "/healthz", "/readyz", "/", "/metrics?x=1", "/../x")
    host = "Host: 127.0.0.1\r\n"
    asked = [f"GET {path} HTTP/1.1\r\n{host}\r\n" for path in paths]
    accept = "Accept: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"
    asked += [f"HEAD /metrics HTTP/1.1\r\n{host}{accept}\r\n", f"POST / HTTP/1.1\r\n{host}\r\nbody", "GET\r\n\r\n"]
    asked += [
        f"GET /metrics HTTP/1.1\r\n{host}Authorization: {by}\r\n\r\n" for by in ("Bearer abc", f"Bearer {_SECRET}")
    ]
    asked += [f"GET /metrics HTTP/1.1\r\nHost: {name}\r\n\r\n" for name in ("evil.example", "[::1]:9464")]
    return [door + text.encode() for text in asked for door in (b"A", b"K", b"L")]


TARGET = Target(check, seeds, words=("GET ", "HEAD ", " HTTP/1.1\r\n", "\r\n\r\n", "Accept: ", "version=", "Bearer "))
