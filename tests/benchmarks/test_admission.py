"""How many characters a server takes before it refuses one, and how punctual those are: run with `-m benchmarks -s`."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from voxrig.engine_bridges.client import connect
from voxrig.engine_bridges.perform_session import PerformSession
from voxrig.engine_bridges.wire import SessionError

pytestmark = pytest.mark.benchmarks

RATE = 24_000
CHUNK = RATE // 50
EVERY = 0.2
"""Seconds from one opening to the next."""
MOST = 120
AFTER = 10.0
"""Seconds for which all go on once one was refused."""


@pytest.fixture(params=[0.85, 0.0], ids=["limited", "unlimited"])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, bool]]:
    """Where a server of its own process listens, and whether it refuses sessions."""
    told = ("serve", "--model", "live", "--json", "--port", "0", "--max-load", str(request.param))
    command = [sys.executable, "-m", "voxrig.cli.app", *told]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        yield json.loads(process.stdout.readline())["target"], request.param > 0
        process.terminate()


async def perform(session: PerformSession, sound) -> None:
    reading = asyncio.create_task(read(session))
    loop = asyncio.get_running_loop()
    start = loop.time()
    for number in range(1_000_000):
        await asyncio.sleep(max(start + (number + 1) / 50 - loop.time(), 0))
        first = number * CHUNK % (len(sound) - CHUNK)
        await session.send(sound[first : first + CHUNK])
    await reading


async def read(session: PerformSession) -> None:
    async for _ in session:
        pass


async def test_sessions_until_one_is_refused(server, speech):
    """The load generator shares the machine, and so do its neighbours: compare rows of one run.

    That late ones stay below 0.1 % is asserted where seconds are counted: tests/runtime/serving/test_load.py.
    """
    target, limited = server
    sound = speech(8.0, RATE)
    async with connect(target) as client:
        tasks, refusal = [], ""
        while not refusal and len(tasks) < MOST:
            try:
                session = await client.open("metahuman", RATE)
            except SessionError as error:
                refusal = str(error)
                break
            tasks.append(asyncio.create_task(perform(session, sound)))
            await asyncio.sleep(EVERY)
        before = (await client.describe()).metrics
        await asyncio.sleep(AFTER)
        told = (await client.describe()).metrics
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    late = (told["late"] - before["late"]) / (told["rows"] - before["rows"])
    print(f"\n{len(tasks)} sessions; {refusal or 'none was refused'}")
    first = before["late"] / before["rows"]
    print(f"late before {first:.3%}, in {AFTER:g} s after {late:.3%}; load {told['load']:.2f}")
    print(f"tick p50 {told['tick_ms_p50']:.1f}, p99 {told['tick_ms_p99']:.1f} ms; rows a tick {told['batch_mean']:.1f}")
    assert bool(refusal) == limited
