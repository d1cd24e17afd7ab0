"""The engine link's port."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from voxrig.runtime.serving.access.account import Account
from voxrig.runtime.serving.access.crowd import Crowd
from voxrig.runtime.serving.access.door import OPEN, Door
from voxrig.runtime.serving.access.tls import Tls
from voxrig.runtime.serving.link import converse
from voxrig.runtime.serving.link_line import TcpLine
from voxrig.runtime.serving.metrics import Metrics
from voxrig.runtime.serving.pacing import Pacer
from voxrig.runtime.serving.stage import Stage

log = logging.getLogger(__name__)

_PATIENCE_SECONDS: Final = 1.0


@asynccontextmanager
async def listening(
    stage: Stage, pacer: Pacer, metrics: Metrics, shared: bool = False, door: Door = OPEN, tls: Tls | None = None
) -> AsyncIterator[int]:
    """Listen while the block runs; yields the port.

    Args:
        stage, pacer, metrics: of the server; its settings say where.
        shared: whether other processes may listen on the port too.
        door: who is let in.
        tls: None: there is none.

    Raises:
        OSError: the address cannot be had.
    """
    settings = stage.settings
    host, port = settings.host, settings.engine_link_port
    loop = asyncio.get_running_loop()
    talking: set[asyncio.Task[None]] = set()
    crowd = Crowd(settings.max_connections)

    async def serve(line: TcpLine) -> None:
        def known(token: object) -> Account:
            account = door.account(token, line.certificate)
            crowd.know(line)
            return account

        try:
            done = await converse(line, stage, pacer, metrics, known=known)
            await line.part(done)
        except asyncio.CancelledError:  # the server stops; it goes no further
            pass
        except Exception:
            log.exception("a link failed; the others go on")
        finally:
            crowd.leave(line)
            line.abort()  # what has parted is closed already

    def begin(line: TcpLine) -> None:
        if not crowd.enter(line, line.abort):
            line.abort()
            return
        task = loop.create_task(serve(line))
        talking.add(task)
        task.add_done_callback(talking.discard)

    def line() -> TcpLine:
        return TcpLine(settings.max_message_bytes, begin)

    secure: dict[str, Any] = {}
    if tls is not None:
        secure = {"ssl": tls.context(), "ssl_handshake_timeout": settings.handshake_seconds}
        secure["ssl_shutdown_timeout"] = _PATIENCE_SECONDS
    if host == "::" and socket.has_dualstack_ipv6():  # as gRPC takes it: for IPv4 as well, which asyncio turns off
        both = socket.create_server((host, port), family=socket.AF_INET6, dualstack_ipv6=True, reuse_port=shared)
        server = await loop.create_server(line, sock=both, **secure)
    else:
        server = await loop.create_server(line, host, port, reuse_port=shared or None, **secure)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        if talking:
            await asyncio.wait(tuple(talking), timeout=_PATIENCE_SECONDS)
        for task in tuple(talking):
            task.cancel()
        await asyncio.gather(*talking, return_exceptions=True)
