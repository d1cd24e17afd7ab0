"""A line between a client and a server that can be cut: a TCP relay on a port of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class CutLine:
    """Relays every connection to `port` of this machine, until it is cut."""

    def __init__(self, port: int) -> None:
        self.target_port = port
        self.port = 0
        self.is_dead = False
        """Whether bytes are swallowed, with no word to either side: half-open."""
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def cut(self) -> None:
        """Reset all connections that there are; new ones are relayed."""
        self.is_dead = False
        for writer in tuple(self._writers):
            writer.transport.abort()

    def orphan(self) -> None:
        """Reset the client's side; the server believes its connections to be alive."""
        for writer in tuple(self._writers):
            if writer.get_extra_info("sockname")[1] == self.port:
                writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        except OSError:
            writer.transport.abort()
            self._writers.discard(writer)
            return
        self._writers.add(far_writer)
        for source, sink, near in ((reader, far_writer, True), (far_reader, writer, False)):
            task = asyncio.create_task(self._pump(source, sink, near))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, near: bool) -> None:
        with suppress(OSError):
            while data := await source.read(1 << 16):
                if not self.is_dead:
                    sink.write(data)
                    await sink.drain()
            if not near or not self.is_dead:
                sink.write_eof()
                return
        if not near:
            sink.transport.abort()

    async def close(self) -> None:
        self.cut()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in tuple(self._writers):
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


@asynccontextmanager
async def line_to(port: int) -> AsyncIterator[CutLine]:
    line = CutLine(port)
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    line.port = server.sockets[0].getsockname()[1]
    try:
        yield line
    finally:
        server.close()
        await line.close()
