"""What a server tells those who watch it, over HTTP: `/metrics`, `/healthz` and `/readyz`.

Whoever asks for the first must be let in as any client is, with `Authorization: Bearer`; the others are open. Where
nobody need show anything because only this machine is listened to, it must be asked for by an own name: else any page
in a browser here could read it, by a name of its own that leads here.

It is served from the event loop, a family at a time: no thread competes with the ticks, and nothing waits for more than
a family's text, a quarter of a millisecond.
"""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from voxrig.runtime.serving.access.access import Access
from voxrig.runtime.serving.access.door import OPEN, Door
from voxrig.runtime.serving.access.listening_rules import is_own
from voxrig.runtime.serving.access.tls import common_name
from voxrig.runtime.serving.address import probe
from voxrig.runtime.serving.own_name import REFUSAL, is_own_name
from voxrig.runtime.serving.refusal import RefusalError

log = logging.getLogger(__name__)

_LONGEST_HEAD: Final = 16_384  # bytes of a request
_MOST_AT_ONCE: Final = 64
"""Connections; one more ends the oldest. Those that say nothing must not take the sockets that clients need."""
_PLAIN: Final = "text/plain; charset=utf-8"
_OPEN_PATHS: Final = ("/healthz", "/readyz")
_EVERYBODY: Final = Access(OPEN, None)
_END: Final = b"# EOF\n"
"""The last line in OpenMetrics."""


class Answer(NamedTuple):
    """What a request is answered with."""

    status: HTTPStatus
    kind: str
    content: bytes


class MetricsPage:
    """What there is to read.

    Args:
        collector: yields the families of `/metrics`.
        ready: whether new sessions are taken, as `/readyz` says; it is asked each time.
        healthy: whether all is well, as `/healthz` says; it is asked each time, too.
    """

    def __init__(
        self, collector: Collector, ready: Callable[[], bool], healthy: Callable[[], bool] = lambda: True
    ) -> None:
        self._collector = collector
        self._ready = ready
        self._healthy = healthy

    async def read(self, path: str, accept: str) -> Answer:
        """Answer a GET of `path`; `accept` is the header of that name, which chooses OpenMetrics or the plain text."""
        if path == "/metrics":
            return await self._metrics(accept)
        if path == "/healthz" and not self._healthy():
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, _PLAIN, b"failed: no session goes on, the server ends\n")
        if path == "/healthz":
            return Answer(HTTPStatus.OK, _PLAIN, b"ok\n")
        if path == "/readyz":
            if self._ready():
                return Answer(HTTPStatus.OK, _PLAIN, b"ready\n")
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, _PLAIN, b"draining: no new sessions are taken\n")
        return Answer(HTTPStatus.NOT_FOUND, _PLAIN, b"There are /metrics, /healthz and /readyz.\n")

    async def _metrics(self, accept: str) -> Answer:
        try:
            encode, kind = choose_encoder(accept)
        except Exception:  # it stumbles over a version that is no number, among others
            encode, kind = choose_encoder("")
        told = []
        for family in self._collector.collect():
            told.append(encode(_Single(family)))
            await asyncio.sleep(0)  # for a tick's answers, if any wait
        content = b"".join(text.removesuffix(_END) for text in told)
        return Answer(HTTPStatus.OK, kind, content + _END if told[-1].endswith(_END) else content)


class _Single(Collector):
    """One family, to be written by itself."""

    def __init__(self, family: Metric) -> None:
        self._family = family

    def collect(self) -> Iterator[Metric]:
        yield self._family


@asynccontextmanager
async def publishing_metrics(
    page: MetricsPage,
    host: str,
    port: int,
    access: Access = _EVERYBODY,
    patience: float = 10.0,
) -> AsyncIterator[int]:
    """Serve `page` while the block runs; yields the port, a free one for `port` 0.

    `patience`: seconds for TLS, and for a request and its answer.

    Raises:
        AddressError: the port is in use, or the host is not this machine's.
    """
    probe(host, port, "--metrics-port")
    own = host if access.door.is_open and is_own(host) else ""
    talking: dict[asyncio.Task[None], None] = {}  # in the order in which they came

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(talking) >= _MOST_AT_ONCE:
            next(iter(talking)).cancel()
        talking[task] = None
        try:
            async with asyncio.timeout(patience):
                await _converse(page, access.door, reader, writer, own)
        except (OSError, EOFError, TimeoutError):
            writer.transport.abort()
        except asyncio.CancelledError:  # too many, or the server stops; no further, since 3.11 would log a failure
            writer.transport.abort()
        finally:
            writer.close()
            talking.pop(task, None)

    secure: dict[str, Any] = {"limit": _LONGEST_HEAD}
    if access.tls is not None:
        secure |= {"ssl": access.tls.context(certificate_needed=False), "ssl_handshake_timeout": patience}
    if host == "::" and socket.has_dualstack_ipv6():  # as gRPC takes it: for IPv4 as well, which asyncio turns off
        both = socket.create_server((host, port), family=socket.AF_INET6, dualstack_ipv6=True)
        server = await asyncio.start_server(serve, sock=both, **secure)
    else:
        server = await asyncio.start_server(serve, host, port, **secure)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in tuple(talking):
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)


async def _read(page: MetricsPage, path: str, accept: str) -> Answer:
    try:
        return await page.read(path, accept)
    except Exception:
        log.exception("reading %.40r failed", path)
        return Answer(HTTPStatus.INTERNAL_SERVER_ERROR, _PLAIN, b"The server failed; its log says why.\n")


def _refused(door: Door, headers: Mapping[str, str], writer: asyncio.StreamWriter, own: str) -> Answer | None:
    if own and "host" in headers and not is_own_name(headers["host"], own):  # browsers always say one
        return Answer(HTTPStatus.FORBIDDEN, _PLAIN, f"{REFUSAL}\n".encode())
    try:
        door.bearer(headers.get("authorization"), common_name(writer.transport))
    except RefusalError as refusal:
        return Answer(HTTPStatus.UNAUTHORIZED, _PLAIN, f"{refusal}\n".encode())
    return None


async def _converse(
    page: MetricsPage, door: Door, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, own: str = ""
) -> None:
    """Answer one request and close: whoever looks every few seconds has no need of more.

    `own`: where the server listens, if it must be called by that name, by an address or localhost; empty: by any.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        answer, method = Answer(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, _PLAIN, b"The headers are too long.\n"), ""
    else:
        first, *lines = head.decode("latin-1").split("\r\n")
        method, _, rest = first.partition(" ")
        path = rest.partition(" ")[0].partition("?")[0]
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if method in ("GET", "HEAD"):
            refused = None if path in _OPEN_PATHS else _refused(door, headers, writer, own)
            answer = refused or await _read(page, path, headers.get("accept", ""))
        else:
            answer = Answer(HTTPStatus.METHOD_NOT_ALLOWED, _PLAIN, b"Only GET and HEAD are answered.\n")
    fields = {
        "Date": formatdate(usegmt=True),
        "Connection": "close",
        "Content-Type": answer.kind,
        "Content-Length": str(len(answer.content)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    if answer.status is HTTPStatus.METHOD_NOT_ALLOWED:
        fields["Allow"] = "GET, HEAD"
    if answer.status is HTTPStatus.UNAUTHORIZED:
        fields["WWW-Authenticate"] = "Bearer"
    told = [f"HTTP/1.1 {answer.status.value} {answer.status.phrase}", *(f"{k}: {v}" for k, v in fields.items()), "", ""]
    writer.write("\r\n".join(told).encode() + (b"" if method == "HEAD" else answer.content))
    await writer.drain()
    with suppress(OSError):
        writer.close()
        await writer.wait_closed()
