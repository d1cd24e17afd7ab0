"""Python's collector of unreachable cycles, kept out of the way of frames."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

_LOOK_SECONDS: Final = 10.0
_LOOKS: Final = 60
"""Ten minutes: for so long nothing is collected while sessions are open."""


@asynccontextmanager
async def spared_collector(
    sessions: Callable[[], int], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> AsyncIterator[None]:
    """Have Python look for unreachable cycles when no session is open, or once in ten minutes, while the block runs.

    What sessions remember are values without cycles, freed at once when nobody holds them; going through all of it
    again and again, a million of them with 64 characters, took a tenth of a second each time, by which frames were
    late. What was made until now stays.

    Args:
        sessions: says how many are open.
        sleep: waits some seconds.
    """
    was = gc.isenabled()
    gc.disable()
    gc.freeze()
    task = asyncio.create_task(_collecting(sessions, sleep))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        gc.unfreeze()
        if was:
            gc.enable()


async def _collecting(sessions: Callable[[], int], sleep: Callable[[float], Awaitable[None]]) -> None:
    looks = 0
    while True:
        await sleep(_LOOK_SECONDS)
        looks += 1
        if not sessions() or looks >= _LOOKS:
            gc.collect()
            looks = 0
