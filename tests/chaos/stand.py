"""A running server with every transport that it has, and how to see that it is as it was before its clients came."""

import asyncio
import dataclasses
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from talking.ace import ace
from talking.heard import SEED, Talker
from talking.page import scrape, viewer
from talking.sessions import Sessions

from voxrig.engine_bridges.viewer import page
from voxrig.runtime.serving.connection import Connection
from voxrig.runtime.serving.link import converse
from voxrig.runtime.serving.server import Server, running
from voxrig.runtime.serving.session import Session
from voxrig.runtime.serving.settings import Settings
from voxrig.runtime.serving.web import publishing

PLAIN = {"resume_seconds": 0.0}
"""A client that does not come back by itself."""

TALKERS: dict[str, tuple[str, Talker]] = {
    "gRPC": ("grpc", Sessions("grpc", **PLAIN)),
    "gRPC bundled": ("grpc", Sessions("grpc", 4, **PLAIN)),
    "engine link": ("link", Sessions("link", **PLAIN)),
    "Audio2Face": ("grpc", ace),
    "viewer": ("viewer", viewer),
    "metrics page": ("metrics", scrape),
}
"""Each transport: the port that it goes to, and its client."""


@dataclass(frozen=True)
class Stand:
    """A running server: its ports by transport, and how many tasks it has with no client."""

    server: Server
    ports: dict[str, int]
    tasks: int

    async def freed(self, seconds: float = 30.0) -> None:
        """Wait until no client is there and nothing that it had is left: connections, sessions, tasks, memory."""
        try:
            async with asyncio.timeout(seconds):
                while left := self.left():
                    await asyncio.sleep(0.2 if "objects" in left else 0.02)  # counting those takes a while itself
        except TimeoutError:
            raise AssertionError(f"after {seconds:g} s there are still {self.left()}") from None

    def left(self) -> dict[str, object]:
        """What is left of clients; nothing where that is nothing."""
        counts = {
            "sessions": self.server.stage.sessions,
            "connections": self.server.metrics.connections,
            "tasks": max(0, len(asyncio.all_tasks()) - self.tasks),
        }
        if not any(counts.values()):
            gc.collect()
            counts["objects"] = sum(type(item) in (Session, Connection) for item in gc.get_objects())
        return {name: count for name, count in counts.items() if count}


@asynccontextmanager
async def standing(settings: Settings, **changes: object) -> AsyncIterator[Stand]:
    """Run a server with `settings`, changed as given."""
    settings = dataclasses.replace(settings, **changes)  # type: ignore[arg-type]
    async with AsyncExitStack() as opened:
        server = await opened.enter_async_context(running(settings, lambda: SEED))
        talk = partial(converse, stage=server.stage, pacer=server.pacer, metrics=server.metrics, transport="view")
        web = await opened.enter_async_context(publishing(page(), talk, "127.0.0.1", 0, settings.max_message_bytes))
        ports = {"grpc": server.port, "link": server.link_port, "metrics": server.metrics_port, "viewer": web.port}
        yield Stand(server, {name: port for name, port in ports.items() if port}, len(asyncio.all_tasks()))
