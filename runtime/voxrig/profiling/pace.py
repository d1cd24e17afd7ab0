"""Real time: what is due is sent when it is due, and how far behind the sender was is noted."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

_IN_A_ROW: Final = 8
"""Sends that are due already, before what has come is looked at."""


class Pace:
    """Sends chunk after chunk of many lines, each on a beat of its own.

    Args:
        clock: seconds; what `sleep` waits by.
        sleep: waits so many seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter, sleep: Callable[[float], object] | None = None):
        self._clock = clock
        self._sleep = asyncio.sleep if sleep is None else sleep
        self._lags: list[tuple[float, float]] = []

    async def run(
        self, sends: Sequence[Callable[[int], None]], starts: Sequence[float], chunk: float, chunks: int
    ) -> None:
        """Call each of `sends` with 0 to `chunks` - 1, one `chunk` seconds apart, the first at its start + `chunk`.

        Args:
            sends: in the order of their starts.
            starts: seconds on the clock, all within one chunk.
            chunk: seconds.
            chunks: how many.
        """
        behind = 0
        for number in range(chunks):
            for send, start in zip(sends, starts, strict=True):
                due = start + (number + 1) * chunk
                wait = due - self._clock()
                if wait > 0.0:
                    behind = 0
                    await self._sleep(wait)  # type: ignore[misc]
                elif (behind := behind + 1) % _IN_A_ROW == 0:
                    await self._sleep(0.0)  # type: ignore[misc]
                self._lags.append((due, self._clock() - due))
                send(number)

    def lags(self, begun: float, ended: float) -> NDArray[np.float64]:
        """Return how many seconds late things were sent that were due from one moment to another."""
        return np.array([lag for due, lag in self._lags if begun <= due < ended])
