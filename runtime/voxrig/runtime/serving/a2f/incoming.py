"""A client's messages, one at a time, with a limit on its silence."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any, Final

from google.protobuf.message import DecodeError

from voxrig.ace.controller_pb2 import AudioStream
from voxrig.runtime.serving.a2f.number import ClipError

Timeout = Callable[[float], AbstractAsyncContextManager[Any]]
"""A block that ends with TimeoutError after so many seconds: `asyncio.timeout`, or another clock's."""

_LINGER: Final = 1.0  # seconds
_LONGEST_DRAIN: Final = 300.0  # seconds


class Incoming:
    """Reads from `requests`. Who stops waiting loses nothing: the next one to ask gets the message."""

    def __init__(self, requests: AsyncIterator[AudioStream], timeout: Timeout) -> None:
        self._requests = requests
        self._timeout = timeout
        self._reading: asyncio.Task[AudioStream | None] | None = None

    async def next(self, patience: float) -> AudioStream | None:
        """Return the next message; None at the end of the stream.

        Raises:
            TimeoutError: none came for `patience` seconds.
            ClipError: one came that is damaged; nothing comes after it.
        """
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        async with self._timeout(patience):
            await asyncio.wait((self._reading,))
        read, self._reading = self._reading, None
        return read.result()

    async def drain(self) -> None:
        """Throw away what still comes, until the end of the stream or a second of silence.

        A client whose call ends while it writes may lose what it has not read yet, such as why.
        """
        with suppress(TimeoutError):
            async with self._timeout(_LONGEST_DRAIN):
                while await self.next(_LINGER) is not None:
                    pass

    async def close(self) -> None:
        """Read no more."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> AudioStream | None:
        try:
            return await anext(self._requests, None)
        except DecodeError as error:
            raise ClipError(f"a message is damaged: {error}; send it again in a new call") from None
