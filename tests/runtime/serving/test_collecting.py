import asyncio
import gc
import weakref

from voxrig.runtime.serving.collecting import spared_collector


class Loop:
    """Something only the collector frees."""

    def __init__(self):
        self.own = self


async def test_cycles_are_freed_when_no_session_is_open_or_after_ten_minutes():
    moments: asyncio.Queue[asyncio.Future[None]] = asyncio.Queue()
    slept = []
    open_sessions = 3

    async def sleep(seconds):
        slept.append(seconds)
        until = asyncio.get_running_loop().create_future()
        await moments.put(until)
        await until

    async def look():
        (await moments.get()).set_result(None)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    assert gc.isenabled()
    async with spared_collector(lambda: open_sessions, sleep):
        assert not gc.isenabled()
        lost = weakref.ref(Loop())
        for _ in range(59):
            await look()
        assert lost() is not None
        await look()
        assert sum(slept[:60]) == 600.0
        assert lost() is None
        lost = weakref.ref(Loop())
        open_sessions = 0
        await look()
        assert lost() is None
    assert gc.isenabled()
