"""Talk to a Voxrig server over the engine link: as `client` does, with msgpack and a socket instead of gRPC.

    async with connect("127.0.0.1", 52001) as connection:
        session = await connection.open("arkit", sample_rate=48000)
        await session.send(samples)
        await session.close()
        async for frame in session:
            draw(session.controls, frame.values)

Sessions are the same; besides, there is `ping`, which tells how far away the server and how far apart the clocks are.
"""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from voxrig.engine_bridges.back_off import BackOff
from voxrig.engine_bridges.credentials import Credentials, Tls
from voxrig.engine_bridges.link_line import LinkError, LinkLine, Pong, dial
from voxrig.engine_bridges.perform_connection import RESUME_SECONDS, PerformConnection
from voxrig.engine_bridges.perform_line import PerformLine
from voxrig.engine_bridges.reconnecting import Dial, Notice
from voxrig.engine_bridges.session_log import KEEP_SECONDS
from voxrig.v1 import performance_pb2 as pb

__all__ = ["LinkClient", "LinkError", "Pong", "connect"]

KEEPALIVE_SECONDS = 10.0  # so often a server is asked whether it is there, and given as long to answer


class LinkClient(PerformConnection):
    """A connection and its sessions. Made by `connect`."""

    def __init__(self, line: LinkLine, dial: Dial, *resuming: Any) -> None:
        self._last = line
        self.limits = line.limits
        self.server_version = line.server_version
        super().__init__(line, dial, *resuming)
        self._adopt(line)

    @property
    def refusal(self) -> pb.Error | None:
        """Why the server ended the connection, where it said so."""
        return self._last.refusal

    async def ping(self) -> Pong:
        """Ask how far away the server is. Raises ConnectionLostError."""
        return await (await self._link()).ping()

    async def describe(self) -> pb.DescribeResponse:
        """Ask the server what it is, with its counters as they are now. Raises ConnectionLostError."""
        return await (await self._link()).describe()

    async def _link(self) -> LinkLine:
        line = await self.online()
        assert isinstance(line, LinkLine)
        return line

    def _adopt(self, line: PerformLine) -> None:
        assert isinstance(line, LinkLine)
        self._last = line
        if self._resume_seconds:
            line.begin(line.watch(KEEPALIVE_SECONDS, self._window.back_off.wait))


@asynccontextmanager
async def connect(
    host: str,
    port: int,
    timeout: float = 5.0,
    clock: Callable[[], float] = time.monotonic,
    *,
    token: str = "",
    tls: Tls | None = None,
    resume_seconds: float = RESUME_SECONDS,
    watch: Callable[[Notice], None] | None = None,
    back_off: BackOff | None = None,
    keep_seconds: float = KEEP_SECONDS,
) -> AsyncIterator[LinkClient]:
    """Connect to the server's engine link; leaving the block ends the connection and all its sessions.

    `clock` gives seconds and never goes back; `LinkClient.ping` compares the server's with it. `token`, `tls`,
    `resume_seconds`, `watch`, `back_off` and `keep_seconds` are as of `client.connect`.

    Raises ConnectionLostError where no server answers within `timeout` seconds.
    """
    dialling = partial(dial, host, port, clock, Credentials(token, tls))
    client = LinkClient(await dialling(timeout), dialling, resume_seconds, watch, back_off, keep_seconds)
    try:
        yield client
    finally:
        await client.stop()
