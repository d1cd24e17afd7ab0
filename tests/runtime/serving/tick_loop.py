"""A pacer at work while a test needs it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from voxrig.runtime.serving.pacing import Pacer


@asynccontextmanager
async def tick_loop(pacer: Pacer) -> AsyncIterator[None]:
    """Run a pacer's ticks until the block ends."""
    task = asyncio.create_task(pacer.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
