"""One WebSocket's engine link passed on to a server's TCP port: payloads as messages here, as packets there."""

import asyncio
import struct
from contextlib import suppress

from voxrig.runtime.serving.link import Line

_HEADER = struct.Struct("<I")


class LinkRelay:
    """Passes the first link on; `converse` is for `publishing`."""

    def __init__(self, host: str, port: int) -> None:
        self.broken: str | None = None
        """How the server's stream ended, where it did not end well."""
        self.ended = asyncio.Event()
        self._where = host, port
        self._used = False
        self._writer: asyncio.StreamWriter | None = None

    async def converse(self, line: Line) -> None:
        """Pass payloads both ways until the server ends; a link after the first ends at once, as the page reconnects.

        Where the page lets its WebSocket go, the server is told by a half-close, and what it still sends is dropped.
        """
        if self._used:
            return
        self._used = True
        try:
            reader, self._writer = await asyncio.open_connection(*self._where)
        except OSError as error:
            self.broken = f"no server: {error}"
        else:
            await self._pass_on(reader, self._writer, line)
        self.ended.set()

    def drop(self) -> None:
        """End the connection to the server, whatever is under way."""
        if self._writer is not None:
            self._writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line) -> None:
        sending = asyncio.create_task(_send(line, writer))
        try:
            await self._receive(reader, line)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _receive(self, reader: asyncio.StreamReader, line: Line) -> None:
        listening = True
        try:
            while True:
                (size,) = _HEADER.unpack(await reader.readexactly(_HEADER.size))
                payload = await reader.readexactly(size)
                if listening:
                    try:
                        await line.send([payload])
                    except EOFError:
                        listening = False
        except asyncio.IncompleteReadError as end:
            if end.partial or end.expected != _HEADER.size:
                self.broken = "the server's stream ends within a packet"
        except OSError as error:
            self.broken = f"the connection broke: {error}"


async def _send(line: Line, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):  # the reading side meets the same end
        try:
            while (payload := await line.receive()) is not None:
                writer.write(_HEADER.pack(len(payload)) + payload)
                await writer.drain()
        except EOFError:
            writer.write_eof()
