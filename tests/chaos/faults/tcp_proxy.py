"""A TCP proxy that does to its connections what bad networks do."""

import asyncio
import random
import socket
import struct
import sys
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Self

from faults.fault import End, Line
from faults.lane import Lane, Segment

_READ_BYTES = 1 << 16
_ON_THE_WAY = 256  # segments of a direction, at most: then no more is read
_SPIN = 0.0005  # seconds: what is due so soon is due


class TcpProxy:
    """Listens on a free port of this machine, as long as the block runs, and connects each client to `target`.

    Args:
        target: host and port of the server.
        plan: the n-th connection's line, n from 0.
        seed: of all that the lines leave to chance.
        clock, sleep: when segments arrive.
    """

    def __init__(
        self,
        target: tuple[str, int],
        plan: Callable[[int], Line] = lambda number: Line(),
        seed: int = 0,
        clock: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.connections = 0
        """So far."""
        self.carried = [0, 0]
        """Bytes up and down, on all connections together."""
        self._target = target
        self._plan = plan
        self._seed = seed
        self._clock = clock or (lambda: asyncio.get_running_loop().time())
        self._sleep = sleep
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._open: set[_Pair] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def target(self) -> str:
        """Where clients connect to."""
        return f"127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self._start(self._accept())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._listener.close()

    def cut(self, reset: bool = True) -> None:
        """Break every connection now; whoever connects next has a line as planned."""
        for pair in tuple(self._open):
            pair.broken.set_exception(_OverError(reset)) if not pair.broken.done() else None

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self) -> None:
        while True:
            client, _ = await asyncio.get_running_loop().sock_accept(self._listener)
            number, self.connections = self.connections, self.connections + 1
            self._start(self._serve(client, number))

    async def _serve(self, client: socket.socket, number: int) -> None:
        server = socket.socket()
        pair = _Pair(client, server)
        reset = False
        self._open.add(pair)
        try:
            await asyncio.get_running_loop().sock_connect(server, self._target)
            line, rng = self._plan(number), random.Random(f"{self._seed} {number}")
            up, down = (Lane(fault, random.Random(rng.random())) for fault in (line.up, line.down))
            async with asyncio.TaskGroup() as ways:
                breaking = ways.create_task(pair.until_broken())
                both = (
                    ways.create_task(self._carry(pair, client, server, up, line.up.end, 0)),
                    ways.create_task(self._carry(pair, server, client, down, line.down.end, 1)),
                )
                await asyncio.wait(both)
                breaking.cancel()
        except* OSError:  # there is no server
            reset = True
        except* _OverError as overs:
            reset = any(over.reset for over in overs.exceptions if isinstance(over, _OverError))
        finally:
            self._open.discard(pair)
            pair.close(reset)  # only now: nothing waits for these sockets any more

    async def _carry(
        self, pair: "_Pair", source: socket.socket, sink: socket.socket, lane: Lane, end: End, way: int
    ) -> None:
        """Carry one way until its end: that of the sender, or that of the fault."""
        on_the_way: asyncio.Queue[Segment | None] = asyncio.Queue(_ON_THE_WAY)
        arriving = asyncio.create_task(self._arrive(pair, on_the_way, sink, way))
        broken = False
        try:
            while not lane.ended and not broken:
                await pair.through.wait()
                try:
                    data = await asyncio.get_running_loop().sock_recv(source, _READ_BYTES)
                except OSError:
                    broken = True
                    break
                if not data:
                    break
                for segment in lane.take(data, self._clock()):
                    await on_the_way.put(segment)
            await on_the_way.put(None)
            await arriving
        finally:
            arriving.cancel()
            await asyncio.gather(arriving, return_exceptions=True)
        if broken:
            raise _OverError(reset=True)
        if lane.ended:
            await pair.finish(end, source, sink)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    async def _arrive(
        self, pair: "_Pair", on_the_way: asyncio.Queue[Segment | None], sink: socket.socket, way: int
    ) -> None:
        loop = asyncio.get_running_loop()
        while (segment := await on_the_way.get()) is not None:
            if (wait := segment.due - self._clock()) > _SPIN:
                await self._sleep(wait)
            await pair.through.wait()
            with suppress(OSError):  # gone: the sender comes to know when this side reads from who is gone
                await loop.sock_sendall(sink, segment.data)
            self.carried[way] += len(segment.data)


class _OverError(Exception):
    """A connection is over before its time."""

    def __init__(self, reset: bool) -> None:
        self.reset = reset


class _Pair:
    """The two sockets of a connection."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self._sockets = (client, server)
        for one in self._sockets:
            one.setblocking(False)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.through = asyncio.Event()
        """Cleared: nothing comes through any more."""
        self.through.set()
        self.broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def until_broken(self) -> None:
        """Raise what `broken` is given."""
        await self.broken

    async def finish(self, end: End, source: socket.socket, sink: socket.socket) -> None:
        """End one way before its time; a half-close, once the sender has done writing too."""
        match end:
            case End.TRUNCATE | End.RESET:
                raise _OverError(reset=end is End.RESET)
            case End.SILENCE:
                self.through.clear()
                await asyncio.get_running_loop().create_future()
            case End.HALF_CLOSE:
                sink.shutdown(socket.SHUT_WR)
                with suppress(OSError):
                    while await asyncio.get_running_loop().sock_recv(source, _READ_BYTES):
                        pass

    def close(self, reset: bool) -> None:
        """Close both in order, or with a reset that both are told of."""
        for one in self._sockets:
            with suppress(OSError):
                if reset:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(_LINGER, 1, 0))
                else:
                    one.shutdown(socket.SHUT_RDWR)
            one.close()


_LINGER = "hh" if sys.platform == "win32" else "ii"
