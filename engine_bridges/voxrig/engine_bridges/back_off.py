"""How long to wait before a server that was lost is tried again."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

FIRST_SECONDS = 0.05
MOST_SECONDS = 2.0


class BackOff:
    """Pauses that double from 0.05 s to 2 s, each by chance a half to all of that: clients don't come back in step.

    `seed` makes the chance repeatable; `clock` gives seconds and never goes back, `sleep` waits for so many.
    """

    def __init__(
        self,
        seed: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.clock = clock
        self._sleep = sleep
        self._chance = random.Random(seed)
        self._next = FIRST_SECONDS

    def reset(self) -> None:
        """Begin with short pauses again."""
        self._next = FIRST_SECONDS

    async def pause(self) -> None:
        """Wait, and longer the next time."""
        seconds = self._next * self._chance.uniform(0.5, 1.0)
        self._next = min(2 * self._next, MOST_SECONDS)
        await self._sleep(seconds)

    async def wait(self, seconds: float) -> None:
        """Wait for so long."""
        await self._sleep(seconds)

    def another(self) -> "BackOff":
        """Return one by the same clock that begins with short pauses."""
        return BackOff(self._chance.getrandbits(32), self.clock, self._sleep)
