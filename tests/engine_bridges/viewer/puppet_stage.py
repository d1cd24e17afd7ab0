"""A browser in which page puppets play: each a tab with the page's client, and a relay from there to a server."""

import asyncio
import threading
from contextlib import suppress
from importlib.readers import MultiplexedPath
from pathlib import Path
from typing import Self

from browser import Browser, BrowserError, Page
from link_relay import LinkRelay

from voxrig.engine_bridges.viewer import page as viewer_page
from voxrig.runtime.serving.web import publishing

HOST = "127.0.0.1"
LARGEST_MESSAGE = 64 << 20
_PATIENCE = 20.0
"""Seconds for a server to end after the page's client is done."""


class PuppetStage:
    """Serves `page_puppet.py` on `port` of this machine; a context manager. The browser stays its owner's.

    A puppet's first line says HOST PORT, or --playout; the rest is the puppet protocol.
    """

    def __init__(self, browser: Browser) -> None:
        self.port = 0
        self._browser = browser
        self._site = MultiplexedPath(Path(str(viewer_page())), Path(__file__).with_name("puppet_page"))
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._playing: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._play, HOST, 0, limit=LARGEST_MESSAGE)
        async with server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._stop.wait()
            for writer in self._playing.values():
                writer.transport.abort()  # to a run, the end of its program
            await asyncio.gather(*self._playing, return_exceptions=True)

    async def _play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one puppet to its end."""
        task = asyncio.current_task()
        assert task is not None
        self._playing[task] = writer
        task.add_done_callback(self._playing.pop)
        where = (await reader.readline()).decode().split()
        relay = LinkRelay(*((HOST, 1) if where == ["--playout"] else (where[0], int(where[1]))))
        try:
            async with publishing(self._site, relay.converse, HOST, 0, LARGEST_MESSAGE) as web:
                url = f"{web.url}puppet/puppet.html{'?playout' if where == ['--playout'] else ''}"
                page = await asyncio.to_thread(self._browser.open, url)
                try:
                    await _Run(page, relay, reader, writer).play()
                finally:
                    relay.drop()
                    await asyncio.to_thread(page.close)
        except BrowserError as error:
            writer.write(f"lost {' '.join(str(error).split())}\n".encode())
        finally:
            with suppress(OSError):
                await writer.drain()
                writer.close()
                await writer.wait_closed()


class _Run:
    """One puppet's lines between its program and its tab."""

    def __init__(
        self, page: Page, relay: LinkRelay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._page = page
        self._relay = relay
        self._reader = reader
        self._writer = writer

    async def play(self) -> None:
        """Until `quit`, `done` or `lost`."""
        telling = asyncio.create_task(self._tell())
        obeying = asyncio.create_task(self._obey())
        await asyncio.wait((telling, obeying), return_when=asyncio.FIRST_COMPLETED)
        if telling.done():
            obeying.cancel()
        else:
            await asyncio.to_thread(self._page.call, "puppet.quit")
        await asyncio.gather(telling, obeying, return_exceptions=True)
        for task in (telling, obeying):
            if not task.cancelled():
                task.result()

    async def _obey(self) -> None:
        """Give the page its commands, as many at once as there are, to `quit` or the program's end."""
        rest = b""
        while data := await self._reader.read(1 << 20):
            *whole, rest = (rest + data).split(b"\n")
            lines = [text for line in whole if (text := line.decode().strip())]
            quits = "quit" in lines
            if quits:
                lines = lines[: lines.index("quit")]
            if lines:
                await asyncio.to_thread(self._page.call, "puppet.obey", lines)
            if quits:
                return

    async def _tell(self) -> None:
        """Pass the page's answers on, to the last."""
        while True:
            for line in await asyncio.to_thread(self._page.call, "puppet.answers"):
                told = await self._ending() if line == "done" else line
                if told == "quit":
                    return
                self._writer.write(f"{told}\n".encode())
                if told.split()[0] in ("done", "lost"):
                    return
            await self._writer.drain()

    async def _ending(self) -> str:
        """Wait until the server has closed too; say how that was."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._relay.ended.wait()
        except TimeoutError:
            return f"lost the server has not closed within {_PATIENCE:.0f} s"
        return "done" if self._relay.broken is None else f"lost {self._relay.broken}"
