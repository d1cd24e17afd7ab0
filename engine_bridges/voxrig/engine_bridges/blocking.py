"""The client for plain, blocking code: the async client run on a background event loop.

    with connect("127.0.0.1:52000") as connection:
        session = connection.open("arkit", sample_rate=48000)
        session.send(samples)
        session.close()
        for frame in session:
            draw(session.controls, frame.values)

Every call may be made from any thread and waits for its answer; see `client` for what each does and raises.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any, TypeVar

from voxrig.engine_bridges import client
from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.wire import ConnectionLostError, Frame, Samples
from voxrig.v1 import performance_pb2 as pb

T = TypeVar("T")

_CLOSED = "the connection was closed by this side"


class _Loop:
    """An event loop in a thread of its own. Whoever waits for it when it stops is told that the connection is lost."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._loop = self._runner.get_loop()
        self._stopping = asyncio.Event()
        self._stopped = False
        self._lock = threading.Lock()  # held where work is handed over: it comes before the stop, or is refused
        self._thread = threading.Thread(target=self._serve, name="voxrig-client", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with self._runner as runner:  # at the end it cancels whatever is under way, so that nobody waits for ever
            runner.run(self._stopping.wait())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        with self._lock:
            if self._stopped:
                work.close()
                raise ConnectionLostError(_CLOSED)
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except CancelledError:
            raise ConnectionLostError(_CLOSED) from None
        except BaseException:  # Ctrl-C, say: what nobody waits for any more must not take frames or send audio
            future.cancel()
            raise

    def walk(self, items: AsyncIterator[T]) -> Iterator[T]:
        async def advance() -> tuple[T, ...]:
            try:
                return (await anext(items),)
            except StopAsyncIteration:
                return ()

        while item := self.run(advance()):
            yield item[0]

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()


class Session:
    """One character's stream: `PerformSession`, blocking."""

    def __init__(self, loop: _Loop, session: PerformSession) -> None:
        self._loop = loop
        self.stream = session
        """The session itself: opened, controls, bones, look_ahead, next_sample."""
        self.controls = session.controls
        self.bones = session.bones
        self.look_ahead = session.look_ahead

    def send(self, samples: Samples) -> None:
        """As `PerformSession.send`."""
        self._loop.run(self.stream.send(samples))

    def end_utterance(self, tail_samples: int = 0) -> None:
        """As `PerformSession.end_utterance`."""
        self._loop.run(self.stream.end_utterance(tail_samples))

    def cue(self, name: str, media_sample: int, values: Mapping[str, float] | None = None) -> None:
        """As `PerformSession.cue`."""
        self._loop.run(self.stream.cue(name, media_sample, values))

    def interrupt(self, at_sample: int | None = None) -> pb.Event:
        """As `PerformSession.interrupt`."""
        return self._loop.run(self.stream.interrupt(at_sample))

    def close(self) -> None:
        """As `PerformSession.close`."""
        self._loop.run(self.stream.close())

    def items(self) -> Iterator[Frame | pb.Event]:
        """As `PerformSession.items`."""
        return self._loop.walk(self.stream.items())

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames of `items` only."""
        return self._loop.walk(aiter(self.stream))


class Connection:
    """One connection: `client.PerformClient`, blocking."""

    def __init__(self, loop: _Loop, perform: client.PerformClient) -> None:
        self._loop = loop
        self._client = perform

    def open(self, rig: str, sample_rate: int, **settings: Any) -> Session:
        """As `PerformClient.open`."""
        return Session(self._loop, self._loop.run(self._client.open(rig, sample_rate, **settings)))

    def bake(
        self, rig: str, sample_rate: int, samples: Samples, **settings: Any
    ) -> tuple[pb.SessionOpened, list[Frame]]:
        """As `PerformClient.bake`."""
        return self._loop.run(self._client.bake(rig, sample_rate, samples, **settings))

    def describe(self) -> pb.DescribeResponse:
        """As `PerformClient.describe`."""
        return self._loop.run(self._client.describe())


@contextmanager
def connect(target: str, timeout: float = 5.0, **settings: Any) -> Iterator[Connection]:
    """Connect to the server at `target`; leaving the block ends the call. `settings` and errors as `client.connect`.

    `watch` is called in a thread of the connection's own.
    """
    loop = _Loop()
    try:
        context = client.connect(target, timeout, **settings)
        perform = loop.run(_enter(context))
        try:
            yield Connection(loop, perform)
        finally:
            loop.run(_leave(context))
    finally:
        loop.stop()


async def _enter(context: Any) -> client.PerformClient:
    entered: client.PerformClient = await context.__aenter__()
    return entered


async def _leave(context: Any) -> None:
    await context.__aexit__(None, None, None)
