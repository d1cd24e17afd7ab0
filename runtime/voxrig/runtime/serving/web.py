"""A page and an engine link on one port, for browsers: files by GET, and `/link` as a WebSocket."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import formatdate
from functools import partial
from http import HTTPStatus
from importlib.resources.abc import Traversable
from typing import Any, Final

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from voxrig.runtime.serving.access.crowd import Crowd
from voxrig.runtime.serving.access.tls import Tls, common_name
from voxrig.runtime.serving.address import near, probe, written
from voxrig.runtime.serving.link import HELLO_BYTES
from voxrig.runtime.serving.own_name import REFUSAL, is_own_name
from voxrig.runtime.serving.web_site import Site

log = logging.getLogger(__name__)

LINK_PATH: Final = "/link"


@dataclass(frozen=True, slots=True)
class Web:
    """A running web server: where it listens."""

    host: str
    port: int
    scheme: str = "http"

    @property
    def url(self) -> str:
        """Of the page, for a browser on this machine."""
        return f"{self.scheme}://{written(near(self.host), self.port)}/"


class WebSocketLine:
    """An engine link's payloads, one a binary message; `begun` is called when the first has come."""

    def __init__(self, connection: ServerConnection, begun: Callable[[], None]) -> None:
        self._connection = connection
        self._begun: Callable[[], None] | None = begun

    @property
    def certificate(self) -> str:
        """The common name of the client's certificate, empty where it has shown none."""
        return common_name(self._connection.transport)

    async def receive(self) -> bytes | None:
        """Wait for a payload. A WebSocket has no half-close: one that is closed is lost, EOFError."""
        try:
            payload = await self._connection.recv(decode=False)
        except ConnectionClosed as closed:
            raise EOFError(str(closed)) from closed
        if self._begun is not None:
            self._begun()
            self._begun = None
        return payload

    async def send(self, payloads: Sequence[bytes]) -> None:
        """Send payloads in order, and wait while the client does not read. EOFError where it is closed."""
        try:
            for payload in payloads:
                await self._connection.send(payload)
        except ConnectionClosed as closed:
            raise EOFError(str(closed)) from closed


@asynccontextmanager
async def publishing(
    page: Traversable,
    converse: Callable[[WebSocketLine], Awaitable[object]],
    host: str,
    port: int,
    max_message_bytes: int,
    tls: Tls | None = None,
    max_connections: int = 1024,
    patience: float = 10.0,
) -> AsyncIterator[Web]:
    """Serve a page while the block runs.

    Args:
        page: the folder of its files; `index.html` is served as `/` too. What is in it now is all that there is.
        converse: serves one engine link until it is done or lost.
        host, port: where to listen; port 0 takes a free one.
        max_message_bytes: of one payload; a larger one ends its link. Of the first, `HELLO_BYTES`.
        tls: None: there is none.
        max_connections: open at once.
        patience: seconds for TLS, and for a request.

    Raises:
        AddressError: the port is in use, or the host is not this machine's.
    """
    site = Site(page)
    pages, links = ("https", "wss") if tls is not None else ("http", "ws")
    crowd = Crowd(max_connections)

    async def answer(_: ServerConnection, request: Request) -> Response | None:
        names = request.headers.get_all("Host")
        if len(names) != 1 or not is_own_name(names[0], host):
            return _plain(HTTPStatus.FORBIDDEN, REFUSAL)
        if getattr(request, "method", "GET") != "GET":  # before its version 17 websockets lets no other come so far
            return _plain(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET is answered.", Allow="GET")
        path = request.path.partition("?")[0]
        if path != LINK_PATH:
            return await _file(site, path, request.headers["Host"], links)
        if request.headers.get_all("Origin") != [f"{pages}://{request.headers['Host']}"]:
            return _plain(HTTPStatus.FORBIDDEN, "The link is for this server's own page.")
        return None

    def begin(connection: ServerConnection) -> None:
        connection.protocol.max_message_size = max_message_bytes
        crowd.know(connection)

    async def talk(connection: ServerConnection) -> None:
        try:
            await converse(WebSocketLine(connection, partial(begin, connection)))
        except Exception:
            log.exception("a link failed; the others go on")

    quiet = logging.getLogger(f"{__name__}.wire")
    quiet.setLevel(logging.CRITICAL)  # a browser that opens a connection and doesn't use it is no error
    probe(host, port)
    secure: dict[str, Any] = {}
    if tls is not None:
        secure = {"ssl": tls.context(certificate_needed=False), "ssl_handshake_timeout": patience}
    server = await serve(
        talk,
        host,
        port,
        process_request=answer,
        compression=None,
        max_size=HELLO_BYTES,  # until a link's first payload has come
        open_timeout=patience,
        logger=quiet,
        create_connection=_counted(crowd),
        **secure,
    )
    async with server:
        yield Web(host, next(iter(server.sockets)).getsockname()[1], pages)


def _counted(crowd: Crowd) -> type[ServerConnection]:
    """Return the class of connections that have a place in `crowd` for as long as they are there."""

    class Counted(ServerConnection):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            super().connection_made(transport)
            if not crowd.enter(self, transport.abort):
                transport.abort()

        def connection_lost(self, exc: Exception | None) -> None:
            crowd.leave(self)
            super().connection_lost(exc)

    return Counted


async def _file(site: Site, path: str, host: str, links: str) -> Response:
    found = await asyncio.to_thread(site.read, path)
    if found is None:
        return _plain(HTTPStatus.NOT_FOUND, "There is no such page.")
    headers = {"Content-Security-Policy": site.policy(host, links), "Permissions-Policy": "microphone=(self)"}
    return _response(HTTPStatus.OK, found.kind, found.content, headers)


def _plain(status: HTTPStatus, text: str, **headers: str) -> Response:
    return _response(status, "text/plain; charset=utf-8", f"{text}\n".encode(), headers)


def _response(status: HTTPStatus, kind: str, content: bytes, headers: dict[str, str]) -> Response:
    fields = {
        "Date": formatdate(usegmt=True),
        "Connection": "close",
        "Content-Length": str(len(content)),
        "Content-Type": kind,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return Response(status.value, status.phrase, Headers(fields | headers), content)
