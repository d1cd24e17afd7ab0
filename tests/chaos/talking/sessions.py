"""Clients of our own, over gRPC or over the engine link, with one session or several."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

import numpy as np
from numpy.typing import NDArray
from talking.heard import CHUNK, RATE, SEED, Heard, Row

from voxrig.engine_bridges import client, link_client
from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.wire import ConnectionLostError, SessionError
from voxrig.v1 import performance_pb2 as pb

_SILENCE_SECONDS = 3.0


def connect_to(way: str, port: int, **settings: Any) -> AbstractAsyncContextManager[Any]:
    """Connect by "grpc" or "link"."""
    if way == "grpc":
        return client.connect(f"127.0.0.1:{port}", **settings)
    return link_client.connect("127.0.0.1", port, **settings)


class Sessions:
    """Talks by `way` in `count` sessions of one connection."""

    def __init__(self, way: str, count: int = 1, pause: float = 0.0, **settings: Any) -> None:
        self._way = way
        self._count = count
        self._pause = pause
        self._settings = settings
        self._asks = way == "link" and settings.get("resume_seconds") == 0.0  # else the client does by itself

    async def __call__(self, port: int, audio: NDArray[np.int16]) -> Heard:
        """See `Talker`."""
        heard = Heard()
        try:
            async with connect_to(self._way, port, **self._settings) as connection, asyncio.TaskGroup() as watch:
                watching = watch.create_task(_watch(connection)) if self._asks else None
                async with asyncio.TaskGroup() as talks:
                    for number in range(self._count):
                        opening = connection.open("arkit", RATE, encoding=pb.AudioFormat.S16LE, seed=SEED + number)
                        session = await opening
                        heard.rows.append([])
                        talks.create_task(speak(session, audio, heard.rows[-1], self._pause))
                if watching is not None:
                    watching.cancel()
        except (ConnectionError, SessionError) as failure:
            heard.failure = failure
        except ExceptionGroup as failures:
            heard.failure = _first(failures)
        return heard


async def _watch(connection: link_client.LinkClient) -> None:
    """Ask again and again whether the server is there, as the engine link's page says. Raises ConnectionLostError."""
    while True:
        try:
            async with asyncio.timeout(_SILENCE_SECONDS):
                await connection.ping()
        except TimeoutError as error:
            raise ConnectionLostError(f"the server has been silent for {_SILENCE_SECONDS} s") from error
        await asyncio.sleep(0.2)


def _first(failures: ExceptionGroup[Exception]) -> Exception:
    first = failures.exceptions[0]
    return _first(first) if isinstance(first, ExceptionGroup) else first


async def speak(session: PerformSession, audio: NDArray[np.int16], rows: list[Row], pause: float = 0.0) -> None:
    """Send chunk by chunk, `pause` seconds apart, close, and add the frames to `rows` as they come.

    Raises SessionError and ConnectionLostError.
    """

    async def send() -> None:
        for start in range(0, len(audio), CHUNK):
            await session.send(audio[start : start + CHUNK])
            if pause:
                await asyncio.sleep(pause)
        await session.close()

    sending = asyncio.create_task(send())
    try:
        async for frame in session:
            rows.append(Row(frame.index, frame.values.tobytes()))
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
